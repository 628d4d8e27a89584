package console_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console"
	"example.org/campushub/devices"
)

// startDrills starts a hub that runs drills.
func startDrills(t *testing.T) (*hub, *apitest.Drills) {
	t.Helper()
	dir := func() *people.Directory { return campus }
	engine, log, reg := apitest.New(dir), slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	drills := apitest.NewDrills(engine, dir)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- drills.Run(ctx) }()
	desk := notice.New(notice.Deps{Engine: engine, People: dir, Drills: drills, Log: log})
	deskDone := make(chan error, 1)
	go func() { deskDone <- desk.Run(ctx) }()
	store, err := office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), log)
	require.NoError(t, err)
	checker, err := password.NewChecker(apitest.Cost(), 2, 64)
	require.NoError(t, err)
	server, err := api.New(api.Config{}, api.Deps{
		Engine: engine, Notices: desk, Drills: drills, People: dir, Sessions: store, Passwords: checker, Readiness: engine,
		Gatherer: reg, Metrics: reg, Log: log,
	})
	require.NoError(t, err)
	c, err := console.New(console.Config{}, server, log)
	require.NoError(t, err)
	h := &hub{t: t, engine: engine, http: httptest.NewServer(c.Handler())}
	h.stop = sync.OnceFunc(func() {
		h.http.CloseClientConnections()
		h.http.Close()
		cancel()
		<-done
		<-deskDone
		_ = store.Close()
	})
	t.Cleanup(h.stop)
	return h, drills
}

// planDrill saves a plan as the officer does, and returns the drill's page.
func planDrill(t *testing.T, b *browser) string {
	t.Helper()
	p := b.post("/drills", "id", "d-1", "kind", "fire", "school", apitest.School, "storeys", "4", "minutes", "10",
		"button", apitest.School+"/b-1", "part", "unit", "filed", "desk-1")
	require.Equal(t, "/drills/d-1", p.path)
	return p.html
}

// An officer plans a drill for a day ahead, by the school's own clock.
func TestADrillIsPlannedForADayAndATime(t *testing.T) {
	h, drills := startDrills(t)
	b := h.as("officer-1", "zh")
	list := b.get("/drills").html
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	assert.Contains(t, list, `name="date" type="date" min="`+time.Now().In(zone).Format(time.DateOnly)+`"`)

	ahead := time.Now().In(zone).AddDate(0, 0, 9)
	plan := func(id, date, clock string) shown {
		return b.post("/drills", "id", id, "kind", "fire", "school", apitest.School, "date", date, "time", clock,
			"storeys", "4", "minutes", "10", "part", "unit")
	}
	require.Equal(t, "/drills/d-9", plan("d-9", ahead.Format(time.DateOnly), "10:20").path)
	v, ok := drills.Drill("d-9")
	require.True(t, ok)
	assert.Equal(t, ahead.Format(time.DateOnly)+" 10:20", v.Plan.At.In(zone).Format("2006-01-02 15:04"))

	for _, bad := range [][2]string{{"9.9.2026", "10:20"}, {ahead.Format(time.DateOnly), ""}, {"", "10:20"}, {"2099-01-01", "10:20"}, {ahead.Format(time.DateOnly), "25:00"}} {
		refused := plan("d-10", bad[0], bad[1])
		assert.Equal(t, "/drills", refused.path, bad)
		assert.Contains(t, refused.html, "请检查填写的内容", bad)
	}
}

