-- +goose Up

-- When an incident was resolved, '' before: what was resolved lately is read
-- at the start, for whoever has not yet heard of it.
ALTER TABLE incidents ADD COLUMN resolved_at TEXT NOT NULL DEFAULT '';
CREATE INDEX incidents_resolved ON incidents (resolved_at) WHERE resolved_at <> '';
