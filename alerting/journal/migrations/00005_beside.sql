-- +goose Up

-- What other steps decided beside the engine is read apart at each start.
CREATE INDEX events_beside ON events (seq) WHERE type IN ('notice', 'counted');
