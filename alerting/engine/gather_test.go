package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// What is reported waits a moment for company, and a stop does not lose it.
func TestAStopKeepsWhatWasJustReported(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(press("b-1")))
	m := r.next("desk-1")
	r.Report(m.Progress(alerting.Received, "", time.Now()))
	received := func(all []alerting.Delivery) bool {
		for _, d := range all {
			if d.ID == m.Delivery {
				return d.State == alerting.Received
			}
		}
		return false
	}
	require.Eventually(t, func() bool {
		i, err := r.Incident(t.Context(), m.Incident)
		return err == nil && received(i.Deliveries)
	}, 10*time.Second, time.Millisecond)
	r.stop()
	again := start(t, r.path, nil)
	i, err := again.Incident(t.Context(), m.Incident)
	require.NoError(t, err)
	assert.True(t, received(i.Deliveries), "%+v", i.Deliveries)
}
