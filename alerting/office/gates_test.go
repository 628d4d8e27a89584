package office_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

func TestGatesOutliveARestartAndOldOnesAreForgotten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	open := func() *office.Store {
		s, err := office.Open(t.Context(), path, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		return s
	}
	s := open()
	all, until, err := s.Gates(t.Context(), time.Time{})
	require.NoError(t, err)
	assert.Empty(t, all)
	assert.True(t, until.IsZero(), "it has never looked")

	now := time.UnixMilli(1_772_400_000_123).UTC()
	one, whole := devices.Address{School: "a", Device: "g-1"}, devices.Address{School: "a"}
	m := rules.Memory{
		Rules: map[string]rules.Stood{"G1": {Raised: now}}, Seen: now, Boot: "b", Seq: 7, Known: []string{"open"},
		Values: map[string]float64{"open": 1}, Contact: rules.Contact{Open: true, Changed: now}, Entered: []rules.Bucket{{12, 3}},
		Today: rules.Tally{Day: "2026-03-02", School: true, In: 3},
	}
	require.NoError(t, s.KeepGates(t.Context(), map[devices.Address]rules.Memory{one: {Boot: "older"}, whole: m}, now, now.Add(-time.Hour)))
	require.NoError(t, s.KeepGates(t.Context(), map[devices.Address]rules.Memory{one: m}, now.Add(time.Minute), now))
	require.NoError(t, s.Close())
	s = open()
	defer s.Close()
	all, until, err = s.Gates(t.Context(), now)
	require.NoError(t, err)
	assert.Equal(t, map[devices.Address]rules.Memory{one: m, whole: m}, all)
	assert.True(t, until.Equal(now.Add(time.Minute)))
	require.NoError(t, s.KeepGates(t.Context(), nil, now.Add(2*time.Minute), now.Add(time.Second)))
	all, _, err = s.Gates(t.Context(), time.Time{})
	require.NoError(t, err)
	assert.Len(t, all, 1, "the other was written before")
}
