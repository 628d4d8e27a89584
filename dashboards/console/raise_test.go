package console_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestAPageCallsHelpWithoutAScript(t *testing.T) {
	h := start(t)
	b := h.as("guard-1", "zh")
	says(t, b.get("/").html, `href="/raise"`)
	page := b.get("/raise").html
	id := between(t, page, `name="id" value="`, `"`)
	says(t, page, "北门")
	says(t, page, `href="tel:110"`)
	lacks(t, page, "操场", "another school's place")

	done := b.post("/raise", "id", id, "place", apitest.School+"/north-gate", "kind", "attack")
	require.Equal(t, http.StatusOK, done.status)
	says(t, done.html, "已记录。")
	says(t, done.html, "用手机报警")
	lacks(t, done.html, "已复位", "there is no button to reset")
	again := b.post("/raise", "id", id, "place", apitest.School+"/north-gate", "kind", "attack")
	assert.Equal(t, done.path, again.path, "sent twice is once")
	assert.Len(t, h.engine.Unresolved(), 1)

	says(t, b.post("/raise", "id", uuid.NewString(), "place", apitest.School+"/nowhere", "kind", "attack").html, "请选择地点后重试，或拨 110")
	assert.Equal(t, http.StatusNotFound, b.post("/raise", "id", uuid.NewString(), "place", apitest.Other+"/field", "kind", "attack").status)
	says(t, b.post("/raise", "id", strings.Repeat("7", 5000), "place", apitest.School+"/north-gate", "kind", "attack").html, "请选择地点后重试", "an id is a UUID")
	h.engine.SetDown(true)
	says(t, b.post("/raise", "id", uuid.NewString(), "place", apitest.School+"/north-gate", "kind", "attack").html, "已发出，尚未写入磁盘")
}

func TestASilentCallShowsNothing(t *testing.T) {
	h := start(t)
	page := h.as("guard-1", "zh").post("/raise", "id", uuid.NewString(), "place", apitest.School+"/north-gate", "kind", "attack", "silent", "yes")
	assert.Equal(t, "/raise", page.path)
	lacks(t, page.html, `class="notice`)
	require.Len(t, h.engine.Unresolved(), 1)
	assert.True(t, h.engine.Unresolved()[0].Silent)
}

func TestOnlyGuardsAndOfficersCallHelpByAPage(t *testing.T) {
	h := start(t)
	for _, who := range []string{"liaison-1", "admin-1", "parent-1", "staff-1", "volunteer-1", "district-1"} {
		b := h.as(who, "zh")
		assert.Equal(t, http.StatusForbidden, b.get("/raise").status, who)
		lacks(t, b.get("/").html, `href="/raise"`, who)
		assert.Equal(t, http.StatusForbidden, b.post("/raise", "id", uuid.NewString(), "place", apitest.School+"/north-gate", "kind", "attack").status, who)
	}
	assert.Equal(t, http.StatusOK, h.as("officer-1", "zh").get("/raise").status)
	assert.Empty(t, h.engine.Unresolved())
}

// Every fact that a policy may name and a person may say has its place on each
// form that takes one.
func TestEveryDecidingFactIsOnTheForms(t *testing.T) {
	h := start(t)
	b := h.as("deputy-1", "zh")
	page := b.get("/raise").html
	i := press(h, "b-1", devices.Emergency)
	classify := between(t, b.get("/incidents/"+i.ID).html, `action="/incidents/`+i.ID+`/classify"`, "</form>")
	for _, f := range policy.FactsOf(alerting.Facts()) {
		says(t, page, `type="checkbox" name="facts" value="`+string(f)+`"`)
		says(t, classify, `type="checkbox" name="facts" value="`+string(f)+`"`)
		says(t, page, alerting.FactText(string(f)).ZH)
	}
	lacks(t, page, `value="sensor"`, "what the hub finds nobody says")
	for n, k := range []devices.Alarm{devices.Missing, devices.Bullying, devices.Intrusion} {
		i := press(h, []string{"b-2", "b-3", "b-4"}[n], k)
		at := "/incidents/" + i.ID
		form := between(t, b.get(at).html, `action="`+at+`/verify"`, "</form>")
		for _, f := range policy.Asks(campus, apitest.School, i.Kind) {
			if slices.Contains(alerting.Facts(), string(f)) {
				says(t, form, `name="facts" value="`+string(f)+`"`, k)
			}
		}
		lacks(t, form, `value="life-in-danger"`, "what the kind does not ask for is in nobody's way")
	}
}

func TestAFactOnTheFormTellsThePolice(t *testing.T) {
	h := start(t)
	b := h.as("officer-1", "zh")
	done := b.post("/raise", "id", uuid.NewString(), "place", apitest.School+"/north-gate", "kind", "missing", "facts", "under-10")
	require.Equal(t, http.StatusOK, done.status)
	says(t, done.html, "未满 10 岁")
	says(t, done.html, "<b>desk-1</b>", "the police were told at once")
	lacks(t, b.post("/raise", "id", uuid.NewString(), "place", apitest.School+"/north-gate", "kind", "missing").html, "<b>desk-1</b>")
}
