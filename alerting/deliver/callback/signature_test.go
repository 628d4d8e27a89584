package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSignaturesThatAreRememberedAreBounded(t *testing.T) {
	s, began := NewSignatures(), time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for n := range maxSeen {
		require.NoError(t, s.claim(sum{byte(n), byte(n >> 8)}, began))
	}
	require.ErrorIs(t, s.claim(sum{1, 2, 3}, began), ErrDown)
	require.NoError(t, s.claim(sum{1, 2, 3}, began.Add(3*Window)), "what the window refuses need not be remembered")
	assert.Len(t, s.all, 1)
}
