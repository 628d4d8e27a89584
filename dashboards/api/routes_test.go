package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// accounts of the table, in order.
var accounts = []string{"", "liaison-1", "officer-1", "guard-1", "volunteer-1", "staff-1", "district-1", "parent-1", "admin-1", "other-1", "named-1"}

func TestWhoMayDoWhat(t *testing.T) {
	h := start(t)
	open := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	hidden := h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Bullying))
	browsers := map[string]*browser{"": h.browser()}
	for _, a := range accounts[1:] {
		browsers[a] = h.as(a)
	}
	// Columns: nobody, liaison, officer, guard, volunteer, staff, district, parent, admin, another school's liaison, named liaison.
	for _, row := range []struct {
		method, path string
		body         any
		want         []int
	}{
		{"GET", "/api/v1/incidents", nil, []int{401, 200, 200, 200, 403, 403, 403, 403, 403, 200, 200}},
		{"GET", "/api/v1/incidents/" + open.ID, nil, []int{401, 200, 200, 200, 404, 404, 404, 404, 404, 404, 200}},
		{"GET", "/api/v1/incidents/" + hidden.ID, nil, []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 200}},
		{"POST", "/api/v1/incidents/" + open.ID + "/note", m{"text": "在路上"}, []int{401, 200, 200, 200, 404, 404, 404, 404, 404, 404, 200}},
		{"POST", "/api/v1/incidents/" + hidden.ID + "/note", m{"text": "x"}, []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 200}},
		{"POST", "/api/v1/incidents/" + open.ID + "/acknowledge", m{}, []int{401, 200, 200, 200, 404, 404, 404, 404, 404, 404, 200}},
		{"POST", "/api/v1/incidents/" + open.ID + "/cancel", m{"reason": "误触"}, []int{401, 200, 200, 200, 404, 404, 404, 404, 404, 404, 200}},
		{"POST", "/api/v1/incidents/" + open.ID + "/resolve", m{"outcome": "real"}, []int{401, 409, 403, 403, 404, 404, 404, 404, 404, 404, 409}},
		{"POST", "/api/v1/incidents/" + open.ID + "/receipts", m{"number": 1, "status": "received"}, []int{401, 204, 204, 204, 404, 404, 404, 404, 404, 404, 204}},
		{"POST", "/api/v1/incidents/" + open.ID + "/agree", m{}, []int{404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404}},
		{"POST", "/api/v1/incidents/" + open.ID + "/evidence", m{"reason": "案件移交"}, []int{401, 200, 200, 403, 404, 404, 404, 404, 404, 404, 200}},
		{"POST", "/api/v1/incidents/" + hidden.ID + "/evidence", m{"reason": "案件移交"}, []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 200}},
		{"GET", "/api/v1/incidents/" + open.ID + "/evidence", nil, []int{405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405}},
		{"GET", "/api/v1/stream", nil, []int{401, 0, 0, 0, 403, 403, 403, 403, 403, 0, 0}},
		{"GET", "/api/v1/rights", nil, []int{401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
		{"GET", "/api/v1/accounts", nil, []int{401, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403}},
		{"GET", "/api/v1/accounts/changes", nil, []int{401, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403}},
		{"GET", "/api/v1/accounts/changes?account=other-1", nil, []int{401, 403, 403, 403, 403, 403, 403, 403, 404, 403, 403}},
		{"GET", "/api/v1/tokens", nil, []int{401, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403}},
		{"GET", "/api/v1/token", nil, all(401)},
		{"POST", "/api/v1/tokens", m{"name": "gate", "role": "officer", "schools": own, "scopes": []string{"duty:read"}, "reason": "x"}, []int{401, 403, 403, 403, 403, 403, 403, 403, 201, 403, 403}},
		{"POST", "/api/v1/tokens", m{"name": "far", "role": "officer", "schools": []string{apitest.Other}, "scopes": []string{"duty:read"}, "reason": "x"}, []int{401, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403}},
		{"POST", "/api/v1/tokens/gate/revoke", m{"reason": "x"}, []int{401, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403}},
		{"POST", "/api/v1/accounts/clerk-1/sign-out", m{"reason": "交接"}, []int{401, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403}},
		{"POST", "/api/v1/accounts/clerk-1/suspend", m{"reason": "离职"}, []int{401, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403}},
		{"POST", "/api/v1/accounts/clerk-1/restore", m{"reason": "误停"}, []int{401, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403}},
		{"POST", "/api/v1/accounts/other-1/suspend", m{"reason": "x"}, []int{401, 403, 403, 403, 403, 403, 403, 403, 404, 403, 403}},
		{"POST", "/api/v1/accounts/named-1/suspend", m{"reason": "x"}, []int{401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403}},
		{"GET", "/openapi.json", nil, all(200)},
		{"GET", "/livez", nil, all(200)},
		{"GET", "/readyz", nil, all(200)},
	} {
		for k, account := range accounts {
			if row.want[k] == 0 {
				continue // a stream does not end: its own tests
			}
			var a answer
			if row.method == "POST" {
				a = browsers[account].post(row.path, row.body)
			} else {
				a = browsers[account].get(row.path)
			}
			assert.Equal(t, row.want[k], a.status, "%s %s as %q: %s", row.method, row.path, account, a.body)
			if a.status >= 400 {
				assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"), "%s as %q", row.path, account)
				assert.InDelta(t, a.status, a.json(t)["status"], 0)
			}
		}
	}
}

