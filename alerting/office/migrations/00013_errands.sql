-- +goose Up

-- What the hub had told to people of a school beside any alarm, each once: a
-- daily summary, a notice that waits. A line says what became of it.
CREATE TABLE errands (
    id     TEXT    PRIMARY KEY,
    school TEXT    NOT NULL,
    at_ms  INTEGER NOT NULL,
    zh     TEXT    NOT NULL, -- '' nothing was to be told
    en     TEXT    NOT NULL,
    failed TEXT    NOT NULL  -- why nobody was reached, '' else
) STRICT, WITHOUT ROWID;
CREATE INDEX errands_by_age ON errands (at_ms);

-- +goose Down
DROP TABLE errands;
