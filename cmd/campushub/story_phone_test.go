package main

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"

	"example.org/campushub/dashboards/console/browsertest"
)

// phone makes a window a telephone: small, and with nothing but a finger.
func (b browser) phone() browser {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	browsertest.Call(b.Tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `window.shaken = 0; window.words = []; navigator.vibrate = () => { window.shaken++; return true }
addEventListener("DOMContentLoaded", () => {
	const line = document.getElementById("raise-state")
	if (line) new MutationObserver(() => window.words.push(line.textContent)).observe(line, { childList: true, characterData: true, subtree: true })
})`,
	})
	return b
}

// touch puts a finger on the middle of an element, and lift takes it away.
func (b browser) touch(selector string) {
	b.t.Helper()
	at := seen[[]float64](b, `(() => { const r = document.querySelector("`+selector+`").getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2] })()`)
	b.finger(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: at[0], Y: at[1]})
}

func (b browser) lift() { b.t.Helper(); b.finger(input.DispatchTouchEventTypeTouchEnd) }

func (b browser) finger(does input.DispatchTouchEventType, at ...*input.TouchPoint) {
	b.t.Helper()
	if at == nil {
		at = []*input.TouchPoint{}
	}
	browsertest.Call(b.Tab, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: does, TouchPoints: at})
}

// raising opens the page of the alarm button, and says where the guard stands.
func (b browser) raising(console string) {
	b.t.Helper()
	b.do(chromedp.Navigate(console + "/raise"))
	b.await(`document.querySelector(".raise-button")?.textContent === "按住 1 秒报警"`, "the script is there")
	b.run(`const p = document.getElementById("raise-place"); p.value = [...p.options].find((o) => o.text.includes("操场")).value; p.dispatchEvent(new Event("change"))`)
}

// A guard holds the button on a telephone for a second: it says how far the alarm
// got. That the guard asks to call it off is shown to everybody, and takes nothing
// back.
func TestStoryOfAGuardsPhone(t *testing.T) {
	s := tell(t)
	boards := []browser{s.sits("liaison"), s.sits("officer"), s.sits(colleague)}
	guard := s.sits("guard").phone()
	guard.raising(s.Console)
	guard.touch(".raise-button")
	guard.await(`document.querySelector(".raise-button.holding") !== null`, "the ring fills")
	guard.lift()
	guard.await(`document.querySelector(".raise-button.holding") === null`, "let go too soon")
	guard.touch(".raise-button")
	guard.await(`document.getElementById("raise-state").textContent === "已记录"`, "stored, while the finger is still on it")
	guard.lift()
	assert.Equal(t, 1, seen[int](guard, "window.shaken"), "it shook")
	id := s.only().ID
	for _, b := range boards {
		b.await(cards(1)+" && "+card(id, `textContent.includes("操场")`), "on every board")
	}
	boards[0].keys("a")
	guard.await(`document.getElementById("raise-state").textContent === "警方已签收"`, "the police have it")
	assert.Equal(t, []string{"已记录", "警方已签收"}, seen[[]string](guard, `window.words.filter((w) => !w.startsWith("正在发送") && w !== "已发出")`), "in this order, and nothing of a failure")

	before := s.only()
	guard.open(s.Console + "/incidents/" + id)
	guard.run(`document.getElementById("cancel").open = true; document.getElementById("cancel-reason").value = "学生误碰"`)
	guard.press("#cancel form button")
	for _, b := range append(boards, guard) {
		b.await(card(id, `textContent.includes("请求解除：学生误碰")`), "everybody sees it")
	}
	boards[0].await(card(id, `textContent.includes("警情仍有效，请核实")`), "and that it counts still")
	after := s.only()
	assert.Equal(t, "acknowledged", after.State, "it goes on")
	for _, d := range before.Deliveries {
		was, is := rank(d.State), -1
		for _, e := range after.Deliveries {
			if e.ID == d.ID {
				is = rank(e.State)
			}
		}
		assert.GreaterOrEqual(t, is, was, "nothing is taken back of %s to %s, which was %s", d.Channel, d.Recipient, d.State)
	}
}

// rank is how far a delivery got.
func rank(state string) int {
	for n, s := range []string{"failed", "expired", "planned", "handed", "received", "read"} {
		if s == state {
			return n
		}
	}
	return -2
}

// Whoever holds the phone in a silent alarm is given away by nothing: it shows,
// shakes and sounds nothing, while the police are told and sign.
func TestStoryOfASilentAlarm(t *testing.T) {
	s := tell(t)
	liaison := s.sits("liaison")
	guard := s.sits("guard").phone()
	guard.raising(s.Console)
	guard.connects()
	guard.run(`document.querySelector("input[name=silent]").click()`)
	look := `document.body.innerText.replace(/\d\d:\d\d:\d\d/g, "")`
	before := seen[string](guard, look)
	guard.touch(".raise-button")
	liaison.await(cards(1), "the police see it")
	guard.lift()
	id := s.only().ID
	liaison.await(card(id, `textContent.includes("静默报警：请勿回拨")`), "and not to call back")
	liaison.keys("a")
	s.eventually(func() bool { return s.only().State == "acknowledged" }, "signed")
	guard.await(`localStorage.getItem("campushub-alarm") === null`, "the phone knows that it is stored")
	assert.Equal(t, before, seen[string](guard, look), "and looks as it did")
	assert.Empty(t, seen[[]string](guard, "window.words"))
	assert.Zero(t, seen[int](guard, "window.shaken"))
	guard.open(s.Console)
	guard.await(`document.querySelector("[data-incident]:not([data-sound='']), #alarms [data-incident]") === null`, "nor does its board sound")
}
