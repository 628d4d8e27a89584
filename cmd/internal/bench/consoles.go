package main

import (
	"context"
	"errors"
	"fmt"
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
	// Page is how much memory one open board takes of the hub, in bytes.
	Page   int64        `json:"page"`
	Tab    []tabFigures `json:"tab"`
	Weight pageWeight   `json:"weight"`
}

// consoleBlock is a minute of it.
type consoleBlock struct {
	Alone, Beside sample        // the way of the presses to the police, without and with boards
	Frames        load.Spread   `json:"frames"`  // from the hub's reading the press to the event at each board
	Redrawn       load.Spread   `json:"redrawn"` // from an event to the whole page that was asked for after it
	Missing       int           `json:"missing"` // incidents that a board was never told
	Fetched       int           `json:"fetched"`
	Bytes         int64         `json:"bytes"` // of what was fetched, compressed
	Took          time.Duration `json:"took_ns"`
}

// consoleHub is a hub with boards.
type consoleHub struct {
	served *served
	server *server
	people *people
	fleet  *load.Fleet
	boards []*board
	tab    *browserTab
}

// consoles presses block by block, first with nobody at a board and then with
// everybody there and one of them a real browser.
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
		b, tab, err := h.block(ctx, m, stage, &out)
		if err != nil {
			return nil, fmt.Errorf("consoles: %w", err)
		}
		out.Blocks, out.Tab = append(out.Blocks, b), append(out.Tab, tab)
		m.say("consoles %d/%d event p99 %.1f ms, redrawn p99 %.1f ms, missing %d; in the browser p50 %.1f, p99 %.1f ms of %d; police p50 alone %.3f, beside %.3f ms; hub %.0f %% of a processor",
			n+1, m.config.Blocks, ms(b.Frames.P99), ms(b.Redrawn.P99), b.Missing, ms(tab.Painted.P50), ms(tab.Painted.P99), tab.Painted.Count,
			ms(b.Alone.Load.Terminal.FromWrite.P50), ms(b.Beside.Load.Terminal.FromWrite.P50), 100*b.Beside.CPU.Seconds()/b.Took.Seconds())
	}
	return &out, nil
}

func (h *consoleHub) block(ctx context.Context, m *measurement, stage load.Stage, out *openConsoles) (b consoleBlock, tab tabFigures, err error) {
	if b.Alone, err = m.turn(ctx, h.server, h.fleet, stage, nil); err != nil {
		return b, tab, err
	}
	before, err := h.resident()
	if err != nil {
		return b, tab, err
	}
	seen, stop, err := h.open(ctx)
	if err != nil {
		return b, tab, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	after, err := h.resident()
	if err != nil {
		return b, tab, err
	}
	out.Page = max(out.Page, (after-before)/consolesOpen)
	if err := h.tab.follow(ctx); err != nil {
		return b, tab, err
	}
	began := time.Now()
	if b.Beside, err = m.pressed(ctx, h.server, h.fleet, stage, nil); err != nil {
		return b, tab, err
	}
	if err := wait(ctx, consolesCalm); err != nil {
		return b, tab, err
	}
	b.Took = time.Since(began)
	painted, err := h.tab.painted()
	if err := errors.Join(err, stop(), seen.into(&b, stage.Presses)); err != nil {
		return b, tab, err
	}
	opened, err := h.people.opened(ctx)
	if err != nil {
		return b, tab, err
	}
	_, err = h.people.closeAll(ctx)
	return b, seenOf(painted, opened), err
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

func (h *consoleHub) resident() (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.served.part.proc.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read resident memory: %w", err)
	}
	return residentOf(string(raw), "VmRSS")
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
