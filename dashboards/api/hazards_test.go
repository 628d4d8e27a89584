package api_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
)

func aPhoto() []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil)
	return b.Bytes()
}

func found(school, place string) m {
	return m{"id": uuid.NewString(), "school": school, "place": place, "grade": "general", "text": "护栏松动"}
}

func (b *browser) put(path string, body []byte) answer {
	return b.do(http.MethodPut, path, "application/octet-stream", body)
}

// hazardHub is a hub with a second guard, the officer of another school, and one of
// both.
func hazardHub(t *testing.T) *hub {
	t.Helper()
	h := start(t)
	of, lists := campus(), people.Lists{Devices: campus().Devices()}
	for _, id := range []string{apitest.School, apitest.Other} {
		school, _ := of.School(id)
		lists.Schools = append(lists.Schools, school)
	}
	for _, name := range []string{"guard-1", "officer-1", "liaison-1", "volunteer-1", "staff-1", "district-1", "parent-1", "admin-1", "named-1"} {
		a, _ := of.Account(name)
		lists.Accounts = append(lists.Accounts, a)
	}
	hash := lists.Accounts[0].PasswordHash
	lists.Accounts = append(lists.Accounts,
		people.Account{Name: "guard-2", Role: alerting.RoleGuard, Schools: []string{apitest.School}, PasswordHash: hash},
		people.Account{Name: "officer-2", Role: alerting.RoleOfficer, Schools: []string{apitest.Other}, PasswordHash: hash},
		people.Account{Name: "officer-3", Role: alerting.RoleOfficer, Schools: []string{apitest.School, apitest.Other}, PasswordHash: hash},
	)
	h.people.Store(people.New(lists))
	return h
}

func TestWhoMayDoWhatWithAHazard(t *testing.T) {
	h := hazardHub(t)
	who := []string{"", "guard-1", "guard-2", "officer-1", "officer-2", "officer-3", "liaison-1", "volunteer-1", "staff-1", "district-1", "parent-1", "admin-1", "named-1"}
	browsers := map[string]*browser{"": h.browser()}
	for _, a := range who[1:] {
		browsers[a] = h.as(a)
	}
	one := found(apitest.School, "north-gate")
	require.Equal(t, http.StatusOK, browsers["guard-1"].post("/api/v1/hazards", one).status)
	at := "/api/v1/hazards/" + one["id"].(string)
	require.Equal(t, http.StatusNoContent, browsers["guard-1"].put(at+"/photo", aPhoto()).status)
	// Columns: nobody, its guard, another guard, the school's officer, another school's, that of both, liaison, volunteer, staff, district, parent, admin, named liaison.
	reader := []int{401, 200, 404, 200, 404, 200, 404, 404, 404, 404, 404, 404, 404}
	reporter := func(status int) []int { // of the first school
		return []int{401, status, status, status, 404, status, 403, 403, 403, 403, 403, 403, 403}
	}
	for _, row := range []struct {
		method, path string
		body         func() m
		want         []int
	}{
		{"GET", at, nil, reader},
		{"GET", at + "/photo", nil, reader},
		{"GET", "/api/v1/hazards?school=" + apitest.School, nil, reporter(200)},
		{"GET", "/api/v1/hazards?school=" + apitest.Other, nil, []int{401, 404, 404, 404, 200, 200, 403, 403, 403, 403, 403, 403, 403}},
		{"POST", "/api/v1/hazards", func() m { return found(apitest.School, "north-gate") }, reporter(200)},
		{"POST", "/api/v1/hazards", func() m { return found(apitest.School, "field") }, reporter(422)},
		{"POST", "/api/v1/hazards", func() m { return found(apitest.Other, "field") }, []int{401, 404, 404, 404, 200, 200, 403, 403, 403, 403, 403, 403, 403}},
		{"PUT", at + "/photo", nil, []int{401, 204, 404, 403, 404, 403, 404, 404, 404, 404, 404, 404, 404}},
		{"POST", at + "/state", func() m { return m{"state": "done", "reason": "x", "known": 9} }, []int{401, 403, 404, 409, 404, 409, 404, 404, 404, 404, 404, 404, 404}},
		{"POST", at + "/state", func() m { return m{"state": "done", "reason": "", "known": 0} }, []int{401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422}},
	} {
		for k, account := range who {
			var a answer
			switch row.method {
			case "GET":
				a = browsers[account].get(row.path)
			case "PUT":
				a = browsers[account].put(row.path, aPhoto())
			default:
				a = browsers[account].post(row.path, row.body())
			}
			assert.Equal(t, row.want[k], a.status, "%s %s as %q: %.200s", row.method, row.path, account, a.body)
			if a.status >= 400 {
				assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"), "%s as %q", row.path, account)
				assert.InDelta(t, a.status, a.json(t)["status"], 0)
			}
		}
	}
	assert.Len(t, browsers["guard-2"].get("/api/v1/hazards").json(t)["hazards"], 1, "a guard reads their own")
	assert.Len(t, browsers["officer-1"].get("/api/v1/hazards").json(t)["hazards"], 5, "an officer all of the school's")
	assert.Len(t, browsers["officer-2"].get("/api/v1/hazards").json(t)["hazards"], 2)
	assert.Equal(t, http.StatusUnprocessableEntity, browsers["officer-3"].get("/api/v1/hazards").status, "of two schools one is to be named")
	assert.Empty(t, h.engine.Unresolved(), "nothing of it is an alarm")
}

