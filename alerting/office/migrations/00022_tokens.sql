-- +goose Up

-- What programs authenticate with. A token is 32 random bytes; its SHA-256
-- alone is kept, so that a copy of this file lets nobody in. A row stays when
-- its token has ended: its name is never given again.
CREATE TABLE tokens (
    name       TEXT    PRIMARY KEY,
    hash       BLOB    NOT NULL UNIQUE,
    role       TEXT    NOT NULL,
    schools    TEXT    NOT NULL, -- JSON
    scopes     TEXT    NOT NULL, -- JSON
    made_ms    INTEGER NOT NULL, -- milliseconds since 1970, UTC, like all of them
    made_by    TEXT    NOT NULL,
    until_ms   INTEGER NOT NULL,
    revoked_ms INTEGER NOT NULL DEFAULT 0, -- 0: nobody has
    used_ms    INTEGER NOT NULL DEFAULT 0, -- the hour in which it was used last; 0: never
    refused_ms INTEGER NOT NULL DEFAULT 0  -- the day on which it was used last behind its end; 0: never
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE tokens;
