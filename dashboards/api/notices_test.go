package api_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// raised is an incident of a kind, as a person raises it.
func (h *hub) raised(kind alerting.Kind) string {
	i := h.engine.PressAs(apitest.APress(apitest.School, "b-3", devices.Emergency), func(o *alerting.Opening) {
		o.Kind = kind
	})
	return i.ID
}

func soon() string { return time.Now().Add(30 * time.Minute).UTC().Format(time.RFC3339) }

// today is a time to come that is still of the school's day, whatever the hour
// is at which the test runs: pupils are collected on no other.
func today() string {
	china := time.FixedZone("", 8*60*60)
	now := time.Now().In(china)
	if at := now.Add(time.Minute); at.Day() == now.Day() {
		now = at
	}
	return now.UTC().Format(time.RFC3339)
}

func (b *browser) release(id string, body m) answer {
	return b.post("/api/v1/incidents/"+id+"/release", body)
}

func (b *browser) hash(id string) string {
	b.t.Helper()
	draft, ok := b.get("/api/v1/incidents/" + id + "/release").json(b.t)["draft"].(map[string]any)
	require.True(b.t, ok, "there is a draft")
	return draft["hash"].(string)
}

func TestWhoMayDoWhatAboutParents(t *testing.T) {
	h := start(t)
	open := h.raised("crowd")
	hidden := h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Bullying)).ID
	who := append(append([]string{}, accounts...), "clerk-1")
	browsers := map[string]*browser{"": h.browser()}
	for _, a := range who[1:] {
		browsers[a] = h.as(a)
	}
	require.Equal(t, 200, browsers["clerk-1"].release(open, m{"step": "draft", "text": "PAR-01", "next": soon()}).status)
	hash := browsers["clerk-1"].hash(open)
	require.Equal(t, 200, browsers["officer-1"].post("/api/v1/incidents/"+open+"/muster", m{"step": "start"}).status)
	draft, hold := m{"step": "draft", "text": "PAR-01", "next": soon()}, m{"step": "hold"}
	// Columns: nobody, liaison, officer with the right, guard, volunteer, staff, district, parent, admin, another school's liaison, named liaison, officer without the right.
	for _, row := range []struct {
		method, path string
		body         any
		want         []int
	}{
		{"GET", "/api/v1/notices", nil, []int{401, 200, 200, 200, 200, 200, 200, 200, 403, 200, 200, 200}},
		{"GET", "/api/v1/notices?school=" + apitest.Other, nil, []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 200, 200, 404}},
		{"GET", "/api/v1/incidents/" + open + "/release", nil, []int{401, 200, 200, 403, 404, 404, 404, 404, 404, 404, 200, 200}},
		{"POST", "/api/v1/incidents/" + open + "/release", m{"step": "release", "hash": "0"}, []int{401, 403, 409, 403, 404, 404, 404, 404, 404, 404, 403, 409}},
		{"POST", "/api/v1/incidents/" + open + "/release", m{"step": "approve", "hash": hash}, []int{401, 403, 200, 403, 404, 404, 404, 404, 404, 404, 403, 403}},
		{"POST", "/api/v1/incidents/" + open + "/release", hold, []int{401, 200, 200, 403, 404, 404, 404, 404, 404, 404, 200, 200}},
		{"POST", "/api/v1/incidents/" + open + "/release", m{"step": "shout"}, []int{401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422}},
		{"POST", "/api/v1/incidents/" + hidden + "/release", draft, []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 404}},
		{"GET", "/api/v1/incidents/" + hidden + "/release", nil, []int{401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 200, 404}},
		{"POST", "/api/v1/incidents/" + open + "/muster", m{"step": "start"}, []int{401, 403, 409, 403, 404, 404, 404, 404, 404, 404, 403, 409}},
		{"GET", "/api/v1/headcounts", nil, []int{401, 200, 200, 403, 403, 200, 403, 403, 403, 200, 200, 200}},
		{"POST", "/api/v1/headcounts/" + open, m{"class": "c1", "expected": 40, "present": 40, "missing": 0}, []int{401, 403, 200, 403, 403, 200, 403, 403, 403, 404, 403, 200}},
		{"POST", "/api/v1/headcounts/" + open, m{"class": "c2", "expected": 38, "present": 38, "missing": 0}, []int{401, 403, 200, 403, 403, 403, 403, 403, 403, 404, 403, 200}},
		{"POST", "/api/v1/headcounts/" + hidden, m{"class": "c1", "expected": 1, "present": 1, "missing": 0}, []int{401, 404, 404, 403, 403, 404, 403, 403, 403, 404, 404, 404}},
		{"GET", "/api/v1/notices/stream", nil, []int{401, 0, 0, 0, 0, 0, 0, 0, 403, 0, 0, 0}},
	} {
		for k, account := range who {
			if row.want[k] == 0 {
				continue
			}
			a := answer{}
			if row.method == "POST" {
				a = browsers[account].post(row.path, row.body)
			} else {
				a = browsers[account].get(row.path)
			}
			assert.Equal(t, row.want[k], a.status, "%s %s %v as %q: %s", row.method, row.path, row.body, account, a.body)
		}
	}
	named := h.as("deputy-1")
	assert.Equal(t, http.StatusConflict, named.release(hidden, draft).status, "a confidential matter never goes out")
}