type m = map[string]any

func all(status int) []int {
	out := make([]int, len(accounts))
	for k := range out {
		out[k] = status
	}
	return out
}

func TestWhatOneMayNotSeeLooksLikeWhatIsNotThere(t *testing.T) {
	h := start(t)
	hidden := h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Bullying))
	b := h.as("liaison-1")
	for _, verb := range []string{"", "/acknowledge", "/note", "/cancel", "/reset", "/resolve"} {
		ask := func(id string) answer {
			if verb == "" {
				return b.get("/api/v1/incidents/" + id)
			}
			return b.post("/api/v1/incidents/"+id+verb, m{})
		}
		there, not := ask(hidden.ID), ask(strings.Repeat("0", 32))
		assert.Equal(t, http.StatusNotFound, there.status, verb)
		assert.Equal(t, string(not.body), string(there.body), verb)
	}
	assert.Empty(t, b.get("/api/v1/incidents").json(t)["incidents"])
	assert.Len(t, h.as("named-1").get("/api/v1/incidents").json(t)["incidents"], 1)
}

func TestCommandsRunThroughTheEngine(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	b := h.as("liaison-1")
	path := "/api/v1/incidents/" + i.ID

	a := b.do(http.MethodPost, path+"/acknowledge", "", nil)
	require.Equal(t, http.StatusOK, a.status, "no body is needed: %s", a.body)
	assert.Equal(t, "acknowledged", a.json(t)["state"])
	number := a.json(t)["number"]
	assert.Equal(t, number, b.post(path+"/acknowledge", m{}).json(t)["number"], "twice changes nothing")

	id := uuid.NewString()
	first := b.post(path+"/note", m{"id": id, "text": "已到校门"}).json(t)
	again := b.post(path+"/note", m{"id": id, "text": "已到校门"}).json(t)
	assert.Equal(t, first["number"], again["number"], "the same command id twice")

	assert.Equal(t, http.StatusConflict, b.post(path+"/resolve", m{"outcome": "real"}).status, "latched")
	assert.Equal(t, http.StatusUnprocessableEntity, b.post(path+"/reset", m{}).status, "a reset needs a reason")
	require.Equal(t, http.StatusOK, b.post(path+"/reset", m{"reason": "现场确认安全"}).status)
	assert.Equal(t, http.StatusUnprocessableEntity, b.post(path+"/resolve", m{"outcome": "drill"}).status)
	h.engine.SetDown(true)
	down := b.post(path+"/resolve", m{"outcome": "real"})
	assert.Equal(t, http.StatusServiceUnavailable, down.status)
	assert.Equal(t, "application/problem+json", down.header.Get("Content-Type"))
	h.engine.SetDown(false)
	done := b.post(path+"/resolve", m{"outcome": "real"})
	require.Equal(t, http.StatusOK, done.status)
	assert.Equal(t, "resolved", done.json(t)["state"])
	assert.Equal(t, http.StatusConflict, b.post(path+"/acknowledge", m{}).status)
}

