package api_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// exercising is a hub that runs drills.
type exercising struct {
	*hub
	drills *apitest.Drills
}

func startDrills(t *testing.T) *exercising {
	t.Helper()
	h := &hub{t: t, metrics: prometheus.NewRegistry(), endDesk: func() {}}
	h.people.Store(campus())
	h.engine = apitest.New(h.people.Load)
	drills, log := apitest.NewDrills(h.engine, h.people.Load), slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- drills.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	var err error
	h.store, err = office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), log)
	require.NoError(t, err)
	checker, err := password.NewChecker(apitest.Cost(), 2, 64)
	require.NoError(t, err)
	h.server, err = api.New(api.Config{}, api.Deps{
		Engine: h.engine, Drills: drills, People: h.people.Load, Sessions: h.store, Passwords: checker,
		Readiness: h.engine, Gatherer: h.metrics, Metrics: h.metrics, Log: log,
	})
	require.NoError(t, err)
	h.http = httptest.NewServer(h.server.Handler())
	t.Cleanup(h.stop)
	return &exercising{h, drills}
}

// a drill of the school, in a phase.
func (h *exercising) drill(phase drill.Phase, schools ...string) string {
	h.t.Helper()
	id := "d-" + uuid.NewString()[:8]
	if len(schools) == 0 {
		schools = []string{apitest.School}
	}
	p := drill.Plan{ID: id, Kind: "fire", At: time.Now(), ForS: 600, Parts: []drill.Part{drill.Unit, drill.Counted}, Filed: []string{"desk-1"}}
	for _, s := range schools {
		p.Schools = append(p.Schools, drill.Site{ID: s, Storeys: 3})
	}
	h.order(id, drill.Command{Verb: drill.VerbPlan, Plan: p})
	if phase != drill.Planned {
		h.order(id, drill.Command{Verb: drill.VerbStart})
	}
	if phase == drill.Stopped {
		h.order(id, drill.Command{Verb: drill.VerbMark, School: schools[0], Part: drill.Counted})
		h.order(id, drill.Command{Verb: drill.VerbStop, Reason: "all out"})
	}
	return id
}

func (h *exercising) order(id string, c drill.Command) {
	h.t.Helper()
	c.By = drill.Person{Actor: alerting.Actor{Name: "head", Role: alerting.RoleOfficer}, Schools: []string{apitest.School, apitest.Other}}
	if c.Verb == drill.VerbMark && c.Count == nil {
		c.Count = &drill.Count{Complete: true, Expected: 400}
	}
	_, err := h.drills.Do(h.t.Context(), exercise.Order{Drill: id, Command: c})
	require.NoError(h.t, err)
}

// over ends what runs, and whatever became real.
func (h *exercising) over(id string) {
	if v, ok := h.drills.Drill(id); ok && v.Phase == drill.Running {
		h.order(id, drill.Command{Verb: drill.VerbStop, Reason: "next"})
	}
	for _, i := range h.engine.Unresolved() {
		by := alerting.Actor{Name: "named-1", Role: alerting.RoleLiaison}
		if i.Lead == alerting.LeadSchool {
			by = alerting.Actor{Name: "officer-1", Role: alerting.RoleOfficer}
		}
		_, err := h.engine.Do(h.t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbReset, Reason: "next", Actor: by})
		require.NoError(h.t, err)
		_, err = h.engine.Do(h.t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbResolve, Outcome: "real", Actor: by})
		require.NoError(h.t, err)
	}
}

