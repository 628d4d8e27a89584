-- +goose Up

-- Rosters are kept by their date, patrol scans longer than check-ins at posts: a
-- check-in says which it is. What is stored is told apart by what was watched.
CREATE INDEX duty_roster_by_age ON duty_roster (date);
ALTER TABLE duty_checkins ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
UPDATE duty_checkins SET round = 1
    WHERE EXISTS (SELECT 1 FROM duty_since m WHERE m.school = duty_checkins.school AND m.what = 'point/' || duty_checkins.post)
    AND NOT EXISTS (SELECT 1 FROM duty_since m WHERE m.school = duty_checkins.school AND m.what = 'post/' || duty_checkins.post);

-- +goose Down
ALTER TABLE duty_checkins DROP COLUMN round;
DROP INDEX duty_roster_by_age;
