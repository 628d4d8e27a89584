package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
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

const school = "ziwei"

// rig is an engine on a real journal, with a sink and a commander that keep
// what they were given.
type rig struct {
	*engine.Engine
	t       *testing.T
	path    string
	told    chan deliver.Message
	lights  chan light
	staged  chan alerting.Progress
	stop    func()
	paths   steps
	journal *journal.Journal
	people  atomic.Pointer[people.Directory]
	figures *prometheus.Registry
}

type light struct {
	to devices.Address
	devices.Command
}

func directory() *people.Directory {
	place := alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}}
	var devs []people.Device
	for _, id := range []string{"b-1", "b-2"} {
		devs = append(devs, people.Device{
			Address: devices.Address{School: school, Device: id}, Kind: devices.KindButton, Power: devices.PowerMains, Place: place,
		})
	}
	return people.New(people.Lists{
		Schools: []people.School{{ID: school, Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}, Callback: "010-5555"}},
		Devices: devs,
		Terminals: []people.Terminal{
			{Audience: alerting.Police, ID: "desk-1", Schools: []string{school}},
			{Audience: alerting.Guards, ID: "sign-1", Schools: []string{school}, Public: true},
		},
		Accounts: []people.Account{
			{Name: "liaison", Role: alerting.RoleLiaison, Schools: []string{school}},
			{Name: "officer", Role: alerting.RoleOfficer, Schools: []string{school}},
			{Name: "deputy", Role: alerting.RoleOfficer, Schools: []string{school}, Named: true},
		},
	})
}

// start runs an engine on the journal at path, with faults if any.
func start(t *testing.T, path string, fault func(journal.Stage) error) *rig {
	t.Helper()
	return startWith(t, journal.Config{Path: path, Fault: fault})
}

func startWith(t *testing.T, cfg journal.Config) *rig {
	t.Helper()
	return startFor(t, cfg, directory())
}

// startAs runs an engine for other people than usual.
func startAs(t *testing.T, path string, d *people.Directory) *rig {
	t.Helper()
	return startFor(t, journal.Config{Path: path}, d)
}

func startFor(t *testing.T, cfg journal.Config, d *people.Directory, before ...func(*engine.Engine)) *rig {
	t.Helper()
	if cfg.Path == "" {
		cfg.Path = filepath.Join(t.TempDir(), "journal.db")
	}
	log := slog.New(slog.DiscardHandler)
	j, err := journal.Open(t.Context(), cfg, log, prometheus.NewRegistry())
	require.NoError(t, err)
	r := &rig{t: t, path: cfg.Path, told: make(chan deliver.Message, 4096), lights: make(chan light, 4096), staged: make(chan alerting.Progress, 65536), journal: j, figures: prometheus.NewRegistry()}
	r.people.Store(d)
	r.Engine = engine.New(engine.Deps{
		Journal: j, People: r.people.Load,
		Staged: func(_ *alerting.Incident, _ alerting.Delivery, p alerting.Progress) {
			select {
			case r.staged <- p:
			default: // nobody looks at so many
			}
		},
		Log: log, Registry: r.figures,
	})
	r.Connect(r, r, r)
	r.FollowPaths(&r.paths)
	for _, connect := range before {
		connect(r.Engine)
	}
	require.NoError(t, r.Load(t.Context()))
	ctx, cancel := context.WithCancel(context.Background())
	jctx, jcancel := context.WithCancel(context.Background())
	var engineDone, journalDone sync.WaitGroup
	journalDone.Go(func() { _ = j.Run(jctx) })
	engineDone.Go(func() { _ = r.Run(ctx) })
	r.stop = sync.OnceFunc(func() {
		cancel()
		engineDone.Wait()
		jcancel()
		journalDone.Wait()
	})
	t.Cleanup(r.stop)
	return r
}

func (r *rig) Tell(m deliver.Message) { r.told <- m }

func (r *rig) Command(to devices.Address, c devices.Command) { r.lights <- light{to, c} }

func (r *rig) Forget(string) {}

func press(device string) devices.Press {
	return devices.Press{
		ID: uuid.NewString(), From: devices.Address{School: school, Device: device},
		Alarm: devices.Emergency, Mode: devices.Live, ReceivedAt: time.Now(),
	}
}

// next waits for a message to a recipient.
func (r *rig) next(recipient string) deliver.Message {
	r.t.Helper()
	for {
		select {
		case m := <-r.told:
			if m.Recipient == recipient {
				return m
			}
		case <-time.After(10 * time.Second):
			require.FailNow(r.t, "nobody told "+recipient)
		}
	}
}

// quiet takes what was told until now and returns whom.
func (r *rig) recipients() []string {
	var out []string
	for {
		select {
		case m := <-r.told:
			out = append(out, m.Recipient)
		default:
			return out
		}
	}
}

func (r *rig) nextLight() light {
	r.t.Helper()
	select {
	case l := <-r.lights:
		return l
	case <-time.After(10 * time.Second):
		require.FailNow(r.t, "no command to the button")
		return light{}
	}
}

var (
	liaison = alerting.Actor{Name: "liaison", Role: alerting.RoleLiaison}
	officer = alerting.Actor{Name: "officer", Role: alerting.RoleOfficer}
	guard   = alerting.Actor{Name: "guard", Role: alerting.RoleGuard}
)

func (r *rig) do(a alerting.Actor, incident string, v alerting.Verb) (alerting.Incident, error) {
	return r.Do(r.t.Context(), alerting.Command{Incident: incident, Verb: v, Actor: a, Reason: "looked", Text: "words", Outcome: alerting.OutcomeAccidental})
}

var errDisk = errors.New("disk is gone")
