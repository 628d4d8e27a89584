package hub_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
	gaterules "example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

// smoky gives the school a rule of its own.
func smoky(yaml string) string {
	return withRules(yaml, `rules: [{id: smoke, title: {zh: 烟雾, en: smoke}, when: '"smoke" in values && values["smoke"] > 3.0', kind: hazard}]`)
}

// withRules adds a key to what the school says of its gates.
func withRules(yaml, key string) string {
	const school = "rules:\n  - schools: [ziwei-primary]\n"
	return strings.Replace(yaml, school, school+"    "+key+"\n", 1)
}

// hazards lists the states of what the rule has raised, the latest first.
func (c caller) hazards() (states []string) {
	var shown struct {
		Incidents []struct{ ID, Kind, State string } `json:"incidents"`
	}
	require.Equal(c.t, http.StatusOK, c.call("GET", "/api/v1/incidents", nil, &shown))
	for _, i := range shown.Incidents {
		if i.Kind == "hazard" {
			states = append(states, i.State)
		}
	}
	return states
}

// ruled waits until the rules have taken so many readings in, or changed so.
func (r *running) ruled(t *testing.T, line string) {
	t.Helper()
	eventually(t, func() bool { return strings.Contains(r.metrics(t), line+"\n") }, line)
}

// remembered is what the office has of the gate.
func (r *running) remembered(t *testing.T, gate string) func() gaterules.Memory {
	t.Helper()
	store, err := office.Open(t.Context(), filepath.Join(filepath.Dir(r.campus.Config), "office.db"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	return func() gaterules.Memory {
		all, _, err := store.Gates(t.Context(), time.Time{})
		require.NoError(t, err)
		return all[devices.Address{School: r.campus.Devices[0].School, Device: gate}]
	}
}

// What a gate's sensors said goes on after a restart: what an officer has closed
// while it lasts is not raised again until it was over.
func TestGateRulesGoOnAfterARestart(t *testing.T) {
	r := start(t, smoky)
	say := r.sensor(t)
	say(`{"values":{"smoke":9}}`)
	officer := r.callAs(t, "officer")
	eventually(t, func() bool { return len(officer.hazards()) == 1 }, "raised")
	var shown struct{ Incidents []struct{ ID string } }
	require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/incidents", nil, &shown))
	require.Equal(t, http.StatusOK, officer.call("POST", "/api/v1/incidents/"+shown.Incidents[0].ID+"/resolve", map[string]any{"outcome": "real"}, nil))
	memory := r.remembered(t, "g-1")
	eventually(t, func() bool { return !memory().Rules["smoke"].Raised.IsZero() }, "on the disk, without a stop")
	require.NoError(t, r.stop())

	r = serve(t, r.campus)
	say, officer = r.sensor(t), r.callAs(t, "officer")
	for n, reading := range []string{`{"values":{"smoke":8}}`, `{"values":{"smoke":1}}`} {
		say(reading)
		r.ruled(t, fmt.Sprintf("campushub_rules_readings_total %d", n+1))
	}
	r.ruled(t, `campushub_rules_changes_total{what="cleared"} 1`)
	assert.Equal(t, []string{"resolved"}, officer.hazards())
	say(`{"values":{"smoke":9}}`)
	eventually(t, func() bool { return len(officer.hazards()) == 2 }, "it was over, and holds again")
}
