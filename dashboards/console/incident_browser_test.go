package console_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// open shows an incident's own page on a desk's screen.
func (b tab) open(i alerting.Incident, width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(b.h.http.URL+"/incidents/"+i.ID), chromedp.WaitVisible(chromedp.CSS("[data-whole]")))
	b.await(`document.getElementById("link").classList.contains("connected")`, "it follows the stream")
}

func (b tab) keys(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// letter presses a key by which the page leads somewhere, as a keyboard does: what
// the page takes for itself types nothing.
func (b tab) letter(key string) {
	b.t.Helper()
	b.run(`document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "` + key + `", bubbles: true, cancelable: true }))`)
}

func (b tab) incident(i alerting.Incident) alerting.Incident {
	b.t.Helper()
	got, err := b.h.engine.Incident(b.t.Context(), i.ID)
	require.NoError(b.t, err)
	return got
}

func TestTheFirstScreenHasWhatThePoliceNeedFirst(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Attack)
	for _, who := range []string{"liaison-1", "officer-1"} {
		b := h.tab(who)
		b.open(i, 1366, 768)
		for _, part := range []string{".where", ".what", ".severity", ".clock time", ".holder", ".next", ".take", "#marks li:nth-child(3)", ".call a[href^='tel:']", "#calls .call:nth-of-type(2)"} {
			b.await(`(() => { const at = document.querySelector(".whole `+part+`")?.getBoundingClientRect(); return at && at.height > 0 && at.bottom <= 768 && at.top >= 0 })()`, who+": on the first screen: "+part)
		}
		b.await(`document.documentElement.scrollWidth <= innerWidth`, "and nothing is wider")
	}
}

func TestALiveUpdateLeavesWhatSomebodyTypesAndChooses(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Attack)
	b := h.tab("liaison-1")
	b.open(i, 1366, 768)
	b.run(`document.getElementById("classify").open = true; document.getElementById("classify-kind").value = "fire"`)
	b.letter("n")
	b.await(`document.activeElement.id === "note-text"`, "a letter leads to the note")
	b.keys("Two men, one car")
	before := i.Number
	i = press(h, "b-1", devices.Attack)
	require.Greater(t, i.Number, before)
	_, err := h.engine.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbReset, Reason: "x", Actor: alerting.Actor{Name: "officer-1", Role: alerting.RoleOfficer}})
	require.NoError(t, err)
	b.await(`document.querySelectorAll("#presses li").length === 2 && document.querySelector("[data-whole]").dataset.number === "`+number(b.incident(i))+`"`, "the page has the second press and the reset")
	b.await(`document.activeElement.id === "note-text" && document.activeElement.value === "Two men, one car"`, "the focus and the words stay")
	b.await(`document.getElementById("classify").open && document.getElementById("classify-kind").value === "fire"`, "what is open and chosen stays")
	b.keys(", both ran")
	b.await(`document.getElementById("note-text").value === "Two men, one car, both ran"`, "and typing goes on where it was")
}

func TestAnIncidentIsWorkedByKeyboardAlone(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Attack)
	b := h.tab("liaison-1")
	b.open(i, 1366, 768)
	b.keys("a")
	b.await(`!!document.querySelector(".take.onward")`, "acknowledged, and the next step stands there")
	assert.Equal(t, alerting.StateAcknowledged, b.incident(i).State)

	b.letter("n")
	b.await(`document.activeElement.id === "note-text"`, "to the note")
	b.keys("Back gate clear")
	b.keys(kb.Tab)
	b.keys(kb.Enter)
	b.await(`document.getElementById("timeline").textContent.includes("Back gate clear")`, "noted")
	b.await(`document.getElementById("note-text").value === ""`, "the form is ready for the next one")

	b.run(`document.activeElement.blur()`)
	b.letter("r")
	b.await(`document.activeElement.id === "reset-reason"`, "to the reset")
	b.keys("checked on site")
	b.keys(kb.Enter)
	b.await(`!document.getElementById("reset")`, "the latch is reset")

	b.run(`document.activeElement.blur()`)
	b.letter("e")
	b.await(`document.activeElement.id === "resolve-outcome"`, "to the outcome")
	b.keys(kb.ArrowDown)
	b.await(`document.getElementById("resolve-outcome").value !== ""`, "chosen by an arrow")
	b.keys(kb.Tab)
	b.keys(kb.Enter)
	b.await(`document.querySelector(".holder").textContent.includes("已办结")`, "closed")
	assert.True(t, b.incident(i).Resolved())

	b.run(`window.stops = []; document.addEventListener("focusin", (e) => window.stops.push(e.target)); document.activeElement.blur()`)
	for range 60 {
		b.keys(kb.Tab)
	}
	b.await(`new Set(window.stops).size > 10 && window.stops.some((e) => e.closest("#top")) && window.stops.some((e) => e.closest("#ledger"))`, "Tab goes through the page and is caught nowhere")
}

