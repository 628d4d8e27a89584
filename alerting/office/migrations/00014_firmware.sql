-- +goose Up

-- The firmware that a device last said it runs, and when it first said so.
ALTER TABLE supervised ADD COLUMN firmware TEXT NOT NULL DEFAULT '';
ALTER TABLE supervised ADD COLUMN firmware_ms INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE supervised DROP COLUMN firmware_ms;
ALTER TABLE supervised DROP COLUMN firmware;
