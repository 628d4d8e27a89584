-- +goose Up

-- What was set of accounts on a page: of those that were added there, and of those
-- that the configuration has and an administrator changed. A row holds while the
-- configuration says of the account what it replaced.
CREATE TABLE account_settings (
    account  TEXT    PRIMARY KEY,
    replaces TEXT    NOT NULL, -- fingerprint of the configuration's terms; '' of an account that it has not
    terms    TEXT    NOT NULL, -- JSON: display name, role, schools, rights
    seq      INTEGER NOT NULL  -- of the change in the audit chain
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE account_settings;