func TestAHazardIsSettledStepByStep(t *testing.T) {
	h := start(t)
	guard, officer := h.as("guard-1"), h.as("officer-1")
	one := found(apitest.School, "north-gate")
	first := guard.post("/api/v1/hazards", one)
	require.Equal(t, http.StatusOK, first.status, "%s", first.body)
	assert.Equal(t, first.body, guard.post("/api/v1/hazards", one).body, "the same again")
	at := "/api/v1/hazards/" + one["id"].(string)
	got := first.json(t)
	assert.Equal(t, "open", got["state"])
	assert.Equal(t, "guard-1", got["by"])
	assert.Equal(t, map[string]any{"zh": "北门", "en": "North gate"}, got["where"])
	assert.InDelta(t, 0, got["photo"], 0)
	taken := officer.post(at+"/state", m{"state": "in-hand", "reason": "已报修", "known": 0})
	require.Equal(t, http.StatusOK, taken.status, "%s", taken.body)
	assert.Equal(t, http.StatusConflict, officer.post(at+"/state", m{"state": "done", "reason": "x", "known": 0}).status, "of what it was")
	done := officer.post(at+"/state", m{"state": "done", "reason": "已加固", "known": 1}).json(t)
	assert.Equal(t, "done", done["state"])
	steps := guard.get(at).json(t)["steps"].([]any)
	require.Len(t, steps, 2)
	last := steps[1].(map[string]any)
	assert.Equal(t, []any{"officer-1", "done", "已加固"}, []any{last["by"], last["state"], last["reason"]})
	assert.Equal(t, "urn:campushub:refusal:photo-settled", guard.put(at+"/photo", aPhoto()).json(t)["type"])
}

// The picture goes out as what it is, and to nobody who could keep it for others.
func TestAPhotoIsServedAsAPictureAndKeptByNobody(t *testing.T) {
	h := start(t)
	guard := h.as("guard-1")
	one := found(apitest.School, "north-gate")
	require.Equal(t, http.StatusOK, guard.post("/api/v1/hazards", one).status)
	at := "/api/v1/hazards/" + one["id"].(string) + "/photo"
	assert.Equal(t, http.StatusNotFound, guard.get(at).status, "there is none yet")
	require.Equal(t, http.StatusNoContent, guard.do(http.MethodPut, at, "text/html", aPhoto()).status, "what it is called does not count")
	got := guard.get(at)
	require.Equal(t, http.StatusOK, got.status)
	for name, want := range map[string]string{
		"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox", "Content-Disposition": `inline; filename="hazard.jpg"`,
	} {
		assert.Equal(t, want, got.header.Get(name), name)
	}
	_, err := jpeg.Decode(bytes.NewReader(got.body))
	require.NoError(t, err)
}

func TestARefusedPhotoSaysWhy(t *testing.T) {
	h := start(t)
	guard := h.as("guard-1")
	one := found(apitest.School, "north-gate")
	require.Equal(t, http.StatusOK, guard.post("/api/v1/hazards", one).status)
	at := "/api/v1/hazards/" + one["id"].(string) + "/photo"
	for reason, file := range map[string][]byte{
		"format": []byte("<script>alert(1)</script>"), "broken": aPhoto()[:300], "bytes": append(aPhoto(), make([]byte, 11<<20)...),
	} {
		a := guard.put(at, file)
		assert.Equal(t, http.StatusUnprocessableEntity, a.status, reason)
		assert.Equal(t, "urn:campushub:refusal:photo-"+reason, a.json(t)["type"])
		assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
	}
	assert.Equal(t, 3.0, h.refused("invalid"))
	assert.Equal(t, http.StatusNoContent, guard.put(at, aPhoto()).status)
	assert.Equal(t, http.StatusForbidden, guard.do(http.MethodPut, at, "", aPhoto(), "Sec-Fetch-Site", "cross-site").status)
}

func TestHazardsAndTheirPhotosAreThereAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	h := startAt(t, api.Config{}, path)
	guard := h.as("guard-1")
	one := found(apitest.School, "north-gate")
	require.Equal(t, http.StatusOK, guard.post("/api/v1/hazards", one).status)
	at := "/api/v1/hazards/" + one["id"].(string)
	require.Equal(t, http.StatusNoContent, guard.put(at+"/photo", aPhoto()).status)
	was, photo := guard.get(at).body, guard.get(at+"/photo").body
	h.stop()
	guard = startAt(t, api.Config{}, path).as("guard-1")
	assert.JSONEq(t, string(was), string(guard.get(at).body))
	assert.Equal(t, photo, guard.get(at+"/photo").body)
}

func TestTheDocumentHasWhatIsDoneWithHazards(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(start(t).browser().get("/openapi.json").body, &doc))
	for path, methods := range map[string][]string{
		"/api/v1/hazards": {"get", "post"}, "/api/v1/hazards/{id}": {"get"}, "/api/v1/hazards/{id}/state": {"post"}, "/api/v1/hazards/{id}/photo": {"get", "put"},
	} {
		for _, method := range methods {
			assert.Contains(t, doc.Paths[path], method, path)
		}
	}
}
