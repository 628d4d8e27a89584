package pathcheck

import (
	"context"
	"errors"
	"log/slog"
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
	synctest.Test(t, func(t *testing.T) {
		r := &rig{}
		r.dir.Store(people.New(people.Lists{
			Schools:   []people.School{{ID: "s"}},
			Terminals: []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: []string{"s"}, Via: alerting.ViaLAN}},
		}))
		r.Checker = New(Config{Outside: "https://example.org/"}, Deps{
			People: r.dir.Load, Press: r, Store: r, On: r,
			Raise: func(string) bool { r.set(func() { r.raised++ }); return true },
			Outside: func(context.Context) error {
				r.set(func() { r.looks++ })
				return errors.New("no route")
			},
			Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
		})
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
