package pathcheck

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a checker in a hub that is made of nothing: a press is answered by
// the steps of a whole way, unless it is cut.
type rig struct {
	*Checker
	dir atomic.Pointer[people.Directory]

	mu   sync.Mutex // guards what follows
	cut  bool
	slow bool // the office's disk
	// pageOnly has no police terminal; open has a page of theirs open; failing
	// has the terminal take nothing.
	pageOnly, open, failing bool
	raised                  int
	looks                   int
	kept                    []Check
	presses                 []time.Time
}

func (r *rig) Press(_ context.Context, school, id string) (time.Time, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	r.presses = append(r.presses, now)
	if r.cut {
		return now, errors.New("no answer in time")
	}
	r.Step(alerting.PathStep{School: school, Check: id, Stage: alerting.PathReached, At: now})
	r.Step(alerting.PathStep{School: school, Check: id, Stage: alerting.PathStored, At: now.Add(time.Millisecond)})
	if r.pageOnly {
		return now, nil
	}
	if r.failing {
		r.Step(alerting.PathStep{School: school, Check: id, Stage: alerting.PathHanded, At: now, Leg: leg(alerting.Police, "desk-1"), Reason: "not connected"})
		return now, nil
	}
	r.Step(alerting.PathStep{School: school, Check: id, Stage: alerting.PathReceived, At: now.Add(2 * time.Millisecond), Leg: leg(alerting.Police, "desk-1")})
	return now, nil
}

func (r *rig) KeepPathCheck(ctx context.Context, c Check) error {
	r.mu.Lock()
	slow := r.slow
	r.kept = append(r.kept, c)
	r.mu.Unlock()
	if slow {
		<-ctx.Done()
	}
	return ctx.Err()
}

func (r *rig) PathRecords(context.Context) (map[string]Records, error) { return nil, nil }

func (r *rig) PrunePathChecks(_ context.Context, before time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var left []Check
	for _, c := range r.kept {
		if !c.PressedAt.Before(before) {
			left = append(left, c)
		}
	}
	r.kept = left
	return nil
}

func (r *rig) Terminal(string) bool { return true }
func (r *rig) Console(account string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open && account == "desk"
}

func (r *rig) set(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

// story runs a checker of one school in virtual time.
func story(t *testing.T, f func(t *testing.T, r *rig)) {
	storyWith(t, func(*Deps) {}, f)
}

func storyWith(t *testing.T, change func(*Deps), f func(t *testing.T, r *rig)) {
	synctest.Test(t, func(t *testing.T) {
		r := &rig{}
		r.dir.Store(people.New(people.Lists{
			Schools:   []people.School{{ID: "s"}},
			Terminals: []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: []string{"s"}, Via: alerting.ViaLAN}},
		}))
		deps := Deps{
			People: r.dir.Load, Press: r, Store: r, On: r,
			Limits: func(string) Limits { return usual },
			Raise:  func(string) bool { r.set(func() { r.raised++ }); return true },
			Outside: func(context.Context) error {
				r.set(func() { r.looks++ })
				return errors.New("no route")
			},
			Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
		}
		change(&deps)
		r.Checker = New(Config{Outside: "https://example.org/"}, deps)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		synctest.Wait()
		f(t, r)
		cancel()
		require.NoError(t, <-done)
	})
}

func (r *rig) status() Status { return r.Statuses()[0] }

func TestOnceAMinuteTheWayIsProven(t *testing.T) {
	story(t, func(t *testing.T, r *rig) {
		assert.True(t, r.status().Waiting(time.Now()))
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		s := r.status()
		assert.True(t, s.Proven(time.Now()))
		assert.Equal(t, 2*time.Millisecond, s.Took)
		assert.Empty(t, s.Missing())
		assert.Equal(t, "no route", s.Outside.Why)
		r.set(func() {
			assert.Len(t, r.presses, 10)
			assert.Zero(t, r.raised)
			assert.InDelta(t, 10, r.looks, 1)
		})
	})
}

// After three minutes without a proof a fault is raised, once an episode.
func TestThreeMinutesWithoutAProofIsAFault(t *testing.T) {
	story(t, func(t *testing.T, r *rig) {
		time.Sleep(time.Minute)
		r.set(func() { r.cut = true })
		time.Sleep(2 * time.Minute)
		r.set(func() { assert.Zero(t, r.raised) })
		assert.True(t, r.status().Proven(time.Now()))
		time.Sleep(10 * time.Minute)
		r.set(func() { assert.Equal(t, 1, r.raised) })
		assert.False(t, r.status().Proven(time.Now()))
		assert.Equal(t, alerting.PathReached, r.status().Missing()[0].Stage)
		r.set(func() { r.cut = false })
		time.Sleep(time.Minute)
		assert.True(t, r.status().Proven(time.Now()))
		r.set(func() { r.cut = true })
		time.Sleep(5 * time.Minute)
		r.set(func() { assert.Equal(t, 2, r.raised, "another episode") })
	})
}

