package watch_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// mine lists what a volunteer's page shows of monday's morning: owed, and whether
// it can be given back.
func (r *rig) mine(who string) (out []string) {
	r.t.Helper()
	for _, m := range r.Shifts(school, who, duty.Volunteer, time.Now()) {
		if m.Window == "morning" && !m.Open {
			out = append(out, fmt.Sprint(m.Date, " claimed ", m.Claimed))
		}
	}
	return out
}

// count counts what was told to somebody.
func (n *nudger) count(prefix string) (out int) {
	for _, line := range n.all() {
		if strings.HasPrefix(line, prefix) {
			out++
		}
	}
	return out
}

// A sheet that is imported again takes no slot from whoever took it themselves
// and still can have it: their page and their reminders say so. Where it does, the
// officer reads whose it was, and neither page nor reminder says otherwise.
func TestAnImportKeepsTheClaimsThatItHasRoomFor(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		n := &nudger{}
		r := startWith(t, dir, n, helped)
		day := calendar.Span{From: monday(t), To: monday(t)}
		zhao := owes(t, "zhao", duty.Guard)
		take := func(entries ...duty.Entry) []alerting.Text {
			notes, err := r.Import(t.Context(), school, "officer", day, entries)
			require.NoError(t, err)
			return notes
		}
		assert.Empty(t, take(zhao))
		time.Sleep(12 * time.Hour)
		require.NoError(t, r.Claim(t.Context(), school, "volunteer", zhao.ShiftKey, duty.Volunteer, false))
		claimed := time.Now()
		time.Sleep(time.Hour)
		assert.Equal(t, []alerting.Text{{ZH: "已保留认领 1 处：新表仍有空位", EN: "claims kept, as the sheet leaves their slots open: 1"}}, take(zhao, owes(t, "qian", duty.Teacher)))
		r.stop()

		r = startWith(t, dir, n, helped)
		defer r.stop()
		all, _ := r.Roster(school, day)
		require.Len(t, all, 3, "on the disk")
		assert.Equal(t, "jin", all[2].Person)
		assert.True(t, all[2].Named.Equal(claimed), "since when they stand there is kept: %v", all[2].Named)
		for i := range all { // a sheet says neither
			all[i].Claimed, all[i].Named = false, time.Time{}
		}
		assert.Empty(t, take(all...), "what was exported and comes back")
		r.until("06:25:00")
		assert.Equal(t, []string{"2000-01-03 claimed true"}, r.mine("jin"))
		assert.Contains(t, n.all(), "volunteer: 值班提醒:1月3日 07:20-08:35 南门护学岗,07:00起可签到", n.all())

		sent, volunteers := len(n.all()), n.count("volunteer: ")
		assert.Equal(t, []alerting.Text{{
			ZH: "jin 认领的 2000-01-03 南门护学岗 07:20–08:35 未保留：新表已排满，请告知本人",
			EN: "the claim of jin, 2000-01-03 South gate 07:20–08:35, is dropped: the sheet fills the slot; let them know",
		}}, take(zhao, owes(t, "wei", duty.Volunteer)))
		assert.Empty(t, r.mine("jin"))
		assert.Equal(t, []string{"2000-01-03 claimed false"}, r.mine("wei"))
		assert.Equal(t, []watch.Change{
			{By: "officer", What: watch.Imported, Shift: "2000-01-03/2000-01-03"},
			{By: "officer", What: watch.Dropped, Shift: "2000-01-03/south/morning", Person: "jin"},
		}, r.noted()[:2])
		r.until("07:21:00")
		assert.Equal(t, volunteers, n.count("volunteer: "), "whoever owes nothing is not reminded")
		assert.Greater(t, len(n.all()), sent, "the others are")
	})
}

// Whoever a new sheet has be ready for another post stands at theirs no more: the
// officer reads whose claim that was, and the changes have it.
func TestAnImportDropsTheClaimOfWhomItHasBeReadyElsewhere(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{}, helped, func(of *watch.School) {
			south := of.Setup.Posts
			gatehouse(t, of)
			of.Setup.Posts = append(of.Setup.Posts, south...)
		})
		day := calendar.Span{From: monday(t), To: monday(t)}
		zhao, house := owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Guard)
		house.PostID, house.Window = "house", "day"
		_, err := r.Import(t.Context(), school, "officer", day, []duty.Entry{zhao, house})
		require.NoError(t, err)
		require.NoError(t, r.Claim(t.Context(), school, "volunteer", zhao.ShiftKey, duty.Volunteer, false))
		house.Substitute = "jin"
		notes, err := r.Import(t.Context(), school, "officer", day, []duty.Entry{zhao, house})
		require.NoError(t, err)
		assert.Equal(t, []alerting.Text{{
			ZH: "jin 认领的 2000-01-03 南门护学岗 07:20–08:35 未保留：新表中此人当时另有安排，请告知本人",
			EN: "the claim of jin, 2000-01-03 South gate 07:20–08:35, is dropped: the sheet has them stand, or be ready, elsewhere then; let them know",
		}}, notes)
		assert.Equal(t, []string{"day qian", "morning zhao"}, r.standing())
		assert.Contains(t, r.noted(), watch.Change{By: "officer", What: watch.Dropped, Shift: "2000-01-03/south/morning", Person: "jin"})
		require.ErrorIs(t, r.Claim(t.Context(), school, "volunteer", zhao.ShiftKey, duty.Volunteer, false), alerting.ErrConflict, "nor can they take it again")
	})
}
