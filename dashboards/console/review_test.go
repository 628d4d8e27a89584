package console_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/evidence"
	"example.org/campushub/dashboards/console/browsertest"
	"example.org/campushub/devices"
)

// closedFire is an incident that was lived through: late for the guards,
// noted, telephoned about and closed as reported in good faith.
func closedFire(h *hub) alerting.Incident {
	h.t.Helper()
	i := press(h, "b-2", devices.Fire)
	at := "/incidents/" + i.ID
	h.engine.Report(i.ID, "desk-1", alerting.Received, "", time.Now())
	h.engine.Overrun(i.ID, alerting.Overrun{Audience: alerting.Guards, Stage: alerting.Received, Within: 4 * time.Second, Number: 1, At: time.Now()})
	police, officer := h.as("liaison-1", "zh"), h.as("officer-1", "zh")
	police.post(at+"/acknowledge", "return", at)
	police.post(at+"/dispatch", "stage", "sent", "return", at)
	officer.post(at+"/arrive", "party", "school", "return", at)
	officer.post(at+"/call", "to", "119", "reached", "yes", "return", at)
	officer.post(at+"/note", "text", "烟雾来自厨房", "return", at)
	officer.post(at+"/report", "report", "first", "way", "telephone", "text", "值班员", "return", at)
	officer.post(at+"/reset", "reason", "现场查看", "return", at)
	officer.post(at+"/resolve", "outcome", "unfounded", "return", at)
	got, err := h.engine.Incident(h.t.Context(), i.ID)
	require.NoError(h.t, err)
	require.True(h.t, got.Resolved())
	return got
}

func TestTheReportHasWhatAReviewAsksFor(t *testing.T) {
	h := start(t)
	i := closedFire(h)
	at := "/incidents/" + i.ID
	says(t, h.as("officer-1", "zh").get(at).html, at+"/review")
	page := h.as("officer-1", "zh").get(at + "/review").html
	report := between(t, page, `<article class="review"`, "</article>")
	for _, words := range []string{
		i.ID, "紫薇小学 · 东门", "火情", "善意报警，不对任何人计数", "未发现异常", // what it was
		"已签收", "派警与出警", "119", "启动", // who acted
		"烟雾来自厨房", "人工复位", "现场查看", // notes and course
		"desk-1", "主通道", "已送达", // who was told over what
		"岗位 4.0 s 内未送达", // what missed its time
		"终报应于",          // what follows
	} {
		says(t, report, words)
	}
	lacks(t, report, "尚未办结")
	says(t, page, `action="`+at+`/evidence"`)
	says(t, h.as("liaison-1", "en").get(at+"/review").html, "reported in good faith: counts against nobody")
	open := press(h, "b-1", devices.Attack)
	says(t, h.as("officer-1", "en").get("/incidents/"+open.ID+"/review").html, "this is how it stands")
}

func TestAReviewIsForOfficersAndLiaisons(t *testing.T) {
	h := start(t)
	open, hidden := press(h, "b-1", devices.Attack), press(h, "b-4", devices.Bullying)
	for who, want := range map[string][2]int{
		"officer-1": {200, 404}, "liaison-1": {200, 404}, "named-1": {200, 200}, "deputy-1": {200, 200}, "guard-1": {403, 404},
		"other-1": {404, 404}, "volunteer-1": {404, 404}, "staff-1": {404, 404}, "district-1": {404, 404}, "admin-1": {404, 404},
	} {
		b := h.as(who, "zh")
		for k, i := range []alerting.Incident{open, hidden} {
			assert.Equal(t, want[k], b.get("/incidents/"+i.ID+"/review").status, "%s %s", who, i.Kind)
			assert.Equal(t, want[k], b.post("/incidents/"+i.ID+"/evidence", "reason", "移交").status, "%s %s", who, i.Kind)
		}
	}
	says(t, h.as("named-1", "zh").get("/incidents/"+hidden.ID+"/review").html, "请勿转发")
	lacks(t, h.as("guard-1", "zh").get("/incidents/"+open.ID).html, "/review")
}

// The bundle has the report in both languages, as files that stand alone.
func TestTheBundleHasTheReport(t *testing.T) {
	h := start(t)
	i := closedFire(h)
	b := h.as("officer-1", "zh")
	refused := b.post("/incidents/"+i.ID+"/evidence", "reason", " ")
	says(t, refused.html, "未导出：请写明用途")
	says(t, refused.html, `data-here="/incidents/`+i.ID+`/review"`)
	got := b.post("/incidents/"+i.ID+"/evidence", "reason", "案件移交")
	require.Equal(t, http.StatusOK, got.status)
	assert.Regexp(t, `^attachment; filename="evidence-ziwei-\d{8}-[0-9a-f]{12}\.zip"$`, got.header.Get("Content-Disposition"))
	raw := []byte(got.html)
	f, err := evidence.Verify(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	assert.Empty(t, f.Faults)
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	for name, words := range map[string]string{"report.zh.html": "事件复盘报告", "report.en.html": "Incident review"} {
		file, err := z.Open(name)
		require.NoError(t, err)
		text, err := io.ReadAll(file)
		require.NoError(t, err)
		says(t, string(text), words)
		says(t, string(text), "烟雾来自厨房")
		assert.NotRegexp(t, `(src|href)=|<script`, string(text), "it loads nothing")
		says(t, string(text), "@media print")
	}
	says(t, b.get("/incidents/"+i.ID+"/review").html, "案件移交", "that it was taken stands in the course")
}

// On paper there is the report and nothing to press.
func TestTheReportOnPaper(t *testing.T) {
	h := start(t)
	i := closedFire(h)
	b := h.tab("officer-1")
	browsertest.Call(b.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	b.do(chromedp.EmulateViewport(794, 1123), chromedp.Navigate(h.http.URL+"/incidents/"+i.ID+"/review"), chromedp.WaitVisible(chromedp.CSS("#review")))
	b.await(`[...document.querySelectorAll("button, form, nav, aside")].every((e) => e.getBoundingClientRect().height === 0)`, "nothing to press")
	b.await(`document.documentElement.scrollWidth <= innerWidth && getComputedStyle(document.querySelector(".review thead")).display === "table-header-group"`, "it fits on the paper")
	seen := seen[string](b, `document.getElementById("review").innerText`)
	assert.Contains(t, seen, "烟雾来自厨房")
}
