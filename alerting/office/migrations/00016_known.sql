-- +goose Up

-- Since when a device is configured; 0 where that was not written down. One that
-- was never heard has a row, too, and seen_ms of 0.
ALTER TABLE supervised ADD COLUMN known_ms INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE supervised DROP COLUMN known_ms;
