package watch_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
)

// earlier leaves in a folder what a hub left that kept no marks of what it watched:
// a roster on which one stands at the one post.
func earlier(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "office.db"))
	require.NoError(t, err)
	migrations, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("../../office/migrations"))
	require.NoError(t, err)
	_, err = migrations.UpTo(t.Context(), 11)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `INSERT INTO duty_roster VALUES (?, ?, 'south', 'morning', 'zhao', 'guard', '', '', 0)`, school, monday(t).String())
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// twoPosts gives the school a second post, which nobody has ever stood at, and two
// points that nobody has ever stamped.
func twoPosts(of *watch.School) {
	walked(of)
	north := of.Setup.Posts[0]
	north.ID, north.Place = "north", "north-gate"
	of.Setup.Posts = append(of.Setup.Posts, north)
}

// An update to a version that knows since when it watches forgives nothing: neither
// a post at which nobody ever stood, nor a point that nobody ever stamped.
func TestAnUpdateForgivesNoPostAndNoPointThatNobodyEverStoodAt(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		time.Sleep(time.Until(monday(t).At(7*60+10, ziwei(t).Zone)))
		earlier(t, dir)
		r := startWith(t, dir, &nudger{}, twoPosts)
		r.until("07:20:45")
		assert.Equal(t, []string{"2000-01-03/opening "}, r.missedRounds(), "the round ran when the new version came")
		r.until("07:40:30")
		assert.Len(t, r.uncovered(), 2)
		r.stop()

		r = startWith(t, dir, &nudger{}, twoPosts)
		defer r.stop()
		before := r.uncovered()
		r.reload(func(of *watch.School) {
			roof := of.Setup.Posts[0]
			roof.ID = "roof"
			of.Setup.Posts = append(of.Setup.Posts, roof)
		})
		r.until("07:45:00")
		assert.Equal(t, before, r.uncovered(), "what is new has the grace")
	})
}

// An incident of a post that ran when the update came has the name that the
// earlier version gave it.
func TestAnUpdateWithinAShiftRaisesNothingUnderANewName(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		time.Sleep(time.Until(monday(t).At(7*60+50, ziwei(t).Zone)))
		earlier(t, dir)
		r := startWith(t, dir, &nudger{}, twoPosts)
		defer r.stop()
		r.until("07:51:00")
		assert.Equal(t, map[string]string{"2000-01-03/north/morning": "07:40:00", "2000-01-03/south/morning": "07:40:00"}, r.uncovered())
	})
}

// uncovered is since when which post is uncovered, as its incident is named.
func (r *rig) uncovered() map[string]string {
	r.t.Helper()
	out := map[string]string{}
	for _, i := range r.engine.Unresolved() {
		if i.Kind != duty.KindPostUncovered || i.Resolved() {
			continue
		}
		for minute := range 60 {
			due := monday(r.t).At(7*60+minute, r.of.Zone)
			raise := duty.Raise{Kind: duty.KindPostUncovered, Object: i.Device, Due: due}
			if raise.Incident(school) == i.ID {
				out[i.Device] = due.In(r.of.Zone).Format(time.TimeOnly)
			}
		}
		require.Contains(r.t, out, i.Device, strings.Join(i.Facts, " "))
	}
	return out
}
