package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// witness is a test that fails, and is asked what it said.
type witness struct {
	testing.TB
	said string
}

func (w *witness) Helper()                       {}
func (w *witness) Errorf(form string, of ...any) { w.said += fmt.Sprintf(form, of...) }
func (w *witness) FailNow()                      { runtime.Goexit() }

// hears is what a tab of little patience says when something fails on it.
func (b Tab) hears(t *testing.T, does func(Tab)) string {
	t.Helper()
	w, over := &witness{TB: t}, make(chan struct{})
	go func() {
		defer close(over)
		does(Tab{w, b.ctx, 2 * time.Second})
	}()
	select {
	case <-over:
	case <-time.After(patience):
		require.FailNow(t, "it waits for ever")
	}
	return w.said
}

func pages(t *testing.T) string {
	t.Helper()
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><title>%[1]s</title><p>this is %[1]s<p><button onclick="document.title = 'clicked'">click</button>`, r.URL.Path)
	}))
	t.Cleanup(far.Close)
	return far.URL
}

func TestWhatIsAwaitedMayComeWithAnotherPage(t *testing.T) {
	b, at := Open(t, Life), pages(t)
	for n := range 20 {
		b.Do(chromedp.Navigate(at + "/first"))
		b.Run(fmt.Sprintf(`setTimeout(() => location.assign("/%d"), 20)`, n))
		b.Await(fmt.Sprintf(`document.title === "/%d"`, n), "over a page that goes and one that comes")
	}
}

func TestWhatIsAwaitedMayThrowForAWhile(t *testing.T) {
	b := Open(t, Life)
	b.Run(`window.looks = 0`)
	b.Await(`(() => { if (window.looks++ % 2) throw new Error("drawn anew"); return window.looks > 8 })()`, "some looks later")
	b.Await(`new Promise((kept) => setTimeout(() => kept(true), 50))`, "what it promises counts")
	b.Await(`new Promise((kept) => setTimeout(() => kept(window.again = !window.again), 50)).then((is) => !is)`, "and not that it promises")
}

func TestAStepIsTakenOnWhatIsThereThen(t *testing.T) {
	b := Open(t, Life)
	b.Do(chromedp.Navigate(pages(t) + "/first"))
	tries := 0
	b.Do(chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		tries++
		switch tries {
		case 1: // an element of a page that is there no more
			_, err := cdp.Call(ctx, at, dom.Focus, dom.FocusParams{NodeID: 1_000_000})
			return err
		case 2: // a script's world of one
			gone := cdpruntime.ExecutionContextID(1_000_000)
			_, err := cdp.Call(ctx, at, cdpruntime.Evaluate, cdpruntime.EvaluateParams{Expression: "1", ContextID: gone})
			return err
		}
		return nil
	}))
	assert.Equal(t, 3, tries)
	b.Click("button")
	assert.Equal(t, "clicked", Read[string](b, `document.title`))
}

// Each of these had no end.
func TestWhatFailsSaysWhereAndWhy(t *testing.T) {
	b := Open(t, Life)
	at := pages(t) + "/first"
	b.Do(chromedp.Navigate(at))
	for name, c := range map[string]struct {
		does func(Tab)
		says string
	}{
		"an element that never comes": {func(b Tab) { b.Do(chromedp.WaitReady(chromedp.CSS("p")), chromedp.WaitVisible(chromedp.CSS("#none"))) }, "step 2 of 2"},
		"a click on what is not":      {func(b Tab) { b.Click("#none") }, "click #none"},
		"a condition that is not":     {func(b Tab) { b.Await("1 === 2", "sums") }, "sums: await 1 === 2"},
		"one that throws":             {func(b Tab) { b.Await("document.none.text", "there") }, "Cannot read properties of undefined"},
		"one that is none":            {func(b Tab) { b.Await("1 ===", "there") }, "SyntaxError"},
		"a promise that is not kept":  {func(b Tab) { Read[bool](b, "new Promise(() => {})", chromedp.EvalAwaitPromise) }, "deadline exceeded"},
		"a script that throws":        {func(b Tab) { b.Run(`throw new Error("no")`) }, "Error: no"},
	} {
		t.Run(name, func(t *testing.T) {
			said := b.hears(t, c.does)
			for _, want := range []string{c.says, "the page is " + at + " (complete)", "this is /first"} {
				assert.Contains(t, said, want)
			}
		})
	}
}

func TestALifeEnds(t *testing.T) {
	b := Open(t, 5*time.Second)
	b.patience = time.Minute
	w := &witness{TB: t}
	over := make(chan struct{})
	go func() {
		defer close(over)
		Tab{w, b.ctx, patience}.Do(chromedp.WaitVisible(chromedp.CSS("#none")))
	}()
	<-over
	assert.Contains(t, w.said, "the browser's life of 5s is over")
}

// A browser that answers nothing any more is killed.
func TestABrowserThatHangsDoesNotHoldUpItsTest(t *testing.T) {
	var ended <-chan struct{}
	t.Run("one that hangs", func(t *testing.T) {
		b := Open(t, Life)
		c := chromedp.FromContext(b.ctx)
		require.NoError(t, c.Browser.Process().Signal(syscall.SIGSTOP))
		ended = c.Browser.LostConnection
		assert.Contains(t, b.hears(t, func(b Tab) { b.Do(chromedp.Navigate("about:blank")) }), "the page does not answer")
	})
	select {
	case <-ended:
	default:
		assert.Fail(t, "it is there yet")
	}
}
