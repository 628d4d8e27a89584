package main

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/console/browsertest"
	"example.org/campushub/devices"
)

// beside opens one more tab of the same browser, in front of the others: those are
// hidden from then on, as they are from a person.
func (b browser) beside(address string) browser {
	b.t.Helper()
	beside, _ := b.Beside(chromedp.WithNewWindow(false))
	other := browser{beside, b.t}
	other.open(address)
	return other
}

// front brings a tab before the others of its window.
func (b browser) front() {
	b.t.Helper()
	browsertest.Call(b.Tab, page.BringToFront, cdp.Empty{})
	b.await(`document.visibilityState === "visible"`, "it is in front")
}

// Whoever has opened twenty tabs has the alarm on each of them, over one stream,
// and signs in one: a browser has six connections to a hub that speaks plain HTTP.
func TestStoryOfTwentyTabsOfOneBrowser(t *testing.T) {
	const many = 20
	s := tell(t)
	first := s.sits("liaison")
	tabs := []browser{first}
	for n := range many - 1 {
		tabs = append(tabs, first.beside(s.Console+[]string{"/", "/incidents", "/today", "/posts"}[n%4]))
	}
	streams := func() float64 { return metric(t, &hubProcess{handout: s.handout}, "campushub_api_streams") }
	s.eventually(func() bool { return streams() == 1 }, "one stream for all of them")

	hidden := 0
	for _, b := range tabs {
		hidden += seen[int](b, `+(document.visibilityState === "hidden")`)
	}
	assert.Equal(t, many-1, hidden, "a person sees one of them")

	require.NoError(t, s.school.Press("b-2"))
	s.light("b-2", devices.IndicatorStored)
	id := s.only().ID
	for n, b := range tabs {
		b.await(fmt.Sprintf(`document.querySelectorAll('[data-incident="%s"]').length === 1`, id), fmt.Sprintf("tab %d has it, once", n))
	}
	tabs[13].front()
	tabs[13].keys("a") // a board in the midst of them
	s.light("b-2", devices.IndicatorAcknowledged)
	for n, b := range tabs {
		b.await(fmt.Sprintf(`document.querySelector('[data-incident="%s"]')?.dataset.sound !== "critical"`, id), fmt.Sprintf("tab %d is silent", n))
	}
	assert.Equal(t, "acknowledged", s.only().State)
	assert.Equal(t, 1, s.signed(id), "one has signed, and once")
}

// signed is how many acknowledgements an incident has.
func (s *story) signed(id string) int {
	s.t.Helper()
	var i struct{ Acknowledgements []struct{ By string } }
	require.Equal(s.t, http.StatusOK, s.asks("liaison").call(s.t, http.MethodGet, "/api/v1/incidents/"+id, "", &i))
	return len(i.Acknowledgements)
}
