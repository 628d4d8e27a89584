-- +goose Up

-- Hazards that people reported. Times are milliseconds since 1970, UTC. A report is
-- changed by its steps alone, and no step is ever changed: state and changed_ms are
-- those of the latest one.
CREATE TABLE hazards (
    id         TEXT    PRIMARY KEY,
    school     TEXT    NOT NULL,
    at_ms      INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    place      TEXT    NOT NULL,
    post       TEXT    NOT NULL, -- '' where a place alone was named
    zh         TEXT    NOT NULL, -- what it was called then
    en         TEXT    NOT NULL,
    grade      TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hazards_by_state ON hazards (school, state, at_ms);
CREATE INDEX hazards_by_age ON hazards (state, changed_ms);

CREATE TABLE hazard_steps (
    hazard TEXT    NOT NULL REFERENCES hazards (id) ON DELETE CASCADE,
    n      INTEGER NOT NULL, -- from 0
    at_ms  INTEGER NOT NULL,
    actor  TEXT    NOT NULL,
    state  TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    PRIMARY KEY (hazard, n)
) STRICT, WITHOUT ROWID;

-- The picture stands last: what is counted and listed reads no more than the row's
-- beginning.
CREATE TABLE hazard_photos (
    hazard TEXT    PRIMARY KEY REFERENCES hazards (id) ON DELETE CASCADE,
    size   INTEGER NOT NULL, -- bytes of jpeg
    sent   BLOB    NOT NULL, -- SHA-256 of the file that it was made of
    jpeg   BLOB    NOT NULL
) STRICT;

-- +goose Down
DROP TABLE hazard_photos;
DROP TABLE hazard_steps;
DROP TABLE hazards;
