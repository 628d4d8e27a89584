package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

// inSight is true where whatever has the focus shows it, and nothing stands over it.
const inSight = `(() => {
	const e = document.activeElement
	if (!e || e === document.body || !e.matches(":focus-visible")) return false
	const style = getComputedStyle(e), r = e.getBoundingClientRect()
	if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return false
	const x = r.left + Math.min(r.width / 2, 20), y = r.top + r.height / 2, top = document.elementFromPoint(x, y)
	return !!top && (e.contains(top) || top.contains(e))
})()`

// Nobody touches a mouse: a liaison signs in, finds what has come, signs for it,
// opens it, writes a note, sets the button back and closes it, while more comes. The
// focus shows all the time, and no alarm takes it away.
func TestStoryOfAKeyboardAlone(t *testing.T) {
	s := tell(t)
	b := s.window()
	b.do(chromedp.Navigate(s.Console))
	b.await(`document.activeElement.id === "name" && `+inSight, "the focus is where one begins")
	b.keys("liaison" + kb.Tab + s.password("liaison") + kb.Enter)
	b.await(`!!document.querySelector("#groups")`, "signed in")
	b.connects()
	require.NoError(t, s.school.Press("b-1"))
	b.await(cards(1), "it comes")
	id := s.only().ID
	b.tabTo(`closest("#i-` + id + `") && document.activeElement.matches("a[data-select]")`)
	require.NoError(t, s.school.Press("b-2"))
	b.await(cards(2), "another one comes")
	b.await(`document.activeElement.matches("#i-`+id+` a[data-select]") && `+inSight, "and the focus is where it was")
	b.keys(kb.Enter)
	b.await(`document.querySelector(".beside-in")?.dataset.open === "`+id+`"`, "it is opened beside the board")
	b.keys("a")
	s.light("b-1", devices.IndicatorAcknowledged)
	assert.Equal(t, "open", s.asks("liaison").incident(t, s.other(id)).State, "the one that was chosen, and no other")
	b.tabTo(`matches('.beside-head a')`)
	b.keys(kb.Enter)
	b.await(`location.pathname === "/incidents/`+id+`"`, "its own page")
	b.connects()

	b.leads("n", "#note-text")
	b.keys("后门已查看")
	require.NoError(t, s.school.Press("b-1"))
	b.await(`document.querySelectorAll("#presses li").length === 2`, "a second press comes while somebody writes")
	b.await(`document.activeElement.matches("#note-text") && document.activeElement.value === "后门已查看" && `+inSight, "who writes on")
	b.keys(kb.Tab + kb.Enter)
	b.await(`document.getElementById("timeline").textContent.includes("后门已查看") && document.querySelector("[aria-busy=true]") === null`, "noted")
	b.await(inSight, "the focus is not lost with the form")

	b.leads("r", "#reset-reason")
	b.keys("现场已查看" + kb.Enter)
	b.await(`document.getElementById("reset") === null`, "set back")
	b.leads("e", "#resolve-outcome")
	b.keys(kb.ArrowDown)
	b.await(`document.getElementById("resolve-outcome").value !== ""`, "an outcome")
	outcome := seen[string](b, `document.getElementById("resolve-outcome").selectedOptions[0].textContent`)
	b.keys(kb.Tab + kb.Enter)
	b.await(`document.querySelector(".holder").textContent.includes("已办结：`+outcome+`")`, "closed")
	assert.Equal(t, "resolved", s.asks("liaison").incident(t, id).State)
}

// other is the incident of two that is not this one.
func (s *story) other(id string) string {
	s.t.Helper()
	for _, i := range s.asks("liaison").incidents(s.t) {
		if i.ID != id {
			return i.ID
		}
	}
	return ""
}

// tabTo goes on with Tab until the focus is on what is looked for. Wherever it
// stops, it shows.
func (b browser) tabTo(wanted string) {
	b.t.Helper()
	for range 80 {
		b.keys(kb.Tab)
		at := seen[string](b, `document.activeElement.outerHTML.slice(0, 120)`)
		if !seen[bool](b, `document.activeElement === document.body`) {
			b.await(inSight, "the focus shows on "+at)
		}
		if seen[bool](b, "Boolean(document.activeElement."+wanted+")") {
			return
		}
	}
	require.FailNow(b.t, "Tab never comes to "+wanted)
}

// leads presses a letter by which an incident's page leads somewhere. Whoever is in
// a field leaves it first.
func (b browser) leads(letter, to string) {
	b.t.Helper()
	for seen[bool](b, `document.activeElement.matches("input, textarea, select")`) {
		b.keys(kb.Tab)
	}
	b.run(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "` + letter + `", bubbles: true, cancelable: true }))`)
	b.await(`document.activeElement.matches("`+to+`") && `+inSight, "a letter leads to "+to)
}
