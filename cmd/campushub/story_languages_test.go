package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

// han is what of a page is written in Chinese, but for the button that leads there.
const han = `(document.body.innerText.replaceAll("中文", "").match(/[\u4e00-\u9fff]+/g) ?? []).join(" ")`

const (
	chinese = `document.documentElement.lang.startsWith("zh")`
	english = `document.documentElement.lang === "en"`
)

// Somebody switches the language of a board at the moment of an alarm, again while
// it is open, and on the incident's own page: it is there in either, once, sounds
// on, and nothing of the other language is left.
func TestStoryOfTwoLanguages(t *testing.T) {
	s := tell(t)
	liaison, other := s.sits("liaison"), s.sits(colleague)
	require.NoError(t, s.school.Press("b-1"))
	liaison.speaks(english)
	s.light("b-1", devices.IndicatorStored)
	id := s.only().ID
	liaison.await(cards(1)+" && "+card(id, `textContent.includes("North gate")`), "it came while the language was switched")
	liaison.await(card(id, `querySelector(".nobody") !== null`)+" && "+card(id, `dataset.sound === "critical"`), "with all that belongs to it")
	assert.Empty(t, seen[string](liaison, han))
	other.await(cards(1)+" && "+card(id, `textContent.includes("北门")`)+" && "+chinese, "another one's board speaks on as it did")

	require.NoError(t, s.school.Press("b-2"))
	liaison.await(cards(2), "one more, live, in English")
	assert.Empty(t, seen[string](liaison, han), "drawn anew in English, too")
	liaison.speaks(chinese)
	liaison.await(cards(2)+" && "+card(id, `textContent.includes("无人签收")`), "and back")

	other.do(chromedp.Navigate(s.Console + "/incidents/" + id))
	other.connects()
	other.speaks(english)
	assert.Equal(t, "/incidents/"+id, seen[string](other, "location.pathname"), "the page stays")
	liaison.run(`document.querySelector('#i-` + id + ` [data-take]').click()`)
	s.light("b-1", devices.IndicatorAcknowledged)
	other.await(`document.querySelector(".holder").textContent.includes("liaison")`, "live")
	assert.Empty(t, seen[string](other, han), "the timeline and the ledger, too")
	liaison.await(card(id, `querySelector(".holder").textContent.includes("已签收")`), "each in their own words")
	assert.Len(t, s.asks("liaison").incidents(t), 2)
}

// speaks switches the language.
func (b browser) speaks(to string) {
	b.t.Helper()
	b.press(`form[action="/language"] button`)
	b.await(to, "the other language")
	b.connects()
}
