package main

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/console/browsertest"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus"
)

// A story is a hub in a process of its own, a virtual school that is connected to
// it, and people who sit before real browsers.
type story struct {
	*served
	t       *testing.T
	school  *campus.Campus
	windows browsertest.Tab // the one Chromium in which everybody has a profile of their own
}

// colleague is a second liaison: the demonstration has one person of each role.
const colleague = "liaison-2"

// tell begins a story. Its pages may sound, unless it says how its browser is.
func tell(t *testing.T, browser ...chromedp.ExecAllocatorOption) *story {
	t.Helper()
	s := &story{t: t, served: provisionWith(t, 0, withColleague)}
	s.Accounts = append(s.Accounts, struct{ Name, Role, Password string }{colleague, colleague, s.password("liaison")})
	s.start()
	s.drive()
	if browser == nil {
		browser = append(browser, chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	}
	s.windows = browsertest.Open(t, browsertest.Life, browser...)
	return s
}

// withColleague adds the second liaison, who has the first one's password.
func withColleague(yaml string) string {
	at := strings.Index(yaml, "  - {name: liaison,")
	line, _, _ := strings.Cut(yaml[at:], "\n")
	return yaml[:at] + strings.Replace(line, "name: liaison,", "name: "+colleague+",", 1) + "\n" + yaml[at:]
}

func (s *story) password(name string) string {
	for _, a := range s.Accounts {
		if a.Name == name {
			return a.Password
		}
	}
	return ""
}

// drive runs the virtual school: its buttons and the terminals of the desks.
func (s *story) drive() {
	s.t.Helper()
	config := virtual(s.MQTT, s.campus, slog.New(slog.DiscardHandler))
	config.Still = true
	school, err := campus.New(config)
	require.NoError(s.t, err)
	s.school = school
	ctx, wg := signUp(s.t)
	wg.Go(func() { _ = school.Run(ctx) })
	s.eventually(school.Connected, "the virtual school is there")
}

func (s *story) eventually(holds func() bool, why string) {
	s.t.Helper()
	require.Eventually(s.t, holds, patience, 10*time.Millisecond, why)
}

// light waits until a button's light shows something.
func (s *story) light(button string, want devices.Indicator) {
	s.t.Helper()
	s.eventually(func() bool { is, err := s.school.Indicator(button); return err == nil && is == want }, "the light says "+string(want))
}

// asks is what a program sees that is signed in as somebody.
func (s *story) asks(role string) session {
	s.t.Helper()
	return (&hubProcess{handout: s.handout}).signIn(s.t, role)
}

// only is the one incident that there is.
func (s *story) only() incident {
	s.t.Helper()
	asker, all := s.asks("liaison"), []incident(nil)
	s.eventually(func() bool { all = asker.incidents(s.t); return len(all) > 0 }, "an incident")
	require.Len(s.t, all, 1)
	return asker.incident(s.t, all[0].ID)
}

// window is a browser of one person alone: nobody else's cookies, tabs or sound.
func (s *story) window() browser {
	s.t.Helper()
	alone, _ := s.windows.Beside(chromedp.WithNewBrowserContext())
	return browser{alone, s.t}
}

// sits signs somebody in at a browser of their own.
func (s *story) sits(name string) browser {
	s.t.Helper()
	b := s.window()
	b.SignIn(s.Console, name, s.password(name), ".top-who")
	b.connects()
	return b
}

// connects waits until the page is wholly there and follows the hub.
func (b browser) connects() {
	b.t.Helper()
	b.await(`document.readyState === "complete" && !!document.querySelector("#link.connected")`, "the page follows the hub")
}

// open goes to a page.
func (b browser) open(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(address))
	b.connects()
}

// press clicks a button, in the middle of the screen, once nothing that was asked
// before is under way.
func (b browser) press(selector string) {
	b.t.Helper()
	b.await(`document.querySelector("[aria-busy=true]") === null`, "answered")
	b.run("document.querySelector('" + selector + "').scrollIntoView({ block: 'center' })") // off what stands at the foot of a page
	b.click(selector)
}

func (b browser) keys(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// shows is all that can be read on the page.
func (b browser) shows() string { return seen[string](b, "document.body.innerText") }

// cards is how many incidents stand on the board.
func cards(n int) string {
	return fmt.Sprintf(`document.querySelectorAll("#groups .card").length === %d`, n)
}

// card is an expression on an incident's card.
func card(id, expression string) string {
	return `document.querySelector("#i-` + id + `")?.` + expression
}
