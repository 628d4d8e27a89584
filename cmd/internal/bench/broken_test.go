package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/cmd/internal/bench/endpoints"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/firmware-sim/campus/load"
)

func TestEverybodysContactsAreAConfiguration(t *testing.T) {
	all, err := endpoints.NewEverybody(false, newEars().heard)
	require.NoError(t, err)
	s, err := newServed(filepath.Join(t.TempDir(), "hub"), "/hub", 2, []byte(brokenKey), all.Config)
	require.NoError(t, err)
	cfg, err := config.Load(s.part.args[2])
	require.NoError(t, err)
	require.Len(t, cfg.Contacts, 6, "a desk and a telephone for each audience")
	var channels []alerting.Channel
	for _, c := range cfg.Contacts[:2] {
		for _, p := range c.Paths {
			channels = append(channels, p.Channel)
		}
	}
	assert.Equal(t, []alerting.Channel{
		alerting.ChannelMQTT, alerting.ChannelWebhook, alerting.ChannelConsole, alerting.ChannelSMS, alerting.ChannelVoice,
	}, channels)
}

func TestPairsHaveWaysApart(t *testing.T) {
	all, err := endpoints.NewEverybody(true, newEars().heard)
	require.NoError(t, err)
	s, err := newServed(filepath.Join(t.TempDir(), "hub"), "/hub", 2, []byte(brokenKey), all.Config)
	require.NoError(t, err)
	cfg, err := config.Load(s.part.args[2])
	require.NoError(t, err)
	require.Len(t, cfg.Contacts, 12, "two desks and two telephones for each audience")
	far := map[string]bool{}
	for _, g := range cfg.Gateways {
		far[g.URL] = true
	}
	for _, h := range cfg.Webhooks {
		far[h.URL] = true
	}
	assert.Len(t, far, 3*3*2, "each at an address of its own")
}

func TestTheFirstReceiptCountsAndWhatIsMissingIsPastTheLimit(t *testing.T) {
	e, y := newEars(), newTally()
	for _, id := range []string{"soon", "late", "never"} {
		y.began(id)
	}
	sent := y.traces["soon"].sent
	const handed, received = endpoints.Handed, endpoints.Received
	for _, id := range []string{"soon", "late", "never"} {
		e.heard("police", id, handed, sent.Add(time.Millisecond))
		e.heard("guards", id, handed, sent)
	}
	e.heard("police", "soon", received, sent.Add(2*time.Second))
	e.heard("police", "soon", received, sent.Add(time.Second))
	e.heard("police", "late", received, sent.Add(3*time.Second))
	e.heard("school", "soon", received, sent.Add(time.Second))
	e.heard("police", "of another turn", received, sent)
	assert.False(t, e.all([]string{"soon"}), "the guards have not confirmed")

	b := e.result("this", y)

	assert.Equal(t, 3, b.Handed["police"].Count, "handed is no receipt")
	assert.Equal(t, 2, b.Receipts["police"].Count)
	assert.Equal(t, time.Second, b.Receipts["police"].P50)
	assert.Equal(t, map[string]int{"police": 1, "school": 2, "guards": 3}, b.Never)
	assert.Equal(t, 2, b.PastLimit, "the late one and the one that never came")
	e.heard("guards", "soon", received, sent)
	assert.True(t, e.all([]string{"soon"}))
}

func TestTheReportHasATableOfWhatBreaks(t *testing.T) {
	one := load.Spread{Count: 1, P50: time.Millisecond, P99: 2 * time.Millisecond, Max: 3 * time.Millisecond}
	assert.NotContains(t, report(figures{}), "while things break")
	got := report(figures{Broken: []broken{{
		What: "terminal dead", Handed: map[string]load.Spread{"police": {P50: time.Microsecond}}, Receipts: map[string]load.Spread{"police": one, "school": one, "guards": one},
		Never: map[string]int{"guards": 4}, PastLimit: 5,
	}}})
	assert.Contains(t, got, "| terminal dead | 0.0, 0.0, 0.0 | 1.0, 2.0, 3.0 | 1.0, 2.0, 3.0 | 1.0, 2.0, 3.0 | 4 | 5 |")
	assert.Contains(t, got, "while one path lived: **5**")
	assert.NotContains(t, got, "%!")
}