// follow reads a stream of notices until ready, and gives the rest on.
func (b *browser) follow() (begun []m, further <-chan m) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.h.http.URL+"/api/v1/notices/stream", nil)
	require.NoError(b.t, err)
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	require.Equal(b.t, http.StatusOK, res.StatusCode)
	ready, more := make(chan []m, 1), make(chan m, 16)
	go func() {
		defer close(more)
		defer res.Body.Close()
		var event string
		var before []m
		live := false
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
			case "event":
				event = value
			case "data":
				var v m
				_ = json.Unmarshal([]byte(value), &v)
				switch {
				case event == "ready":
					live = true
					ready <- before
				case live:
					more <- v
				default:
					before = append(before, v)
				}
			}
		}
	}()
	select {
	case begun = <-ready:
	case <-time.After(10 * time.Second):
		require.FailNow(b.t, "the stream is not ready")
	}
	return begun, more
}

func TestAParentSeesWhatIsReleasedAndNothingElse(t *testing.T) {
	h := start(t)
	i := h.raised("attack")
	parent, stranger, clerk, holder, police := h.as("parent-1"), h.as("other-parent"), h.as("clerk-1"), h.as("officer-1"), h.as("liaison-1")
	begun, further := parent.follow()
	assert.Empty(t, begun)
	_, elsewhere := stranger.follow()

	require.Equal(t, 200, clerk.release(i, m{"step": "draft", "text": "PAR-01", "next": soon()}).status)
	require.Equal(t, 200, holder.release(i, m{"step": "approve", "hash": holder.hash(i)}).status)
	assert.Empty(t, parent.get("/api/v1/notices").json(t)["notices"])
	assert.Empty(t, further, "nothing before it is released")

	out := holder.release(i, m{"step": "release", "hash": holder.hash(i)})
	require.Equal(t, 200, out.status, "%s", out.body)
	assert.Equal(t, i, out.json(t)["id"], "the incident is the answer")
	first := <-further
	list := parent.get("/api/v1/notices")
	seen := list.json(t)["notices"].([]any)[0].(map[string]any)
	assert.Equal(t, first["text"], seen["text"])
	rendered := out.json(t)["release"].(map[string]any)["sent"].([]any)[0].(map[string]any)["text"]
	assert.Equal(t, rendered, seen["text"])
	for _, secret := range []string{i, "北门", "attack", "officer-1", "clerk-1", "b-3"} {
		assert.NotContains(t, string(list.body), secret)
	}

	require.Equal(t, 200, clerk.release(i, m{"step": "draft", "text": "PAR-05", "pickup": "square", "collect": today()}).status)
	assert.Equal(t, http.StatusConflict, holder.release(i, m{"step": "release", "hash": holder.hash(i)}).status, "the police have not agreed")
	require.Equal(t, 200, police.release(i, m{"step": "agree", "hash": police.hash(i)}).status)
	require.Equal(t, 200, holder.release(i, m{"step": "release", "hash": holder.hash(i)}).status)
	second := <-further
	assert.InDelta(t, 2, second["number"], 0)
	assert.InDelta(t, 1, second["replaces"], 0)
	again, _ := parent.follow()
	require.Len(t, again, 2)
	assert.Equal(t, true, again[0]["replaced"])
	assert.Empty(t, elsewhere, "another school's parents hear nothing")
	assert.Empty(t, stranger.get("/api/v1/notices").json(t)["notices"])
	assert.Equal(t, http.StatusNotFound, parent.get("/api/v1/incidents/"+i).status)
}

func TestAnAgreementByTelephoneIsWrittenDown(t *testing.T) {
	h := start(t)
	i := h.raised("fire")
	holder := h.as("officer-1")
	require.Equal(t, 200, holder.release(i, m{"step": "draft", "text": "PAR-05", "pickup": "square", "collect": today()}).status)
	call := func(role string) answer {
		return holder.release(i, m{"step": "agree", "hash": holder.hash(i), "call": m{"role": role, "at": time.Now().UTC().Format(time.RFC3339Nano)}})
	}
	assert.Equal(t, 422, call("station-desk").status, "a fire is the fire service's")
	assert.Equal(t, 200, call("fire-commander").status)
	assert.Equal(t, 200, holder.release(i, m{"step": "release", "hash": holder.hash(i)}).status)
}

