package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// seers is a row of the table for a verb that whoever sees the incident may use.
func seers(status int) []int {
	return []int{401, status, status, status, 404, 404, 404, 404, 404, 404, status}
}

// raisers is the same for raising an incident: guards and officers.
func raisers(status int) []int {
	return []int{401, 403, status, status, 403, 403, 403, 403, 403, 403, 403}
}

// anybody is a row for content that is wrong whatever it is about.
func anybody(status int) []int {
	out := all(status)
	out[0] = 401
	return out
}

func TestWhoMayUseTheFurtherVerbs(t *testing.T) {
	h := start(t)
	open := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency)).ID
	near := h.engine.Press(apitest.APress(apitest.School, "b-3", devices.Fire)).ID
	foreign := h.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Fire)).ID
	hidden := h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Bullying)).ID
	d := apitest.APress(apitest.School, "b-4", devices.Fire)
	d.Mode = devices.Drill
	drill := h.engine.Press(d).ID
	browsers := map[string]*browser{"": h.browser()}
	for _, a := range accounts[1:] {
		browsers[a] = h.as(a)
	}
	wall := h.engine.Press(apitest.APress(apitest.School, "b-4", devices.Hazard)).ID
	foreignOnly := []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 200, 200}
	namedOnly := []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 200}
	policeOnly := []int{401, 200, 403, 403, 404, 404, 404, 404, 404, 404, 200}
	raise := func(school, place string) m {
		return m{"id": uuid.NewString(), "school": school, "place": place, "kind": "fire"}
	}
	for _, row := range []struct {
		incident, verb string
		body           m
		want           []int
	}{
		{open, "verify", m{"verify": "real", "facts": []string{"armed"}}, seers(200)},
		{open, "verify", m{"withdrawn": []string{"armed"}}, seers(200)},
		{open, "verify", m{}, seers(422)},
		{open, "verify", m{"facts": []string{"他有刀"}}, seers(422)},
		{hidden, "verify", m{"verify": "real"}, namedOnly},
		{foreign, "verify", m{"verify": "real"}, foreignOnly},
		{open, "classify", m{"kind": "attack"}, seers(200)},
		{open, "classify", m{"kind": "attack", "severity": "high"}, []int{401, 0, 403, 403, 404, 404, 404, 404, 404, 404, 200}},
		{open, "classify", m{"kind": "earthquake"}, seers(422)},
		{open, "classify", m{"kind": "hub-fault"}, seers(422)},
		{hidden, "classify", m{"kind": "fight"}, namedOnly},
		{open, "dispatch", m{"stage": "sent"}, policeOnly},
		{open, "dispatch", m{"stage": "soon"}, anybody(422)},
		{hidden, "dispatch", m{"stage": "sent"}, namedOnly},
		{open, "arrive", m{"party": "school"}, seers(200)},
		{open, "arrive", m{"party": "school", "correct": true}, seers(422)},
		{open, "arrive", m{"party": "press"}, anybody(422)},
		{open, "arrive", m{"party": "police", "at": "2020-01-01T00:00:00Z"}, seers(422)},
		{hidden, "arrive", m{"party": "school"}, namedOnly},
		{open, "call", m{"to": "120", "reached": true}, seers(200)},
		{open, "call", m{"to": "120", "text": "a name"}, seers(422)},
		{open, "call", m{"to": "12345"}, anybody(422)},
		{hidden, "call", m{"to": "guardian"}, namedOnly},
		{open, "link", m{"incident": near}, seers(200)},
		{open, "link", m{"incident": open}, seers(422)},
		{open, "link", m{}, seers(422)},
		{open, "link", m{"incident": strings.Repeat("0", 32)}, seers(404)},
		{open, "link", m{"incident": foreign}, []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 422}},
		{open, "link", m{"incident": hidden}, []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 409}},
		{open, "unlink", m{"incident": near}, seers(200)},
		{open, "unlink", m{"incident": hidden}, namedOnly},
		{near, "refer", m{"audience": "staff", "reason": "关门"}, []int{401, 409, 409, 403, 404, 404, 404, 404, 404, 404, 409}},
		{wall, "refer", m{"audience": "police", "reason": "围墙开裂"}, []int{401, 200, 200, 403, 404, 404, 404, 404, 404, 404, 200}},
		{wall, "refer", m{"audience": "police"}, []int{401, 422, 422, 403, 404, 404, 404, 404, 404, 404, 422}},
		{hidden, "refer", m{"audience": "police", "reason": "严重"}, []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 409}},
		{near, "refer", m{"audience": "parents", "reason": "关门"}, anybody(422)},
		{open, "real", m{}, seers(409)},
		{drill, "real", m{}, seers(200)},
		{"", "", raise(apitest.School, "north-gate"), raisers(201)},
		{"", "", raise(apitest.School, "nowhere"), raisers(422)},
		{"", "", raise(apitest.Other, "field"), raisers(404)},
		{"", "", raise("nowhere", "field"), raisers(404)},
	} {
		path := "/api/v1/incidents"
		if row.verb != "" {
			path += "/" + row.incident + "/" + row.verb
		}
		for k, account := range accounts {
			if row.want[k] == 0 { // its turn would change what the next ones find
				continue
			}
			a := browsers[account].post(path, row.body)
			assert.Equal(t, row.want[k], a.status, "%s %v as %q: %s", row.verb, row.body, account, a.body[:min(len(a.body), 300)])
			if a.status >= 400 {
				assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
			}
		}
	}
}