// Results are kept for seven days.
func TestOldResultsAreRemoved(t *testing.T) {
	story(t, func(t *testing.T, r *rig) {
		began := time.Now()
		time.Sleep(9 * 24 * time.Hour)
		synctest.Wait()
		r.set(func() {
			require.NotEmpty(t, r.kept)
			age := time.Since(r.kept[0].PressedAt)
			assert.LessOrEqual(t, age, keepFor+pruneEvery)
			assert.Greater(t, age, keepFor-pruneEvery)
			assert.Len(t, r.presses, int(time.Since(began)/time.Minute))
		})
	})
}

// An office that does not answer holds up nothing: checks go on, and what
// finds no room is counted.
func TestASlowOfficeHoldsUpNothing(t *testing.T) {
	story(t, func(t *testing.T, r *rig) {
		r.set(func() { r.slow = true })
		time.Sleep(10 * time.Hour)
		synctest.Wait()
		assert.True(t, r.status().Proven(time.Now()))
		r.set(func() { assert.Len(t, r.presses, 600); assert.Len(t, r.kept, 1) })
	})
}

// A school that a reload adds is checked, and one that it removes is forgotten.
func TestSchoolsComeAndGo(t *testing.T) {
	story(t, func(t *testing.T, r *rig) {
		r.dir.Store(people.New(people.Lists{Schools: []people.School{{ID: "other"}}}))
		r.Reloaded()
		synctest.Wait()
		require.Len(t, r.Statuses(), 1)
		assert.Equal(t, "other", r.status().School)
		assert.False(t, r.status().Coverage.Enough())
	})
}

// uplinks notes what a school's way was said to be.
type uplinks struct {
	mu   sync.Mutex // guards what follows
	full bool
	said []string
	from []time.Time // since when it was said to be lost
}

func (u *uplinks) note(s string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.full {
		return alerting.ErrUnavailable
	}
	u.said = append(u.said, s)
	return nil
}

func (u *uplinks) Lost(_ string, since time.Time, lasting bool) error {
	u.mu.Lock()
	u.from = append(u.from, since)
	u.mu.Unlock()
	if lasting {
		return u.note("lasting")
	}
	return u.note("lost")
}

func (u *uplinks) Back(string) error { return u.note("back") }

func (u *uplinks) all() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.said)
}

func (u *uplinks) refuse(full bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.full = full
}

// watched is a story in which the uplink is told of while open says so.
func watched(t *testing.T, open func(at time.Time) bool, f func(t *testing.T, r *rig, u *uplinks)) {
	u := &uplinks{}
	storyWith(t, func(d *Deps) {
		d.Uplink, d.Open = u, func(_ string, at time.Time) bool { return open(at) }
	}, func(t *testing.T, r *rig) { f(t, r, u) })
}

func always(time.Time) bool { return true }

// usual are the built-in limits.
var usual = Limits{Lost: 90 * time.Second, Lasting: 5 * time.Minute}

func TestLimitsHoldForChecksOnceAMinuteAndStretchForRarerOnes(t *testing.T) {
	for every, want := range map[time.Duration]Limits{
		time.Second:     usual, // more often shortens nothing
		time.Minute:     usual,
		2 * time.Minute: {Lost: 3 * time.Minute, Lasting: 10 * time.Minute},
	} {
		assert.Equal(t, want, usual.under(every), every)
	}
}

func TestASchoolMayHaveLimitsOfItsOwn(t *testing.T) {
	u := &uplinks{}
	change := func(d *Deps) {
		d.Uplink, d.Open = u, func(string, time.Time) bool { return true }
		d.Limits = func(school string) Limits {
			assert.Equal(t, "s", school)
			return Limits{Lost: 2 * time.Minute, Lasting: 8 * time.Minute}
		}
	}
	storyWith(t, change, func(t *testing.T, r *rig) {
		proven := r.cutNow()
		r.until(proven.Add(119 * time.Second))
		assert.Equal(t, []string{"back"}, u.all())
		r.until(proven.Add(121 * time.Second))
		assert.Equal(t, []string{"back", "lost"}, u.all())
		r.until(proven.Add(479 * time.Second))
		assert.Equal(t, []string{"back", "lost"}, u.all())
		r.until(proven.Add(481 * time.Second))
		assert.Equal(t, []string{"back", "lost", "lasting"}, u.all())
	})
}

// cutNow cuts the way after ten minutes, and says when it was proven last.
func (r *rig) cutNow() time.Time {
	time.Sleep(10 * time.Minute)
	synctest.Wait()
	r.set(func() { r.failing = true })
	return r.status().ProvenAt
}

func (r *rig) until(at time.Time) {
	time.Sleep(time.Until(at))
	synctest.Wait()
}

