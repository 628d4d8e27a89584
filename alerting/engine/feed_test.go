package engine

import (
	"log/slog"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
)

// The feed's goroutine may not have come to an update when somebody who was
// just told of it asks for the list.
func TestWhoWasToldFindsItInTheListWhateverTheFeedIsDoing(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	j, err := journal.Open(t.Context(), journal.Config{Path: t.TempDir() + "/journal.db"}, log, prometheus.NewRegistry())
	require.NoError(t, err)
	defer j.Close()
	e := New(Deps{Journal: j, Log: log, Registry: prometheus.NewRegistry()}) // nothing runs, the feed neither
	updates, stop := e.Watch()
	defer stop()
	for n := range int64(2) {
		e.feed.publish(alerting.Update{Incident: alerting.Incident{ID: "i", School: "ziwei", State: alerting.StateOpen, Number: n}})
	}

	listed, err := e.List(t.Context(), alerting.Query{Schools: []string{"ziwei"}, Limit: 10})
	require.NoError(t, err)
	require.Len(t, listed, 1)
	assert.Equal(t, int64(1), listed[0].Number)
	assert.Zero(t, (<-updates).Incident.Number, "in their order")
	assert.Equal(t, int64(1), (<-updates).Incident.Number)
}
