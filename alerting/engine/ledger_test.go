package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func TestLedgerKnowsWhenAPressWasStored(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")
	require.NoError(t, r.Press(p))
	id := r.next("desk-1").Incident
	first := r.storedAt(id)
	require.NotNil(t, first)
	assert.False(t, first.Before(p.ReceivedAt))
	_, err := r.do(liaison, id, alerting.VerbReset)
	require.NoError(t, err)
	r.stop()

	r = start(t, r.path, nil)
	again := r.storedAt(id)
	require.NotNil(t, again, "also after a restart")
	assert.True(t, again.Equal(*first))
	_, err = r.do(liaison, id, alerting.VerbResolve)
	require.NoError(t, err)
	for _, listed := range r.Unresolved() {
		assert.Nil(t, listed.Presses[0].StoredAt, "lists carry no ledger")
	}
}

// storedAt is when the first press was stored, as its page says.
func (r *rig) storedAt(id string) *time.Time {
	i, err := r.Incident(r.t.Context(), id)
	require.NoError(r.t, err)
	return i.Presses[0].StoredAt
}