func TestAWayThatIsNotProvenIsToldAfter90SecondsAndAgainAfterFiveMinutes(t *testing.T) {
	watched(t, always, func(t *testing.T, r *rig, u *uplinks) {
		proven := r.cutNow()
		assert.Equal(t, []string{"back"}, u.all(), "what may be open of an earlier start is over, once")
		r.until(proven.Add(89 * time.Second))
		assert.Equal(t, []string{"back"}, u.all())
		r.until(proven.Add(91 * time.Second))
		assert.Equal(t, []string{"back", "lost"}, u.all())
		r.until(proven.Add(299 * time.Second))
		assert.Equal(t, []string{"back", "lost"}, u.all())
		r.until(proven.Add(301 * time.Second))
		assert.Equal(t, []string{"back", "lost", "lasting"}, u.all())
		for _, since := range u.from {
			assert.True(t, since.Equal(proven), "from the last proof on, and not from when it was told: %s", since)
		}
		time.Sleep(time.Hour)
		assert.Len(t, u.all(), 3, "each once")
		r.set(func() { r.failing = false })
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		assert.Equal(t, []string{"back", "lost", "lasting", "back"}, u.all())
	})
}

// A terminal that is started anew at the moment of a check alarms nobody.
func TestAWayThatIsBackBefore90SecondsIsToldToNobody(t *testing.T) {
	watched(t, always, func(t *testing.T, r *rig, u *uplinks) {
		proven := r.cutNow()
		r.until(proven.Add(70 * time.Second)) // one check has failed
		r.set(func() { r.failing = false })
		r.until(proven.Add(10 * time.Minute))
		assert.Equal(t, []string{"back"}, u.all())
	})
}

func TestAClosedSchoolsWayIsToldWhenItOpens(t *testing.T) {
	var open atomic.Bool
	watched(t, func(time.Time) bool { return open.Load() }, func(t *testing.T, r *rig, u *uplinks) {
		r.cutNow()
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		assert.Equal(t, []string{"back"}, u.all(), "nobody is there")
		open.Store(true)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"back", "lasting"}, u.all())
		open.Store(false)
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Len(t, u.all(), 2, "it stays, and is over when the way is proven")
		r.set(func() { r.failing = false })
		time.Sleep(2 * time.Minute)
		assert.Equal(t, "back", u.all()[2])
	})
}

// What was proven long before a start is no reason to tell anybody: the hub has
// not looked since.
func TestARestartRaisesNothingFalse(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	old := Check{ProvenAt: now.Add(-time.Hour)}
	w := restored(now, now.Add(10*time.Second), Records{Last: &old, Proven: &old})
	for after, want := range map[time.Duration]uplink{
		0: uplinkUnknown, 89 * time.Second: uplinkUnknown, 90 * time.Second: uplinkLost, 299 * time.Second: uplinkLost, 300 * time.Second: uplinkLasting,
	} {
		assert.Equal(t, want, w.uplinkAt(now.Add(after), usual, true), after)
		assert.Equal(t, uplinkUnknown, w.uplinkAt(now.Add(after), usual, false), after)
	}
	w.provenAt = now.Add(11 * time.Second)
	assert.Equal(t, uplinkFine, w.uplinkAt(now.Add(12*time.Second), usual, true), "what was open before is over")
	w.uplink = uplinkLasting
	assert.Equal(t, uplinkLasting, w.uplinkAt(now.Add(3*time.Minute), usual, true), "never less than was told")
	w.uplink = uplinkFine
	assert.Equal(t, uplinkFine, w.uplinkAt(now.Add(10*time.Minute), usual.under(10*time.Minute), true), "rarer checks need longer")
}

func TestWhatTheEngineHasNoRoomForIsSaidAgain(t *testing.T) {
	watched(t, always, func(t *testing.T, r *rig, u *uplinks) {
		proven := r.cutNow()
		u.refuse(true)
		r.until(proven.Add(2 * time.Minute))
		assert.Equal(t, []string{"back"}, u.all())
		u.refuse(false)
		r.until(proven.Add(122 * time.Second))
		assert.Equal(t, []string{"back", "lost"}, u.all())
	})
}

// Where the police have a page and no terminal, nobody who looks is no cut way,
// and whoever opens a page has time to prove it.
func TestAPageThatIsOpenedRaisesNothing(t *testing.T) {
	watched(t, always, func(t *testing.T, r *rig, u *uplinks) {
		r.set(func() { r.pageOnly = true })
		r.dir.Store(people.New(people.Lists{
			Schools:  []people.School{{ID: "s"}},
			Accounts: []people.Account{{Name: "desk", Role: alerting.RoleLiaison, Schools: []string{"s"}}},
		}))
		time.Sleep(8 * time.Hour)
		synctest.Wait()
		assert.Empty(t, u.all(), "nobody looks")
		r.set(func() { r.open = true })
		time.Sleep(80 * time.Second)
		synctest.Wait()
		assert.Empty(t, u.all())
		r.set(func() { assert.Zero(t, r.raised) })
		time.Sleep(11 * time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"lost"}, u.all(), "a page that is open and shows nothing")
		r.Shown("s", r.status().Last.ID, "desk", time.Now())
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"lost", "back"}, u.all())
	})
}
