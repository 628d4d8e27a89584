-- +goose Up

-- When each person was put on the roster, and when their substitute was named.
-- Times are milliseconds since 1970, UTC; 0 is before that was written down.
ALTER TABLE duty_roster ADD COLUMN named_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE duty_roster ADD COLUMN instead_ms INTEGER NOT NULL DEFAULT 0;

-- From when on the hub watches what of a school: post/…, point/…, day/2026-09-01.
-- Nothing is missed before.
CREATE TABLE duty_since (
    school   TEXT    NOT NULL,
    what     TEXT    NOT NULL,
    since_ms INTEGER NOT NULL, -- 0 is since ever
    PRIMARY KEY (school, what)
) STRICT, WITHOUT ROWID;

-- What an earlier version has watched, was watched since ever.
INSERT INTO duty_since SELECT DISTINCT school, 'day/' || date, 0 FROM duty_roster;
INSERT INTO duty_since SELECT DISTINCT school, 'post/' || post, 0 FROM duty_roster;
INSERT INTO duty_since SELECT DISTINCT school, 'post/' || post, 0 FROM duty_checkins WHERE true ON CONFLICT DO NOTHING;
INSERT INTO duty_since SELECT DISTINCT school, 'point/' || post, 0 FROM duty_checkins;

-- Until when the hub looked at its posts, and when it was down.
CREATE TABLE duty_looked (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    until_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE duty_down (
    from_ms INTEGER PRIMARY KEY,
    to_ms   INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE duty_down;
DROP TABLE duty_looked;
DROP TABLE duty_since;
ALTER TABLE duty_roster DROP COLUMN instead_ms;
ALTER TABLE duty_roster DROP COLUMN named_ms;
