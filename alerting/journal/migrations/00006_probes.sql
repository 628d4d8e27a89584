-- +goose Up

-- The latest path check of each school: a row that is written like a press, so
-- that the check proves the disk, and that is no part of any incident.
CREATE TABLE probes (
    school TEXT PRIMARY KEY,
    id     TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;