func TestTheFurtherVerbsLeaveTheirStamps(t *testing.T) {
	h := start(t)
	open := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Medical))
	b := h.as("officer-1")
	do := func(verb string, body m) map[string]any {
		a := b.post("/api/v1/incidents/"+open.ID+"/"+verb, body)
		require.Equal(t, http.StatusOK, a.status, "%s: %s", verb, a.body)
		return a.json(t)
	}
	i := do("verify", m{"verify": "real", "facts": []string{"injured", "injured"}})
	assert.Equal(t, "real", i["verify"])
	assert.Equal(t, []any{"injured"}, i["facts"])
	assert.Equal(t, "officer-1", i["verified"].(m)["by"])
	assert.Equal(t, "officer", i["verified"].(m)["role"])
	assert.Equal(t, "open", i["state"], "to verify is not to take on")

	i = do("classify", m{"kind": "attack"})
	assert.Equal(t, []any{"attack", "critical", "police"}, []any{i["kind"], i["severity"], i["lead"]})

	id := uuid.NewString()
	i = do("arrive", m{"id": id, "party": "police", "on_post": true})
	number := i["number"]
	assert.Equal(t, number, do("arrive", m{"id": id, "party": "school"})["number"], "the same command id twice")
	arrival := i["arrivals"].([]any)[0].(m)
	assert.Equal(t, "police", arrival["party"])
	assert.Equal(t, i["presses"].([]any)[0].(m)["pressed_at"], arrival["at"], "on post counts as 0 s")

	i = do("call", m{"to": "guardian", "reached": true})
	call := i["calls"].([]any)[0].(m)
	delete(call, "at")
	assert.Equal(t, m{"to": "guardian", "by": "officer-1", "role": "officer", "reached": true}, call)

	wall := h.engine.Press(apitest.APress(apitest.School, "b-4", devices.Hazard))
	r := b.post("/api/v1/incidents/"+wall.ID+"/refer", m{"audience": "police", "reason": "围墙开裂"}).json(t)["referred"].([]any)[0].(m)
	delete(r, "at")
	assert.Equal(t, m{"audience": "police", "by": "officer-1", "role": "officer"}, r)

	a := h.as("liaison-1").post("/api/v1/incidents/"+open.ID+"/dispatch", m{"stage": "left"})
	assert.Equal(t, "left", a.json(t)["dispatched"].([]any)[0].(m)["stage"])
}

