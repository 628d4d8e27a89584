package console_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"

	"example.org/campushub/devices"
)

func TestEveryPageShowsWhatWaits(t *testing.T) {
	h := startOn(t, nil, aFleet())
	i := press(h, "b-1", devices.Attack)
	officer := h.as("officer-1", "zh")
	for _, path := range []string{"/devices", "/incidents", "/false-alarms"} {
		page := officer.get(path).html
		says(t, page, `class="alarm g-critical"`, path)
		says(t, page, `href="/?selected=`+i.ID+`"`, path)
		says(t, page, `data-sound="critical"`, path)
		says(t, page, "live.js", path)
	}
	lacks(t, officer.get("/").html, `class="alarm g-`, "the board has cards")
	lacks(t, officer.get("/incidents/"+i.ID).html, `class="alarm g-`, "its own page has it")
	lacks(t, h.as("guard-1", "zh").get("/raise").html, `id="alarms"`, "nothing moves under the thumb")
	lacks(t, h.as("admin-1", "zh").get("/devices").html, `class="alarm g-`)
}

// A page that is no board shows an alarm by itself, says that the hub is gone,
// and that what it shows grows old.
func TestAPageThatIsNoBoardLives(t *testing.T) {
	h := startOn(t, nil, aFleet())
	b := h.tab("officer-1")
	b.do(chromedp.Navigate(h.http.URL + "/devices"))
	b.await(`document.getElementById("link").classList.contains("connected")`, "it follows the stream")
	b.await(`document.getElementById("asof").textContent.includes("内容截至")`, "it says how old it is")
	i := press(h, "b-1", devices.Fire)
	b.await(`document.querySelector('#alarms [data-incident="`+i.ID+`"]')?.textContent.includes("火情")`, "the alarm appears by itself")
	_, err := h.engine.Incident(t.Context(), i.ID)
	assert.NoError(t, err)
	h.stop()
	b.await(`!document.getElementById("lost").hidden && document.getElementById("link").classList.contains("lost")`, "the hub is gone, in words")
}

// Three beats that are missing are a lost hub, also where the connection stands;
// when it is back the page says from when to when it was away, and marks what
// came.
func TestAFrozenHubIsLostAndTheReturnIsSaid(t *testing.T) {
	h := start(t)
	f := h.freezer()
	b := h.tabAt("liaison-1", f.url)
	b.await(`document.getElementById("link").classList.contains("connected")`, "connected")
	beside, _ := b.beside(f.url + "/incidents")
	beside.await(connected, "another tab of the same browser")
	press(h, "b-1", devices.Fire)
	b.await(`document.querySelectorAll(".card").length === 1`, "what stands there")
	f.freeze()
	began := time.Now()
	b.await(`document.getElementById("link").classList.contains("lost") && !document.getElementById("lost").hidden`, "nine seconds of silence are a lost hub")
	beside.await(`document.getElementById("link").classList.contains("lost") && !document.getElementById("lost").hidden`, "in every tab")
	t.Logf("lost after %s", time.Since(began).Round(time.Second))
	i := press(h, "b-2", devices.Attack)
	f.thaw()
	b.await(`!document.getElementById("away").hidden && document.querySelector("#away span").textContent.includes("期间有 1 起")`, "it says that it was away")
	b.await(`document.querySelector('[data-incident="`+i.ID+`"]').dataset.came && document.getElementById("lost").hidden`, "and marks what came")
	b.await(`document.querySelectorAll("[data-came]").length === 1`, "and nothing else")
	beside.await(connected+` && document.getElementById("lost").hidden && !document.getElementById("away").hidden`, "in every tab")
	b.run(`document.querySelector("#away button").click()`)
	b.await(`document.getElementById("away").hidden && !document.querySelector("[data-came]")`, "until somebody has read it")
}
