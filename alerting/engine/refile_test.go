package engine_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
)

// leave writes onto the disk what a crash left there: a resolution, and behind
// it a note that was handed over while nobody knew how the resolution fared.
func leave(t *testing.T, path, incident string) {
	t.Helper()
	j, err := journal.Open(t.Context(), journal.Config{Path: path}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	writing.Go(func() { _ = j.Run(ctx) })
	events, _, err := j.Get(t.Context(), incident)
	require.NoError(t, err)
	open := alerting.Fold(events)
	e := alerting.Event{Seq: j.LastSeq() + 1, Incident: incident, School: school, At: time.Now(), Actor: liaison}
	resolved, noted := e, e
	resolved.Type, resolved.Outcome = alerting.EventResolved, alerting.OutcomeAccidental
	noted.Seq, noted.Type, noted.Text = e.Seq+1, alerting.EventNoted, "words"
	closed := alerting.Fold(append(slices.Clone(events), resolved))
	open.Apply(noted)
	require.NoError(t, j.Append(journal.Entry{Event: &resolved, Incident: &closed}))
	require.NoError(t, j.Append(journal.Entry{Event: &noted, Incident: &open}))
	cancel()
	writing.Wait()
}

func TestAResolutionThatTheListDoesNotHaveIsInItAfterAStart(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(press("b-1")))
	told := r.next("desk-1")
	_, err := r.do(liaison, told.Incident, alerting.VerbReset)
	require.NoError(t, err)
	r.stop()
	leave(t, r.path, told.Incident)

	r = start(t, r.path, nil)
	closing := r.next("desk-1")
	assert.Equal(t, alerting.StateResolved, closing.State, "and whoever was told of it hears that it is closed")
	assert.Greater(t, closing.Number, told.Number+alerting.ResumeStep, "by a number that no lost update can have had")
	require.Eventually(t, func() bool { return len(r.Unresolved()) == 0 }, 20*time.Second, time.Millisecond, "the pages hear of it behind the terminals")
	require.Eventually(t, func() bool { return listedState(t, r, told.Incident) == alerting.StateResolved }, 20*time.Second, time.Millisecond)
	r.stop()

	r = start(t, r.path, nil)
	events, _, err := r.journal.Get(t.Context(), told.Incident)
	require.NoError(t, err)
	assert.Equal(t, alerting.EventUnstored, events[len(events)-1].Type)
	assert.Equal(t, alerting.EventNoted, events[len(events)-2].Type, "once is enough")
}
