package main

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/console/browsertest"
	"example.org/campushub/devices"
)

// listening keeps every audio context and every tone of the pages that a window
// opens from now on.
const listening = `window.contexts = []; window.tones = []
const Audio = window.AudioContext, Tone = window.OscillatorNode
window.AudioContext = class extends Audio { constructor(...a) { super(...a); window.contexts.push(this) } }
window.OscillatorNode = class extends Tone { constructor(c, o) { super(c, o); window.tones.push(o.frequency); } }`

// asBrowsersDo slows down what nobody sees, which tests else switch off.
var asBrowsersDo = []chromedp.ExecAllocatorOption{
	chromedp.Flag("disable-background-timer-throttling", false),
	chromedp.Flag("disable-backgrounding-occluded-windows", false),
	chromedp.Flag("disable-renderer-backgrounding", false),
}

// A browser has no sound before a click: the page says so until there was one. From
// then on the alarm sounds where the tab is behind another one, and until somebody
// has signed.
func TestStoryOfATabInTheBackground(t *testing.T) {
	s := tell(t, asBrowsersDo...)
	b := s.sits("liaison")
	browsertest.Call(b.Tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: listening})
	b.open(s.Console)
	locked := `window.contexts.length === 1 && window.contexts[0].state === "suspended"`
	b.await(locked+` && !document.getElementById("sound").hidden && document.getElementById("sound").textContent.includes("声音未开启")`, "locked, and the page says so")
	band := `(() => { const r = document.getElementById("sound").getBoundingClientRect(); return r.height > 20 && r.top >= 0 && r.bottom <= innerHeight })()`
	assert.True(t, seen[bool](b, band), "where it is seen")
	require.NoError(t, s.school.Press("b-3"))
	s.light("b-3", devices.IndicatorStored)
	b.await(cards(1), "an alarm that is seen, and not heard")
	assert.True(t, seen[bool](b, locked+` && window.tones.length === 0 && !document.getElementById("sound").hidden`), "it still says so")

	b.click("#sound button")
	b.await(`window.contexts[0].state === "running" && document.getElementById("sound").hidden`, "one click, and there is sound")
	b.await(`window.tones.includes(960)`, "what waits is heard at once")
	b.keys("a")
	s.light("b-3", devices.IndicatorAcknowledged)
	b.await(`document.querySelector("#groups .card").dataset.sound !== "critical"`, "signed: silent")

	front := b.beside(s.Console + "/incidents")
	front.await(`document.visibilityState === "visible"`, "another tab is in front")
	b.await(`document.visibilityState === "hidden"`, "nobody sees the board")
	b.run(`window.tones = []`)
	require.NoError(t, s.school.Press("b-1"))
	s.light("b-1", devices.IndicatorStored)
	b.await(`window.tones.includes(960) && window.contexts[0].state === "running"`, "behind another tab it sounds")
	b.await(`document.visibilityState === "hidden" && document.title.startsWith("(")`, "while nobody sees it, and its title says so")
	front.await(`!document.getElementById("sound").hidden`, "whoever opens a page without a click is warned anew")
}