func TestBadRequestsGetAClearAnswerAndAreCounted(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	b := h.as("liaison-1")
	note := "/api/v1/incidents/" + i.ID + "/note"
	big := `{"text":"` + strings.Repeat("x", 70<<10) + `"}`
	for _, c := range []struct {
		name, method, path, contentType, body string
		want                                  int
		reason                                string
	}{
		{"not JSON", "POST", note, "application/json", "{", 422, "invalid"},
		{"a wrong type", "POST", note, "application/json", `{"text":7}`, 422, "invalid"},
		{"an unknown field", "POST", note, "application/json", `{"texts":"x"}`, 422, "invalid"},
		{"a bad id", "POST", note, "application/json", `{"id":"7","text":"x"}`, 422, "invalid"},
		{"another content type", "POST", note, "text/plain", `{"text":"x"}`, 415, "content_type"},
		{"too large", "POST", note, "application/json", big, 413, "too_large"},
		{"no such path", "GET", "/api/v1/nothing", "", "", 404, "not_found"},
		{"no such verb", "POST", "/api/v1/incidents/" + i.ID + "/unheard-of", "application/json", "{}", 404, "not_found"},
		{"a wrong method", "DELETE", "/api/v1/incidents", "", "", 405, "method"},
		{"a bad limit", "GET", "/api/v1/incidents?limit=501", "", "", 422, "invalid"},
		{"a bad state", "GET", "/api/v1/incidents?state=lost", "", "", 422, "invalid"},
		{"a bad cursor", "GET", "/api/v1/incidents?cursor=%21%21", "", "", 422, "invalid"},
		{"a bad since", "GET", "/api/v1/incidents?since=yesterday", "", "", 422, "invalid"},
		{"a bad receipt", "POST", "/api/v1/incidents/" + i.ID + "/receipts", "application/json", `{"number":1,"status":"handed"}`, 422, "invalid"},
		{"no password", "POST", "/api/v1/session", "application/json", `{"name":"liaison-1"}`, 422, "invalid"},
	} {
		before := h.refused(c.reason)
		a := b.do(c.method, c.path, c.contentType, []byte(c.body))
		assert.Equal(t, c.want, a.status, "%s: %s", c.name, a.body)
		assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"), c.name)
		assert.Equal(t, before+1, h.refused(c.reason), "%s is counted as %s", c.name, c.reason)
	}
	after, err := h.engine.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Equal(t, i.Number, after.Number, "nothing changed")
	allow := b.do(http.MethodDelete, "/api/v1/incidents", "", nil).header.Get("Allow")
	assert.Contains(t, allow, "GET")
}

func TestAPasswordIsNeverSentBack(t *testing.T) {
	h := start(t)
	const secret = "s3cret-words"
	for _, body := range []string{`{"password":"` + secret + `"}`, `{"name":7,"password":"` + secret + `"}`, `{"password":"` + secret} {
		a := h.browser().do(http.MethodPost, "/api/v1/session", "application/json", []byte(body))
		assert.Equal(t, http.StatusUnprocessableEntity, a.status)
		assert.NotContains(t, string(a.body), secret)
	}
}

func TestAnotherSiteCanCommandNothing(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	b := h.as("liaison-1")
	path := "/api/v1/incidents/" + i.ID + "/acknowledge"
	for _, header := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"},
	} {
		a := b.do(http.MethodPost, path, "application/json", []byte("{}"), header...)
		assert.Equal(t, http.StatusForbidden, a.status, header)
		assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
	}
	assert.Equal(t, 3.0, h.refused("cross_origin"))
	assert.Equal(t, http.StatusOK, b.do(http.MethodPost, path, "application/json", []byte("{}"), "Sec-Fetch-Site", "same-origin").status)
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	h := start(t)
	b := h.as("liaison-1")
	for _, path := range []string{"/api/v1/incidents", "/openapi.json", "/livez", "/metrics", "/nothing"} {
		got := b.get(path).header
		policy := got.Get("Content-Security-Policy")
		assert.Contains(t, policy, "script-src 'self'", path)
		assert.Contains(t, policy, "; worker-src 'self'; ", path)
		assert.Contains(t, policy, "frame-ancestors 'none'", path)
		assert.NotContains(t, policy, "unsafe", path)
		assert.Equal(t, "nosniff", got.Get("X-Content-Type-Options"), path)
		assert.Equal(t, "same-origin", got.Get("Referrer-Policy"), path)
	}
	assert.Equal(t, "no-store", b.get("/api/v1/incidents").header.Get("Cache-Control"))
}

