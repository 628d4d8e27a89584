package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/telemetry"
)

// recorded is a past that has these series, each with one point, and keeps what
// it was asked.
type recorded struct {
	keys []telemetry.Key
	// incidents are those that somebody was told of, once each.
	incidents []string
	err       error
	asked     *telemetry.Ask
}

func (r recorded) Course(_ context.Context, a telemetry.Ask) (telemetry.Course, error) {
	if r.err != nil {
		return telemetry.Course{}, r.err
	}
	*r.asked = a
	c := telemetry.Course{Since: a.From, Step: time.Minute}
	for _, k := range r.keys {
		if a.Admit(k) {
			c.Series = append(c.Series, telemetry.Series{Key: k, Points: []telemetry.Point{{At: a.From, Count: 2, Min: 1, Max: 3, Sum: 4, Last: 3}}})
		}
	}
	return c, nil
}

func (r recorded) Stages(_ context.Context, a telemetry.AskStages) (telemetry.Stages, error) {
	if r.err != nil {
		return telemetry.Stages{}, r.err
	}
	out := telemetry.Stages{Since: a.From}
	for _, incident := range r.incidents {
		if a.Admit(incident) {
			out.Told = append(out.Told, telemetry.Told{Audience: "police", Hour: a.From, Handed: []float64{.1}})
		}
	}
	return out, nil
}

func said() recorded {
	return recorded{asked: &telemetry.Ask{}, keys: []telemetry.Key{
		{Device: "b-1", Of: "device", Name: "battery"}, {Device: "b-1", Of: "device", Name: "rssi"}, {Device: "b-1", Of: "reading", Name: "open"},
		{Device: "b-1", Of: "reading", Name: "pressed"},
		{Device: "g-1", Of: "device", Name: "online"}, {Device: "g-1", Of: "reading", Name: "cries"}, {Device: "g-1", Of: "reading", Name: "passages_in"},
		{Device: "gone", Of: "device", Name: "online"},
		{Device: "g-1", Of: "post_coverage", Name: "open"}, // a kind of post that is called like a gate: never a reading
	}}
}

func startPast(t *testing.T, past api.Past) *hub {
	return startRecording(t, api.Config{}, filepath.Join(t.TempDir(), "office.db"), past)
}

const readings = "/api/v1/readings?school=" + apitest.School

func TestWhoMayReadReadings(t *testing.T) {
	h := startPast(t, said())
	want := map[string]int{
		"": 401, "liaison-1": 200, "officer-1": 200, "guard-1": 200, "volunteer-1": 403, "staff-1": 403, "district-1": 403, "parent-1": 403,
		"admin-1": 200, "other-1": 404, "named-1": 200,
	}
	for _, account := range accounts {
		b := h.browser()
		if account != "" {
			b = h.as(account)
		}
		assert.Equal(t, want[account], b.get(readings).status, account)
	}
	assert.Positive(t, h.refused("forbidden"))
}

// names are the series of an answer.
func names(t *testing.T, a answer) (out []string) {
	t.Helper()
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	for _, one := range a.json(t)["series"].([]any) {
		s := one.(map[string]any)
		out = append(out, fmt.Sprint(s["device"], " ", s["of"], " ", s["name"], " ", s["unit"]))
	}
	return out
}

// What a device measures beyond the contract may be what a confidential
// incident was found by: it does not exist for whoever may not see that.
func TestReadingsOfTheirOwnMakingAreForTheNamed(t *testing.T) {
	h := startPast(t, said())
	plain := []string{"b-1 device battery 1", "b-1 device rssi_dbm dBm", "g-1 device online 1", "g-1 reading passages_in 1"}
	for _, account := range []string{"liaison-1", "officer-1", "guard-1", "admin-1"} {
		assert.Equal(t, plain, names(t, h.as(account).get(readings)), account)
	}
	assert.Equal(t, []string{
		"b-1 device battery 1", "b-1 device rssi_dbm dBm", "b-1 reading open 1", "b-1 reading pressed ",
		"g-1 device online 1", "g-1 reading cries ", "g-1 reading passages_in 1",
	}, names(t, h.as("named-1").get(readings)), "a device that is configured no more is nobody's")
	assert.Equal(t, []string{"g-1 device online 1", "g-1 reading passages_in 1"}, names(t, h.as("guard-1").get(readings+"&device=g-1")))
}