// The page of a planned drill leads to what parents are told of it: the officer
// drafts PAR-08 and lets it out, and nothing is asked about an incident.
func TestAnOfficerTellsParentsOfADrillAhead(t *testing.T) {
	h, _ := startDrills(t)
	b := h.as("officer-1", "zh")
	page := planDrill(t, b)
	link := "/drills/d-1/release?school=" + apitest.School
	require.Contains(t, page, `href="`+link+`"`)
	gate := b.get(link).html
	assert.Contains(t, gate, `value="PAR-08"`)
	assert.NotContains(t, gate, `value="PAR-01"`)
	assert.NotContains(t, gate, "/muster")
	today := time.Now().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
	assert.Contains(t, gate, `value="`+today+`"`, "the day of the drill")
	gate = b.post(link, "step", "draft", "text", "PAR-08", "drill", "fire", "date", today, "return", link).html
	hash := regexp.MustCompile(`name="hash" value="([0-9a-f]+)"`).FindStringSubmatch(gate)
	require.Len(t, hash, 2)
	assert.Contains(t, gate, "无需到校")
	gate = b.post(link, "step", "release", "hash", hash[1], "return", link).html
	assert.NotContains(t, gate, `name="hash"`, "it is out")
	assert.Contains(t, gate, "无需到校")
	b.post("/drills/d-1/cancel", "reason", "rain")
	assert.Contains(t, b.get(link).html, "已取消，或已转为真实险情")
}

// An officer runs a drill to its report, in a browser as wide as a phone.
func TestAnOfficerRunsADrillToItsReport(t *testing.T) {
	h, drills := startDrills(t)
	b := h.tab("officer-1")
	click := func(selector string) {
		b.t.Helper()
		b.do(chromedp.WaitVisible(chromedp.CSS(selector)))
		b.run(`document.querySelector('` + selector + `').click()`)
	}
	b.do(chromedp.Navigate(h.http.URL+"/drills"), chromedp.WaitVisible(chromedp.CSS("#drill-plan")))
	b.run(`document.querySelector("#drill-button").value = "` + apitest.School + `/b-1"`)
	click("#drill-plan button.main")
	click("#drill-start")
	b.await(`document.querySelector(".real-button")?.textContent === "非演练，真实险情"`, "the way out is on the page")
	b.await(`/\d\d:\d\d:0[1-9]/.test(document.querySelector(".drill-page .clock time")?.textContent)`, "the clock runs")
	b.await(`document.querySelector(".drill-page").textContent.includes("首次按下算演练")`, "the button is in its window")
	p := apitest.APress(apitest.School, "b-1", devices.Fire)
	p.Mode, p.Age = devices.Drill, 0
	drills.Pressed(p, false)
	b.await(`document.querySelector(".drill-page").textContent.includes("已按下")`, "the page shows the press by itself")
	click(`form:has(input[value="unit"]) button`)
	b.await(`document.querySelector(".notice")?.textContent === "已执行。"`, "stamped")
	b.do(chromedp.WaitVisible(chromedp.CSS(`form:has(input[value="evacuation"]) button`)))
	click(`form:has(input[value="evacuation"]) button`)
	b.await(`document.querySelectorAll('.marks form').length === 1`, "the head count is left")
	b.await(`(i => i && (i.value = "400", i.form.querySelector("button").click(), true))(document.querySelector('.marks input[name="expected"]'))`, "it is given")
	b.await(`document.querySelectorAll('.marks form').length === 0`, "all is stamped")
	b.await(`(i => i && (i.value = "全部撤离", i.form.querySelector("button").click(), true))(document.querySelector('#drill-stop input'))`, "it is stopped")
	b.await(`document.querySelector(".drill-report")?.dataset.grade === "excellent"`, "the report is graded")
	b.await(`document.querySelector(".drill-report").textContent.includes("总评：优秀")`, "in words")
	click("#drill-return")
	b.await(`document.querySelector(".drill-page").dataset.phase === "returned"`, "they have gone back")
}