func TestWhoeverConcealsAnIncidentSeesNoMoreOfIt(t *testing.T) {
	h := start(t)
	open := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	path := "/api/v1/incidents/" + open.ID
	assert.Equal(t, http.StatusForbidden, h.as("guard-1").post(path+"/classify", m{"kind": "bullying"}).status, "the police lead it")
	b := h.as("liaison-1")
	a := b.post(path+"/classify", m{"kind": "bullying"})

	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	i := a.json(t)
	assert.Equal(t, true, i["confidential"])
	assert.Empty(t, i["kind"])
	assert.Empty(t, i["place"].(m)["id"])
	assert.Empty(t, i["timeline"])
	assert.Equal(t, http.StatusNotFound, b.get(path).status)
	assert.Equal(t, "bullying", h.as("deputy-1").get(path).json(t)["kind"])
}

func TestThePhoneIsAButton(t *testing.T) {
	h := start(t)
	b := h.as("guard-1")
	id := uuid.NewString()
	body := m{"id": id, "school": apitest.School, "place": "north-gate"}

	first := b.post("/api/v1/incidents", body)
	require.Equal(t, http.StatusCreated, first.status, "%s", first.body)
	i := first.json(t)
	assert.Equal(t, []any{"emergency", "live", false, true}, []any{i["kind"], i["mode"], i["silent"], i["stored"]})
	assert.Equal(t, id, i["presses"].([]any)[0].(m)["id"])
	assert.Equal(t, m{"zh": "北门", "en": "North gate"}, i["place"].(m)["name"])

	again := b.post("/api/v1/incidents", body)
	assert.Equal(t, http.StatusOK, again.status)
	assert.Equal(t, i["id"], again.json(t)["id"])
	assert.Len(t, h.engine.Unresolved(), 1)

	for name, bad := range map[string]m{
		"no id":        {"school": apitest.School, "place": "north-gate"},
		"no UUID":      {"id": "7", "school": apitest.School, "place": "north-gate"},
		"a drill":      {"id": uuid.NewString(), "school": apitest.School, "place": "north-gate", "mode": "drill"},
		"no such mode": {"id": uuid.NewString(), "school": apitest.School, "place": "north-gate", "mode": "fun"},
		"no such kind": {"id": uuid.NewString(), "school": apitest.School, "place": "north-gate", "kind": "hub-fault"},
	} {
		assert.Equal(t, http.StatusUnprocessableEntity, b.post("/api/v1/incidents", bad).status, name)
	}
	assert.Len(t, h.engine.Unresolved(), 1)

	h.engine.SetDown(true)
	body["id"] = uuid.NewString()
	told := b.post("/api/v1/incidents", body)
	assert.Equal(t, http.StatusCreated, told.status, "a broken disk keeps no alarm back")
	assert.Equal(t, false, told.json(t)["stored"])
}

func TestAConfidentialAlarmIsNotShownToWhoeverRaisedIt(t *testing.T) {
	h := start(t)
	a := h.as("guard-1").post("/api/v1/incidents", m{"id": uuid.NewString(), "school": apitest.School, "place": "north-gate", "kind": "bullying"})
	require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
	assert.Empty(t, a.json(t)["kind"])
	assert.Equal(t, true, a.json(t)["confidential"])
}

func TestNotADrillOpensALiveIncident(t *testing.T) {
	h := start(t)
	p := apitest.APress(apitest.School, "b-4", devices.Fire)
	p.Mode = devices.Drill
	drill := h.engine.Press(p)
	a := h.as("guard-1").post("/api/v1/incidents/"+drill.ID+"/real", m{}).json(t)
	assert.Equal(t, "drill", a["mode"])
	live := a["links"].([]any)[0].(string)
	got := h.as("liaison-1").get("/api/v1/incidents/" + live).json(t)
	assert.Equal(t, []any{"live", drill.ID, "fire", "open"}, []any{got["mode"], got["drill_of"], got["kind"], got["state"]})
	assert.Equal(t, string(alerting.StateOpen), got["state"])
}
