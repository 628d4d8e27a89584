package engine_test

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// hold is a disk whose commits can be made to wait.
type hold struct{ shut chan chan struct{} }

func newHold() *hold { return &hold{shut: make(chan chan struct{}, 1)} }

func (h *hold) fault(s journal.Stage) error {
	if s != journal.StageBegin {
		return nil
	}
	select {
	case open := <-h.shut:
		<-open
	default:
	}
	return nil
}

// next makes the next commit wait until it is let go.
func (h *hold) next() (letGo func()) {
	open := make(chan struct{})
	h.shut <- open
	return func() { close(open) }
}

// bubble runs a story in virtual time.
func bubble(t *testing.T, f func(t *testing.T, path string)) {
	path := filepath.Join(t.TempDir(), "journal.db")
	synctest.Test(t, func(t *testing.T) { f(t, path) })
}

// repeat presses as a device does: again until it is told that it is stored.
func repeat(r *rig, p devices.Press) (err error) {
	for range 20 {
		if err = r.Press(p); err == nil {
			return nil
		}
	}
	return err
}

func TestVeryOldRepetitionIsKnown(t *testing.T) {
	r := start(t, "", nil)
	first := press("b-1")
	require.NoError(t, r.Press(first))
	var all sync.WaitGroup
	for range 600 { // more than the engine remembers of a device
		all.Go(func() { assert.NoError(t, repeat(r, press("b-1"))) })
	}
	all.Wait()

	require.NoError(t, r.Press(first))

	i, err := r.Incident(t.Context(), alerting.IncidentID(first.From, first.ID))
	require.NoError(t, err)
	assert.Equal(t, 601, i.PressCount)
}

func TestPressWithoutRoomInTheJournalKeepsItsPlace(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		disk := newHold()
		r := startWith(t, journal.Config{Path: path, Fault: disk.fault, MaxPending: 1})
		defer r.stop()
		letGo := disk.next()
		other := make(chan error)
		go func() { other <- r.Press(press("b-2")) }()
		synctest.Wait()
		first, second := press("b-1"), press("b-1")

		require.ErrorIs(t, r.Press(first), engine.ErrNotStored)
		letGo()
		require.NoError(t, <-other)
		for _, p := range []devices.Press{second, first} {
			require.Eventually(t, func() bool { return r.Press(p) == nil }, time.Minute, time.Second)
		}
		time.Sleep(30 * time.Second) // one at a time, a second apart

		events, deliveries, err := r.journal.Get(t.Context(), alerting.IncidentID(first.From, first.ID))
		require.NoError(t, err)
		i := alerting.Fold(events)
		require.Len(t, i.Presses, 2, "the opening press is stored before the one that joined it")
		assert.Equal(t, first.ID, i.Presses[0].ID)
		assert.NotEmpty(t, deliveries, "its deliveries follow")
	})
}

func TestResolutionWithoutRoomLeavesTheIncidentOpen(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		disk := newHold()
		r := startWith(t, journal.Config{Path: path, Fault: disk.fault, MaxPending: 1})
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		id := r.next("desk-1").Incident
		_, err := r.do(liaison, id, alerting.VerbReset)
		require.NoError(t, err)
		time.Sleep(time.Second)
		letGo := disk.next()
		other := make(chan error)
		go func() { other <- r.Press(press("b-2")) }()
		synctest.Wait()

		_, err = r.do(liaison, id, alerting.VerbResolve)
		require.ErrorIs(t, err, alerting.ErrUnavailable)
		letGo()
		require.NoError(t, <-other)
		_, err = r.do(liaison, id, alerting.VerbNote)
		require.NoError(t, err)
		time.Sleep(time.Minute)
		r.stop()

		again := start(t, path, nil)
		defer again.stop()
		i, err := again.Incident(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, alerting.StateOpen, i.State)
		assert.Equal(t, alerting.StateOpen, listedState(t, again, id))
	})
}

// listedState is the state of an incident in the journal's own list.
func listedState(t *testing.T, r *rig, id string) alerting.State {
	t.Helper()
	all, err := r.journal.List(t.Context(), alerting.Query{Schools: []string{school}, Limit: 10})
	require.NoError(t, err)
	n := slices.IndexFunc(all, func(i alerting.Incident) bool { return i.ID == id })
	require.GreaterOrEqual(t, n, 0)
	return all[n].State
}

func TestUndurablePressIsNeverReceipted(t *testing.T) {
	r := start(t, "", func(s journal.Stage) error {
		if s == journal.StageCommit || s == journal.StageOpen {
			return errDisk
		}
		return nil
	})
	p := press("b-1")
	require.ErrorIs(t, r.Press(p), engine.ErrNotStored)

	_, err := r.do(liaison, alerting.IncidentID(p.From, p.ID), alerting.VerbAcknowledge)
	require.NoError(t, err)

	l := r.nextLight()
	assert.Equal(t, devices.IndicatorAcknowledged, l.Indicator)
	assert.Empty(t, l.Receipt, "the button would send the press no more")
}