func TestTheListIsStableWhileIncidentsOpen(t *testing.T) {
	h := start(t)
	open := func() string {
		p := apitest.APress(apitest.School, "b-1", devices.Emergency)
		p.From.Device = "b-2"
		i := h.engine.Press(p)
		for _, v := range []m{{"verb": "reset", "reason": "x"}, {"verb": "resolve", "outcome": "real"}} {
			c := alerting.Command{Incident: i.ID, Verb: alerting.Verb(v["verb"].(string)), Actor: alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison}}
			c.Reason, _ = v["reason"].(string)
			outcome, _ := v["outcome"].(string)
			c.Outcome = alerting.Outcome(outcome)
			_, err := h.engine.Do(t.Context(), c)
			require.NoError(t, err)
		}
		return i.ID
	}
	var want []string
	for range 7 {
		want = append([]string{open()}, want...)
	}
	b := h.as("liaison-1")
	var got []string
	cursor := ""
	for pages := 0; pages < 10; pages++ {
		body := b.get("/api/v1/incidents?limit=3&cursor=" + cursor).json(t)
		for _, i := range body["incidents"].([]any) {
			incident := i.(map[string]any)
			got = append(got, incident["id"].(string))
			assert.NotContains(t, incident, "deliveries")
			assert.NotContains(t, incident, "timeline")
		}
		open() // in the middle of reading
		if cursor = body["next"].(string); cursor == "" {
			break
		}
	}
	assert.Equal(t, want, got)
	assert.Empty(t, b.get("/api/v1/incidents?state=open").json(t)["incidents"])
	assert.Empty(t, b.get("/api/v1/incidents?school=" + apitest.Other).json(t)["incidents"], "not theirs")
	assert.Empty(t, b.get("/api/v1/incidents?since=2100-01-01T00:00:00Z").json(t)["incidents"])
}

func TestTheIncidentHasTheContractsShape(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	b := h.as("liaison-1")
	require.Equal(t, http.StatusNoContent, b.post("/api/v1/incidents/"+i.ID+"/receipts", m{"number": i.Number, "status": "read"}).status)
	h.engine.Report(i.ID, "desk-1", alerting.Handed, "", i.OpenedAt.Add(time.Second))
	h.engine.Report(i.ID, "desk-1", alerting.Received, "", i.OpenedAt.Add(2*time.Second))
	body := b.get("/api/v1/incidents/" + i.ID).json(t)
	for _, key := range []string{
		"id", "number", "school", "place", "device", "kind", "severity", "mode", "silent", "state", "lead", "verify", "facts",
		"links", "latched", "stored", "late", "malformed", "confidential", "presses", "press_count", "opened_at",
		"acknowledgements", "cancel_requested", "outcome", "deliveries", "timeline",
		"verified", "dispatched", "arrivals", "calls", "drill_of", "overruns", "referred", "reports", "reports_due", "concealed_at",
	} {
		assert.Contains(t, body, key)
	}
	for _, key := range []string{"facts", "links", "presses", "acknowledgements", "deliveries", "timeline", "dispatched", "arrivals", "calls", "overruns", "referred", "reports", "reports_due"} {
		assert.IsType(t, []any{}, body[key], "%s is an array, never null", key)
	}
	const aStamp = `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`
	assert.Regexp(t, aStamp, body["opened_at"])
	to := map[string]m{}
	for _, d := range body["deliveries"].([]any) {
		d := d.(map[string]any)
		to[d["recipient"].(string)] = d
		for _, key := range []string{
			"id", "number", "audience", "channel", "via", "path", "missed",
			"planned_at", "handed_at", "received_at", "read_at", "deadline",
		} {
			assert.Contains(t, d, key)
		}
		assert.Regexp(t, aStamp, d["planned_at"])
		assert.Regexp(t, aStamp, d["deadline"])
		assert.Greater(t, d["deadline"], d["planned_at"])
	}
	mine, desk := to["liaison-1"], to["desk-1"]
	assert.Equal(t, "read", mine["state"])
	assert.Regexp(t, aStamp, mine["read_at"])
	assert.NotNil(t, mine["read_us"])
	assert.Nil(t, mine["received_at"])
	assert.Nil(t, mine["received_us"])
	planned, err := time.Parse(time.RFC3339, desk["planned_at"].(string))
	require.NoError(t, err)
	assert.Equal(t, "received", desk["state"])
	assert.Equal(t, planned.Add(time.Second).Format("2006-01-02T15:04:05.000Z"), desk["handed_at"])
	assert.Equal(t, planned.Add(2*time.Second).Format("2006-01-02T15:04:05.000Z"), desk["received_at"])
	assert.InDelta(t, 1e6, desk["handed_us"], 0)
	assert.Nil(t, desk["read_at"])
}

