// Package browsertest opens Debian's Chromium for a test, without a window, and
// goes through pages as somebody would who sits before them.
//
// Nothing waits for ever: a browser has a life, after which it is killed; a step
// has a minute; and whatever fails says which step it was, at which address the
// page is and what can be read there. What a page took with it that was replaced
// under a step, an element or a condition's context, is looked for anew, as long
// as nothing was done yet.
//
// It owns the browser's process and its folder, which end with the test. The
// goroutines are chromedp's.
package browsertest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Life is how long a browser of one test lives.
const Life = 10 * time.Minute

const (
	// patience is for one step, on a machine that is busy with other tests.
	patience = time.Minute
	// farewell is for a browser that was asked to end; then it is killed.
	farewell = 10 * time.Second
	// lastWords is left to a test whose browser's life is over, before its
	// process is ended for having taken too long.
	lastWords = 30 * time.Second
)

// Tab is one page of a browser.
type Tab struct {
	t        testing.TB
	ctx      context.Context //nolint:containedctx // chromedp's tab is its context
	patience time.Duration
}

// Open starts a browser that lives as long as its test, and at most that long. It
// is as wide as a desk's screen and wants Chinese, unless more says otherwise.
func Open(t *testing.T, life time.Duration, more ...chromedp.ExecAllocatorOption) Tab {
	t.Helper()
	if end, ok := t.Deadline(); ok {
		life = min(life, time.Until(end)-lastWords)
	}
	ctx, kill := context.WithTimeoutCause(context.Background(), life, fmt.Errorf("the browser's life of %s is over", life.Round(time.Second)))
	ctx, stop := chromedp.NewExecAllocator(ctx, append(options(), more...)...)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		shut(ctx)
		end()
		stop()
		kill()
	})
	b := Tab{t, ctx, patience}
	b.begin(kill)
	return b
}

// options are every browser's. Its folder is chromedp's to make and to remove: a
// killed browser's children may still write there.
func options() []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"), chromedp.WindowSize(1600, 900), chromedp.Flag("accept-lang", "zh-CN"),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)
}

// Beside opens one more tab of the same browser.
func (b Tab) Beside(how ...chromedp.ContextOption) (other Tab, end func()) {
	b.t.Helper()
	ctx, end := chromedp.NewContext(b.ctx, how...)
	b.t.Cleanup(end)
	other = Tab{b.t, ctx, b.patience}
	other.begin(end)
	return other, end
}

// For is the same tab, of which another test hears what fails.
func (b Tab) For(t testing.TB) Tab { return Tab{t, b.ctx, b.patience} }

// Context is the tab for chromedp's own calls, which end with the browser's life.
func (b Tab) Context() context.Context { return b.ctx }

// begin has the browser, or the tab, there. Both end with the context of the first
// call, which can have no deadline therefore.
func (b Tab) begin(kill func()) {
	b.t.Helper()
	late := time.AfterFunc(b.patience, kill)
	defer late.Stop()
	require.NoError(b.t, chromedp.Do(b.ctx), "a browser begins")
}

// shut has a browser end by itself, which then leaves nothing behind. Whoever ends
// its context afterwards kills one that does not.
func shut(ctx context.Context) {
	c := chromedp.FromContext(ctx)
	if c.Browser == nil {
		return // it never began
	}
	ctx, stop := context.WithTimeout(ctx, farewell)
	defer stop()
	_ = chromedp.Cancel(ctx)
}
