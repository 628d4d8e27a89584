-- +goose Up

-- What happened, in order. The payload is the event as JSON; it may be erased
-- (set to NULL) without breaking the chain, which covers its digest alone.
CREATE TABLE events (
    seq      INTEGER PRIMARY KEY,
    school   TEXT NOT NULL,
    incident TEXT NOT NULL,
    at       TEXT NOT NULL,
    type     TEXT NOT NULL,
    command  TEXT NOT NULL,
    salt     BLOB,
    digest   BLOB NOT NULL,
    chain    BLOB NOT NULL,
    payload  BLOB
) STRICT;
CREATE INDEX events_by_incident ON events (incident);

-- The end of each school's audit chain, so that a cut-off tail shows too.
CREATE TABLE chains (
    school TEXT PRIMARY KEY,
    seq    INTEGER NOT NULL,
    length INTEGER NOT NULL,
    head   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The latest state of each incident, as lists and streams carry it.
CREATE TABLE incidents (
    id           TEXT PRIMARY KEY,
    school       TEXT NOT NULL,
    state        TEXT NOT NULL,
    confidential INTEGER NOT NULL,
    opened_at    TEXT NOT NULL,
    last_seq     INTEGER NOT NULL,
    snapshot     BLOB NOT NULL
) STRICT;
CREATE INDEX incidents_listed ON incidents (school, state, confidential, opened_at, id);
CREATE INDEX incidents_unresolved ON incidents (id) WHERE state <> 'resolved';

CREATE TABLE deliveries (
    incident TEXT NOT NULL,
    id       TEXT NOT NULL,
    payload  BLOB NOT NULL,
    PRIMARY KEY (incident, id)
) STRICT, WITHOUT ROWID;

-- Which press went into which incident, for presses that are sent again. The
-- engine knows a repeated press, so that each is here once.
CREATE TABLE presses (
    school   TEXT NOT NULL,
    device   TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    id       TEXT NOT NULL,
    incident TEXT NOT NULL,
    PRIMARY KEY (school, device, seq)
) STRICT, WITHOUT ROWID;
