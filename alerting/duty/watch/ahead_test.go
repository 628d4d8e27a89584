package watch_test

import (
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/office"
)

// ahead leaves in a folder a roster that a clock two days ahead wrote down.
func ahead(t *testing.T, dir string, entries ...duty.Entry) {
	t.Helper()
	store, err := office.Open(t.Context(), filepath.Join(dir, "office.db"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	for i := range entries {
		entries[i].Named = time.Now().AddDate(0, 0, 2)
		if entries[i].Substitute != "" {
			entries[i].Instead = entries[i].Named
		}
	}
	day := monday(t)
	require.NoError(t, store.SaveRoster(t.Context(), school, calendar.Span{From: day, To: day}, entries, nil))
	require.NoError(t, store.Close())
}

// Who was put on the roster while the hub's clock was ahead owes the shift all the
// same: they are missed when it has come, under one name over restarts, and
// their substitute is told.
func TestWhomAClockThatWasAheadNamedIsMissed(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		time.Sleep(time.Until(monday(t).At(7*60, ziwei(t).Zone)))
		zhao, qian := owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher)
		zhao.Substitute = "zhou"
		ahead(t, dir, zhao, qian)
		r := start(t, dir)
		r.until("07:25:59")
		assert.Equal(t, []string{"post-missed low", "post-missed low"}, r.open())
		r.stop()
		r = start(t, dir)
		defer r.stop()
		r.until("07:35:00")
		assert.Equal(t, []string{"post-missed low", "post-missed low"}, r.open(), "the same ones")
		all, _ := r.Roster(school, calendar.Span{From: monday(t), To: monday(t)})
		require.Len(t, all, 2)
		for _, e := range all {
			assert.Equal(t, "07:00:00", e.Named.In(r.of.Zone).Format(time.TimeOnly), "on the disk since the first look")
		}
	})
}

// Where the hub starts within the shift, they have the grace to come from then on,
// once: no further start gives it again.
func TestAClockThatWasAheadForgivesOnce(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		time.Sleep(time.Until(monday(t).At(7*60+24, ziwei(t).Zone)))
		ahead(t, dir, owes(t, "zhao", duty.Guard))
		r := start(t, dir)
		r.until("07:28:00")
		assert.Empty(t, r.open())
		r.stop()
		r = start(t, dir)
		defer r.stop()
		r.until("07:29:12")
		assert.Equal(t, []string{"post-missed low"}, r.open())
	})
}

// A question that a clock that was ahead has put is put again: nobody knows when it was.
func TestAQuestionOfAClockThatWasAheadIsAskedAgain(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.alone()
		r.until("23:00:01")
		r.stop()
		later(t, dir, `UPDATE duty_reminders SET at_ms = at_ms + 10000000 WHERE key LIKE 'question/%'`)
		said := len(r.nudger.all())
		r = r.again()
		defer r.stop()
		r.until("23:00:59")
		assert.Len(t, r.nudger.all(), said+1)
		r.until("23:01:59")
		assert.Equal(t, []string{"high"}, r.lone(), "and their silence counts from then on")
	})
}

// later has a clock that is ahead say a line of what is on the disk.
func later(t *testing.T, dir, said string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "office.db"))
	require.NoError(t, err)
	done, err := db.ExecContext(t.Context(), said)
	require.NoError(t, err)
	n, err := done.RowsAffected()
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.NoError(t, db.Close())
}

// Nor does their own page have put it to them: it does when it is read again.
func TestAPageOfAClockThatWasAheadAsksAgain(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{fails: errors.New("no way is known")})
		r.alone()
		r.until("23:00:05")
		r.Shown(t.Context(), school, r.Asked(school, zhaoName, time.Now()))
		r.until("23:00:07")
		r.stop()
		later(t, dir, `UPDATE duty_reminders SET at_ms = at_ms + 10000000 WHERE key LIKE 'question/%/page'`)
		r = r.again()
		defer r.stop()
		r.until("23:10:00")
		assert.Equal(t, []string{zhaoName}, r.unasked())
		r.Shown(t.Context(), school, r.Asked(school, zhaoName, time.Now()))
		assert.Empty(t, r.unasked())
		r.until("23:11:05")
		assert.Equal(t, []string{"high"}, r.lone())
	})
}

// Who was called away by such a clock is called away when somebody says so again.
func TestAnAbsenceOfAClockThatWasAheadIsSaidAgain(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:10:00")
		anybody := func(duty.Entry) bool { return true }
		require.NoError(t, r.Away(t.Context(), school, "officer", "zhao", "", false, anybody))
		r.stop()
		later(t, dir, `UPDATE duty_aways SET from_ms = from_ms + 100000000, to_ms = to_ms + 100000000`)
		r = start(t, dir)
		defer r.stop()
		status := func() duty.Status {
			b, _ := r.Board(school, time.Now())
			return b.Posts[0].Shifts[0].People[0].Status
		}
		assert.Equal(t, duty.Due, status())
		require.NoError(t, r.Away(t.Context(), school, "officer", "zhao", "", false, anybody))
		assert.Equal(t, duty.AwayNow, status())
	})
}