func TestAllSafeWaitsForEveryClass(t *testing.T) {
	h := start(t)
	i := h.raised("crowd")
	holder, teacher := h.as("officer-1"), h.as("staff-1")
	require.Equal(t, 200, holder.release(i, m{"step": "draft", "text": "PAR-01", "next": soon()}).status)
	require.Equal(t, 200, holder.release(i, m{"step": "release", "hash": holder.hash(i)}).status)
	safe := m{"step": "draft", "text": "PAR-06b"}
	assert.Equal(t, 409, holder.release(i, safe).status)
	require.Equal(t, 200, holder.post("/api/v1/incidents/"+i+"/muster", m{"step": "start"}).status)

	counts := teacher.get("/api/v1/headcounts").json(t)["headcounts"].([]any)
	require.Len(t, counts, 1)
	count := counts[0].(map[string]any)
	assert.Len(t, count["classes"], 1, "a teacher sees the own class")
	assert.NotContains(t, string(teacher.get("/api/v1/headcounts").body), "crowd")
	report := func(b *browser, class string, expected, present, missing int) int {
		return b.post("/api/v1/headcounts/"+count["id"].(string), m{"class": class, "expected": expected, "present": present, "missing": missing}).status
	}
	assert.Equal(t, 422, report(teacher, "c1", 40, 39, 0), "a child gets lost between the numbers")
	assert.Equal(t, 422, report(teacher, "c1", 10, 10, 0), "thirty of the roll are nowhere")
	fewer := teacher.post("/api/v1/headcounts/"+count["id"].(string), m{"class": "c1", "expected": 10, "present": 10, "missing": 0, "reason": "left"})
	require.Equal(t, 200, fewer.status)
	assert.Equal(t, "left", fewer.json(t)["classes"].([]any)[0].(map[string]any)["reason"])
	require.Equal(t, 200, report(teacher, "c1", 40, 39, 1))
	require.Equal(t, 200, report(holder, "c2", 38, 38, 0))
	assert.Equal(t, 409, holder.release(i, safe).status, "one is missing")
	require.Equal(t, 200, report(teacher, "c1", 40, 40, 0))
	require.Equal(t, 200, holder.release(i, safe).status)
}

func TestWithoutTheJournalNothingGoesOut(t *testing.T) {
	h := start(t)
	i := h.raised("crowd")
	holder, parent := h.as("officer-1"), h.as("parent-1")
	_, further := parent.follow()
	require.Equal(t, 200, holder.release(i, m{"step": "draft", "text": "PAR-01", "next": soon()}).status)
	hash := holder.hash(i)
	h.engine.SetDown(true)
	assert.Equal(t, 503, holder.release(i, m{"step": "release", "hash": hash}).status)
	assert.Empty(t, parent.get("/api/v1/notices").json(t)["notices"])
	assert.Empty(t, further)
	h.engine.SetDown(false)
	require.Equal(t, 200, holder.release(i, m{"step": "release", "hash": hash}).status)
	assert.NotNil(t, <-further)
}

func TestThereIsNoFieldForWords(t *testing.T) {
	h := start(t)
	i := h.raised("crowd")
	holder := h.as("officer-1")
	for _, body := range []m{
		{"step": "draft", "text": "孩子们都好", "next": soon()},
		{"step": "draft", "text": "PAR-01", "next": soon(), "words": "x"},
		{"step": "draft", "text": "PAR-01", "next": soon(), "line": "armed-man"},
		{"step": "draft", "text": "PAR-05", "pickup": "三年级2班", "collect": today()},
		{"step": "draft", "text": "PAR-01"},
	} {
		assert.Equal(t, 422, holder.release(i, body).status, "%v", body)
	}
	preview := holder.release(i, m{"step": "preview", "text": "PAR-01", "next": soon()})
	require.Equal(t, 200, preview.status)
	assert.Contains(t, string(preview.body), "【紫薇小学】第1号")
	assert.Nil(t, preview.json(t)["release"].(map[string]any)["draft"], "a preview stores nothing")
}

// A page can't see comment lines: it asks for beats, and gets the hub's time.
func TestAPageOfNoticesHearsThatItsStreamLives(t *testing.T) {
	h := startWith(t, api.Config{Heartbeat: 5 * time.Millisecond})
	b := h.as("parent-1")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.http.URL+"/api/v1/notices/stream?beat=1", nil)
	require.NoError(t, err)
	res, err := b.client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() && lines.Text() != "event: beat" {
		assert.NotContains(t, lines.Text(), ": alive")
	}
	require.True(t, lines.Scan())
	assert.Contains(t, lines.Text(), `"now":"`)
}
