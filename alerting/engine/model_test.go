package engine_test

import (
	"context"
	"encoding/json"
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
	modelSeeds = flag.Uint64("model.seeds", 40, "how many stories of the model to run")
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
		t: t, rand: rand.New(rand.NewPCG(seed, seed)), path: path, dir: directory(), full: seed%3 == 0,
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
		Journal: j, People: func() *people.Directory { return m.dir }, Log: log, Registry: prometheus.NewRegistry(),
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
	m.stop()
	m.setDisk(disk{})
	m.mu.Lock()
	m.up = false
	m.mu.Unlock()
	m.forgetNumbers()
	m.start()
	m.checkJournal()
}

// forgetNumbers lets go of numbers that no restart can know: of an incident
// that was told and never stored, or whose last start never was.
func (m *model) forgetNumbers() {
	reader, err := journal.OpenReader(m.t.Context(), m.path)
	require.NoError(m.t, err)
	folds := m.foldsOf(reader)
	require.NoError(m.t, reader.Close())
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, n := range m.numbers {
		if f, ok := folds[k[0]]; !ok || n >= f.Number+alerting.ResumeStep {
			delete(m.numbers, k)
		}
	}
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

// folds is what a fresh reader of the journal knows.
func (m *model) folds() map[string]alerting.Incident { return m.foldsOf(m.journal.Reader) }

func (m *model) foldsOf(r *journal.Reader) map[string]alerting.Incident {
	out := map[string]alerting.Incident{}
	for _, i := range m.listed(r) {
		events, _, err := r.Get(m.t.Context(), i.ID)
		require.NoError(m.t, err)
		out[i.ID] = alerting.Fold(events)
	}
	return out
}

func (m *model) listed(r *journal.Reader) []alerting.Incident {
	all, err := r.List(m.t.Context(), alerting.Query{Schools: []string{school}, Named: []string{school}, Limit: 500})
	require.NoError(m.t, err)
	return all
}

// checkJournal holds the journal to what was promised.
func (m *model) checkJournal() {
	found, done := map[string]int{}, map[string]int{}
	for _, i := range m.listed(m.journal.Reader) {
		events, _, err := m.journal.Get(m.t.Context(), i.ID)
		require.NoError(m.t, err)
		for _, e := range events {
			if e.Command != "" {
				done[e.Command]++
			}
		}
		for _, p := range alerting.Fold(events).Presses {
			found[p.ID]++
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, how := range m.promised {
		require.Equal(m.t, 1, found[id], "incidents with press %s, %s", id, how)
	}
	for id, n := range found {
		require.Equal(m.t, 1, n, "incidents with press %s", id)
	}
	for id, n := range done {
		require.Equal(m.t, 1, n, "command %s was carried out", id)
	}
}

// checkTerminal: whoever comes up is sent everything unresolved.
func (m *model) checkTerminal() {
	m.mu.Lock()
	clear(m.again)
	m.up = true
	m.mu.Unlock()
	m.engine.TerminalUp(alerting.Police, "desk-1")
	time.Sleep(time.Second)
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, f := range m.folds() {
		addressed := slices.ContainsFunc(f.Plan.Legs, func(l alerting.Leg) bool {
			return l.Recipient == "desk-1" && l.After == 0
		})
		if addressed && !f.Resolved() {
			require.Equal(m.t, f.Number, m.again[id], "the terminal was sent incident %s", id)
		}
	}
}

// checkViews: what people see is the fold of the journal, everywhere.
func (m *model) checkViews() {
	shown := m.reader.stop()
	folds, open := m.folds(), map[string]bool{}
	for _, i := range m.listed(m.journal.Reader) {
		require.Equal(m.t, folds[i.ID].State, i.State, "the journal's own list of %s", i.ID)
		require.Equal(m.t, folds[i.ID].Latched, i.Latched, "the journal's own list of %s", i.ID)
	}
	for _, i := range m.engine.Unresolved() {
		open[i.ID] = true
		require.Equal(m.t, text(folds[i.ID].Listed()), text(i), "the snapshot")
	}
	for id, f := range folds {
		require.Equal(m.t, !f.Resolved(), open[id], "the snapshot of unresolved ones has %s", id)
		i, err := m.engine.Incident(m.t.Context(), id)
		require.NoError(m.t, err)
		require.True(m.t, i.Stored)
		i.Deliveries, i.Timeline = nil, nil
		require.Equal(m.t, text(f), text(i), "the incident's page")
		if seen, ok := shown[id]; ok {
			require.Equal(m.t, text(f.Listed()), text(seen), "a reader of the stream")
		} else {
			require.True(m.t, f.Resolved(), "a reader of the stream never heard of %s", id)
		}
	}
}

// text is an incident without what only one of journal and memory has.
func text(i alerting.Incident) string {
	i.Stored = true
	b, err := json.Marshal(i)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// checkForgotten: when everything is closed nothing is kept.
func (m *model) checkForgotten() {
	for range 3 { // what was closed by one may have been opened by a fault
		for _, f := range m.folds() {
			a, o := liaison, alerting.OutcomeAccidental
			if f.Lead == alerting.LeadSchool {
				a = officer
			}
			if f.Mode == devices.Drill {
				o = alerting.OutcomeDrill
			}
			for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
				if !f.Resolved() {
					_, err := m.engine.Do(m.t.Context(), alerting.Command{Incident: f.ID, Verb: v, Actor: a, Reason: "done", Outcome: o})
					require.NoError(m.t, err)
				}
			}
		}
		time.Sleep(time.Minute)
	}
	time.Sleep(2 * time.Hour)
	records, deliveries, joinable := m.engine.Held()
	require.Zero(m.t, records, "incidents in memory")
	require.Zero(m.t, deliveries, "deliveries in memory")
	require.Zero(m.t, joinable, "incidents that a press would join")
}

// reader follows the stream as a page does.
type reader struct {
	shown map[string]alerting.Incident
	end   func()
	done  chan struct{}
}

func watch(e *engine.Engine) *reader {
	updates, stop := e.Watch()
	r := &reader{shown: map[string]alerting.Incident{}, done: make(chan struct{})}
	for _, i := range e.Unresolved() {
		r.shown[i.ID] = i
	}
	quit := make(chan struct{})
	r.end = sync.OnceFunc(func() { stop(); close(quit) })
	go func() {
		defer close(r.done)
		for {
			select {
			case u, ok := <-updates:
				if !ok {
					return
				}
				if u.Incident.Number >= r.shown[u.Incident.ID].Number {
					r.shown[u.Incident.ID] = u.Incident
				}
			case <-quit:
				return
			}
		}
	}()
	return r
}

func (r *reader) stop() map[string]alerting.Incident {
	r.end()
	<-r.done
	return r.shown
}
