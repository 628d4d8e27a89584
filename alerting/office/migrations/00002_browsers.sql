-- +goose Up
-- The browsers that people want to be told through. The keys encrypt what a
-- browser is sent; an endpoint is known to its push service alone.
CREATE TABLE browsers (
    endpoint TEXT    PRIMARY KEY,
    account  TEXT    NOT NULL,
    auth     TEXT    NOT NULL, -- base64url
    p256dh   TEXT    NOT NULL, -- base64url
    added_ms INTEGER NOT NULL  -- milliseconds since 1970, UTC
) STRICT;

CREATE INDEX browsers_by_account ON browsers (account, added_ms);

-- +goose Down
DROP TABLE browsers;
