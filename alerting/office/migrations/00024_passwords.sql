-- +goose Up

-- Passwords that were set on a page, in place of the one that the configuration
-- names. A row holds while the configuration's is the one that it replaced: one
-- that is set there later counts.
CREATE TABLE passwords (
    account  TEXT    PRIMARY KEY,
    replaces TEXT    NOT NULL, -- fingerprint of the configuration's hash
    hash     TEXT    NOT NULL, -- argon2id, PHC
    initial  INTEGER NOT NULL, -- 1: drawn by an administrator, to be changed first
    seq      INTEGER NOT NULL  -- of the change in the audit chain
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE passwords;
