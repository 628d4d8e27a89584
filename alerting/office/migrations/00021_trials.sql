-- +goose Up

-- Who tested the way to whom, when and why, and what came of it: the payload is
-- the test as JSON. A line is added, and completed once more is known.
CREATE TABLE trials (
    id      TEXT    PRIMARY KEY,
    school  TEXT    NOT NULL,
    at_ms   INTEGER NOT NULL,
    payload BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX trials_by_age ON trials (at_ms);

-- When each way last worked, and when it last did not: what is known of it as
-- JSON, by audience, recipient and channel.
CREATE TABLE ways (
    audience  TEXT    NOT NULL,
    recipient TEXT    NOT NULL,
    channel   TEXT    NOT NULL,
    seen_ms   INTEGER NOT NULL,
    payload   BLOB    NOT NULL,
    PRIMARY KEY (audience, recipient, channel)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE ways;
DROP TABLE trials;
