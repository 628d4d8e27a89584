package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/firmware-sim/campus/load"
)

func TestTheSchoolOfTheBenchTellsItsParentsByText(t *testing.T) {
	s := &parentsSchool{texts: &gateway{ask: person{console: "http://127.0.0.1:1"}}}
	var err error
	s.served, err = newServed(filepath.Join(t.TempDir(), "hub"), "/hub", 2, []byte(brokenKey), s.texts.config)
	require.NoError(t, err)
	sheet, err := s.configure()
	require.NoError(t, err)
	assert.FileExists(t, sheet)
	cfg, err := config.Load(s.served.part.args[2])
	require.NoError(t, err)
	assert.Equal(t, "parents-texts", cfg.Schools[0].ToParents[alerting.ChannelSMS])
}

func TestTheGatewayOfTheBenchIsStrict(t *testing.T) {
	server := httptest.NewServer(newTexts())
	defer server.Close()
	g := &gateway{ask: person{console: server.URL}}
	defer http.DefaultClient.CloseIdleConnections()
	tell := func(body string) int {
		r, err := http.Post(server.URL+"/", "application/json", bytes.NewReader([]byte(body)))
		require.NoError(t, err)
		_ = r.Body.Close()
		return r.StatusCode
	}
	assert.Equal(t, 200, tell(`{"to":"1","text":"a","reference":"r-1"}`))
	assert.Equal(t, 200, tell(`{"to":"1","text":"a","reference":"r-1"}`), "a repetition says that it is one")
	assert.Equal(t, 200, tell(`{"to":"2","text":"a","reference":"r-2"}`))
	got, err := g.all(t.Context(), 2, time.Now())
	require.NoError(t, err)
	assert.False(t, got.First.IsZero())
	assert.False(t, got.Last.Before(got.First))
	_, err = g.all(t.Context(), 3, time.Now())
	require.ErrorContains(t, err, "2 of 3")

	for body, fault := range map[string]string{
		`{"to":"1","text":"a","reference":"r-4"}`:           "the second one to its number",
		`{"to":"3","text":"","reference":"r-5"}`:            "not whole",
		`{"to":"3","text":"a","reference":"r","place":"x"}`: "unknown field",
	} {
		require.NoError(t, g.begin(t.Context()))
		assert.Equal(t, 200, tell(`{"to":"1","text":"a","reference":"r-3"}`), "another turn's")
		assert.Equal(t, 400, tell(body), body)
		_, err = g.all(t.Context(), 1, time.Now())
		require.ErrorContains(t, err, fault, body)
	}
}

func TestTheReportHasTheRatioBesideParents(t *testing.T) {
	assert.NotContains(t, report(figures{}), "parents are told")
	turn := func(p99 time.Duration) sample {
		return sample{Load: load.Result{Terminal: load.Hop{FromWrite: load.Spread{P99: p99}}}}
	}
	got := report(figures{Parents: &besideParents{
		Alone:  []sample{turn(2 * time.Millisecond), turn(4 * time.Millisecond), turn(time.Millisecond)},
		Beside: []sample{turn(3 * time.Millisecond), turn(4 * time.Millisecond), turn(2 * time.Millisecond)},
		First:  []time.Duration{time.Second}, Last: []time.Duration{12 * time.Second},
	}})
	assert.Contains(t, got, "is **1.50 (1.00–2.00)** times the one without", "block by block")
	assert.Contains(t, got, "1.00 (1.00–1.00) s after the release, the last one 12.00")
	assert.NotContains(t, got, "%!")
}
