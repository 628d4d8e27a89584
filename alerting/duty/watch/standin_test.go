package watch_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

func (r *rig) standIns() []watch.StandIn {
	r.t.Helper()
	synctest.Wait()
	b, ok := r.Board(school, time.Now())
	require.True(r.t, ok)
	return b.StandIns
}

// A substitute who is named when the absence has been raised is told once, by
// their own ways, also over a restart; the officer sees that they were, and
// when. One who was named in time is told by the incident, and not by this.
func TestASubstituteWhoIsNamedLateIsTold(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		n := &nudger{}
		r := startWith(t, dir, n)
		zhao, qian, feng := owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher), owes(t, "feng", duty.Guard)
		feng.Window, feng.Phone = "afternoon", "13900000009"
		qian.Substitute = "wu"
		r.roster(zhao, qian, feng)
		r.until("07:25:15")
		require.Equal(t, []string{"post-missed low", "post-missed low"}, r.open())
		require.Len(t, n.got, 2, "zhao and qian, that their shift has begun")
		assert.Empty(t, r.standIns(), "wu was named in time: the incident asks for them")

		r.until("07:26:00")
		zhao.Substitute = "feng"
		r.roster(zhao, qian, feng)
		r.until("07:26:31")
		require.Len(t, n.got, 3)
		assert.Contains(t, n.all(), "13900000009: 值班提醒:请现在到南门护学岗替岗,07:20-08:35,到岗请签到。不能到岗请告知学校")
		got := r.standIns()
		require.Len(t, got, 1)
		assert.Equal(t, []any{"feng", "zhao", false, false}, []any{got[0].Person, got[0].For, got[0].Failed, got[0].Here})
		assert.Equal(t, "07:26:30", got[0].Told.In(r.of.Zone).Format(time.TimeOnly))
		r.stop()
		r = startWith(t, dir, n)
		defer r.stop()
		r.until("07:28:00")
		assert.Len(t, n.got, 3, "once")
		require.Len(t, r.standIns(), 1)
		assert.False(t, r.standIns()[0].Told.IsZero(), "on the disk")

		require.NoError(t, r.CheckIn(card("04a1b2c3"))) // zhao comes after all
		synctest.Wait()
		zhao.Substitute = "sun"
		r.roster(zhao, qian, feng)
		r.until("07:32:00")
		assert.Len(t, n.got, 3, "nobody is wanted in a place that is filled")
	})
}

// Whoever is put in another's place while the shift runs is told; who could not
// be is to be telephoned, and the officer reads that.
func TestWhoeverIsPutInAnothersPlaceIsTold(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		n := &nudger{}
		r := startWith(t, dir, n)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:26:00")
		require.Equal(t, []string{"post-missed low"}, r.open())
		require.NoError(t, r.Replace(t.Context(), school, "officer", at(t, "zhao", "morning"), "feng", "13900000009"))
		time.Sleep(5 * time.Second)
		assert.Contains(t, n.all(), "13900000009: 值班提醒:请现在到南门护学岗替岗,07:20-08:35,到岗请签到。不能到岗请告知学校")
		require.Len(t, r.standIns(), 1)
		assert.False(t, r.standIns()[0].Told.IsZero())
		assert.Empty(t, r.open(), "zhao owes it no more")

		n.mu.Lock()
		n.fails = errors.New("switched off")
		n.mu.Unlock()
		require.NoError(t, r.Replace(t.Context(), school, "officer", at(t, "feng", "morning"), "qian", ""))
		time.Sleep(5 * time.Second)
		require.Len(t, r.standIns(), 1)
		assert.True(t, r.standIns()[0].Failed)
		b, _ := r.Board(school, time.Now())
		assert.Equal(t, []string{"qian"}, b.UnreachedNames())
		assert.Empty(t, b.Phones, "the roster has no number")
		require.NoError(t, r.Replace(t.Context(), school, "officer", at(t, "qian", "morning"), "sun", "13900000008"))
		time.Sleep(5 * time.Second)
		b, _ = r.Board(school, time.Now())
		assert.Equal(t, map[string]watch.Phone{"sun": {Number: "13900000008", Role: duty.Guard}}, b.Phones)
		require.NoError(t, r.Replace(t.Context(), school, "officer", at(t, "sun", "morning"), "qian", ""))
		time.Sleep(5 * time.Second)
		require.NoError(t, r.CheckIn(card("04a1b2c4")))
		synctest.Wait()
		assert.True(t, r.standIns()[0].Here)
		b, _ = r.Board(school, time.Now())
		assert.Empty(t, b.Unreached)
	})
}

// Who was put there and could not be told before the grace was over is told that they
// stand in when the hub is back: nothing else has ever told them.
func TestWhoeverIsPutInAnothersPlaceIsToldAlsoAfterTheGrace(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		n := &nudger{}
		r := startWith(t, dir, n)
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:26:00")
		r.halt()
		store, key := r.office, owes(t, "feng", duty.Guard)
		key.Named, key.Phone = time.Now(), "13900000009"
		require.NoError(t, store.ChangeRoster(t.Context(), school, []calendar.Date{key.Date}, []duty.Entry{key}, nil))
		r.stop()
		r.until("07:40:00")
		n = &nudger{}
		r = startWith(t, dir, n)
		defer r.stop()
		r.until("07:40:35")
		assert.Contains(t, n.all(), "13900000009: 值班提醒:请现在到南门护学岗替岗,07:20-08:35,到岗请签到。不能到岗请告知学校")
		assert.Contains(t, r.open(), "post-missed low", "and missed all the same")
	})
}

// Who came before they could be told needs no word, neither while they are there nor
// when they have left; who could not be told for half an hour is to be telephoned.
func TestWhoCameBeforeTheyWereToldIsNotBeingTold(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{full: 1_000_000})
		defer r.stop()
		r.until("07:30:00")
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "feng", duty.Guard))
		require.Len(t, r.standIns(), 2)
		require.NoError(t, r.CheckIn(card("04a1b2c3")))
		require.Len(t, r.standIns(), 1)
		r.until("07:50:00")
		left := card("04a1b2c3")
		left.ID, left.Out = "left", true
		require.NoError(t, r.CheckIn(left))
		got := r.standIns()
		require.Len(t, got, 1)
		assert.Equal(t, []any{"feng", false}, []any{got[0].Person, got[0].Failed})
		r.until("08:00:01")
		got = r.standIns()
		require.Len(t, got, 1)
		assert.True(t, got[0].Failed)
	})
}