func TestWhoMayDoWhatWithADrill(t *testing.T) {
	h := startDrills(t)
	browsers := map[string]*browser{"": h.browser()}
	for _, a := range accounts[1:] {
		browsers[a] = h.as(a)
	}
	plan := func(school string) m {
		return m{"kind": "fire", "schools": []m{{"id": school, "storeys": 3}}, "windows": []m{{"school": school, "device": "b-1"}}, "parts": []string{"unit"}}
	}
	// Columns: nobody, liaison, officer, guard, volunteer, staff, district, parent, admin, another school's liaison, liaison of both.
	for _, row := range []struct {
		phase drill.Phase
		verb  string
		body  m
		want  []int
	}{
		{"", "", nil, []int{401, 200, 200, 200, 403, 200, 403, 403, 403, 200, 200}},
		{"", "plan", plan(apitest.School), []int{401, 201, 201, 403, 403, 403, 403, 403, 403, 403, 201}},
		{"", "plan", plan(apitest.Other), []int{401, 403, 403, 403, 403, 403, 403, 403, 403, 201, 201}},
		{"", "plan", plan("nowhere"), []int{401, 422, 422, 403, 403, 403, 403, 403, 403, 422, 422}},
		{drill.Planned, "", nil, []int{401, 200, 200, 404, 404, 404, 404, 404, 404, 404, 200}},
		{drill.Running, "", nil, []int{401, 200, 200, 200, 404, 200, 404, 404, 404, 404, 200}},
		{drill.Planned, "accept", m{"station": "desk-1"}, []int{401, 200, 403, 404, 404, 404, 404, 404, 404, 404, 200}},
		{drill.Planned, "accept", m{"station": "desk-9"}, []int{401, 404, 403, 404, 404, 404, 404, 404, 404, 404, 404}},
		{drill.Planned, "cancel", m{"reason": "rain"}, []int{401, 200, 200, 404, 404, 404, 404, 404, 404, 404, 200}},
		{drill.Planned, "cancel", m{}, []int{401, 422, 422, 404, 404, 404, 404, 404, 404, 404, 422}},
		{drill.Planned, "start", m{}, []int{401, 200, 200, 404, 404, 404, 404, 404, 404, 404, 200}},
		{drill.Planned, "confirm", m{}, []int{401, 409, 409, 404, 404, 404, 404, 404, 404, 404, 409}},
		{drill.Running, "start", m{}, []int{401, 409, 409, 403, 404, 403, 404, 404, 404, 404, 409}},
		{drill.Running, "arrive", m{"part": "unit"}, []int{401, 200, 200, 200, 404, 403, 404, 404, 404, 404, 200}},
		{drill.Running, "arrive", m{"part": "police"}, []int{401, 409, 409, 409, 404, 403, 404, 404, 404, 404, 409}},
		{drill.Running, "arrive", m{"part": "parents"}, anybody(422)},
		{drill.Running, "count", m{"expected": 400, "missing": 0}, []int{401, 200, 200, 200, 404, 403, 404, 404, 404, 404, 200}},
		{drill.Running, "stop", m{"reason": "all out"}, []int{401, 200, 200, 403, 404, 403, 404, 404, 404, 404, 200}},
		{drill.Running, "stop", m{}, []int{401, 422, 422, 403, 404, 403, 404, 404, 404, 404, 422}},
		{drill.Running, "real", m{}, []int{401, 200, 200, 200, 404, 200, 404, 404, 404, 404, 200}},
		{drill.Stopped, "return", m{}, []int{401, 403, 200, 403, 404, 403, 404, 404, 404, 404, 403}},
		{drill.Running, "return", m{}, []int{401, 403, 409, 403, 404, 403, 404, 404, 404, 404, 403}},
		{drill.Running, "window", m{}, all(404)},
	} {
		for k, account := range accounts {
			id, path := "", "/api/v1/drills"
			if row.phase != "" {
				id = h.drill(row.phase)
				path += "/" + id
			}
			var a answer
			switch row.verb {
			case "":
				a = browsers[account].get(path)
			case "plan":
				a = browsers[account].post(path, row.body)
			default:
				a = browsers[account].post(path+"/"+row.verb, row.body)
			}
			assert.Equal(t, row.want[k], a.status, "%s %s %v as %q: %s", row.phase, row.verb, row.body, account, a.body[:min(len(a.body), 300)])
			if a.status >= 400 {
				assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
			}
			h.over(id)
		}
	}
}

func TestADrillOverTheAPI(t *testing.T) {
	h := startDrills(t)
	b := h.as("officer-1")
	a := b.post("/api/v1/drills", m{
		"kind": "fire", "for_s": 600, "schools": []m{{"id": apitest.School, "storeys": 3}}, "filed": []string{"desk-1"},
		"windows": []m{{"school": apitest.School, "device": "b-1"}}, "parts": []string{"unit", "evacuation", "head-count"},
	})
	require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
	id := a.json(t)["id"].(string)
	do := func(who *browser, verb string, body m) map[string]any {
		t.Helper()
		a := who.post("/api/v1/drills/"+id+"/"+verb, body)
		require.Equal(t, http.StatusOK, a.status, "%s: %s", verb, a.body)
		return a.json(t)
	}
	do(h.as("liaison-1"), "accept", m{"station": "desk-1"})
	d := do(b, "start", m{})
	window := d["windows"].([]any)[0].(m)
	assert.NotNil(t, window["until"])
	p := apitest.APress(apitest.School, "b-1", devices.Fire)
	p.Mode = devices.Drill
	p.Age, p.ReceivedAt = 0, time.Now()
	h.drills.Pressed(p, false)
	do(b, "arrive", m{"part": "unit"})
	do(b, "arrive", m{"part": "evacuation"})
	assert.Equal(t, http.StatusConflict, b.post("/api/v1/drills/"+id+"/return", m{}).status, "it runs")
	do(b, "count", m{"expected": 400, "missing": 2})
	d = do(b, "stop", m{"reason": "all out"})
	assert.Equal(t, http.StatusConflict, b.post("/api/v1/drills/"+id+"/return", m{}).status, "two are missing")
	report := d["reports"].([]any)[0].(m)
	assert.Equal(t, []any{"excellent", "stopped", 1.0}, []any{report["grade"], report["end"], report["pressed"]})
	assert.Contains(t, report["text"].(m)["zh"], "演练评估报告")
	assert.Contains(t, report["text"].(m)["en"], "Grade: excellent")
	do(b, "count", m{"expected": 400, "missing": 0})
	assert.Equal(t, "returned", do(b, "return", m{})["phase"])

	seen := h.as("guard-1").get("/api/v1/drills/" + id).json(t)
	assert.Equal(t, m{"by": "", "role": "officer"}, seen["planned_by"], "whoever does not lead reads no names")
	list := h.as("liaison-1").get("/api/v1/drills?school=" + apitest.School).json(t)["drills"].([]any)
	assert.Len(t, list, 1)
	assert.Empty(t, h.as("liaison-1").get("/api/v1/drills?school=" + apitest.Other).json(t)["drills"])
}

