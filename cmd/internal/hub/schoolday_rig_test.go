package hub

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata" // the schools' own zone

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/alerting/rules/lookout"
	"example.org/campushub/alerting/supervise"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

const (
	daySchools = 5
	dayEach    = 100 // devices of a school: a gate, a reader, and buttons
	dayMains   = 62  // of those on mains; the rest has a battery
	gatePost   = "south"
	theDay     = "2000-01-03" // the first school day of a bubble, which begins on a Saturday
)

// nobodyTold is where the engine's words go: what is told is not this test's
// business.
type nobodyTold struct{}

func (nobodyTold) Tell(deliver.Message)                     {}
func (nobodyTold) Command(devices.Address, devices.Command) {}
func (nobodyTold) Forget(string)                            {}

// forgetful is an office that writes down no course: how it is kept over a
// restart is tested elsewhere.
type forgetful struct{ *office.Store }

func (forgetful) KeepGates(context.Context, map[devices.Address]rules.Memory, time.Time, time.Time) error {
	return nil
}

func (forgetful) KeepSupervised(context.Context, []supervision.Record, supervision.Date) error {
	return nil
}

// event is something that happens on the day.
type event struct {
	at time.Time
	do func()
}

// schoolDay is a hub's watch of posts, supervision and gate rules on a real
// engine and journal, and everything that its devices say in a day.
type schoolDay struct {
	t       *testing.T
	zone    *time.Location
	engine  *engine.Engine
	duty    *watch.Watcher
	devices *supervise.Supervisor
	gates   *lookout.Lookout
	schools map[string]watch.School
	list    []people.Device
	events  []event
	silent  func(d people.Device, now time.Time) bool
	late    map[string]time.Time // when somebody comes who is late, by card
}

func schoolID(n int) string { return fmt.Sprintf("s%d", n+1) }

// dayDevices are all of them, by school.
func dayDevices(schools int) (out []people.Device) {
	place := alerting.Place{ID: gatePost, Name: alerting.Text{ZH: "南门", EN: "South gate"}}
	for s := range schools {
		for n := range dayEach {
			d := people.Device{Kind: devices.KindButton, Power: devices.PowerMains, Place: place}
			id := fmt.Sprintf("b-%02d", n)
			switch {
			case n == 0:
				d.Kind, id = devices.KindGate, "g-1"
			case n == 1:
				d.Kind, id = devices.KindReader, "r-1"
			case n >= dayMains:
				d.Power = devices.PowerBattery
			}
			d.Address = devices.Address{School: schoolID(s), Device: id}
			out = append(out, d)
		}
	}
	return out
}

func dayYAML(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	return doc.Content[0]
}

// watched is a school with a post at its gate, and who has which card.
func (d *schoolDay) watched(id string) watch.School {
	setup, faults := duty.ReadSetup(dayYAML(d.t, "pattern: primary\nposts: [{id: south, kind: second-gate, place: south, name: {zh: 南门护学岗, en: South gate}}]"), "")
	require.Empty(d.t, faults)
	setup.School, setup.Seed = id, []byte("a secret of the hub")
	c, faults := calendar.Build(nil, calendar.School{})
	require.Empty(d.t, faults)
	out := watch.School{Setup: setup, Calendar: c, Zone: d.zone}
	for _, r := range dayRoles {
		out.People = append(out.People, watch.Person{Name: id + string(r), Card: id + string(r)})
	}
	return out
}

var dayRoles = []duty.Role{duty.Guard, duty.Teacher, duty.Volunteer}

// directory is the schools, and who is told.
func (d *schoolDay) directory() *people.Directory {
	lists := people.Lists{Devices: d.list}
	var all []string
	for id := range d.schools {
		lists.Schools = append(lists.Schools, people.School{ID: id, Name: alerting.Text{ZH: id, EN: id}, Zone: d.zone})
		all = append(all, id)
	}
	lists.Terminals = []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: all}}
	lists.Accounts = []people.Account{{Name: "officer", Role: alerting.RoleOfficer, Schools: all}}
	return people.New(lists)
}

