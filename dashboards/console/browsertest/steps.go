package browsertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

const (
	// pause is between two looks at a page.
	pause = 20 * time.Millisecond
	// answer is for one look: a page that is just going may never answer it.
	answer = 10 * time.Second
)

// Do takes steps one after the other.
func (b Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	for n, step := range steps {
		if _, err := try(b, step); err != nil {
			b.fail(err, fmt.Sprintf("step %d of %d", n+1, len(steps)))
		}
	}
}

// Click clicks an element.
func (b Tab) Click(selector string) {
	b.t.Helper()
	if _, err := try(b, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.fail(err, "click "+selector)
	}
}

// Run has the page do something.
func (b Tab) Run(script string) {
	b.t.Helper()
	if _, err := try(b, chromedp.Evaluate[bool]("(() => { "+script+"; return true; })()")); err != nil {
		b.fail(err, "run "+script)
	}
}

// Read is what an expression is on the page.
func Read[T any](b Tab, expression string, how ...chromedp.EvaluateOption) T {
	b.t.Helper()
	v, err := try(b, chromedp.Evaluate[T](expression, how...))
	if err != nil {
		b.fail(err, "read "+expression)
	}
	return v
}

// Call has the browser do a command of its protocol on the tab.
func Call[P, R any](b Tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	v, err := try(b, func(ctx context.Context, at *chromedp.Target) (R, error) { return cdp.Call(ctx, at, command, params) })
	if err != nil {
		b.fail(err, command.Method)
	}
	return v
}

// Await waits until an expression, or what it promises, is true: also over a page
// that goes and one that comes, and over what it cannot be asked of yet.
//
// It asks by itself, again and again. A chromedp.Poll is lost with its page; it is
// begun in the page before, where events of a navigation are still on their way;
// and where an expression throws once after the first time, it never returns.
func (b Tab) Await(expression, why string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, b.patience)
	defer stop()
	said := errors.New("it is not")
	for ctx.Err() == nil {
		holds, err := asked(ctx, expression)
		if holds {
			return
		}
		if err != nil && ctx.Err() == nil {
			said = err
		}
		if misspelt(err) {
			break
		}
		wait(ctx)
	}
	b.fail(said, why+": await "+expression)
}

func asked(ctx context.Context, expression string) (bool, error) {
	ctx, stop := context.WithTimeout(ctx, answer)
	defer stop()
	return chromedp.Run(ctx, chromedp.Evaluate[bool]("(async () => Boolean(await ("+expression+")))()", chromedp.EvalAwaitPromise))
}

// misspelt is an expression that will never be one.
func misspelt(err error) bool {
	e := new(chromedp.ExceptionError)
	return errors.As(err, &e) && e.Exception != nil && e.Exception.ClassName == "SyntaxError"
}

func wait(ctx context.Context) {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// try takes a step within patience, anew where what it was about to touch went away
// with a page, or was drawn anew.
func try[T any](b Tab, step chromedp.Action[T]) (T, error) {
	ctx, stop := context.WithTimeout(b.ctx, b.patience)
	defer stop()
	v, err := chromedp.Run(ctx, step)
	for went(err) && ctx.Err() == nil {
		wait(ctx)
		v, err = chromedp.Run(ctx, step)
	}
	return v, err
}

// went reports whether nothing was done yet, since what it was to be done with is
// there no more. What an element is scrolled to, focused or measured by comes
// before what is done to it; a script whose page went while it ran is not among
// them.
func went(err error) bool {
	e := new(cdproto.Error)
	if !errors.As(err, &e) {
		return errors.Is(err, chromedp.ErrInvalidDimensions)
	}
	return slices.ContainsFunc([]string{
		"Cannot find context with specified id", "Cannot find default execution context",
		"Could not find node with given id", "Could not find object with given id", "Node is detached from document",
		"Node does not have a layout object", "Could not compute content quads", "Could not compute box model",
	}, func(m string) bool { return strings.HasPrefix(e.Message, m) })
}

// fail says which step failed and why, and what somebody would see now.
func (b Tab) fail(err error, step string) {
	b.t.Helper()
	if over := context.Cause(b.ctx); over != nil {
		err = errors.Join(err, over)
	}
	require.FailNow(b.t, step, "%v\n%s", err, b.shows())
}

// shows is a page's address and text, shortened.
func (b Tab) shows() string {
	ctx, stop := context.WithTimeout(b.ctx, answer)
	defer stop()
	shows, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`"the page is " + location.href + " (" + document.readyState + "):\n" + (document.body?.innerText ?? "").slice(0, 2000)`))
	if err != nil {
		return "the page does not answer: " + err.Error()
	}
	return shows
}
