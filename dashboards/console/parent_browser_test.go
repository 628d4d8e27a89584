package console_test

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"example.org/campushub/dashboards/console/browsertest"
	"example.org/campushub/devices"
)

// A parent subscribes on a telephone and leaves the page open: what is released
// comes up on it by itself, and nothing before.
func TestAParentsOpenPageShowsWhatIsReleased(t *testing.T) {
	h := start(t)
	code := h.issued()
	b := h.tabOf("parent-1", ".notices")
	b.do(
		chromedp.Navigate(h.http.URL+"/parent"),
		chromedp.SendKeys(chromedp.CSS("#code"), code), chromedp.SendKeys(chromedp.CSS("#number"), "13900000001"),
		chromedp.Click(chromedp.CSS("#subscribe button.main")), chromedp.WaitVisible(chromedp.CSS("#digits")),
	)
	b.do(
		chromedp.SendKeys(chromedp.CSS("#digits"), h.reads("+8613900000001")),
		chromedp.Click(chromedp.CSS("#prove button.main")), chromedp.WaitVisible(chromedp.CSS("#h-own")),
	)
	b.run(`window.opened = true`)
	incident := press(h, "b-1", devices.Attack)
	officer := h.as("officer-1", "zh")
	officer.step(incident.ID, "draft", "text", "PAR-01", "next", "30")
	b.await(`!document.querySelector(".letter")`, "nothing before the release")
	officer.step(incident.ID, "release")
	b.await(`document.querySelectorAll(".letter").length === 1 && document.querySelector(".letter-text").textContent.includes("第1号")`, "it is out")
	officer.step(incident.ID, "draft", "text", "PAR-03", "next", "30")
	officer.step(incident.ID, "release")
	b.await(`document.querySelectorAll(".letter").length === 2 && document.querySelectorAll(".letter.replaced").length === 1`, "its successor")
	b.await(`window.opened === true && document.querySelector("#lost").hidden`, "the page was never left, and is connected")
	b.do(
		chromedp.Click(chromedp.CSS("details summary")), chromedp.WaitVisible(chromedp.CSS("details button")),
		chromedp.Click(chromedp.CSS("details button")), chromedp.WaitVisible(chromedp.CSS("#subscribe")),
	)
}

// lateStream has a page's stream begin when the test says so.
const lateStream = `window.SharedWorker = undefined; (() => {
	const Real = EventSource;
	window.EventSource = class extends EventTarget {
		static OPEN = 1;
		static CLOSED = 2;
		readyState = 1;
		constructor(at) {
			super();
			window.follow = () => {
				const real = new Real(at);
				for (const name of ["ready", "notice"]) real.addEventListener(name, (e) => this.dispatchEvent(new MessageEvent(name, { data: e.data })));
			};
		}
		close() {}
	};
})()`

// What is released between the drawing of a page and its stream stands on it too.
func TestANoticeFallsNotBetweenThePageAndItsStream(t *testing.T) {
	h := start(t)
	b := h.tabOf("parent-1", ".notices")
	browsertest.Call(b.Tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: lateStream})
	b.do(chromedp.Navigate(h.http.URL + "/"))
	b.await(`window.follow !== undefined`, "the page is there")
	incident, officer := press(h, "b-1", devices.Attack), h.as("officer-1", "zh")
	officer.step(incident.ID, "draft", "text", "PAR-01", "next", "30")
	officer.step(incident.ID, "release")
	b.run(`window.followed = performance.now(); window.follow()`)
	b.await(`document.querySelectorAll(".letter").length === 1`, "it is out")
	b.await(`performance.now() - window.followed < 20_000`, "and not only once the stream is silent for too long")
}
