-- +goose Up

-- What a school gives its parents to subscribe with: one code at a time. It is
-- kept as it reads, so that the officer can print it again; whoever reads this
-- file reads more of parents than it would open.
CREATE TABLE subscription_codes (
    school  TEXT    PRIMARY KEY,
    secret  TEXT    NOT NULL,
    made_ms INTEGER NOT NULL, -- milliseconds since 1970, UTC, like all of them
    made_by TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- Parents who subscribed by themselves: a number that was proven and how it is
-- written to, and nothing else of anybody. Without a subscription there is none.
CREATE TABLE subscribers (
    id       TEXT    PRIMARY KEY, -- random: the audit chain names it, and never the number
    number   TEXT    NOT NULL UNIQUE,
    language TEXT    NOT NULL,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriptions (
    school     TEXT    NOT NULL,
    subscriber TEXT    NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    since_ms   INTEGER NOT NULL,
    PRIMARY KEY (school, subscriber)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_of_subscriber ON subscriptions (subscriber);

-- Their sessions, apart from those of accounts: one of these opens none of the
-- others' pages.
CREATE TABLE subscriber_sessions (
    token_hash BLOB    PRIMARY KEY,
    subscriber TEXT    NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    until_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriber_sessions_of_subscriber ON subscriber_sessions (subscriber);

-- Who of those that a notice has still to reach is told for a subscription
-- alone, and no more once that has ended: 1. Others are on the school's list.
ALTER TABLE posting_recipients ADD COLUMN subscribed INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE posting_recipients DROP COLUMN subscribed;
DROP TABLE subscriber_sessions;
DROP TABLE subscriptions;
DROP TABLE subscribers;
DROP TABLE subscription_codes;
