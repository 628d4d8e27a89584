package engine_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// A failure names its seed. -model.seed repeats it, and -model.steps finds the
// shortest story that still fails.
var (
	modelSeed  = flag.Uint64("model.seed", 0, "run this one story of the model")
	modelSeeds = flag.Uint64("model.seeds", 15, "how many stories of the model to run")
	modelSteps = flag.Int("model.steps", 80, "length of a story")
)

// TestModel lets buttons, people, terminals, clocks, disks and restarts do as
// they like, in virtual time, and holds the engine to its promises after it.
func TestModel(t *testing.T) {
	first, last := uint64(1), *modelSeeds
	if *modelSeed > 0 {
		first, last = *modelSeed, *modelSeed
	}
	for seed := first; seed <= last; seed++ {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal.db")
			synctest.Test(t, func(t *testing.T) { newModel(t, seed, path).story(*modelSteps) })
		})
	}
}

// model is the world around one engine, and what was promised in it.
type model struct {
	t    *testing.T
	rand *rand.Rand
	path string
	dir  *people.Directory
	full bool // the journal holds little

	engine  *engine.Engine
	metrics *prometheus.Registry
	journal *journal.Journal
	stop    func()
	reader  *reader

	wg      sync.WaitGroup
	presses []devices.Press

	mu        sync.Mutex // guards the fields below
	disk      disk
	up        bool
	promised  map[string]string // press id → who promised that it is durable
	incidents []string
	commands  []alerting.Command
	numbers   map[[2]string]int64  // (incident, leg) → latest number told
	ids       map[[3]string]string // (incident, press, leg) → delivery
	again     map[string]int64     // incident → number last sent again to desk-1
}

// disk is how the journal's disk behaves.
type disk struct {
	fails journal.Stage // "" is none
	open  bool          // it cannot be opened either
	slow  time.Duration
}

func newModel(t *testing.T, seed uint64, path string) *model {
	m := &model{
		t: t, rand: rand.New(rand.NewPCG(seed, seed)), path: path, dir: manned(), full: seed%3 == 0,
		promised: map[string]string{}, numbers: map[[2]string]int64{}, ids: map[[3]string]string{}, again: map[string]int64{},
	}
	m.start()
	return m
}

func (m *model) start() {
	cfg := journal.Config{Path: m.path, Fault: m.fault}
	if m.full {
		cfg.MaxPending = 12
	}
	log := slog.New(slog.DiscardHandler)
	j, err := journal.Open(m.t.Context(), cfg, log, prometheus.NewRegistry())
	require.NoError(m.t, err)
	m.journal = j
	m.engine = engine.New(engine.Deps{
		Journal: j, People: func() *people.Directory { return m.dir }, Log: log, Registry: m.registry(),
	})
	m.engine.Connect(m, m, m)
	require.NoError(m.t, m.engine.Load(m.t.Context()))
	m.reader = watch(m.engine)
	ctx, cancel := context.WithCancel(context.Background())
	jctx, jcancel := context.WithCancel(context.Background())
	var running, writing sync.WaitGroup
	running.Go(func() { _ = m.engine.Run(ctx) })
	writing.Go(func() { _ = j.Run(jctx) })
	m.stop = func() {
		cancel()
		running.Wait()
		m.wg.Wait()
		jcancel()
		writing.Wait()
	}
}

func (m *model) registry() *prometheus.Registry {
	m.metrics = prometheus.NewRegistry()
	return m.metrics
}

func (m *model) fault(s journal.Stage) error {
	m.mu.Lock()
	d := m.disk
	m.mu.Unlock()
	if s == journal.StageCommit && d.slow > 0 {
		time.Sleep(d.slow)
	}
	if s == d.fails || (d.open && s == journal.StageOpen) {
		return errDisk
	}
	return nil
}

func (m *model) setDisk(d disk) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.disk = d
}

func (m *model) chance(percent int) bool { return m.rand.IntN(100) < percent }

func (m *model) story(steps int) {
	defer func() { m.stop() }()
	for range steps {
		switch n := m.rand.IntN(100); {
		case n < 30:
			m.pressNew()
		case n < 40:
			m.pressAgain()
		case n < 70:
			m.act()
		case n < 78:
			m.changeDisk()
		case n < 90:
			m.pass()
		case n < 96:
			m.plug()
		default:
			m.restart()
		}
		if m.chance(40) {
			synctest.Wait()
		}
	}
	m.settle()
	m.checkEscalation()
	m.checkTerminal()
	m.checkJournal()
	m.checkViews()
	m.checkForgotten()
}

func (m *model) pressNew() {
	alarms := []devices.Alarm{devices.Emergency, devices.Intrusion, devices.Fight, devices.Bullying}
	p := press([]string{"b-1", "b-2"}[m.rand.IntN(2)])
	p.Alarm, p.Silent = alarms[m.rand.IntN(len(alarms))], m.chance(15)
	if m.chance(15) {
		p.Mode = devices.Drill
	}
	m.presses = append(m.presses, p)
	m.send(p)
}

