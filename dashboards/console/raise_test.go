package console_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
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
