package console_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// threeButtons are the twenty schools with a button more at two more places each.
func threeButtons() *people.Directory {
	d := twenty()
	liaison, _ := d.Account("liaison-20")
	l := people.Lists{District: d.District(), Accounts: []people.Account{liaison}}
	places := []alerting.Place{
		{ID: "gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}}, {ID: "yard", Name: alerting.Text{ZH: "操场", EN: "Playground"}},
		{ID: "hall", Name: alerting.Text{ZH: "教学楼二楼", EN: "Teaching building, 2nd floor"}},
	}
	for _, s := range d.Schools() {
		s.Places = places
		l.Schools = append(l.Schools, s)
		for n, at := range places {
			l.Devices = append(l.Devices, people.Device{
				Address: devices.Address{School: s.ID, Device: fmt.Sprintf("b-%d", n+1)}, Kind: devices.KindButton, Power: devices.PowerMains, Place: at,
			})
		}
	}
	return people.New(l)
}

// sixty presses three buttons at each of twenty schools: attacks, emergencies,
// medical calls, trespassers, and drills.
func sixty(h *hub) (all []alerting.Incident) {
	for n := range 20 {
		for b, kinds := range [][]devices.Alarm{
			{devices.Attack, devices.Emergency}, {devices.Medical, devices.Intrusion}, {devices.Fire, devices.Medical},
		} {
			p := apitest.APress(fmt.Sprintf("school-%02d", n+1), fmt.Sprintf("b-%d", b+1), kinds[n%2])
			if b == 2 && n%2 == 0 {
				p.Mode = devices.Drill
			}
			all = append(all, h.engine.Press(p))
		}
	}
	return all
}

func startSixty(t *testing.T) *hub {
	d := threeButtons()
	return startAt(t, d, allProven(d), nil, nil)
}

var dense = regexp.MustCompile(`<div class="board[^"]* dense"`)

// From nine open incidents on the cards are short, in each group the oldest first;
// and they stay so until it has eased, in a browser that shows them so.
func TestABoardIsDenseWhereManyAreOpen(t *testing.T) {
	h := startSixty(t)
	b := h.as("liaison-20", "zh")
	pressed := func(n int) alerting.Incident {
		return h.engine.Press(apitest.APress(fmt.Sprintf("school-%02d", n), "b-1", devices.Attack))
	}
	var all []alerting.Incident
	for n := 1; n <= 8; n++ {
		all = append(all, pressed(n))
	}
	page := b.get("/").html
	assert.NotRegexp(t, dense, page)
	order := func(page string, of ...alerting.Incident) {
		t.Helper()
		last := -1
		for _, i := range of {
			at := strings.Index(page, `id="i-`+i.ID)
			require.Greater(t, at, last, i.School)
			last = at
		}
	}
	order(page, all[7], all[0])
	assert.Regexp(t, dense, b.get("/?dense").html, "it was before")
	all = append(all, pressed(9))
	page = b.get("/").html
	assert.Regexp(t, dense, page)
	order(page, all...)
	for _, i := range all[:3] {
		for _, c := range []alerting.Command{{Verb: alerting.VerbReset, Reason: "x"}, {Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal}} {
			c.Incident, c.Actor = i.ID, alerting.Actor{Name: "liaison-20", Role: alerting.RoleLiaison}
			_, err := h.engine.Do(t.Context(), c)
			require.NoError(t, err)
		}
	}
	assert.NotRegexp(t, dense, b.get("/?dense").html, "six are few")
}

// askew lists what of a card does not stand within it or covers something else, what
// is too small to press, and what is wider than the screen.
const askew = `(() => {
	const out = [], box = (e) => e.getBoundingClientRect();
	if (document.documentElement.scrollWidth > innerWidth) out.push("wider than the screen");
	for (const card of document.querySelectorAll(".card")) {
		const c = box(card), parts = [".where", ".what", ".clock", ".holder", ".next", ".take", ".took", ".take-all"].map((s) => card.querySelector(s)).filter((e) => e && box(e).width);
		if (parts.length < 5) out.push(card.id + " says " + parts.length);
		for (const e of parts) {
			const r = box(e);
			if (r.left < c.left || r.right > c.right + 0.5 || r.top < c.top || r.bottom > c.bottom + 0.5) out.push(card.id + " " + e.className + " leaves it");
			if (e.matches(".take") && r.height < 44) out.push(card.id + " is hard to press");
			for (const o of parts) {
				const q = box(o);
				if (o !== e && r.left < q.right - 1 && q.left < r.right - 1 && r.top < q.bottom - 1 && q.top < r.bottom - 1) out.push(card.id + " " + e.className + " covers " + o.className);
			}
		}
		const mode = card.querySelector(".severity > :last-child");
		if (card.matches(".g-drill") && (box(mode).width < 20 || !mode.textContent)) out.push(card.id + " hides its mode");
	}
	return out.slice(0, 5);
})()`

// Twenty schools with three incidents each stay readable on a wall, a desk and a
// telephone, in both languages; the same key signs the same card.
func TestSixtyOpenIncidentsStayReadable(t *testing.T) {
	h := startSixty(t)
	all := sixty(h)
	b := h.tabOf("liaison-20", "#groups")
	b.await(`document.querySelectorAll(".card").length === 60`, "nothing is left out")
	for _, lang := range []string{"zh-Hans", "en"} {
		for _, s := range [][2]int64{{1920, 1080}, {1366, 768}, {390, 844}} {
			b.do(chromedp.EmulateViewport(s[0], s[1]))
			got := seen[[]string](b, askew)
			assert.Empty(t, got, "%s %v", lang, s)
			if lang == "zh-Hans" && s[0] == 1920 {
				b.await(`[...document.querySelectorAll(".card.g-critical")].every((c) => c.getBoundingClientRect().bottom < innerHeight)`, "all that are critical are on a wall's first screen")
			}
		}
		if lang == "en" {
			break
		}
		b.do(chromedp.EmulateViewport(1366, 768), chromedp.Click(chromedp.CSS(`form[action="/language"] button`)), chromedp.WaitVisible(chromedp.CSS(`html[lang="en"] #link.connected`)))
	}
	b.await(`document.querySelector("[data-take].armed").dataset.take === "`+all[0].ID+`"`, "the key is the oldest of the gravest")
	b.do(chromedp.KeyEvent("a"))
	b.await(`document.querySelector("[data-take].armed").dataset.take === "`+all[3].ID+`"`, "it goes on to the next")
	assert.Len(t, b.incident(all[0]).Acknowledgements, 1, "and has signed")
}
