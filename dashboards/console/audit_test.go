package console_test

import (
	"fmt"
	"html"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestTheAuditPageSaysWhatWasDoneAndWhetherTheChainHolds(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	hidden := press(h, "b-2", devices.Bullying)
	h.as("liaison-1", "zh").post("/incidents/"+i.ID+"/note", "text", "<b>已到</b>校门", "return", "/")
	officer := h.as("officer-1", "zh")
	says(t, officer.get("/incidents").html, `href="/audit"`)
	page := officer.get("/audit")
	require.Equal(t, http.StatusOK, page.status)
	says(t, page.html, "&lt;b&gt;已到&lt;/b&gt;校门")
	says(t, page.html, `href="/incidents/`+i.ID+`"`)
	says(t, page.html, "系统启动后尚未校验。")
	lacks(t, page.html, hidden.ID)
	masked := h.as("named-1", "zh").get("/audit?school=" + apitest.School).html
	says(t, masked, hidden.ID)
	for _, word := range []string{"欺凌", "按键报警", "教学楼"} {
		lacks(t, between(t, masked, `<tr id="entry-2"`, "</tr>"), word)
	}

	lacks(t, page.html, `data-renew="15"`)
	page = officer.post("/audit/check")
	says(t, page.html, "正在校验")
	says(t, page.html, `data-renew="15"`)
	at := time.Now()
	h.engine.Audited(api.AuditCheck{At: at, Chains: []api.AuditChain{{School: apitest.School, Entries: 12, Erased: 2, Holds: true}}})
	page = officer.get("/audit")
	says(t, page.html, "完整，共 12 条 · 其中 2 条内容已按规定删除")
	h.engine.Audited(api.AuditCheck{At: at, Chains: []api.AuditChain{{School: apitest.School, Entries: 8, BrokenAt: 9, Break: "changed"}}})
	says(t, officer.get("/audit").html, "第 9 条起不一致：条目内容被改动")
	h.engine.Audited(api.AuditCheck{At: at, Failed: "disk I/O error"})
	says(t, officer.get("/audit").html, "有留痕链未能读完")
	lacks(t, officer.get("/audit").html, "disk I/O")

	admin := h.as("admin-1", "zh")
	says(t, admin.get("/hub").html, `href="/audit"`)
	page = admin.get("/audit")
	require.Equal(t, http.StatusOK, page.status)
	lacks(t, page.html, i.ID)
	lacks(t, h.as("guard-1", "zh").get("/incidents").html, "/audit")
	assert.Equal(t, http.StatusForbidden, h.as("guard-1", "zh").get("/audit").status)
	assert.Equal(t, http.StatusForbidden, h.as("guard-1", "zh").post("/audit/check").status)
}

func TestTheAuditPageGoesBackToTheBeginning(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	b := h.as("liaison-1", "en")
	for n := range 60 {
		require.Equal(t, http.StatusOK, b.post("/incidents/"+i.ID+"/note", "text", fmt.Sprint("note ", n), "return", "/").status)
	}
	page := b.get("/audit")
	says(t, page.html, "note 59")
	lacks(t, page.html, "note 9<")
	older := between(t, page.html, `<a class="button" href="/audit?`, `"`)
	page = b.get("/audit?" + html.UnescapeString(older))
	says(t, page.html, "note 9<")
	says(t, page.html, "Alarm pressed")
	lacks(t, page.html, `class="button" href="/audit`)
	assert.Equal(t, http.StatusNotFound, b.get("/audit?before=x").status)
	assert.Equal(t, http.StatusNotFound, b.get("/audit?school="+apitest.Other).status)
}
