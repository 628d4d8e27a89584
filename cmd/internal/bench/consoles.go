package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/firmware-sim/campus/load"
)

const (
	consolesOpen = 200
	consolesEach = 25          // of one account: the hub lets it have 32 streams
	consolesRate = 100. / 60   // incidents per second
	consolesFor  = time.Minute // of one block
	consolesCalm = 5 * time.Second
)

// openConsoles is how 200 boards that are open live with 100 incidents a minute.
type openConsoles struct {
	Blocks []consoleBlock `json:"blocks"`
	Weight pageWeight     `json:"weight"`
}

// consoleBlock is a minute of it.
type consoleBlock struct {
	Alone, Beside watched     // the browser's board by itself, and one of all
	Frames        load.Spread `json:"frames"`  // from the hub's reading the press to the event at each board
	Redrawn       load.Spread `json:"redrawn"` // from an event to the whole page that was asked for after it
	Missing       int         `json:"missing"` // incidents that a board was never told
	Fetched       int         `json:"fetched"`
	Bytes         int64       `json:"bytes"` // of what was fetched, compressed
}

// watched is a minute of presses that a browser at the board sees.
type watched struct {
	sample             // the way of the presses to the police
	Tab     tabFigures `json:"tab"`
	Resting float64    `json:"resting"` // the hub's memory when all garbage is gone, in bytes
}

// page is how much of the hub's memory each of the other boards took, in bytes.
func (b consoleBlock) page() float64 { return (b.Beside.Resting - b.Alone.Resting) / consolesOpen }

// consoleHub is a hub with boards.
type consoleHub struct {
	served *served
	server *server
	people *people
	fleet  *load.Fleet
	boards []*board
	tab    *browserTab
}

