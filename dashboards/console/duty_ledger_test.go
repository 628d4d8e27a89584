package console_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/dashboards/api/apitest"
)

// ledgerLinks are the links of the page to the ledgers, by path and format.
func ledgerLinks(t *testing.T, page string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, l := range regexp.MustCompile(`href="(/api/v1/posts/[^"]*)"`).FindAllStringSubmatch(page, -1) {
		link := html.UnescapeString(l[1])
		at, err := url.Parse(link)
		require.NoError(t, err)
		out[at.Path+" "+at.Query().Get("format")] = link
	}
	return out
}

// The officer chooses days, and the page's links give who was at the posts and
// which points were reached on these days, as a file; the page says who took them
// away. Nobody else gets them.
func TestCheckinsAndRoundsAreTakenAway(t *testing.T) {
	h, of := startDuty(t, patrolled)
	officer, guard := h.as("officer-1", "zh"), h.as("guard-1", "zh")
	require.Equal(t, http.StatusOK, officer.upload(today(of, "day")).status)
	for _, at := range []string{"north", "canteen"} {
		in := guard.post("/shift/check", "id", uuid.NewString(), "school", apitest.School, "post", at, "code", of.PIN(at))
		require.Equal(t, "/shift", in.path, at)
	}
	day := calendar.On(time.Now(), of.Zone)
	page := officer.get("/roster?from=" + day.String() + "&to=" + day.String()).html
	says(t, page, "签到记录", "巡查台账", `<form method="get" action="/roster" class="roster-days">`, "显示所选日期")
	links := ledgerLinks(t, page)
	require.Len(t, links, 4)

	came := officer.get(links["/api/v1/posts/checkins csv"])
	require.Equal(t, http.StatusOK, came.status)
	says(t, came.html, "北门护学岗,王建国,签到,岗位号码,")
	lacks(t, came.html, "食堂")
	lacks(t, came.html, "canteen")
	walked := officer.get(links["/api/v1/posts/rounds csv"])
	today := day.String()
	for _, words := range []string{today + ",星期", ",校园各处," + today + " 00:00:00," + today + " 23:59:59,食堂," + today + ",", ",王建国,进行中", ",fence,,,,进行中"} {
		says(t, walked.html, words)
	}
	lacks(t, walked.html, "whole-day", "nobody reads an id")
	lacks(t, walked.html, "北门护学岗")
	for path, rows := range map[string]int{"/api/v1/posts/checkins xlsx": 2, "/api/v1/posts/rounds xlsx": 3} {
		got := officer.get(links[path])
		require.Equal(t, http.StatusOK, got.status, path)
		book, err := excelize.OpenReader(strings.NewReader(got.html))
		require.NoError(t, err)
		all, err := book.GetRows(book.GetSheetName(0))
		require.NoError(t, err)
		assert.Len(t, all, rows, path)
		require.NoError(t, book.Close())
	}
	page = officer.get("/roster").html
	assert.Equal(t, 2, strings.Count(page, "导出签到记录 · "+day.String()+"/"+day.String()+" · officer-1"))
	assert.Equal(t, 2, strings.Count(page, "导出巡查台账 · "))
	says(t, page, "导入值班表 · "+day.String()+"/"+day.Add(6).String()+" · officer-1")
	lacks(t, page, "导出值班表")
	require.Equal(t, http.StatusOK, officer.get("/api/v1/roster?format=csv&from="+day.String()+"&to="+day.String()).status)
	require.Equal(t, http.StatusOK, officer.get("/api/v1/roster").status)
	page = officer.get("/roster").html
	says(t, page, "导出值班表 · "+day.String()+"/"+day.String()+" · officer-1", "导出值班表 · "+day.String()+"/"+day.Add(6).String()+" · officer-1")
	says(t, h.as("officer-1", "en").get("/roster").html, "ledger of rounds taken away", "Show these days")

	before := ledgerLinks(t, officer.get("/roster?from="+day.Add(-9).String()+"&to="+day.Add(-1).String()).html)
	lacks(t, officer.get(before["/api/v1/posts/checkins csv"]).html, "王建国")
	for _, account := range []string{"guard-1", "liaison-1", "staff-1"} {
		for _, link := range links {
			assert.Equal(t, http.StatusForbidden, h.as(account, "zh").get(link).status, account)
		}
	}
	for _, path := range []string{"/api/v1/posts/checkins", "/api/v1/posts/rounds"} {
		long := officer.get(path + "?from=2026-01-01&to=2028-01-01")
		assert.Equal(t, http.StatusUnprocessableEntity, long.status)
		says(t, long.html, `"type":"urn:campushub:refusal:period"`)
		says(t, long.html, "a period of at most 400 days")
	}
	assert.Equal(t, http.StatusUnprocessableEntity, officer.get("/api/v1/posts/rounds?from=2026-01-01").status)
}

// What becomes of a slot that somebody took themselves stands on the page when a
// sheet is imported again, and who took it and lost it among the changes.
func TestAnImportSaysWhatBecameOfASlotThatSomebodyTook(t *testing.T) {
	h, of := startDuty(t)
	officer, guard := h.as("officer-1", "zh"), h.as("guard-1", "zh")
	day := calendar.On(time.Now(), of.Zone).String()
	rows := func(names ...string) string {
		out := "日期,岗位,班次,姓名,角色\n"
		for _, who := range names {
			out += day + ",north,day," + who + ",保安员\n"
		}
		return out
	}
	page := officer.upload(rows("李卫国")).html
	lacks(t, page, "认领")
	guard.post("/shift/claim", "school", apitest.School, "date", day, "post", "north", "shift", "day")
	page = officer.upload(rows("李卫国")).html
	says(t, page, "已保留认领 1 处：新表仍有空位", "认领 · 王建国 · "+day+" · 北门护学岗 · 00:00–24:00 · guard-1")
	page = officer.upload(rows("李卫国", "钱一")).html
	says(t, page, "王建国 认领的 "+day+" 北门护学岗 00:00–24:00 未保留：新表已排满，请告知本人", "导入后认领未保留 · 王建国 · ", "钱一（第 3 行）没有登记卡号或账号")
	says(t, h.as("officer-1", "en").get("/roster").html, "claim dropped by an import · 王建国 · ")
}
