-- +goose Up

-- Who owes which shift, as the schools have it.
CREATE TABLE duty_roster (
    school     TEXT    NOT NULL,
    date       TEXT    NOT NULL, -- 2026-09-01, the school's own
    post       TEXT    NOT NULL,
    shift      TEXT    NOT NULL,
    person     TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    phone      TEXT    NOT NULL,
    substitute TEXT    NOT NULL,
    claimed    INTEGER NOT NULL,
    PRIMARY KEY (school, date, post, shift, person)
) STRICT, WITHOUT ROWID;

-- Who was at which post. Times are milliseconds since 1970, UTC.
CREATE TABLE duty_checkins (
    school      TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    person      TEXT    NOT NULL,
    post        TEXT    NOT NULL,
    means       TEXT    NOT NULL,
    leaves      INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (school, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_checkins_by_age ON duty_checkins (received_ms);

-- Roll calls with their answers, as JSON.
CREATE TABLE duty_calls (
    school TEXT    NOT NULL,
    id     TEXT    NOT NULL,
    at_ms  INTEGER NOT NULL,
    call   TEXT    NOT NULL,
    PRIMARY KEY (school, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_calls_by_age ON duty_calls (at_ms);

-- +goose Down
DROP TABLE duty_calls;
DROP TABLE duty_checkins;
DROP TABLE duty_roster;
