-- +goose Up

-- The path checks of the last seven days.
CREATE TABLE path_checks (
    id         TEXT PRIMARY KEY,
    school     TEXT    NOT NULL,
    pressed_ms INTEGER NOT NULL,
    proven     INTEGER NOT NULL,
    everywhere INTEGER NOT NULL,
    payload    BLOB    NOT NULL
) STRICT;
CREATE INDEX path_checks_by_school ON path_checks (school, pressed_ms);
CREATE INDEX path_checks_by_age ON path_checks (pressed_ms);