func TestAReadingAsTheAPIGivesIt(t *testing.T) {
	past := said()
	h := startPast(t, past)
	a := h.as("officer-1").get(readings + "&device=g-1&points=50&from=2026-03-01T00:00:00Z&to=2026-03-02T08:00:00%2B08:00")
	body := a.json(t)
	assert.Equal(t, "2026-03-02T00:00:00.000Z", body["to"], "%s", a.body)
	assert.Equal(t, "2026-03-01T00:00:00.000Z", body["since"])
	assert.InDelta(t, 60_000, body["step_ms"], 0)
	assert.Equal(t, 50, past.asked.Points)
	assert.Equal(t, apitest.School, past.asked.School)
	point := body["series"].([]any)[0].(map[string]any)["points"].([]any)[0]
	assert.Equal(t, map[string]any{"at": "2026-03-01T00:00:00.000Z", "count": 2., "min": 1., "max": 3., "mean": 2., "sum": 4., "last": 3.}, point)
	h.as("officer-1").get(readings)
	assert.Equal(t, 24*time.Hour, past.asked.To.Sub(past.asked.From), "the last day, unless asked otherwise")
}

func TestWhatIsWrongWithAQuestionIsSaid(t *testing.T) {
	h := startPast(t, said())
	b := h.as("officer-1")
	for more, want := range map[string]int{
		"&device=b-9": 404, "&points=9": 422, "&points=1001": 422, "&from=yesterday": 422,
		"&from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z": 422,
		"&from=2026-03-01T00:00:00Z&to=2026-03-09T00:00:00Z": 422,
		"&device=" + url.QueryEscape("b-1\n"):                404,
	} {
		assert.Equal(t, want, b.get(readings+more).status, more)
	}
	assert.Equal(t, 422, b.get("/api/v1/readings").status, "no school")
	assert.Equal(t, b.get(readings+"&device=b-9").body, b.get("/api/v1/readings?school="+apitest.Other).body, "what is not there and what is not theirs")
	assert.Positive(t, h.refused("invalid"))
}

func TestReadingsAreRefusedWithAReason(t *testing.T) {
	h := start(t)
	assert.Equal(t, http.StatusServiceUnavailable, h.as("officer-1").get(readings).status, "nothing is recorded")
	assert.Positive(t, h.refused("unavailable"))

	h = startPast(t, recorded{err: telemetry.ErrBusy})
	assert.Zero(t, h.refused("readings_busy"))
	assert.Equal(t, http.StatusServiceUnavailable, h.as("officer-1").get(readings).status)
	assert.Positive(t, h.refused("readings_busy"))
	assert.Equal(t, http.StatusInternalServerError, startPast(t, recorded{err: errors.New("disk")}).as("officer-1").get(readings).status)
}

// One account's script does not keep the disk busy, nor anybody else away.
func TestReadingsAreNotAskedForTooOften(t *testing.T) {
	h := startPast(t, said())
	b := h.as("guard-1")
	var last answer
	for range 100 {
		if last = b.get(readings); last.status != http.StatusOK {
			break
		}
	}
	require.Equal(t, http.StatusTooManyRequests, last.status)
	assert.NotEmpty(t, last.header.Get("Retry-After"))
	assert.Positive(t, h.refused("readings_often"))
	assert.Equal(t, http.StatusOK, h.as("officer-1").get(readings).status)
}

// Every reason is a series before the first refusal.
func TestRefusalsAreCountedFromTheStart(t *testing.T) {
	h := start(t)
	families, err := h.metrics.Gather()
	require.NoError(t, err)
	series := map[string]int{}
	for _, f := range families {
		series[f.GetName()] = len(f.GetMetric())
	}
	assert.Greater(t, series["campushub_api_refused_total"], 10)
	assert.Equal(t, 5, series["campushub_api_sign_ins_total"])
	assert.Equal(t, 6, series["campushub_api_streams_closed_total"])
}
