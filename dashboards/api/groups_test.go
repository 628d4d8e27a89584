package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestOneActionTakesAllOfAGroupOn(t *testing.T) {
	h := start(t)
	one := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	two := h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Fire))
	h.engine.Press(apitest.APress(apitest.School, "b-3", devices.Bullying))
	foreign := h.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Fire))
	b := h.as("liaison-1")
	groups := b.get("/api/v1/groups").json(t)["groups"].([]any)
	require.Len(t, groups, 1)
	assert.Equal(t, []any{one.ID, two.ID}, groups[0].(map[string]any)["incidents"], "the oldest first, and nothing confidential")

	body := m{"id": uuid.NewString(), "incidents": []m{{"id": one.ID, "number": one.Number}, {"id": two.ID, "number": two.Number}}}
	a := b.post("/api/v1/incidents/acknowledge", body)
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	assert.Len(t, a.json(t)["incidents"], 2)
	assert.Empty(t, a.json(t)["refused"])
	for _, id := range []string{one.ID, two.ID} {
		i, err := h.engine.Incident(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, i.Acknowledgements, 1, "each has an event of its own")
		assert.Equal(t, "liaison-1", i.Acknowledgements[0].By)
		assert.Equal(t, alerting.StateAcknowledged, i.State)
	}
	require.Equal(t, http.StatusOK, b.post("/api/v1/incidents/acknowledge", body).status, "twice changes nothing")
	i, err := h.engine.Incident(t.Context(), one.ID)
	require.NoError(t, err)
	assert.Len(t, i.Acknowledgements, 1)

	both := m{"incidents": []m{{"id": one.ID}, {"id": foreign.ID}}}
	assert.Equal(t, http.StatusNotFound, b.post("/api/v1/incidents/acknowledge", both).status, "what one may not see is not there")
	assert.Equal(t, http.StatusUnprocessableEntity, h.as("named-1").post("/api/v1/incidents/acknowledge", both).status, "one actor, one school")
	assert.Equal(t, http.StatusUnprocessableEntity, b.post("/api/v1/incidents/acknowledge", m{"incidents": []m{}}).status)
	assert.Equal(t, http.StatusForbidden, h.as("parent-1").get("/api/v1/groups").status)
}

func TestOneThatIsClosedKeepsNoOtherBack(t *testing.T) {
	h := start(t)
	closed := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	open := h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Fire))
	b := h.as("liaison-1")
	require.Equal(t, http.StatusOK, b.post("/api/v1/incidents/"+closed.ID+"/reset", m{"reason": "looked"}).status)
	require.Equal(t, http.StatusOK, b.post("/api/v1/incidents/"+closed.ID+"/resolve", m{"outcome": "accidental"}).status)

	a := b.post("/api/v1/incidents/acknowledge", m{"incidents": []m{{"id": closed.ID}, {"id": open.ID}}})

	require.Equal(t, http.StatusOK, a.status)
	assert.Len(t, a.json(t)["incidents"], 1)
	refused := a.json(t)["refused"].([]any)[0].(map[string]any)
	assert.Equal(t, closed.ID, refused["id"])
	assert.Contains(t, refused["reason"], "resolved")
}

// pressedAndClosed is a press of so long ago that ended so.
func (h *hub) pressedAndClosed(b *browser, device string, ago time.Duration, outcome alerting.Outcome) {
	h.t.Helper()
	p := apitest.APress(apitest.School, device, devices.Emergency)
	p.ReceivedAt = p.ReceivedAt.Add(-ago)
	i := h.engine.Press(p)
	require.Equal(h.t, http.StatusOK, b.post("/api/v1/incidents/"+i.ID+"/reset", m{"reason": "looked"}).status)
	a := b.post("/api/v1/incidents/"+i.ID+"/resolve", m{"outcome": string(outcome)})
	require.Equal(h.t, http.StatusOK, a.status, "%s", a.body)
}

func TestFalseAlarmsAreCountedAndNobodyIsRanked(t *testing.T) {
	h := start(t)
	b := h.as("liaison-1")
	day := 24 * time.Hour
	h.pressedAndClosed(b, "b-1", day, alerting.OutcomeAccidental)
	for n := range 3 {
		h.pressedAndClosed(b, "b-2", time.Duration(n+2)*day, alerting.OutcomePrank)
	}
	h.pressedAndClosed(b, "b-3", day, alerting.OutcomeUnfounded)
	h.pressedAndClosed(b, "b-3", 100*day, alerting.OutcomeAccidental)
	h.pressedAndClosed(b, "b-4", 100*day, alerting.OutcomeUnfiledTest)

	for _, who := range []string{"liaison-1", "officer-1"} {
		a := h.as(who).get("/api/v1/false-alarms")
		require.Equal(t, http.StatusOK, a.status, "%s", a.body)
		schools := a.json(t)["schools"].([]any)
		require.Len(t, schools, 1)
		s := schools[0].(map[string]any)
		assert.Equal(t, map[string]any{"school": apitest.School, "count": 1.0, "review": false, "whole": true, "devices": s["devices"], "device_days": 90.0, "school_days": 365.0}, s)
		devs := s["devices"].([]any)
		require.Len(t, devs, 2, "good faith never counts, nor what is long ago")
		first, second := devs[0].(map[string]any), devs[1].(map[string]any)
		assert.Equal(t, []any{"b-1", 1.0, false}, []any{first["device"], first["count"], first["warn"]}, "by name, and not by count")
		assert.Equal(t, []any{"b-2", 3.0, true}, []any{second["device"], second["count"], second["warn"]})
	}
	for _, who := range []string{"guard-1", "parent-1", "staff-1", "district-1", "admin-1"} {
		assert.Equal(t, http.StatusForbidden, h.as(who).get("/api/v1/false-alarms").status, "%s: who fears the count does not press", who)
	}
	assert.Empty(t, h.as("other-1").get("/api/v1/false-alarms").json(t)["schools"].([]any)[0].(map[string]any)["devices"])
}