// begin builds and starts everything; what it gives stops it.
func (d *schoolDay) begin(dir string) (stop func()) {
	t, log := d.t, slog.New(slog.DiscardHandler)
	j, err := journal.Open(t.Context(), journal.Config{Path: filepath.Join(dir, "journal.db")}, log, prometheus.NewRegistry())
	require.NoError(t, err)
	store, err := office.Open(t.Context(), filepath.Join(dir, "office.db"), log)
	require.NoError(t, err)
	known := d.directory()
	directory := func() *people.Directory { return known }
	d.engine = engine.New(engine.Deps{Journal: j, People: directory, Log: log, Registry: prometheus.NewRegistry()})
	d.engine.Connect(nobodyTold{}, nobodyTold{}, nobodyTold{})
	require.NoError(t, d.engine.Load(t.Context()))
	d.duty = watch.New(watch.Deps{Store: store, Alarms: d.engine, Log: log, Schools: func() map[string]watch.School { return d.schools }})
	require.NoError(t, d.duty.Load(t.Context()))
	d.devices = supervise.New(supervision.Defaults(), supervise.Deps{
		People: directory, Engine: d.engine, Store: forgetful{store}, Log: log, Metrics: prometheus.NewRegistry(),
		Hours: func(school string, at time.Time) bool {
			o := duty.Occupancy{Setup: d.schools[school].Setup, Calendar: d.schools[school].Calendar, Zone: d.zone}
			return o.On(calendar.On(at, d.zone)).Open(at)
		},
	})
	set, faults := rules.Parse([]byte("level: primary\nroll: 900\ngates: [{device: g-1, width: 3, area: 120, post: south}]"))
	require.Empty(t, faults)
	h := &Hub{duty: d.duty}
	d.gates = lookout.New(lookout.Deps{
		Alarms: d.engine, Store: forgetful{store}, Post: h.guarded, Lost: d.devices.Lost, Log: log, Registry: prometheus.NewRegistry(),
		Gate: func(a devices.Address) (alerting.Place, bool) {
			one, ok := known.Device(a)
			return one.Place, ok && one.Kind == devices.KindGate
		},
		School: func(id string) lookout.School {
			return lookout.School{Set: set, Clock: rules.Clock{Calendar: d.schools[id].Calendar, Zone: d.zone}}
		},
	})
	end := running(j.Run, d.engine.Run, d.duty.Run, d.gates.Run, d.devices.Run)
	return func() {
		end()
		_ = store.Close()
	}
}

// running runs parts until what it gives stops them, in reverse order.
func running(parts ...func(context.Context) error) (stop func()) {
	var stops []func()
	for _, run := range parts {
		ctx, cancel := context.WithCancel(context.Background())
		var done sync.WaitGroup
		done.Go(func() { _ = run(ctx) })
		stops = append(stops, func() { cancel(); done.Wait() })
	}
	return func() {
		for _, stop := range slices.Backward(stops) {
			stop()
		}
	}
}

// clock is a time of the day.
func (d *schoolDay) clock(hours string) time.Time {
	d.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", theDay+" "+hours, d.zone)
	require.NoError(d.t, err)
	return at
}

// live lets the day pass, second by second. Each device is heard once in its
// keep-alive, at a moment of its own.
func (d *schoolDay) live(until time.Time) {
	slices.SortStableFunc(d.events, func(a, b event) int { return a.at.Compare(b.at) })
	for tick := 0; time.Now().Before(until); tick++ {
		now := time.Now()
		for len(d.events) > 0 && !d.events[0].at.After(now) {
			d.events[0].do()
			d.events = d.events[1:]
		}
		for n, one := range d.list {
			every := int(one.Power.KeepAlive() / time.Second)
			if n%every == tick%every && !d.silent(one, now) {
				d.devices.Seen(one.Address, now)
			}
		}
		time.Sleep(time.Second)
	}
	synctest.Wait()
}
