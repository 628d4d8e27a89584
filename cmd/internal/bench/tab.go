package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"example.org/campushub/firmware-sim/campus/load"
)

const (
	slower    = 4 // times, as a cheap telephone's processor is
	weighings = 5
)

// pageWeight is the board in an empty browser: every byte of its answers, and
// when its scripts had run; the median of five.
type pageWeight struct {
	Bytes       int64         `json:"bytes"`
	Interactive time.Duration `json:"interactive_ns"`
}

// tabFigures are from the hub's reading a press to the frame in which a browser
// shows its card.
type tabFigures struct {
	Painted load.Spread `json:"painted"`
	Missing int         `json:"missing"`
}

// browserTab is Debian's Chromium, without a window, signed in.
type browserTab struct {
	console, dir string
	ctx          context.Context //nolint:containedctx // chromedp's tab is its context
	end          func()
}

func openTab(parent context.Context, console, name, password string) (*browserTab, error) {
	dir, err := os.MkdirTemp("", "campushub-bench-browser-")
	if err != nil {
		return nil, fmt.Errorf("open a browser: %w", err)
	}
	ctx, stop := chromedp.NewExecAllocator(parent, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"), chromedp.UserDataDir(dir), chromedp.WindowSize(1600, 900),
		chromedp.Flag("accept-lang", "zh-CN"), chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-component-update", true),
	)...)
	ctx, closeTab := chromedp.NewContext(ctx)
	t := &browserTab{console: console, dir: dir, ctx: ctx, end: func() {
		_ = chromedp.Cancel(ctx) // waits for the browser's end
		closeTab()
		stop()
		_ = os.RemoveAll(dir)
	}}
	err = chromedp.Do(ctx,
		chromedp.Navigate(console),
		chromedp.SendKeys(chromedp.CSS("#name"), name), chromedp.SendKeys(chromedp.CSS("#password"), password),
		chromedp.Click(chromedp.CSS("button.main")), chromedp.WaitVisible(chromedp.CSS("#groups")),
		chromedp.Navigate("about:blank"),
	)
	if err != nil {
		t.end()
		return nil, fmt.Errorf("open a browser: %w", err)
	}
	return t, nil
}

func (t *browserTab) close() { t.end() }

// weigh loads the board as for the first time, on a slow processor.
func (t *browserTab) weigh(ctx context.Context) (w pageWeight, err error) {
	if _, err := chromedp.Call(t.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		return w, fmt.Errorf("weigh the board: %w", err)
	}
	if _, err := chromedp.Call(t.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slower}); err != nil {
		return w, fmt.Errorf("weigh the board: %w", err)
	}
	var bytes, times []time.Duration
	for range weighings {
		one, err := t.loaded()
		if err != nil {
			return w, fmt.Errorf("weigh the board: %w", err)
		}
		bytes, times = append(bytes, time.Duration(one[0])), append(times, time.Duration(one[1]*float64(time.Millisecond)))
		if err := ctx.Err(); err != nil {
			return w, err
		}
	}
	w = pageWeight{int64(load.Measure(bytes).P50), load.Measure(times).P50}
	if _, err := chromedp.Call(t.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 1}); err != nil {
		return w, fmt.Errorf("weigh the board: %w", err)
	}
	_, err = chromedp.Call(t.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: false})
	return w, err
}

// loaded is the bytes over the wire and the milliseconds until the scripts had
// run: modules have before DOMContentLoaded is over.
func (t *browserTab) loaded() (one []float64, err error) {
	if err := chromedp.Do(t.ctx, chromedp.Navigate("about:blank"), chromedp.Navigate(t.console), chromedp.WaitVisible(chromedp.CSS("#groups"))); err != nil {
		return nil, err
	}
	return chromedp.Run(t.ctx, chromedp.Evaluate[[]float64](`(() => {
		const page = performance.getEntriesByType("navigation")[0];
		const all = [page, ...performance.getEntriesByType("resource").filter((r) => r.name.includes("/assets/"))];
		return [all.reduce((n, r) => n + r.transferSize, 0), page.domContentLoadedEventEnd];
	})()`))
}

// follow opens the board and notes when each card is on the screen: what an
// animation frame has put there is shown before the next task.
func (t *browserTab) follow(context.Context) error {
	err := chromedp.Do(t.ctx, chromedp.Navigate(t.console), chromedp.WaitVisible(chromedp.CSS("#groups")))
	if err != nil {
		return fmt.Errorf("follow the board: %w", err)
	}
	_, err = chromedp.Run(t.ctx, chromedp.Evaluate[bool](`(() => {
		const painted = window.painted = new Map();
		const look = () => {
			const fresh = [...document.querySelectorAll("#groups .card")].map((c) => c.dataset.incident).filter((id) => !painted.has(id));
			if (!fresh.length) return;
			fresh.forEach((id) => painted.set(id, 0));
			requestAnimationFrame(() => setTimeout(() => fresh.forEach((id) => painted.set(id, performance.timeOrigin + performance.now()))));
		};
		look();
		new MutationObserver(look).observe(document.getElementById("groups"), { childList: true, subtree: true });
		return true;
	})()`))
	return err
}

// painted is when each card was, by incident, and leaves the board.
func (t *browserTab) painted() (map[string]time.Time, error) {
	at, err := chromedp.Run(t.ctx, chromedp.Evaluate[map[string]float64](`Object.fromEntries(window.painted)`))
	if err != nil {
		return nil, fmt.Errorf("read what was painted: %w", err)
	}
	out := map[string]time.Time{}
	for id, ms := range at {
		out[id] = time.UnixMicro(int64(ms * 1000))
	}
	return out, chromedp.Do(t.ctx, chromedp.Navigate("about:blank"))
}

// seenOf holds what was painted against when the hub had read the presses.
func seenOf(painted, opened map[string]time.Time) (f tabFigures) {
	var all []time.Duration
	for id, began := range opened {
		at, ok := painted[id]
		if !ok || at.Before(began) {
			f.Missing++
			continue
		}
		all = append(all, at.Sub(began))
	}
	f.Painted = load.Measure(all)
	return f
}
