package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/console/browsertest"
)

// seen evaluates an expression on the page.
func seen[T any](b browser, expression string) T {
	b.t.Helper()
	return browsertest.Read[T](b.Tab, expression)
}

// passing has a gate say what it counted a while ago, without a clock of its own.
func passing(t *testing.T, gate *rawClient, user string, ago time.Duration, open, in, out int) {
	t.Helper()
	payload := fmt.Sprintf(`{"age_ms":%d,"values":{"open":%d,"passages_in":%d,"passages_out":%d}}`, ago.Milliseconds(), open, in, out)
	require.NoError(t, gate.publish("campus/"+user+"/reading", []byte(payload)))
}

// What a gate said over MQTT is drawn on its page and on that of the gates: by
// bars, a band, a line, and the same in words and in a table.
func TestChartsShowWhatAGateSaid(t *testing.T) {
	s := provisionServed(t)
	s.start()
	user, password := credentials(s.handout, "g-1")
	gate, err := dialRaw(t.Context(), s.address(), user, password)
	require.NoError(t, err)
	require.NoError(t, gate.publish("campus/"+user+"/state", []byte(`{"status":"online","firmware":"1.0.0","battery":0.42,"rssi_dbm":-67}`)))
	for n := 10; n >= 0; n-- { // an hour apart, open at the even ones
		passing(t, gate, user, time.Duration(n)*time.Hour, (n+1)%2, 10*n, n)
	}
	b := openBrowser(t, "zh-CN")
	b.signIn(s.handout, "officer")
	b.do(chromedp.Navigate(s.Console + "/devices"))
	b.click(`a[href$="/g-1"]`)
	b.do(chromedp.WaitVisible(chromedp.CSS("figure.chart svg")))

	chart := func(of string) string { return `document.querySelector("figure[id$='-` + of + `']")` }
	assert.Equal(t, 10, seen[int](b, chart("passages")+`.querySelectorAll("rect.in").length`), "the last hour has none in")
	assert.Equal(t, 10, seen[int](b, chart("passages")+`.querySelectorAll("rect.out").length`))
	assert.Contains(t, seen[string](b, chart("passages")+`.textContent`), "进 550，出 55")
	ratio := `(rects => { const h = [...rects].map(r => +r.getAttribute("height")); return Math.max(...h) / Math.min(...h) })(` + chart("passages") + `.querySelectorAll("rect.in"))`
	assert.InDelta(t, 10, seen[float64](b, ratio), 1, "bars are as long as what they stand for")
	assert.Equal(t, 6, seen[int](b, chart("door")+`.querySelectorAll("rect.open").length`))
	assert.Contains(t, seen[string](b, chart("door")+`.textContent`), "现在开启")
	assert.Contains(t, seen[string](b, chart("battery")+`.textContent`), "42%")
	assert.Contains(t, seen[string](b, chart("radio")+`.textContent`), "-67 dBm")
	assert.True(t, seen[bool](b, `[...document.querySelectorAll("svg")].every(s => s.getAttribute("role") === "img" && s.getAttribute("aria-label").length > 4)`))
	assert.True(t, seen[bool](b, `document.documentElement.scrollWidth <= innerWidth`), "nothing stands over the edge")

	table := `[...document.querySelectorAll("details tbody tr")]`
	b.do(chromedp.Focus(chromedp.CSS("details summary")), chromedp.KeyEvent("\r"))
	b.await(`document.querySelector("details").open`, "the figures open by the keyboard")
	sum := table + `.reduce((n, r) => n + +r.cells[%d].textContent, 0)`
	assert.Equal(t, 550, seen[int](b, fmt.Sprintf(sum, 1)))
	assert.Equal(t, 55, seen[int](b, fmt.Sprintf(sum, 2)))
	b.picture("course.png")

	b.do(chromedp.EmulateViewport(360, 780), chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("figure.chart svg")))
	assert.True(t, seen[bool](b, `document.documentElement.scrollWidth <= 360`), "nor on a phone")
	assert.Greater(t, seen[float64](b, chart("passages")+`.querySelector("text").getBoundingClientRect().height`), 9.0, "its words can be read there")
	b.picture("course-phone.png")

	b.do(chromedp.Navigate(s.Console+"/gates"), chromedp.WaitVisible(chromedp.CSS("figure.chart svg")))
	assert.Contains(t, seen[string](b, chart("passages")+`.textContent`), "进 550，出 55")
	assert.Zero(t, seen[int](b, `document.querySelectorAll("figure[id$='-battery']").length`), "the gates alone")
}