// The page draws itself anew while somebody fills in a count, and says when the
// hub is gone: it lives as every page does.
func TestADrillsPageKeepsWhatIsTypedAndSaysThatTheHubIsGone(t *testing.T) {
	h, drills := startDrills(t)
	planDrill(t, h.as("officer-1", "zh"))
	h.as("officer-1", "zh").post("/drills/d-1/start")
	b := h.tab("officer-1")
	b.do(chromedp.Navigate(h.http.URL+"/drills/d-1"), chromedp.WaitVisible(chromedp.CSS("#drill-stop input")))
	b.await(`document.getElementById("link").classList.contains("connected")`, "it follows the stream")
	b.do(chromedp.SendKeys(chromedp.CSS("#drill-stop input"), "all out"))
	p := apitest.APress(apitest.School, "b-1", devices.Fire)
	p.Mode, p.Age = devices.Drill, 0
	drills.Pressed(p, false)
	b.await(`document.querySelector(".drill-page").textContent.includes("已按下")`, "the page shows the press by itself")
	b.await(`document.querySelector("#drill-stop input").value === "all out" && !!document.activeElement.closest("#drill-stop")`, "under the hand of whoever types")
	live := press(h, "b-2", devices.Attack)
	b.await(`document.querySelector('#alarms [data-incident="`+live.ID+`"]') !== null`, "a live alarm shows on it as on every page")
	h.stop()
	b.await(`!document.getElementById("lost").hidden && document.getElementById("link").classList.contains("lost")`, "the hub is gone, in words")
}

func TestStaffFollowADrillWithoutAStreamOfIncidents(t *testing.T) {
	h, drills := startDrills(t)
	planDrill(t, h.as("officer-1", "zh"))
	h.as("officer-1", "zh").post("/drills/d-1/start")
	b := h.tabOf("staff-1", ".top-who")
	b.do(chromedp.Navigate(h.http.URL+"/drills/d-1"), chromedp.WaitVisible(chromedp.CSS(".drill-page")))
	p := apitest.APress(apitest.School, "b-1", devices.Fire)
	p.Mode, p.Age = devices.Drill, 0
	drills.Pressed(p, false)
	b.await(`document.querySelector(".drill-page").textContent.includes("已按下")`, "the page shows the press by itself")
	h.stop()
	b.await(`!document.getElementById("lost").hidden`, "and says that the hub is gone")
}

func TestEverybodyAtADrillMaySayThatItIsReal(t *testing.T) {
	h, drills := startDrills(t)
	officer := h.as("officer-1", "zh")
	planDrill(t, officer)
	require.Equal(t, http.StatusOK, officer.post("/drills/d-1/start").status)
	for _, who := range []string{"officer-1", "liaison-1", "guard-1", "staff-1"} {
		page := h.as(who, "zh").get("/drills/d-1")
		require.Equal(t, http.StatusOK, page.status, who)
		says(t, page.html, "非演练，真实险情", who)
		assert.Equal(t, who == "officer-1" || who == "liaison-1", strings.Contains(page.html, "drill-stop"), who)
	}
	assert.Equal(t, http.StatusNotFound, h.as("parent-1", "zh").get("/drills/d-1").status)
	assert.Equal(t, http.StatusForbidden, h.as("parent-1", "zh").get("/drills").status)

	p := h.as("staff-1", "zh").post("/drills/d-1/real", "school", apitest.School)
	assert.Equal(t, "/drills/d-1", p.path, "staff see no incidents")
	says(t, p.html, "已按真实险情报警")
	v, _ := drills.Drill("d-1")
	assert.Equal(t, drill.Preempted, v.Phase)
	require.Len(t, h.engine.Unresolved(), 1)
	assert.Equal(t, devices.Live, h.engine.Unresolved()[0].Mode)
}

func TestADrillSpeaksBothLanguagesAndSaysWhyNot(t *testing.T) {
	h, drills := startDrills(t)
	b := h.as("officer-1", "en")
	says(t, planDrill(t, b), "Start the drill")
	says(t, h.as("liaison-1", "zh").get("/drills/d-1").html, "接受报备")
	drills.SetExamination(true)
	says(t, b.post("/drills/d-1/start").html, "it is an examination day, and no drill is planned for it or started on it")
	says(t, h.as("officer-1", "zh").post("/drills/d-1/start").html, "当天是考试日，不安排、不开始演练")
	says(t, b.post("/drills/d-1/cancel").html, "look at what you entered")
	drills.SetExamination(false)
	b.post("/drills/d-1/start")
	says(t, b.post("/drills/d-1/stop", "reason", "all out").html, "Drill report")
}
