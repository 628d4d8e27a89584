package watch_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// nudger is the way to the people.
type nudger struct {
	mu    sync.Mutex // guards what follows
	got   []watch.Nudge
	full  int   // so many are refused first
	fails error // what becomes of all
	lost  bool  // nothing is heard of them, unless a test calls done
	done  []func(error)
}

func (n *nudger) Nudge(m watch.Nudge, done func(error)) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.full > 0 {
		n.full--
		return errors.New("no room")
	}
	n.got, n.done = append(n.got, m), append(n.done, done)
	if !n.lost {
		go done(n.fails)
	}
	return nil
}

// all lists who was told what.
func (n *nudger) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []string
	for _, m := range n.got {
		out = append(out, m.Account+m.Phone+": "+m.Text.ZH)
	}
	slices.Sort(out)
	return out
}

func TestPeopleAreRemindedOnceAlsoOverARestart(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		n := &nudger{full: 1}
		r := startWith(t, dir, n)
		sun := owes(t, "sun", duty.Volunteer)
		sun.Phone = "13900000001"
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher), sun)
		r.until("07:00:30")
		want := []string{
			"13900000001: 值班提醒:1月3日 07:20-08:35 南门护学岗,07:00起可签到", // the evening before
			"13900000001: 值班提醒:1月3日 07:20-08:35 南门护学岗,07:00起可签到", // an hour before
			"13900000001: 值班提醒:1月3日 07:20-08:35 南门护学岗,07:00起可签到", // 20 min before
		}
		require.Equal(t, want, n.all())
		ids := map[string]bool{}
		for _, m := range n.got {
			ids[m.ID] = true
		}
		assert.Len(t, ids, 3, "each is another")
		r.stop()

		r = startWith(t, dir, n)
		defer r.stop()
		r.until("07:02:00")
		assert.Equal(t, want, n.all(), "a restart reminds nobody twice")
		require.NoError(t, r.CheckIn(card("04a1b2c4")))
		r.until("07:21:00")
		assert.Equal(t, append(slices.Clone(want),
			"13900000001: 值班提醒:南门护学岗 07:20-08:35已开始,尚未签到。请到岗签到,不能到岗请告知学校",
			"guard: 值班提醒:南门护学岗 07:20-08:35已开始,尚未签到。请到岗签到,不能到岗请告知学校",
		), n.all(), "whoever is there is left in peace")
		r.until("12:00:00")
		assert.Len(t, n.all(), 5)
	})
}

func TestWhatWasOnItsWayIsSentAgainUnderTheSameID(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		n := &nudger{lost: true}
		r := startWith(t, dir, n)
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:20:30")
		require.Len(t, n.got, 1)
		r.until("07:21:30")
		require.Len(t, n.got, 1, "not while it is under way")
		r.stop()
		n.lost = false
		r = startWith(t, dir, n)
		defer r.stop()
		r.until("07:22:30")
		require.Len(t, n.got, 2)
		assert.Equal(t, n.got[0].ID, n.got[1].ID, "a gateway drops the second one")
	})
}

func TestTheBoardSaysWhoCouldNotBeReminded(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		n := &nudger{fails: errors.New("no way is known")}
		r := startWith(t, dir, n)
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		r.until("07:20:30")
		unreached := func() []string {
			b, _ := r.Board(school, time.Now())
			return b.UnreachedNames()
		}
		assert.Equal(t, []string{"zhao", "qian"}, unreached())
		r.stop()
		r = startWith(t, dir, n)
		defer r.stop()
		r.until("07:22:00")
		assert.Len(t, n.got, 2, "and is not tried for ever")
		require.NoError(t, r.CheckIn(card("04a1b2c3")))
		synctest.Wait()
		assert.Equal(t, []string{"qian"}, unreached(), "came all the same")
	})
}

// What a gateway has accepted may still not arrive: it says so later, or before
// anybody has heard that it had accepted it.
func TestTheBoardSaysWhoseReminderAGatewayCouldNotDeliver(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		n := &nudger{}
		r := startWith(t, dir, n)
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		r.until("07:20:30")
		unreached := func() []string {
			synctest.Wait()
			b, _ := r.Board(school, time.Now())
			return b.UnreachedNames()
		}
		require.Len(t, n.got, 2)
		require.Empty(t, unreached(), "both were accepted")
		r.Undelivered(t.Context(), "remind-unknown", "switched off")
		require.Empty(t, unreached())
		r.Undelivered(t.Context(), n.got[slices.IndexFunc(n.got, func(m watch.Nudge) bool { return m.Account == "staff" })].ID, "switched off")
		require.Equal(t, []string{"qian"}, unreached())
		r.stop()
		r = startWith(t, dir, n)
		defer r.stop()
		r.until("07:22:00")
		assert.Equal(t, []string{"qian"}, unreached(), "on the disk")
		assert.Len(t, n.got, 2)
	})
	bubble(t, func(t *testing.T, dir string) {
		n := &nudger{lost: true}
		r := startWith(t, dir, n)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:20:30")
		require.Len(t, n.got, 1)
		r.Undelivered(t.Context(), n.got[0].ID, "switched off")
		synctest.Wait()
		n.done[0](nil)
		synctest.Wait()
		b, _ := r.Board(school, time.Now())
		assert.Equal(t, []watch.Unreached{{Person: "zhao", Role: duty.Guard}}, b.Unreached, "a report may overtake the answer")
	})
}

func TestNobodyIsRemindedOfAClosedDay(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		n := &nudger{}
		r := startWith(t, dir, n)
		defer r.stop()
		closed, faults := calendar.Build(nil, calendar.School{Closed: []calendar.Closure{{
			Span: calendar.Span{From: monday(t), To: monday(t)}, Reason: calendar.Weather,
		}}})
		require.Empty(t, faults)
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "sun", duty.Volunteer))
		r.until("07:00:30")
		require.Len(t, n.got, 3)
		r.reload(func(of *watch.School) { of.Calendar = closed })
		r.until("12:00:00")
		assert.Len(t, n.got, 3, "closed in the morning")
		assert.Empty(t, r.open())
	})
}
