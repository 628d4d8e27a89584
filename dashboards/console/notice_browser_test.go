package console_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"example.org/campushub/devices"
)

// stamps notes when the line over the page comes and goes, in ms.
const stamps = `window.came = 0; window.left = 0; new MutationObserver(() => {
	const there = !!document.querySelector("#notice .notice");
	if (there && !window.came) window.came = Date.now();
	if (!there && window.came && !window.left) window.left = Date.now();
}).observe(document.getElementById("notice"), { childList: true, subtree: true })`

// What came of a command is said for a moment: whoever reads on meanwhile finds
// nothing old over what is new.
func TestWhatCameOfACommandGoesByItself(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	b := h.tab("liaison-1")
	b.await(`!!document.querySelector("#link.connected")`, "it follows the stream")
	b.run(stamps)
	b.do(chromedp.KeyEvent("a"))
	b.await(`document.querySelector("#notice .notice")?.textContent.includes("已签收")`, "said")
	b.await(`window.left > 0`, "and gone")
	b.await(`window.left - window.came > 2000`, "not before it could be read")
	// A page that was loaded with it: it goes too, and loading it again says nothing.
	b.do(chromedp.Navigate(h.http.URL+"/incidents?notice=done.note"), chromedp.WaitVisible(chromedp.CSS("#notice .notice")))
	b.await(`location.search === ""`, "the address has it no more")
	b.await(`!document.querySelector("#notice .notice")`, "it is gone")
	b.do(chromedp.Navigate(h.http.URL+"/incidents/"+i.ID+"?notice=done.note"), chromedp.WaitVisible(chromedp.CSS("#notice .notice")))
	b.await(`!document.querySelector("#notice .notice")`, "there too")
}

// A refusal stands longer, but not over newer news.
func TestARefusalMakesWayForNewerNews(t *testing.T) {
	f := startFailing(t)
	b, _ := f.board()
	b.run(stamps)
	f.commands.Store(true)
	b.do(chromedp.KeyEvent("a"))
	b.await(`!!document.querySelector("#notice .refused")`, "refused")
	f.commands.Store(false)
	press(f.hub, "b-2", devices.Attack)
	b.await(`document.querySelectorAll(".card").length === 2`, "another alarm")
	b.await(`window.left > 0`, "it has gone")
	b.await(`window.left - window.came > 5000 && window.left - window.came < 12000`, "once it could be read, and before its time")
	b.run(stamps)
	f.commands.Store(true)
	b.do(chromedp.KeyEvent("a"))
	b.await(`!!document.querySelector("#notice .refused")`, "refused anew")
	f.commands.Store(false)
	b.do(chromedp.KeyEvent("a"))
	b.await(`document.querySelector("#notice .notice:not(.refused)")?.textContent.includes("已签收")`, "what came of the next command takes its place at once")
	b.await(`document.querySelectorAll("#notice .notice").length === 1`, "alone")
}
