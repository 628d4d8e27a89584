-- +goose Up

-- How parents are reached: no name, no child, no class.
CREATE TABLE parents (
    school   TEXT NOT NULL,
    channel  TEXT NOT NULL,
    address  TEXT NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (school, channel, address)
) STRICT, WITHOUT ROWID;

-- How far a released notice got over a channel, in figures. Times are
-- milliseconds since 1970, UTC, 0 for none.
CREATE TABLE postings (
    notice   TEXT    NOT NULL,
    school   TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    total    INTEGER NOT NULL,
    handed   INTEGER NOT NULL,
    failed   INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    most_ms  INTEGER NOT NULL,
    done_ms  INTEGER NOT NULL,
    ended    TEXT    NOT NULL,
    PRIMARY KEY (notice, school, channel)
) STRICT, WITHOUT ROWID;

-- Whom a notice has still to reach: frozen when it goes out, gone when it is
-- done.
CREATE TABLE posting_recipients (
    notice   TEXT    NOT NULL,
    school   TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    ord      INTEGER NOT NULL,
    address  TEXT    NOT NULL,
    language TEXT    NOT NULL,
    PRIMARY KEY (notice, school, channel, ord)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE posting_recipients;
DROP TABLE postings;
DROP TABLE parents;
