-- +goose Up

-- An earlier version kept no marks of what it watched, and 00012 could name only
-- what stood on a roster or was stamped: a post or a point that nobody ever
-- stood at would be forgiven once more. Where no hub has looked since, what the
-- configuration names at the first look was watched since ever.
INSERT INTO duty_since
    SELECT DISTINCT school, 'earlier', 0 FROM (SELECT school FROM duty_roster UNION SELECT school FROM duty_checkins UNION SELECT school FROM duty_calls)
    WHERE NOT EXISTS (SELECT 1 FROM duty_looked);

-- +goose Down
DELETE FROM duty_since WHERE what = 'earlier';
