-- +goose Up

-- When an event was known to be durable, as far as the hub lived to write it
-- down. It is written after the event, so that it is no part of the chain.
CREATE TABLE stamps (
    seq INTEGER PRIMARY KEY,
    at  TEXT NOT NULL
) STRICT;
