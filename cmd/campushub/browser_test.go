package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/console/browsertest"
	"example.org/campushub/devices/wire"
)

// browser is a page of Debian's Chromium.
type browser struct {
	browsertest.Tab
	t *testing.T
}

func openBrowser(t *testing.T, language string) browser {
	t.Helper()
	return browser{browsertest.Open(t, browsertest.Life,
		chromedp.Flag("accept-lang", language), chromedp.Flag("autoplay-policy", "no-user-gesture-required")), t}
}

func (b browser) do(steps ...chromedp.Action[chromedp.Void]) { b.t.Helper(); b.Do(steps...) }

func (b browser) await(expression, why string) { b.t.Helper(); b.Await(expression, why) }

func (b browser) run(script string) { b.t.Helper(); b.Run(script) }

func (b browser) click(selector string) { b.t.Helper(); b.Click(selector) }

func (b browser) signIn(h handout, role string) {
	b.t.Helper()
	for _, a := range h.Accounts {
		if a.Role == role {
			b.SignIn(h.Console, a.Name, a.Password, "#groups")
		}
	}
}

// picture keeps what the page looks like where CAMPUSHUB_PICTURES says so.
func (b browser) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("CAMPUSHUB_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.Context(), chromedp.CaptureScreenshot())
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name), png, 0o644))
}

// A press appears on the liaison's board, one key acknowledges it and the
// button's light says so; the hub is killed while the page watches, and the
// page says that it was away, comes back by itself and misses nothing.
func TestLiaisonSeesAPressAndAcknowledges(t *testing.T) {
	s := provisionServed(t)
	s.start()
	ctx, wg := signUp(t)
	b := openBrowser(t, "zh-CN")
	b.signIn(s.handout, "liaison")
	b.await(`document.querySelectorAll("[data-incident]").length === 0`, "nothing is open yet")
	for n := range s.Terminals { // every desk is manned
		wg.Go(func() { listenAs(ctx, func() handout { return s.handout }, n, newTold()) })
	}
	user, password := credentials(s.handout, "x-1")
	lights := make(chan string, 64)
	wg.Go(func() { watchLight(ctx, s.handout, user, password, lights) })
	button, err := dialRaw(ctx, s.address(), user, password)
	require.NoError(t, err)
	press := uuid.NewString()
	require.NoError(t, button.publish("campus/"+user+"/alarm", []byte(`{"id":"`+press+`"}`)))

	b.await(`document.querySelectorAll("#groups [data-incident]").length === 1`, "the card appears by itself")
	b.await(`document.querySelector("#groups [data-incident]").textContent.includes("无人签收")`, "nobody has it")
	liaison := (&hubProcess{handout: s.handout}).signIn(t, "liaison")
	id := liaison.incidents(t)[0].ID
	require.Eventually(t, func() bool { return consoleState(liaison.incident(t, id)) == "received" }, patience, 10*time.Millisecond,
		"the page confirms that it was shown")
	b.do(chromedp.KeyEvent("a"))

	require.Eventually(t, func() bool { return liaison.incident(t, id).State == "acknowledged" }, patience, 10*time.Millisecond)
	b.await(`document.querySelector("#groups [data-incident]").textContent.includes("已签收")`, "the board says who has it")
	awaitLight(t, lights, "acknowledged")
	assert.NotContains(t, seen[string](b, `document.body.innerText`), "确认", "that word means verified here")

	s.kill()
	b.await(`!document.getElementById("lost").hidden`, "the page says that it lost the hub")
	s.start()
	user2, password2 := credentials(s.handout, "x-2")
	second, err := dialRaw(ctx, s.address(), user2, password2)
	require.NoError(t, err)
	require.NoError(t, second.publish("campus/"+user2+"/alarm", []byte(`{"id":"`+uuid.NewString()+`","kind":"fire"}`)))
	b.await(`document.getElementById("lost").hidden && document.querySelectorAll("#groups [data-incident]").length === 2`,
		"it comes back signed in, with both incidents, each once")
	user3, password3 := credentials(s.handout, "b-1")
	third, err := dialRaw(ctx, s.address(), user3, password3)
	require.NoError(t, err)
	require.NoError(t, third.publish("campus/"+user3+"/alarm", []byte(`{"id":"`+uuid.NewString()+`","mode":"drill"}`)))
	b.await(`document.querySelectorAll(".g-drill[data-incident]").length === 1`, "a drill stands apart")
	b.await(`[...document.querySelectorAll(".g-drill[data-incident]")].every(c => c.textContent.includes("演练"))`, "and says so")
	b.picture("board.png")
}

func consoleState(i incident) string {
	for _, d := range i.Deliveries {
		if d.Channel == "console" && d.Recipient == "liaison" {
			return d.State
		}
	}
	return ""
}

// watchLight reads what the hub tells a button.
func watchLight(ctx context.Context, h handout, user, password string, lights chan<- string) {
	for ctx.Err() == nil {
		c, err := dialRaw(ctx, h.address(), user, password)
		if err != nil {
			pause(ctx)
			continue
		}
		stop := context.AfterFunc(ctx, func() { _ = c.Close() })
		c.messages("campus/"+user+"/command", func(payload []byte) {
			if cmd, err := wire.DecodeCommand(payload); err == nil {
				select {
				case lights <- string(cmd.Indicator):
				default: // nobody reads any more
				}
			}
		})
		stop()
		_ = c.Close()
	}
}

func awaitLight(t *testing.T, lights <-chan string, want string) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		select {
		case got := <-lights:
			if got == want {
				return
			}
		case <-limit.C:
			require.FailNow(t, "the button's light never said "+want)
		}
	}
}