func TestLateResolutionTakesNoPressWithIt(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		disk := newHold()
		r := start(t, path, disk.fault)
		defer r.stop()
		p := press("b-1")
		p.Alarm = devices.Intrusion
		require.NoError(t, r.Press(p))
		old := r.next("desk-1").Incident
		_, err := r.do(liaison, old, alerting.VerbReset)
		require.NoError(t, err)
		letGo := disk.next()
		_, err = r.do(liaison, old, alerting.VerbResolve)
		require.ErrorIs(t, err, alerting.ErrUnavailable, "its commit took too long")

		next := press("b-1")
		require.ErrorIs(t, r.Press(next), engine.ErrNotStored)
		_, err = r.do(liaison, old, alerting.VerbNote)
		require.NoError(t, err)
		letGo()
		time.Sleep(time.Second)
		synctest.Wait()

		i, err := r.Incident(t.Context(), old)
		require.NoError(t, err)
		assert.Equal(t, alerting.StateResolved, i.State, "it was stored after all")
		assert.Equal(t, 1, i.PressCount)
		i, err = r.Incident(t.Context(), alerting.IncidentID(next.From, next.ID))
		require.NoError(t, err)
		assert.Equal(t, alerting.StateOpen, i.State)
		assert.True(t, i.Latched)
		assert.Equal(t, alerting.StateResolved, listedState(t, r, old))
	})
}

func TestResetThatAPressHasOvertakenResetsNoButton(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		disk := newHold()
		r := start(t, path, disk.fault)
		defer r.stop()
		p := press("b-1")
		require.NoError(t, r.Press(p))
		id := r.next("desk-1").Incident
		letGo := disk.next()
		done := make(chan error)
		go func() { _, err := r.do(guard, id, alerting.VerbReset); done <- err }()
		synctest.Wait()
		again := make(chan error)
		go func() { again <- r.Press(press("b-1")) }()
		synctest.Wait()
		letGo()
		require.NoError(t, <-done)
		require.NoError(t, <-again)
		synctest.Wait()

		i, err := r.Incident(t.Context(), id)
		require.NoError(t, err)
		assert.True(t, i.Latched)
		for range 3 {
			assert.False(t, r.nextLight().Reset)
		}
	})
}

func TestButtonWithoutIDsRingsAgain(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")
	p.ID, p.Malformed = "m-0123456789abcdef0123456789abcdef", true
	require.NoError(t, r.Press(p))
	id := r.next("desk-1").Incident
	require.NoError(t, r.Press(p), "the same again while somebody works on it")
	for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
		_, err := r.do(liaison, id, v)
		require.NoError(t, err)
		r.next("desk-1")
	}

	p.ReceivedAt = time.Now()
	require.NoError(t, r.Press(p))

	assert.NotEqual(t, id, r.next("desk-1").Incident)
}

// A button without ids says the same with every press. Somebody has made its
// incident confidential: the next press is another alarm, and one only, however
// often the button says it, also after a restart.
func TestAButtonWithoutIDsRingsOnceAfterAConcealment(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		p := press("b-1")
		p.ID, p.Malformed = "m-0123456789abcdef0123456789abcdef", true
		require.NoError(t, r.Press(p))
		first := r.next("desk-1").Incident
		r.classify(first, "bullying")
		require.Equal(t, alerting.ConcealedText(), r.next("desk-1").Text)

		open := func() (all []string) {
			for _, i := range r.Unresolved() {
				all = append(all, i.ID)
			}
			return all
		}
		repeat := func() {
			for range 20 {
				time.Sleep(5 * time.Second)
				p.ReceivedAt = time.Now()
				require.NoError(t, r.Press(p))
			}
		}
		repeat()
		again := r.next("desk-1")
		assert.NotEqual(t, first, again.Incident)
		assert.Len(t, open(), 2)
		i, err := r.Incident(t.Context(), again.Incident)
		require.NoError(t, err)
		assert.Equal(t, 1, i.PressCount, "the rest is the same press again")
		r.stop()

		r = start(t, path, nil)
		defer r.stop()
		repeat()
		assert.Len(t, open(), 2)
	})
}

