-- +goose Up
-- Who is signed in. A token is kept as its SHA-256 only, so that a copy of
-- this file signs nobody in.
CREATE TABLE sessions (
    token_hash BLOB    PRIMARY KEY,
    data       BLOB    NOT NULL,
    expires_ms INTEGER NOT NULL -- milliseconds since 1970, UTC
) STRICT;

CREATE INDEX sessions_by_expiry ON sessions (expires_ms);

-- +goose Down
DROP TABLE sessions;
