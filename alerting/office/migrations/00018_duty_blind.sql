-- +goose Up

-- When which post of a school could not be seen: its card reader was lost, or,
-- where no post is named, the school's link was cut. Times are milliseconds since
-- 1970, UTC; to_ms is 0 while it lasts.
CREATE TABLE duty_blind (
    school  TEXT    NOT NULL,
    post    TEXT    NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms   INTEGER NOT NULL,
    PRIMARY KEY (school, post, from_ms)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE duty_blind;
