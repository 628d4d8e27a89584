package main

import (
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

// attentive notes all that a parents' page ever shows and all that reaches it: by
// the page itself, by the stream of notices, and by asking again and again.
const attentive = `window.shown = []; window.streamed = []; window.asked = 0
const note = () => {
	for (const e of document.querySelectorAll(".letter-text")) if (!window.shown.includes(e.textContent)) window.shown.push(e.textContent)
	window.everShown = (window.everShown ?? "") + document.querySelector("main").innerText
}
new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true })
const stream = new EventSource("/api/v1/notices/stream")
stream.addEventListener("notice", (e) => window.streamed.push(e.data))
const ask = () => fetch("/api/v1/notices").then((r) => r.json()).then((all) => { window.listed = all; window.asked++; setTimeout(ask, 100) })
ask(); note()`

// A parent has the page open from before the press. Nothing of what the police and
// the school know reaches it by any way, until an officer lets a text out that they
// have seen word by word; a second takes the place of the first, and that all are
// safe is said when all are counted.
func TestStoryOfWhatAParentIsTold(t *testing.T) {
	s := tell(t)
	parent := s.sits("parent")
	parent.run(attentive)
	nothing := func(letters int, when string) {
		t.Helper()
		asked := seen[int](parent, "window.asked")
		parent.await(`window.asked >= `+strconv.Itoa(asked+2), "asked twice more")
		assert.Len(t, seen[[]string](parent, "window.shown"), letters, when)
		assert.Len(t, seen[[]string](parent, "window.streamed"), letters, when)
		assert.Equal(t, letters, seen[int](parent, "JSON.stringify(window.listed).split('\"number\"').length - 1"), when)
	}
	nothing(0, "before")
	liaison, officer, staff := s.sits("liaison"), s.sits("officer"), s.sits("staff")

	require.NoError(t, s.school.Press("b-1"))
	s.light("b-1", devices.IndicatorStored)
	id := s.only().ID
	nothing(0, "pressed")
	liaison.open(s.Console + "/incidents/" + id)
	liaison.run(`document.getElementById("classify").open = true; document.getElementById("classify-kind").value = "attack"; document.querySelector("#classify form button").click()`)
	s.eventually(func() bool { return s.only().Kind == "attack" }, "the police know what it is")
	nothing(0, "classified")

	gate := s.Console + "/incidents/" + id + "/release"
	officer.open(gate)
	first := officer.drafts("PAR-01")
	nothing(0, "drafted")
	officer.approves()
	nothing(0, "approved")
	officer.releases()
	parent.await(`window.shown.length === 1`, "released")
	nothing(1, "released")

	second := officer.drafts("PAR-04")
	assert.NotEqual(t, first, second)
	officer.approves()
	officer.press(`#gate-draft button[value="release"]`)
	officer.await(`document.querySelector("#notice .refused") !== null`, "the police have not agreed")
	nothing(1, "refused")
	liaison.agrees(gate)
	nothing(1, "agreed")
	officer.releases()
	parent.await(`window.shown.length === 2 && document.querySelectorAll(".letter.replaced").length === 1`, "the second takes the place of the first")

	assert.False(t, seen[bool](officer, offered("PAR-06b")), "nobody has been counted")
	assert.Equal(t, http.StatusConflict, s.asks("officer").call(t, http.MethodPost, "/api/v1/incidents/"+id+"/release", `{"step":"draft","text":"PAR-06b"}`, nil), "nor by another way")
	nothing(2, "not counted")
	officer.press(`form[action$="/muster"] button`)
	staff.open(s.Console)
	staff.counts("c1", 40)
	nothing(2, "half of them")
	staff.counts("c2", 38)
	third := officer.drafts("PAR-06b")
	officer.approves()
	liaison.agrees(gate)
	nothing(2, "agreed")
	officer.releases()
	parent.await(`window.shown.length === 3 && document.querySelectorAll(".letter.replaced").length === 2`, "it is over")

	assert.Equal(t, []string{first, second, third}, seen[[]string](parent, "window.shown"), "word by word what the officer saw, and nothing else")
	assert.Contains(t, third, "经清点全体学生安全")
	nothing(3, "in the end")
	for _, secret := range []string{"北门", "暴力侵害", "一键报警", "liaison", "officer", "b-1", id} {
		for _, at := range []string{"window.everShown", "window.streamed.join()", "JSON.stringify(window.listed)"} {
			assert.NotContains(t, seen[string](parent, at), secret, at)
		}
	}
	heard := seen[[]string](parent, "window.streamed")
	assert.Len(t, heard, 3)
	assert.False(t, slices.ContainsFunc(heard, func(e string) bool { return e == "" }))
}

func offered(text string) string {
	return `document.querySelector("#gate-text option[value='` + text + `']") !== null`
}

// tries asks for a draft of a text.
func (b browser) tries(text string) {
	b.t.Helper()
	b.await(offered(text), text+" is offered")
	b.run(`document.getElementById("gate-new").open = true; document.getElementById("gate-text").value = "` + text + `"; document.querySelector("#draft button").click()`)
}

// drafts has a text before it goes out, as parents would read it.
func (b browser) drafts(text string) string {
	b.t.Helper()
	b.tries(text)
	b.await(`document.querySelector("#gate-draft .letter-text") !== null && !document.getElementById("gate-new").open`, text+" is previewed")
	return seen[string](b, `document.querySelector("#gate-draft .letter-text").textContent`)
}

func (b browser) approves() {
	b.t.Helper()
	b.press(`#gate-draft button[value="approve"]`)
	b.await(`document.querySelector("#gate-draft")?.textContent.includes("审核通过：")`, "approved")
}

func (b browser) releases() {
	b.t.Helper()
	b.press(`#gate-draft button[value="release"]`)
	b.await(`document.getElementById("gate-draft") === null`, "it is out")
}

func (b browser) agrees(gate string) {
	b.t.Helper()
	b.open(gate)
	b.press(`#gate-draft button[value="agree"]`)
	b.await(`document.querySelector("#gate-draft")?.textContent.includes("牵头部门已同意")`, "agreed")
}

func (b browser) counts(class string, all int) {
	b.t.Helper()
	form := `.count-row[data-class="` + class + `"]`
	b.do(chromedp.WaitVisible(chromedp.CSS(form)))
	b.run(`const f = document.querySelector('` + form + `').elements; f.expected.value = f.present.value = "` + strconv.Itoa(all) + `"; f.missing.value = "0"; document.querySelector('` + form + ` button').click()`)
	b.await(`document.querySelector('`+form+`')?.textContent.includes("已上报")`, class+" is counted")
}