// consoles presses block by block, first with a real browser alone at a board
// and then with everybody there.
func (m *measurement) consoles(ctx context.Context) (_ *openConsoles, err error) {
	h, err := m.newConsoleHub(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	var out openConsoles
	if out.Weight, err = h.tab.weigh(ctx); err != nil {
		return nil, err
	}
	m.say("consoles: first page %d bytes over the wire, interactive after %.0f ms on a processor 4 times slower", out.Weight.Bytes, out.Weight.Interactive.Seconds()*1000)
	stage := load.Stage{Presses: int(consolesRate * consolesFor.Seconds()), Rate: consolesRate}
	for n := range m.config.Blocks {
		b, err := h.block(ctx, m, stage)
		if err != nil {
			return nil, fmt.Errorf("consoles: %w", err)
		}
		out.Blocks = append(out.Blocks, b)
		m.say("consoles %d/%d painted p50 %.1f, p99 %.1f ms alone, %.1f and %.1f ms as one of all; event p99 %.1f ms, redrawn p99 %.1f ms, missing %d; hub %.0f %% of a processor, %.0f KiB a board",
			n+1, m.config.Blocks, ms(b.Alone.Tab.Painted.P50), ms(b.Alone.Tab.Painted.P99), ms(b.Beside.Tab.Painted.P50), ms(b.Beside.Tab.Painted.P99),
			ms(b.Frames.P99), ms(b.Redrawn.P99), b.Missing, 100*b.Beside.CPU.Seconds()/consolesFor.Seconds(), b.page()/1024)
	}
	return &out, nil
}

func (h *consoleHub) block(ctx context.Context, m *measurement, stage load.Stage) (b consoleBlock, err error) {
	if b.Alone, err = h.watch(ctx, m, stage); err != nil {
		return b, err
	}
	seen, stop, err := h.open(ctx)
	if err != nil {
		return b, err
	}
	b.Beside, err = h.watch(ctx, m, stage)
	return b, errors.Join(err, stop(), seen.into(&b, stage.Presses))
}

// watch presses before the browser's board, and resolves what that opened.
func (h *consoleHub) watch(ctx context.Context, m *measurement, stage load.Stage) (w watched, err error) {
	if err := h.tab.follow(ctx); err != nil {
		return w, err
	}
	resting := h.resting(ctx)
	w.sample, err = m.pressed(ctx, h.server, h.fleet, stage, nil)
	if err := errors.Join(err, wait(ctx, consolesCalm)); err != nil {
		_, err2 := resting()
		return w, errors.Join(err, err2)
	}
	if w.Resting, err = resting(); err != nil {
		return w, err
	}
	painted, err := h.tab.painted()
	if err != nil {
		return w, err
	}
	opened, err := h.people.opened(ctx)
	if err != nil {
		return w, err
	}
	w.Tab = seenOf(painted, opened)
	_, err = h.people.closeAll(ctx)
	return w, err
}

// resting looks at the hub's heap and stacks until it is asked: the least that was
// seen is what was left after a collection.
func (h *consoleHub) resting(ctx context.Context) func() (float64, error) {
	ctx, stop := context.WithCancel(ctx)
	least := math.Inf(1)
	var g errgroup.Group
	g.Go(func() error {
		for wait(ctx, memoryEach) == nil {
			bytes, err := h.served.metric(ctx, "go_memstats_heap_alloc_bytes", "go_memstats_stack_inuse_bytes")
			switch {
			case err == nil:
				least = min(least, bytes)
			case ctx.Err() == nil:
				return err
			}
		}
		return nil
	})
	return func() (float64, error) {
		stop()
		err := g.Wait()
		return least, err
	}
}

// open has every board signed in, following and drawn once.
func (h *consoleHub) open(ctx context.Context) (*sightings, func() error, error) {
	seen := &sightings{}
	ctx, cancel := context.WithCancel(ctx)
	var g, up errgroup.Group
	var once sync.Once
	var stopped error
	stop := func() error {
		once.Do(func() { cancel(); stopped = g.Wait() })
		return stopped
	}
	up.SetLimit(dialsAtOnce)
	for _, b := range h.boards {
		up.Go(func() error {
			s, err := b.follow(ctx, seen)
			if err == nil {
				g.Go(func() error { return s.run(ctx) })
			}
			return err
		})
	}
	if err := up.Wait(); err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	return seen, stop, wait(ctx, consolesCalm)
}

func (m *measurement) newConsoleHub(ctx context.Context) (_ *consoleHub, err error) {
	h := &consoleHub{}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	dir := filepath.Join(m.dir, "consoles")
	if h.served, err = newServed(dir, m.binaries.campushub, m.config.Buttons, []byte(brokenKey), func(string) string { return "" }); err != nil {
		return nil, err
	}
	if err := errors.Join(h.moreLiaisons(), h.served.part.start(ctx)); err != nil {
		return nil, err
	}
	if err := errors.Join(listening(ctx, h.served.mqtt), listening(ctx, h.served.console)); err != nil {
		return nil, err
	}
	if h.people, err = signIn(ctx, h.served.demo); err != nil {
		return nil, err
	}
	if err := h.sit(ctx); err != nil {
		return nil, err
	}
	t, err := load.FromDemo(h.served.demo)
	if err == nil {
		t, err = t.Take(0, m.config.Buttons)
	}
	if err != nil {
		return nil, err
	}
	t.Terminals = t.Terminals[:1]
	h.server = &server{name: campushub, proc: h.served.part.proc, target: t, people: h.people}
	h.fleet, err = load.Open(ctx, load.Config{Target: t, Receipts: true})
	return h, err
}

var liaisonLine = regexp.MustCompile(`(?m)^  - \{name: ([a-z-]+), role: liaison,.*$`)

// moreLiaisons adds accounts that sign in with the first liaison's password.
func (h *consoleHub) moreLiaisons() error {
	config := h.served.part.args[2]
	raw, err := os.ReadFile(config)
	if err != nil {
		return fmt.Errorf("add liaisons: %w", err)
	}
	line := liaisonLine.FindSubmatch(raw)
	if line == nil {
		return errors.New("add liaisons: the configuration has none")
	}
	all := string(line[0])
	for n := range consolesOpen / consolesEach {
		all += "\n" + strings.Replace(string(line[0]), "name: "+string(line[1])+",", "name: "+liaison(n)+",", 1)
	}
	return files(filepath.Dir(config), map[string]string{filepath.Base(config): strings.Replace(string(raw), string(line[0]), all, 1)})
}

func liaison(n int) string { return fmt.Sprintf("at-board-%d", n) }

// sit signs everybody in, each account once.
func (h *consoleHub) sit(ctx context.Context) error {
	f, err := readDemo(h.served.demo)
	if err != nil {
		return err
	}
	a, err := f.first("liaison")
	if err != nil {
		return err
	}
	for n := range consolesOpen / consolesEach {
		p, err := f.signIn(ctx, liaison(n), a.Password)
		if err != nil {
			return err
		}
		for range consolesEach {
			h.boards = append(h.boards, newBoard(p))
		}
	}
	h.tab, err = openTab(ctx, f.Console, liaison(0), a.Password)
	return err
}

func (h *consoleHub) close() (err error) {
	if h.tab != nil {
		h.tab.close()
	}
	for _, b := range h.boards {
		b.leave()
	}
	if h.fleet != nil {
		h.fleet.Close()
	}
	if h.people != nil {
		h.people.leave()
	}
	if h.served != nil && h.served.part.proc != nil {
		err = h.served.part.proc.stop()
	}
	return err
}