// A hand that is about to press finds what it aims at where it was, although the
// head of the page has grown: at the page's beginning, where a browser by itself
// holds nothing.
func TestNothingMovesUnderAHand(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Attack)
	b := h.tab("liaison-1")
	b.open(i, 1366, 768)
	at := seen[[]float64](b, `(() => { const r = document.querySelector("#calls button").getBoundingClientRect(); return [r.left + 10, r.top + 10] })()`)
	b.do(chromedp.MouseEvent(chromedp.MouseMoved, at[0], at[1]))
	b.await(`!!document.querySelector("#calls button:hover") && scrollY === 0`, "the hand is over it")
	b.run(`window.stood = document.querySelector("#calls button").getBoundingClientRect().top; window.tall = document.getElementById("whole-card").offsetHeight`)
	_, err := h.engine.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbCancel, Reason: "it was a delivery", Actor: alerting.Actor{Name: "guard-1", Role: alerting.RoleGuard}})
	require.NoError(t, err)
	b.await(`document.querySelector(".warnings").textContent.includes("it was a delivery") && document.getElementById("whole-card").offsetHeight > window.tall`, "what stands above it has grown")
	b.await(`Math.abs(document.querySelector("#calls button").getBoundingClientRect().top - window.stood) < 1`, "and it is where it was")
}

// The step under a hand has become another one: a press that was meant for the
// first is not taken for the second.
func TestAStepThatHasJustChangedTakesNoPress(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Attack)
	b := h.tab("liaison-1")
	b.open(i, 1366, 768)
	b.run(`const now = Date.now; let at = now(); Date.now = () => at; window.pass = (ms) => (at += ms)`)
	_, err := h.engine.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbAcknowledge, Actor: alerting.Actor{Name: "named-1", Role: alerting.RoleLiaison}})
	require.NoError(t, err)
	b.await(`document.querySelector(".take.onward")?.textContent.includes("已派警") || document.querySelector(".take.onward")?.value === "sent"`, "somebody else has it: the step is the next one")
	b.do(chromedp.Click(chromedp.CSS(".take.onward")))
	b.run(`window.pass(1000)`)
	assert.Empty(t, b.incident(i).Dispatched, "the press was meant for what stood there")
	b.do(chromedp.Click(chromedp.CSS(".take.onward")))
	b.await(`document.querySelector(".take.onward")?.value === "left"`, "a moment later it counts")
	assert.Len(t, b.incident(i).Dispatched, 1)
}

// wholeWords finds words of Latin letters that a line's end parts.
const wholeWords = `(() => {
	const broken = [];
	const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
	for (let n = walk.nextNode(); n; n = walk.nextNode()) {
		for (const m of n.data.matchAll(/[A-Za-z]{3,}/g)) {
			const r = document.createRange();
			r.setStart(n, m.index);
			r.setEnd(n, m.index + m[0].length);
			if (new Set([...r.getClientRects()].map((c) => Math.round(c.top))).size > 1) broken.push(m[0]);
		}
	}
	return broken;
})()`

// tooWide names what stands over the screen's edge.
const tooWide = `document.documentElement.scrollWidth <= innerWidth ? [] :
	[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth && !e.closest(".scroll"))
		.map((e) => e.tagName + "#" + e.id + "." + (e.className.baseVal ?? e.className) + " " + e.textContent.trim().slice(0, 40))`

func TestWordsStayWholeOnANarrowScreen(t *testing.T) {
	h := startOn(t, nil, aFleet())
	i := press(h, "b-1", devices.Attack)
	b := h.tab("liaison-1", chromedp.Flag("accept-lang", "en"))
	for _, path := range []string{"/", "/incidents/" + i.ID, "/incidents", "/devices", "/false-alarms"} {
		for _, width := range []int64{360, 390, 683} {
			b.do(chromedp.EmulateViewport(width, 780), chromedp.Navigate(h.http.URL+path), chromedp.WaitVisible(chromedp.CSS("main")))
			b.run(`document.querySelectorAll("details").forEach((d) => (d.open = true))`)
			broken := seen[[]string](b, wholeWords)
			assert.Empty(t, broken, "%s at %d", path, width)
			wide := seen[[]string](b, tooWide)
			assert.Empty(t, wide, "%s at %d stands over the edge", path, width)
		}
	}
}

func TestASilentAlarmSaysNotToCall(t *testing.T) {
	h := start(t)
	i := silently(h, "b-1")
	page := h.as("liaison-1", "zh").get("/incidents/" + i.ID).html
	says(t, page, "请勿回拨学校")
	lacks(t, h.as("officer-1", "zh").get("/incidents/"+i.ID).html, "请勿回拨学校", "the school does not call itself back")
	_, err := h.engine.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbReset, Reason: "x", Actor: alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison}})
	require.NoError(t, err)
	_, err = h.engine.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbResolve, Outcome: "real", Actor: alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison}})
	require.NoError(t, err)
	lacks(t, h.as("liaison-1", "zh").get("/incidents/"+i.ID).html, "请勿回拨学校", "when it is over it gives nobody away")
}

func silently(h *hub, device string) alerting.Incident {
	p := apitest.APress(apitest.School, device, devices.Emergency)
	p.Silent = true
	return h.engine.Press(p)
}

func number(i alerting.Incident) string { return strconv.FormatInt(i.Number, 10) }
