-- +goose Up

-- What is known of each gate, as the rules left it; device '' is the counters
-- of a whole school.
CREATE TABLE gates (
    school TEXT    NOT NULL,
    device TEXT    NOT NULL,
    at_ms  INTEGER NOT NULL, -- when it was written down
    memory TEXT    NOT NULL, -- as JSON
    PRIMARY KEY (school, device)
) STRICT, WITHOUT ROWID;

-- Until when the hub looked at its gates.
CREATE TABLE gates_watched (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    until_ms INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE gates_watched;
DROP TABLE gates;
