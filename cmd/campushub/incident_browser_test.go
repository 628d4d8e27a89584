package main

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A liaison opens the page of an incident of the demonstration: its place is on
// the school's plan, and the ledger shows who was told. The pictures of it are
// taken here.
func TestLiaisonSeesAnIncidentOnItsOwnPage(t *testing.T) {
	s := provisionServed(t)
	s.start()
	ctx, wg := signUp(t)
	for n := range s.Terminals {
		wg.Go(func() { listenAs(ctx, func() handout { return s.handout }, n, newTold()) })
	}
	b := openBrowser(t, "zh-CN")
	b.signIn(s.handout, "liaison")
	user, password := credentials(s.handout, "b-1")
	button, err := dialRaw(ctx, s.address(), user, password)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, button.publish("campus/"+user+"/alarm", []byte(`{"id":"`+uuid.NewString()+`","kind":"attack"}`)))
	}
	liaison := (&hubProcess{handout: s.handout}).signIn(t, "liaison")
	require.Eventually(t, func() bool { return len(liaison.incidents(t)) == 1 }, patience, 10*time.Millisecond)
	id := liaison.incidents(t)[0].ID

	b.do(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(s.Console+"/incidents/"+id), chromedp.WaitVisible(chromedp.CSS(".plan .here")))
	b.await(`document.querySelector(".plan svg").getAttribute("aria-label").includes("北门")`, "the place is marked")
	b.do(chromedp.KeyEvent("a"))
	b.await(`document.querySelector(".take.onward")?.value === "sent"`, "acknowledged: a force is sent next")
	b.await(`document.querySelectorAll(".deliveries .way-of .solid").length >= 1`, "the ledger draws what was received")
	b.do(chromedp.EmulateViewport(1440, 1560))
	b.await(`!document.querySelector(".changed") && document.getElementById("notice").textContent === ""`, "nothing is marked as new any more")
	b.picture("incident.png")
	b.do(chromedp.EmulateViewport(390, 844))
	b.await(`document.documentElement.scrollWidth <= 390`, "nothing stands over the edge of a phone")
	b.picture("incident-phone.png")
}
