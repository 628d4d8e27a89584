-- +goose Up

-- What became of each reminder of a shift. Times are milliseconds since 1970, UTC.
CREATE TABLE duty_reminders (
    school TEXT    NOT NULL,
    key    TEXT    NOT NULL, -- shift, which reminder and person
    at_ms  INTEGER NOT NULL, -- when that was known
    failed TEXT    NOT NULL, -- why the person was not reached; '' where they were told
    PRIMARY KEY (school, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_reminders_by_age ON duty_reminders (at_ms);

-- When somebody was called away from their posts.
CREATE TABLE duty_aways (
    school  TEXT    NOT NULL,
    person  TEXT    NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms   INTEGER NOT NULL,
    PRIMARY KEY (school, person, from_ms)
) STRICT, WITHOUT ROWID;

-- Who changed what of the roster, or said of somebody that they are away.
CREATE TABLE duty_changes (
    id     INTEGER PRIMARY KEY,
    school TEXT    NOT NULL,
    at_ms  INTEGER NOT NULL,
    actor  TEXT    NOT NULL, -- the account
    what   TEXT    NOT NULL, -- replaced, swapped, away, back
    shift  TEXT    NOT NULL, -- '' where it is about no shift
    person TEXT    NOT NULL,
    other  TEXT    NOT NULL  -- who stands there now, '' nobody
) STRICT;
CREATE INDEX duty_changes_of_school ON duty_changes (school, at_ms);
CREATE INDEX duty_changes_by_age ON duty_changes (at_ms);

-- +goose Down
DROP TABLE duty_changes;
DROP TABLE duty_aways;
DROP TABLE duty_reminders;