func TestAButtonWithoutIDsIsMarkedUnstoredToo(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		disk := newHold()
		r := start(t, path, disk.fault)
		defer r.stop()
		p := press("b-1")
		p.ID, p.Malformed = "m-0123456789abcdef0123456789abcdef", true
		require.NoError(t, r.Press(p))
		for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
			_, err := r.do(liaison, alerting.IncidentID(p.From, p.ID), v)
			require.NoError(t, err)
		}
		time.Sleep(time.Second)
		letGo := disk.next()
		defer letGo()
		p.ReceivedAt = time.Now()
		require.ErrorIs(t, r.Press(p), engine.ErrNotStored)
		time.Sleep(time.Second)
		for _, i := range r.Unresolved() {
			if i.Device == "b-1" && i.PressCount > 0 {
				assert.False(t, i.Stored)
				full, err := r.Incident(t.Context(), i.ID)
				require.NoError(t, err)
				assert.Equal(t, alerting.EventUnstored, full.Timeline[len(full.Timeline)-1].Event)
				return
			}
		}
		require.Fail(t, "the alarm is open")
	})
}

func TestTerminalThatServesTheSchoolNoMoreIsToldNothing(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(press("b-1")))
	r.next("desk-1")
	r.recipients()
	r.people.Store(people.New(people.Lists{
		Schools: directory().Schools(), Devices: directory().Devices(),
		Terminals: []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: []string{"elsewhere"}}},
	}))

	require.NoError(t, r.Press(press("b-1")))

	assert.Empty(t, r.recipients())
}

func TestWhoeverTookItOnSparesThePolice(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		p := press("b-1")
		p.Alarm = devices.Fight
		require.NoError(t, r.Press(p))
		_, err := r.do(guard, alerting.IncidentID(p.From, p.ID), alerting.VerbAcknowledge)
		require.NoError(t, err)
		assert.NotContains(t, r.recipients(), "desk-1")

		time.Sleep(61 * time.Second)
		assert.NotContains(t, r.recipients(), "desk-1")

		again := press("b-2")
		again.Alarm = devices.Fight
		require.NoError(t, r.Press(again))
		time.Sleep(61 * time.Second)
		assert.Contains(t, r.recipients(), "desk-1", "nobody took this one on")
	})
}

func TestNewRoundHasItsOwnTimeToReachThePolice(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		r.Report(r.next("desk-1").Progress(alerting.Handed, "", time.Now()))
		time.Sleep(engine.UnreachedAfter - time.Second)
		require.NoError(t, r.Press(press("b-1")))
		r.nextLight()
		r.nextLight()

		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Empty(t, r.lights, "the second press is two seconds old")

		time.Sleep(engine.UnreachedAfter)
		assert.Equal(t, devices.IndicatorFailed, r.nextLight().Indicator)
	})
}

func TestReceiptOfTheLastDeliveryCounts(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(press("b-1")))
	id := r.next("desk-1").Incident
	_, err := r.do(liaison, id, alerting.VerbReset)
	require.NoError(t, err)
	r.next("desk-1")
	_, err = r.do(liaison, id, alerting.VerbResolve)
	require.NoError(t, err)
	last := r.next("desk-1")
	r.Report(last.Progress(alerting.Handed, "", time.Now()))
	r.Report(r.next("sign-1").Progress(alerting.Handed, "", time.Now()))

	r.Confirm(alerting.Police, "desk-1", last.Delivery, alerting.Received, time.Now())

	require.Eventually(t, func() bool {
		_, deliveries, err := r.journal.Get(t.Context(), id)
		return err == nil && slices.ContainsFunc(deliveries, func(d alerting.Delivery) bool {
			return d.ID == last.Delivery && d.State == alerting.Received
		})
	}, 20*time.Second, 10*time.Millisecond)
}

// A device repeats itself while the commit of its press still runs: both wait
// for that one commit, and nobody is told twice.
func TestARepetitionDuringTheCommitJoinsIt(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		disk := newHold()
		r := start(t, path, disk.fault)
		defer r.stop()
		letGo := disk.next()
		p := press("b-1")
		answers := make(chan error, 2)
		go func() { answers <- r.Press(p) }()
		synctest.Wait()
		require.NotEmpty(t, r.told, "told before its commit")
		told := len(r.told)

		go func() { answers <- r.Press(p) }()
		synctest.Wait()

		assert.Empty(t, answers, "neither is acknowledged before the press is durable")
		assert.InDelta(t, 1, r.sum("presses_repeated_total"), 0)
		assert.Len(t, r.told, told, "and nobody is told again")
		letGo()
		require.NoError(t, <-answers)
		require.NoError(t, <-answers)
		i, err := r.Incident(t.Context(), alerting.IncidentID(p.From, p.ID))
		require.NoError(t, err)
		assert.Equal(t, 1, i.PressCount)
		assert.True(t, i.Stored)
		assert.InDelta(t, 1, r.count("presses_total", map[string]string{"mode": "live"}), 0)
	})
}
