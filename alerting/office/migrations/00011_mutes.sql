-- +goose Up

-- Who muted which gate rule, until when and why, and who ended that before its
-- time. A line is added and ended, and never written to otherwise.
CREATE TABLE rule_mutes (
    school    TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    device    TEXT    NOT NULL, -- '' every gate of the school
    rule      TEXT    NOT NULL,
    from_ms   INTEGER NOT NULL,
    until_ms  INTEGER NOT NULL,
    actor     TEXT    NOT NULL, -- the account
    reason    TEXT    NOT NULL,
    lifted_ms INTEGER NOT NULL, -- 0 where nobody ended it
    lifted_by TEXT    NOT NULL,
    PRIMARY KEY (school, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_mutes_by_age ON rule_mutes (from_ms);

-- +goose Down
DROP TABLE rule_mutes;
