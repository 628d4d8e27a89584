-- +goose Up

-- Devices that were ever heard, as supervision left them.
CREATE TABLE supervised (
    school  TEXT    NOT NULL,
    device  TEXT    NOT NULL,
    seen_ms INTEGER NOT NULL,
    lost_ms INTEGER NOT NULL, -- since when it is lost; 0 where it is not
    told    TEXT    NOT NULL, -- how its loss was told
    PRIMARY KEY (school, device)
) STRICT, WITHOUT ROWID;

-- How long each was watched, and how long of that it was lost, by the school's
-- own day, for the last 30 days.
CREATE TABLE supervised_days (
    school      TEXT    NOT NULL,
    device      TEXT    NOT NULL,
    day         TEXT    NOT NULL, -- 2026-03-02
    observed_ms INTEGER NOT NULL,
    down_ms     INTEGER NOT NULL,
    PRIMARY KEY (school, device, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX supervised_days_by_age ON supervised_days (day);
