-- +goose Up

-- The incident that somebody was called away to; '' where none was named.
ALTER TABLE duty_aways ADD COLUMN incident TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE duty_aways DROP COLUMN incident;