func TestTheDocumentIsOpenAPI31AndNamesEveryRoute(t *testing.T) {
	h := start(t)
	var doc struct {
		OpenAPI string                     `json:"openapi"`
		Paths   map[string]json.RawMessage `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(h.browser().get("/openapi.json").body, &doc))
	assert.True(t, strings.HasPrefix(doc.OpenAPI, "3.1."), doc.OpenAPI)
	for _, path := range []string{
		"/api/v1/session", "/api/v1/stream", "/api/v1/incidents", "/api/v1/incidents/{id}", "/api/v1/incidents/{id}/acknowledge",
		"/api/v1/incidents/{id}/note", "/api/v1/incidents/{id}/cancel", "/api/v1/incidents/{id}/reset",
		"/api/v1/incidents/{id}/resolve", "/api/v1/incidents/{id}/receipts", "/api/v1/incidents/{id}/evidence",
		"/api/v1/readings", "/api/v1/rights", "/api/v1/accounts", "/api/v1/accounts/changes", "/api/v1/accounts/{name}/sign-out",
		"/api/v1/accounts/{name}/suspend", "/api/v1/accounts/{name}/restore",
		"/api/v1/tokens", "/api/v1/tokens/{name}/revoke", "/api/v1/token",
	} {
		assert.Contains(t, doc.Paths, path)
	}
	for _, v := range alerting.Verbs() {
		assert.Contains(t, doc.Paths, "/api/v1/incidents/{id}/"+string(v))
	}
	assert.Contains(t, string(doc.Paths["/api/v1/incidents"]), `"raise-incident"`)
}

func TestReadinessTellsStrangersNoReason(t *testing.T) {
	h := start(t)
	h.engine.SetDown(true)
	b := h.browser()
	own := b.get("/readyz")
	assert.Equal(t, http.StatusServiceUnavailable, own.status)
	assert.Contains(t, string(own.body), "disk gone", "this machine is told")
	forwarded := b.do(http.MethodGet, "/readyz", "", nil, "X-Forwarded-For", "203.0.113.9")
	assert.Equal(t, http.StatusServiceUnavailable, forwarded.status)
	assert.NotContains(t, string(forwarded.body), "disk")
	assert.Equal(t, http.StatusOK, b.get("/livez").status)
}

func TestMetricsAreForOperators(t *testing.T) {
	h := start(t)
	assert.Contains(t, string(h.browser().get("/metrics").body), "campushub_api_streams")
	from := []string{"X-Forwarded-For", "203.0.113.9"}
	assert.Equal(t, http.StatusForbidden, h.browser().do(http.MethodGet, "/metrics", "", nil, from...).status)
	assert.Equal(t, http.StatusForbidden, h.as("liaison-1").do(http.MethodGet, "/metrics", "", nil, from...).status)
	assert.Equal(t, http.StatusOK, h.as("admin-1").do(http.MethodGet, "/metrics", "", nil, from...).status)
}

func TestAMissingDependencyIsAnError(t *testing.T) {
	_, err := api.New(api.Config{}, api.Deps{})
	assert.Error(t, err)
}
