-- +goose Up
-- What happened to the drills, one event a line as JSON. A drill is the fold of
-- its events, so nothing here is ever changed.
CREATE TABLE drill_events (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    drill TEXT NOT NULL,
    at_ms INTEGER NOT NULL, -- milliseconds since 1970, UTC
    event TEXT NOT NULL
) STRICT;

CREATE INDEX drill_events_by_drill ON drill_events (drill, seq);

-- +goose StatementBegin
CREATE TRIGGER drill_events_stay BEFORE UPDATE ON drill_events
BEGIN
    SELECT RAISE(ABORT, 'drill events are only appended');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE drill_events;
