package engine_test

import (
	"database/sql"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // as the journal's own driver

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
)

// forget takes the rows of all deliveries from the disk, as a crash does that
// comes before they are written.
func forget(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.Exec(`DELETE FROM tellings`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// receive reports the next message to each as received, and gives its delivery.
func (r *rig) receive(recipients ...string) map[string]string {
	r.t.Helper()
	ids := map[string]string{}
	for _, who := range recipients {
		m := r.next(who)
		ids[who] = m.Delivery
		r.Report(m.Progress(alerting.Received, "", time.Now()))
	}
	return ids
}

func TestDeliveriesThatWereNotStoredAreToldAgainUnderTheirIDs(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(press("b-1")))
	first := r.receive("desk-1")
	r.recipients()
	require.NoError(t, r.Press(press("b-1")))
	second := r.receive("desk-1")
	require.NotEqual(t, first, second)
	r.stop()
	forget(t, r.path)

	r = start(t, r.path, nil) // nobody subscribes: who has no connection has to be told too

	assert.Equal(t, second, r.receive("desk-1"), "the latest telling, under the delivery that everybody knows")
}

func TestClosingIsToldAfterARestart(t *testing.T) {
	for name, lose := range map[string]bool{"known": false, "its rows lost": true} {
		t.Run(name, func(t *testing.T) {
			r := start(t, "", nil)
			require.NoError(t, r.Press(press("b-1")))
			id := r.next("desk-1").Incident
			for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
				_, err := r.do(liaison, id, v)
				require.NoError(t, err)
			}
			r.next("desk-1")
			closing := r.next("desk-1")
			require.Equal(t, alerting.StateResolved, closing.State)
			r.stop()
			if lose {
				forget(t, r.path)
			}

			r = start(t, r.path, nil)
			assert.Empty(t, r.Unresolved())
			again := r.next("desk-1")
			assert.Equal(t, closing.Delivery, again.Delivery)
			assert.Equal(t, alerting.StateResolved, again.State)
			assert.Greater(t, again.Number, closing.Number, "a terminal passes over what is older than it has shown")
			r.recipients()

			r.TerminalUp(alerting.Police, "desk-1")
			again = r.next("desk-1")
			assert.Equal(t, closing.Delivery, again.Delivery, "the terminal comes up later, and hears it")
			r.Report(again.Progress(alerting.Received, "", time.Now()))
			require.Eventually(t, func() bool {
				i, err := r.Incident(t.Context(), id)
				return err == nil && lastState(i, again.Delivery) == alerting.Received
			}, 20*time.Second, time.Millisecond)
			i, err := r.Do(t.Context(), alerting.Command{Incident: id, Verb: alerting.VerbReport, Actor: officer, Report: "first", Way: "telephone"})
			require.NoError(t, err)
			assert.Greater(t, i.Number, again.Number, "what is said of it later goes on behind")
		})
	}
}

func lastState(i alerting.Incident, delivery string) alerting.DeliveryState {
	for _, d := range i.Deliveries {
		if d.ID == delivery {
			return d.State
		}
	}
	return ""
}

func TestClosingThatEverybodyHeardIsNotLoaded(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(press("b-1")))
	id := r.next("desk-1").Incident
	for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
		_, err := r.do(liaison, id, v)
		require.NoError(t, err)
	}
	for range 12 { // whoever it is for
		select {
		case m := <-r.told:
			r.Report(m.Progress(alerting.Received, "", time.Now()))
		case <-time.After(100 * time.Millisecond):
		}
	}
	r.stop()

	r = start(t, r.path, nil)
	records, _, _ := r.Held()
	assert.Zero(t, records)
}

func TestNumbersGrowOverStartsThatStoredNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	p := press("b-1")
	require.NoError(t, r.Press(p))
	last := r.next("desk-1")
	r.stop()
	var broken atomic.Bool
	broken.Store(true)
	disk := func(s journal.Stage) error {
		if broken.Load() && s != journal.StageCommitted {
			return errDisk
		}
		return nil
	}
	for range 3 { // each start tells, and none of it reaches the disk
		r = start(t, path, disk)
		r.TerminalUp(alerting.Police, "desk-1")
		m := r.next("desk-1")
		require.Greater(t, m.Number, last.Number)
		require.ErrorIs(t, r.Press(press("b-1")), engine.ErrNotStored)
		last = m
		for m = r.next("desk-1"); m.Again; m = r.next("desk-1") {
		}
		require.Greater(t, m.Number, last.Number)
		last = m
		r.stop()
	}
}

// nextEach waits for one message of each sort, in whatever order they come.
func (r *rig) nextEach(sorts ...func(deliver.Message) bool) []deliver.Message {
	r.t.Helper()
	found := make([]deliver.Message, len(sorts))
	for left := len(sorts); left > 0; {
		select {
		case m := <-r.told:
			for i, is := range sorts {
				if found[i].Delivery == "" && is(m) {
					found[i] = m
					left--
				}
			}
		case <-time.After(10 * time.Second):
			require.FailNow(r.t, "not everybody was told")
		}
	}
	return found
}

func faultTo(who string) func(deliver.Message) bool {
	return func(m deliver.Message) bool { return m.Recipient == who && m.Kind == alerting.KindHubFault }
}

func pressTo(who, press string) func(deliver.Message) bool {
	return func(m deliver.Message) bool { return m.Recipient == who && m.Press == press }
}

func TestIncidentOfWhichNothingWasStoredGoesOnBehindWhatWasTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	broken := func(s journal.Stage) error {
		if s != journal.StageCommitted {
			return errDisk
		}
		return nil
	}
	r := start(t, path, broken)
	first, second := press("b-1"), press("b-1")
	require.ErrorIs(t, r.Press(first), engine.ErrNotStored)
	require.ErrorIs(t, r.Press(second), engine.ErrNotStored)
	before := r.nextEach(pressTo("desk-1", second.ID), faultTo("officer"))
	r.stop()

	r = start(t, path, broken)
	first.Age, first.ReceivedAt = time.Since(first.ReceivedAt), time.Now()
	require.ErrorIs(t, r.Press(first), engine.ErrNotStored)
	after := r.nextEach(pressTo("desk-1", first.ID), faultTo("officer"))
	for i := range before {
		assert.Equal(t, before[i].Incident, after[i].Incident, "the same incident")
		assert.Greater(t, after[i].Number, before[i].Number, "and nobody takes it for an older update")
	}

	fresh := press("b-2")
	require.ErrorIs(t, r.Press(fresh), engine.ErrNotStored)
	assert.Equal(t, int64(1), r.nextEach(pressTo("desk-1", fresh.ID))[0].Number, "what was pressed under this start begins at 1")
}
