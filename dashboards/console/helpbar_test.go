package console_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
)

// Wherever a guard is, help is one thumb away: the bar stands at the bottom of
// every page, over nothing that could be in its way, and leads to the button.
func TestAGuardCallsHelpFromTheBottomOfEveryPage(t *testing.T) {
	h, _ := startDuty(t)
	b := h.tab("guard-1")
	b.do(chromedp.EmulateViewport(360, 780))
	const stands = `(() => {
	  const bar = document.querySelector(".help-bar"), r = bar?.getBoundingClientRect();
	  return !!r && r.bottom === innerHeight && r.height >= 48 && r.width === innerWidth && document.elementFromPoint(180, r.top + r.height / 2) === bar;
	})()`
	for _, path := range []string{"/", "/shift", "/incidents"} {
		b.do(chromedp.Navigate(h.http.URL + path))
		b.await(stands, path)
	}
	b.do(chromedp.Click(chromedp.CSS(".help-bar")), chromedp.WaitVisible(chromedp.CSS(".raise-button")))
	bars := seen[int](b, `document.querySelectorAll(".help-bar").length`)
	assert.Zero(t, bars, "nothing else moves the thumb there")
	assert.NotContains(t, h.as("liaison-1", "zh").get("/").html, "help-bar")
}