func (m *model) pressAgain() {
	if len(m.presses) > 0 {
		p := m.presses[m.rand.IntN(len(m.presses))]
		p.Age, p.ReceivedAt = time.Since(p.ReceivedAt)+time.Duration(m.rand.IntN(5))*time.Millisecond, time.Now()
		m.send(p)
	}
}

func (m *model) send(p devices.Press) {
	e := m.engine
	m.wg.Go(func() {
		if e.Press(p) == nil {
			m.promise(p.ID, "acknowledged")
		}
	})
}

func (m *model) promise(press, how string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.promised[press] = how
}

func (m *model) act() {
	m.mu.Lock()
	all := m.incidents
	m.mu.Unlock()
	if len(all) == 0 {
		return
	}
	c := alerting.Command{
		ID: uuid.NewString(), Incident: all[m.rand.IntN(len(all))], Verb: alerting.Verbs()[m.rand.IntN(5)],
		Actor: []alerting.Actor{liaison, officer, guard}[m.rand.IntN(3)], Reason: "looked", Text: "words",
	}
	if m.chance(50) { // what moves it on
		c.Verb = []alerting.Verb{alerting.VerbReset, alerting.VerbResolve}[m.rand.IntN(2)]
	}
	if len(m.commands) > 0 && m.chance(15) {
		c = m.commands[m.rand.IntN(len(m.commands))]
	}
	m.commands = append(m.commands, c)
	m.do(m.engine, c)
}

func (m *model) do(e *engine.Engine, c alerting.Command) {
	m.wg.Go(func() {
		for _, o := range []alerting.Outcome{alerting.OutcomeAccidental, alerting.OutcomeDrill} { // live or a drill
			c.Outcome = o
			_, _ = e.Do(context.Background(), c)
		}
	})
}

func (m *model) changeDisk() {
	d := disk{}
	switch m.rand.IntN(6) {
	case 0:
		d = disk{fails: journal.StageCommit, open: true}
	case 1:
		d = disk{fails: journal.StageCommitted, open: m.chance(50)}
	case 2:
		d = disk{fails: journal.StageBegin}
	case 3:
		d = disk{slow: time.Duration(m.rand.IntN(4000)) * time.Millisecond}
	}
	m.setDisk(d)
}

func (m *model) pass() {
	d := time.Duration(m.rand.IntN(3000)) * time.Millisecond
	m.mu.Lock()
	fine := m.disk == disk{}
	m.mu.Unlock()
	if fine && m.chance(15) {
		d = []time.Duration{12 * time.Second, 90 * time.Second, 2 * time.Hour}[m.rand.IntN(3)]
	}
	time.Sleep(d)
}

// plug connects the police terminal, or takes it away.
func (m *model) plug() {
	m.mu.Lock()
	m.up = !m.up
	up := m.up
	m.mu.Unlock()
	if up {
		m.engine.TerminalUp(alerting.Police, "desk-1")
		m.engine.DeviceUp(devices.Address{School: school, Device: "b-1"})
	}
}

// restart stops the hub, with luck when everything is on the disk.
func (m *model) restart() {
	if m.chance(50) {
		m.setDisk(disk{fails: journal.StageCommit, open: true})
	}
	m.checkAuditor()
	m.stop()
	m.setDisk(disk{})
	m.mu.Lock()
	m.up = false
	m.mu.Unlock()
	m.start()
	m.checkJournal()
}

// Tell is the sink: it holds the engine to what it says.
func (m *model) Tell(msg deliver.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	leg := string(msg.Audience) + "/" + msg.Recipient + "/" + string(msg.Channel)
	last := m.numbers[[2]string{msg.Incident, leg}]
	if msg.Number < last || (msg.Number == last && !msg.Again) {
		m.t.Errorf("%s was told number %d of %s after %d", leg, msg.Number, msg.Incident, last)
	}
	m.numbers[[2]string{msg.Incident, leg}] = msg.Number
	if key := [3]string{msg.Incident, msg.Press, leg}; msg.Press != "" {
		if id, ok := m.ids[key]; ok && id != msg.Delivery {
			m.t.Errorf("%s was told press %s under two deliveries", leg, msg.Press)
		}
		m.ids[key] = msg.Delivery
	}
	if msg.Recipient == "sign-1" && msg.Silent {
		m.t.Errorf("a silent press was shown to the public")
	}
	if !slices.Contains(m.incidents, msg.Incident) {
		m.incidents = append(m.incidents, msg.Incident)
	}
	if msg.Recipient == "desk-1" && msg.Again {
		m.again[msg.Incident] = msg.Number
	}
	state := alerting.Received
	if msg.Recipient == "desk-1" && !m.up {
		state = alerting.Planned
	}
	m.engine.Report(msg.Progress(state, "", time.Now()))
}

// Command takes what the buttons are told; a receipt is a promise.
func (m *model) Command(_ devices.Address, c devices.Command) {
	if c.Receipt != "" {
		m.promise(c.Receipt, "receipted "+string(c.Indicator))
	}
}

func (m *model) Forget(string) {}

// settle mends the disk and waits until nothing is under way.
func (m *model) settle() {
	m.setDisk(disk{})
	m.wg.Wait()
	time.Sleep(20 * time.Second)
	synctest.Wait()
}
