-- +goose Up

-- What was asked with an Idempotency-Key, and what was answered: the same request
-- again does nothing more. The hashes alone say what a request was.
CREATE TABLE answers (
    account TEXT    NOT NULL, -- or the program of a token
    key     BLOB    NOT NULL, -- SHA-256
    request BLOB    NOT NULL, -- SHA-256 of method, address and body
    rights  BLOB    NOT NULL, -- SHA-256 of what the account might do then
    at_ms   INTEGER NOT NULL, -- milliseconds since 1970, UTC
    status  INTEGER NOT NULL, -- 0: it had not been answered
    header  TEXT    NOT NULL, -- JSON
    body    BLOB,             -- NULL: is not kept here
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX answers_by_time ON answers (at_ms);

-- +goose Down
DROP TABLE answers;