// What the document calls optional may be left out: then a school is one of up
// to four storeys.
func TestADrillMayBePlannedWithoutStoreys(t *testing.T) {
	h := startDrills(t)
	officer, _ := campus().Account("officer-1")
	for name, school := range map[string]m{"left out": {"id": apitest.School}, "not known": {"id": apitest.School, "storeys": 0}} {
		a := h.as("officer-1").post("/api/v1/drills", m{"kind": "fire", "schools": []m{school}})
		require.Equal(t, http.StatusCreated, a.status, "%s: %s", name, a.body)
		v, err := h.server.Service().Drill(officer, a.json(t)["id"].(string))
		require.NoError(t, err)
		assert.Equal(t, 4, v.Plan.Schools[0].Storeys, name)
	}
}

func TestNoDrillOnAnExaminationDayAndTwoPeopleForTwoSchools(t *testing.T) {
	h := startDrills(t)
	h.drills.SetExamination(true)
	b := h.as("named-1")
	a := b.post("/api/v1/drills", m{"kind": "fire", "schools": []m{{"id": apitest.School}}})
	assert.Equal(t, http.StatusConflict, a.status)
	problem := a.json(t)
	assert.Equal(t, "urn:campushub:refusal:examination-drill", problem["type"])
	assert.Equal(t, "conflict: 考试日不安排、不开始演练 / no drill on an examination day", problem["detail"])
	h.drills.SetExamination(false)

	id := h.drill(drill.Planned, apitest.School, apitest.Other)
	assert.Equal(t, http.StatusForbidden, h.as("officer-1").post("/api/v1/drills/"+id+"/start", m{}).status, "a school that is not theirs")
	a = b.post("/api/v1/drills/"+id+"/start", m{})
	assert.Equal(t, "pending", a.json(t)["phase"])
	assert.Equal(t, http.StatusForbidden, b.post("/api/v1/drills/"+id+"/confirm", m{}).status, "the same person")
}

func TestNotADrillOpensALiveIncidentAndStopsIt(t *testing.T) {
	h := startDrills(t)
	id := h.drill(drill.Running)
	a := h.as("guard-1").post("/api/v1/drills/"+id+"/real", m{})
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	d := a.json(t)
	assert.Equal(t, "preempted", d["phase"])
	i := h.as("liaison-1").get("/api/v1/incidents/" + d["incident"].(string)).json(t)
	assert.Equal(t, []any{"live", "fire"}, []any{i["mode"], i["kind"]})
	assert.Equal(t, "not-graded", d["reports"].([]any)[0].(m)["grade"])
}

func TestADrillIsLedAsItWasSeen(t *testing.T) {
	h := startDrills(t)
	officer := h.as("officer-1")
	at := "/api/v1/drills/" + h.drill(drill.Planned)
	seen := officer.get(at).header.Get("ETag")
	require.NotEmpty(t, seen)
	do := func(verb, match, body string) int {
		return officer.do(http.MethodPost, at+"/"+verb, "application/json", []byte(body), "If-Match", match).status
	}
	require.Equal(t, http.StatusOK, do("start", seen, "{}"))
	assert.Equal(t, http.StatusPreconditionFailed, do("stop", seen, `{"reason":"x"}`))
	assert.Equal(t, "running", officer.get(at).json(t)["phase"])
	assert.Equal(t, http.StatusOK, do("real", seen, "{}"), "no version keeps an alarm back")
}
