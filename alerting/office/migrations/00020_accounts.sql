-- +goose Up

-- When somebody signed in last.
CREATE TABLE sign_ins (
    account TEXT    PRIMARY KEY,
    at_ms   INTEGER NOT NULL -- milliseconds since 1970, UTC
) STRICT, WITHOUT ROWID;

-- What was done with accounts, as an audit chain of its own. Its rows are
-- hashed as those of the journal are; an account serves several schools, or
-- none, so that it stands in the chain of no school.
CREATE TABLE account_changes (
    seq     INTEGER PRIMARY KEY, -- 1, 2, 3, …
    account TEXT    NOT NULL,
    at      TEXT    NOT NULL, -- UTC, nanoseconds, of fixed width
    did     TEXT    NOT NULL,
    salt    BLOB    NOT NULL,
    digest  BLOB    NOT NULL, -- of salt and payload
    payload BLOB,             -- the change as JSON; NULL where its content was erased
    chain   BLOB    NOT NULL
) STRICT;
CREATE INDEX account_changes_by_account ON account_changes (account, seq);

-- The end of that chain.
CREATE TABLE account_chain (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    length INTEGER NOT NULL,
    head   BLOB    NOT NULL
) STRICT;

-- Who may not sign in although the configuration lets them.
CREATE TABLE suspensions (
    account TEXT    PRIMARY KEY,
    seq     INTEGER NOT NULL REFERENCES account_changes (seq)
) STRICT, WITHOUT ROWID;

-- What the configuration said of each account when the hub read it last, so
-- that what was changed by hand is seen too. Passwords are their fingerprints.
CREATE TABLE accounts_known (
    account TEXT PRIMARY KEY,
    facts   TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE accounts_known;
DROP TABLE suspensions;
DROP TABLE account_chain;
DROP TABLE account_changes;
DROP TABLE sign_ins;
