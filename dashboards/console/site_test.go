package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/rules"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestThePlaceIsMarkedOnThePlan(t *testing.T) {
	h := start(t)
	marked, unmarked := press(h, "b-1", devices.Attack), press(h, "b-2", devices.Attack)
	b := h.tab("liaison-1")
	b.do(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(h.http.URL+"/incidents/"+marked.ID), chromedp.WaitVisible(chromedp.CSS(".plan svg")))
	b.await(`(() => {
		const drawing = document.querySelector(".plan image").getBoundingClientRect();
		const ring = document.querySelector(".plan .here .ring").getBoundingClientRect();
		const x = (ring.left + ring.width / 2 - drawing.left) / drawing.width, y = (ring.top + ring.height / 2 - drawing.top) / drawing.height;
		return drawing.width > 300 && Math.abs(x - 0.25) < 0.01 && Math.abs(y - 0.1) < 0.01;
	})()`, "the mark lies where the configuration says, on the drawing as it is shown")
	b.await(`document.querySelector(".plan .here").textContent.includes("▲") && document.querySelector(".plan svg").getAttribute("aria-label").includes("已标出北门")`, "with its shape, and in words")
	b.run(`window.drawing = new Image(); drawing.src = document.querySelector(".plan image").getAttribute("href")`)
	b.await(`window.drawing.naturalWidth > 0`, "the drawing is there")
	b.await(`window.hacked === undefined`, "and nothing in it runs")
	says(t, h.as("liaison-1", "zh").get("/incidents/"+unmarked.ID).html, "平面图上没有标出“东门”")
	elsewhere := h.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Attack))
	page := h.as("other-1", "zh").get("/incidents/" + elsewhere.ID).html
	says(t, page, "尚未配置平面图")
	lacks(t, page, `class="plan"`)
}

func TestAPlanIsForWhoSeesIncidentsOfItsSchool(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Attack)
	page := h.as("liaison-1", "zh").get("/incidents/" + i.ID).html
	_, rest, found := strings.Cut(page, `<image href="`)
	require.True(t, found)
	at, _, _ := strings.Cut(rest, `"`)
	for who, want := range map[string]int{
		"liaison-1": http.StatusOK, "officer-1": http.StatusOK, "guard-1": http.StatusOK, "named-1": http.StatusOK,
		"other-1": http.StatusNotFound, "parent-1": http.StatusNotFound, "volunteer-1": http.StatusNotFound, "staff-1": http.StatusNotFound,
		"district-1": http.StatusNotFound, "admin-1": http.StatusNotFound,
	} {
		got := h.as(who, "zh").get(at)
		assert.Equal(t, want, got.status, who)
		if want == http.StatusOK {
			assert.Contains(t, got.header.Get("Content-Security-Policy"), "default-src 'none'", "opened by itself it is confined")
			assert.Contains(t, got.header.Get("Content-Security-Policy"), "sandbox")
			assert.Equal(t, "image/svg+xml", got.header.Get("Content-Type"))
		} else {
			lacks(t, got.html, "<rect", who)
		}
	}
	assert.Equal(t, http.StatusNotFound, h.as("liaison-1", "zh").get(at+"0").status, "an older drawing is no more")
	assert.Equal(t, "/sign-in", h.browser("zh").get(at).path)
}

func TestGatesAndPostsStandBesideThePlan(t *testing.T) {
	l := &ledger{stands: map[string]rules.Stand{"g-1": {Leaf: rules.Door, Open: true, Since: time.Now(), Said: time.Now()}}}
	h := startGates(t, l)
	i := press(h, "b-1", devices.Attack)
	page := h.as("liaison-1", "zh").get("/incidents/" + i.ID).html
	says(t, page, "校门 g-1：开启（")
	says(t, page, "事发地点")
	l.mu.Lock()
	l.stands["g-1"] = rules.Stand{Leaf: rules.Door, Since: time.Now(), Said: time.Now()}
	l.mu.Unlock()
	says(t, h.as("guard-1", "en").get("/incidents/"+i.ID).html, "Gate g-1: shut since")
	for line, stand := range map[string]rules.Stand{
		"Gate g-1: barrier up since": {Leaf: rules.Barrier, Open: true, Since: time.Now()}, "Gate g-1: barrier down since": {Leaf: rules.Barrier, Since: time.Now()},
		"Gate g-1: has no contact": {Said: time.Now()},
	} {
		l.mu.Lock()
		l.stands["g-1"] = stand
		l.mu.Unlock()
		says(t, h.as("liaison-1", "en").get("/incidents/"+i.ID).html, line)
	}
	l.mu.Lock()
	clear(l.stands)
	l.mu.Unlock()
	says(t, h.as("liaison-1", "en").get("/incidents/"+i.ID).html, "Gate g-1: not heard yet")

	d, _ := startDuty(t)
	i = press(d, "b-1", devices.Attack)
	says(t, d.as("liaison-1", "zh").get("/incidents/"+i.ID).html, "北门护学岗：")
	lacks(t, d.as("guard-1", "zh").get("/incidents/"+i.ID).html, "北门护学岗：", "who is missing at a post is not for guards")
}
