package main

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oftenEnough is how often a page that reads the spool may be read on and on:
// it answers 30 times at once, and then once a second.
const oftenEnough = 1100 * time.Millisecond

// How fast people were told of a press is drawn from the hub's own spool, and
// said, without an InfluxDB.
func TestChartsShowHowFastPeopleWereTold(t *testing.T) {
	s := provisionServed(t)
	s.start()
	user, password := credentials(s.handout, "b-1")
	button, err := dialRaw(t.Context(), s.address(), user, password)
	require.NoError(t, err)
	b := openBrowser(t, "zh-CN")
	b.signIn(s.handout, "officer")
	require.NoError(t, button.publish("campus/"+user+"/alarm", []byte(`{"id":"6ab4a1a0-3f6f-4a5e-9a40-2b1de8a4d001","kind":"emergency","mode":"live","age_ms":0}`)))
	chart := `document.querySelector("figure[id$='-school-handed']")`
	require.Eventually(t, func() bool { // the page was handed the alarm, and the spool has it
		b.do(chromedp.Navigate(s.Console + "/incidents"))
		b.click(`a[href="/deliveries"]`)
		b.do(chromedp.WaitVisible(chromedp.CSS(".course h1")))
		return seen[bool](b, chart+` !== null`)
	}, time.Minute, oftenEnough)
	assert.NotZero(t, seen[int](b, chart+`.querySelectorAll("rect.in").length`), "the median")
	assert.NotZero(t, seen[int](b, chart+`.querySelectorAll("rect.out").length`), "the slowest")
	assert.Contains(t, seen[string](b, chart+`.textContent`), "一半在")
	assert.Contains(t, seen[string](b, `document.querySelector("details tbody tr:last-child").textContent + document.querySelector("details tbody").textContent`), "毫秒")
	assert.True(t, seen[bool](b, `document.documentElement.scrollWidth <= innerWidth`), "nothing stands over the edge")
	b.picture("told.png")
	b.do(chromedp.EmulateViewport(360, 780))
	require.Eventually(t, func() bool {
		b.do(chromedp.Reload())
		return seen[bool](b, chart+` !== null`)
	}, time.Minute, oftenEnough)
	assert.True(t, seen[bool](b, `document.documentElement.scrollWidth <= 360`), "nor on a phone")
}
