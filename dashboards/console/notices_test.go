package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func raised(h *hub, kind alerting.Kind) string {
	return h.engine.PressAs(apitest.APress(apitest.School, "b-3", devices.Emergency), func(o *alerting.Opening) { o.Kind = kind }).ID
}

var hashes = regexp.MustCompile(`name="hash" value="([0-9a-f]{64})"`)

// step takes one step on the page, naming the text that the page shows.
func (b *browser) step(id, step string, pairs ...string) shown {
	b.t.Helper()
	path := "/incidents/" + id + "/release"
	hash := ""
	if m := hashes.FindStringSubmatch(b.get(path).html); m != nil {
		hash = m[1]
	}
	return b.post(path, append([]string{"return", path, "step", step, "hash", hash}, pairs...)...)
}

func TestAParentsPageShowsNoticesAndNothingElse(t *testing.T) {
	h := start(t)
	i := raised(h, "attack")
	parent, officer, police := h.as("parent-1", "zh"), h.as("officer-1", "zh"), h.as("liaison-1", "zh")
	says(t, parent.get("/").html, "还没有发布任何通知")

	page := officer.step(i, "draft", "text", "PAR-01", "next", "30")
	says(t, page.html, "【紫薇小学】第1号")
	lacks(t, parent.get("/").html, "第1号", "before it is released")
	says(t, officer.step(i, "release").html, "已发布")
	says(t, parent.get("/").html, "【紫薇小学】第1号")

	says(t, officer.step(i, "draft", "text", "PAR-06a").html, "待公安同意")
	says(t, officer.step(i, "release").html, "须先取得牵头部门同意")
	lacks(t, parent.get("/").html, "第2号")
	says(t, police.step(i, "agree").html, "牵头部门已同意")
	officer.step(i, "release")
	seen := parent.get("/").html
	says(t, seen, "第2号")
	says(t, seen, "已由新的通知代替")
	assert.Less(t, strings.Index(seen, "第2号"), strings.Index(seen, "】第1号"), "newest first")
	for _, secret := range []string{"北门", "袭击", "暴力", "officer-1", i, "/incidents", "/raise", "/drills", `id="way"`} {
		lacks(t, seen, secret)
	}
	assert.Equal(t, http.StatusNotFound, parent.get("/incidents/"+i).status)
	assert.Equal(t, http.StatusNotFound, parent.get("/incidents/"+i+"/release").status)
	lacks(t, h.as("other-parent", "zh").get("/").html, "第1号", "another school's parents")
}

func TestStaffReportTheirClassesAndSeeNothingElse(t *testing.T) {
	h := start(t)
	i := raised(h, "crowd")
	officer, teacher := h.as("officer-1", "zh"), h.as("staff-1", "zh")
	says(t, teacher.get("/").html, "没有正在进行的清点")
	path := "/incidents/" + i + "/release"
	says(t, officer.post("/incidents/"+i+"/muster", "return", path).html, "未上报")

	page := teacher.get("/").html
	says(t, page, `data-class="c1"`)
	lacks(t, page, `data-class="c2"`)
	lacks(t, page, "北门")
	report := func(expected, present, missing string) shown {
		return teacher.post("/headcounts/"+i, "return", "/", "class", "c1", "expected", expected, "present", present, "missing", missing)
	}
	says(t, report("40", "38", "1").html, "实到加未到必须等于应到")
	says(t, report("40", "39", "1").html, "未到 1")
	says(t, officer.get(path).html, "已上报 1 个")
	lacks(t, officer.get(path).html, "应到与名册不符")
	says(t, report("10", "10", "0").html, "应到少于名册时请选原因")
	teacher.post("/headcounts/"+i, "return", "/", "class", "c1", "expected", "10", "present", "10", "missing", "0", "reason", "left")
	for _, b := range []string{officer.get(path).html, teacher.get("/").html} {
		says(t, b, "应到比名册少 30 人：已离校")
		says(t, b, "应到与名册不符的班级：1 个")
	}
}

func TestConfidentialMattersHaveNoNotices(t *testing.T) {
	h := start(t)
	i := press(h, "b-2", devices.Bullying).ID
	assert.Equal(t, http.StatusNotFound, h.as("officer-1", "zh").get("/incidents/"+i+"/release").status)
	says(t, h.as("deputy-1", "zh").get("/incidents/"+i+"/release").html, "不群发")
}

func TestANoticeFromDraftToTheParentsPage(t *testing.T) {
	h := start(t)
	i := raised(h, "fire")
	parent := h.tabOf("parent-1", ".notices")
	parent.await(`!document.querySelector(".letter")`, "nothing before")
	officer := h.tabOf("officer-1", "#groups")
	officer.do(chromedp.Navigate(h.http.URL + "/incidents/" + i + "/release"))
	officer.do(chromedp.WaitVisible(chromedp.CSS("#draft")))
	officer.run(`document.querySelector("#gate-text").value = "PAR-04"; document.querySelector("#draft button").click()`)
	officer.await(`document.querySelector(".draft .letter-text")?.textContent.includes("放学推迟")`, "the preview is the text")
	words := seen[string](officer, `document.querySelector(".draft .letter-text").textContent`)

	officer.run(`document.querySelector("button[value=release]").click()`)
	officer.await(`document.getElementById("notice").textContent.includes("牵头部门")`, "the fire service has not agreed")
	parent.await(`!document.querySelector(".letter")`, "nothing is out")
	officer.run(`document.querySelector("#gate-role").closest("form").querySelector("button").click()`)
	officer.await(`document.querySelector(".draft")?.textContent.includes("牵头部门已同意")`, "agreed by telephone")
	officer.run(`document.querySelector("button[value=release]").click()`)
	parent.await(`document.querySelector(".letter-text")?.textContent === "`+words+`"`, "exactly what was seen, without a reload")
	assert.Contains(t, words, "【紫薇小学】第1号")
}

// A parents' page notices that its hub is silent, also where the connection
// stands, and says so in words; when the hub is back it shows what came.
func TestAParentsPageSaysThatItMayBeOld(t *testing.T) {
	h := start(t)
	f := h.freezer()
	b := h.tabFrom(f.url, "parent-1", ".notices")
	b.await(`document.getElementById("link").classList.contains("connected")`, "it follows the stream of notices")
	b.await(`document.getElementById("sound") === null && document.getElementById("way") === null`, "nothing of how the hub works is for parents")
	f.freeze()
	b.run(`const now = Date.now; Date.now = () => now() + 60_000`)
	b.await(`!document.getElementById("lost").hidden && document.getElementById("lost").textContent.includes("可能不是最新内容")`, "silence is a lost hub")
	i := raised(h, "fire")
	officer := h.as("officer-1", "zh")
	officer.step(i, "draft", "text", "PAR-01", "next", "30")
	officer.step(i, "release")
	f.thaw()
	b.await(`document.querySelector(".letter-text")?.textContent.includes("【紫薇小学】第1号")`, "what was released meanwhile")
	b.await(`document.getElementById("lost").hidden`, "and the band is gone")
}
