package console_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// watchShifts notes every shift of the layout from the page's beginning, those that
// follow a hand's own doing apart, as browsers do.
const watchShifts = `window.shifts = []; new PerformanceObserver((l) => l.getEntries().forEach((e) => e.hadRecentInput || window.shifts.push({
	at: e.startTime, value: e.value,
	of: e.sources.map((s) => (s.node?.nodeType === 3 ? s.node.parentElement : s.node)).map((n) => n ? n.nodeName + "#" + n.id + "." + n.className + " " + n.textContent.trim().slice(0, 20) : "?"),
}))).observe({ type: "layout-shift", buffered: true })`

// cumulative is the gravest of the windows into which shifts are gathered: those less
// than 1 s apart, for at most 5 s (web.dev/articles/cls).
const cumulative = `(() => {
	let worst = 0, sum = 0, first = 0, last = -Infinity;
	for (const { at, value } of window.shifts) {
		if (at - last > 1000 || at - first > 5000) [sum, first] = [0, at];
		[sum, last] = [sum + value, at];
		worst = Math.max(worst, sum);
	}
	return worst;
})()`

func (b tab) shifted() (float64, []string) {
	b.t.Helper()
	worst := seen[float64](b, cumulative)
	of := seen[[]string](b, `window.shifts.filter((s) => s.value > 0.005).map((s) => Math.round(s.at) + " " + s.value.toFixed(3) + " " + s.of.join(" | "))`)
	return worst, of
}

var screens = map[string][2]int64{"wide": {1366, 768}, "phone": {390, 844}}

// From a quiet board to a full one and back, what stands on the page jumps nowhere.
func TestNewsMovesNothingOnTheBoard(t *testing.T) {
	for name, size := range screens {
		t.Run(name, func(t *testing.T) {
			h := start(t)
			b := h.tab("liaison-1")
			b.do(chromedp.EmulateViewport(size[0], size[1]), chromedp.Navigate(h.http.URL), chromedp.WaitVisible(chromedp.CSS("#link.connected")))
			b.run(watchShifts)
			cards := func(n string, why string) {
				t.Helper()
				b.await(`document.querySelectorAll(".card:not(.leaving)").length === `+n, why)
				b.await(`document.getAnimations().every((a) => a.playState === "finished")`, "settled")
			}
			first := press(h, "b-1", devices.Emergency)
			cards("1", "the first")
			press(h, "b-2", devices.Attack)
			cards("2", "another")
			high := press(h, "b-3", devices.Intrusion)
			cards("3", "a third")
			press(h, "b-1", devices.Emergency)
			b.await(`document.querySelector("#i-`+first.ID+` .remarks").textContent.length > 0`, "pressed again")
			_, err := h.engine.Do(t.Context(), alerting.Command{Incident: first.ID, Verb: alerting.VerbCancel, Reason: "it was a delivery", Actor: alerting.Actor{Name: "guard-1", Role: alerting.RoleGuard}})
			require.NoError(t, err)
			_, err = h.engine.Do(t.Context(), alerting.Command{Incident: first.ID, Verb: alerting.VerbAcknowledge, Actor: alerting.Actor{Name: "named-1", Role: alerting.RoleLiaison}})
			require.NoError(t, err)
			b.await(`!!document.querySelector("#i-`+first.ID+`.taken")`, "taken")
			b.do(chromedp.KeyEvent("a"))
			b.await(`!!document.querySelector("#notice .notice")`, "said")
			for _, c := range []alerting.Command{{Verb: alerting.VerbReset, Reason: "x"}, {Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal}} {
				c.Incident, c.Actor = high.ID, alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison}
				_, err := h.engine.Do(t.Context(), c)
				require.NoError(t, err)
			}
			cards("2", "one is closed")
			b.await(`!document.querySelector("#notice .notice")`, "said long enough")
			worst, of := b.shifted()
			assert.Less(t, worst, 0.1, "%q", of)
		})
	}
}

// Sixty alarms in a minute, on a board that begins with none: the form of all cards
// changes on the way, and nothing jumps.
func TestAFloodMovesNothingOnTheBoard(t *testing.T) {
	for name, size := range screens {
		t.Run(name, func(t *testing.T) {
			h := startSixty(t)
			b := h.tabOf("liaison-20", "#groups")
			b.do(chromedp.EmulateViewport(size[0], size[1]), chromedp.Navigate(h.http.URL), chromedp.WaitVisible(chromedp.CSS("#link.connected")))
			b.run(watchShifts)
			sixty(h)
			b.await(`document.querySelectorAll(".card").length === 60 && !!document.querySelector(".board.dense")`, "all of them, densely")
			b.await(`document.getAnimations().every((a) => a.playState === "finished")`, "settled")
			worst, of := b.shifted()
			assert.Less(t, worst, 0.1, "%q", of)
		})
	}
}

// A hand that is over a button finds it there when another alarm comes: the new one
// is named, at the head of its group and at the foot of the screen, sounds, and takes
// its place in a few seconds; a tap on its name leads to it.
func TestAnAlarmWaitsForTheHandThatIsOnTheBoard(t *testing.T) {
	h := start(t)
	first := press(h, "b-1", devices.Emergency)
	b := h.tab("liaison-1")
	b.do(chromedp.EmulateViewport(390, 844), chromedp.Navigate(h.http.URL), chromedp.WaitVisible(chromedp.CSS("#link.connected")))
	take := `document.querySelector("#i-` + first.ID + ` [data-take]")`
	at := seen[[]float64](b, `(() => { const r = `+take+`.getBoundingClientRect(); return [r.left + 10, r.top + 10] })()`)
	b.do(chromedp.MouseEvent(chromedp.MouseMoved, at[0], at[1]))
	b.await(take+`.matches(":hover")`, "the hand is over it")
	b.run(`window.stood = ` + take + `.getBoundingClientRect().top; window.named = 0; window.in = 0; new MutationObserver(() => {
		if (document.querySelector("#news a") && !window.named) [window.named, window.held] = [Date.now(), Math.abs(` + take + `.getBoundingClientRect().top - window.stood)];
		if (document.querySelectorAll(".card").length === 2 && !window.in) window.in = Date.now();
	}).observe(document.body, { childList: true, subtree: true })`)
	second := press(h, "b-2", devices.Attack)
	b.await(`window.named > 0`, "named at the foot")
	b.await(`window.held < 1`, "and the button where it was")
	b.await(`window.in > 0`, "it comes all the same")
	b.await(`window.in - window.named > 2500 && window.in - window.named < 15000`, "in a few seconds")

	b.do(chromedp.MouseEvent(chromedp.MouseMoved, 5, 5))
	b.run(`window.scrollTo(0, document.body.scrollHeight)`)
	third := press(h, "b-3", devices.Intrusion)
	b.await(`[...document.querySelectorAll("#news a")].some((a) => a.dataset.card === "i-`+third.ID+`")`, "one that is out of sight is named")
	b.await(`Date.now() - window.in > 1000`, "what was pressed in the moment of a change counts for nothing")
	b.do(chromedp.Click(chromedp.CSS(`#news a[data-card="i-` + third.ID + `"]`)))
	b.await(`(() => { const r = document.getElementById("i-`+third.ID+`").getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight })()`, "a tap leads to it")
	b.await(`!document.querySelector('#news a[data-card="i-`+third.ID+`"]')`, "and then it is named no more")
	assert.Empty(t, b.incident(second).Acknowledgements, "nobody has signed anything")
	assert.Empty(t, b.incident(third).Acknowledgements)
}
