package supervise

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is an engine and a store that remember what they were told.
type desk struct {
	mu      sync.Mutex // guards what follows
	said    []string
	full    bool
	records map[devices.Address]supervision.Record
	writes  int
}

func (d *desk) note(what string, c engine.Condition) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full {
		return fmt.Errorf("%w: no room", alerting.ErrUnavailable)
	}
	for _, f := range c.Facts {
		what += " " + f
	}
	d.said = append(d.said, fmt.Sprintf("%s %s %s/%s", what, c.Kind, c.School, c.Object))
	return nil
}

func (d *desk) Found(c engine.Condition) error { return d.note("found", c) }
func (d *desk) Ended(c engine.Condition) error { return d.note("ended", c) }

func (d *desk) all() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string{}, d.said...)
}

func (d *desk) Supervised(context.Context, supervision.Date) ([]supervision.Record, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.records == nil {
		return nil, errors.New("no disk")
	}
	var out []supervision.Record
	for _, r := range d.records {
		out = append(out, r)
	}
	return out, nil
}

func (d *desk) KeepSupervised(_ context.Context, records []supervision.Record, _ supervision.Date) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writes++
	d.records = map[devices.Address]supervision.Record{}
	for _, r := range records {
		d.records[r.Address] = r
	}
	return nil
}

// rig is a hub's devices, alive while alive says so.
type rig struct {
	*Supervisor
	desk  *desk
	all   []people.Device
	dir   atomic.Pointer[people.Directory]
	alive func(n int) bool
	stop  func()
}

func buttons(n int) []people.Device {
	out := make([]people.Device, n)
	for i := range out {
		out[i] = people.Device{
			Address: devices.Address{School: "a", Device: fmt.Sprintf("b-%04d", i)}, Kind: devices.KindButton, Power: devices.PowerMains,
			Place: alerting.Place{ID: "gate"},
		}
	}
	return out
}

// start runs a supervisor within a bubble.
func start(d *desk, all []people.Device) *rig { return startOn(d, d, all) }

// startOn is start with a store of its own.
func startOn(d *desk, store Store, all []people.Device) *rig {
	r := &rig{desk: d, all: all, alive: func(int) bool { return true }}
	r.dir.Store(people.New(people.Lists{Schools: []people.School{{ID: "a"}}, Devices: all}))
	r.Supervisor = New(supervision.Defaults(), Deps{
		People: r.dir.Load, Engine: d, Store: store, Hours: func(string, time.Time) bool { return true },
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { _ = r.Run(ctx) })
	r.stop = func() { cancel(); done.Wait() }
	return r
}

// pass lets time pass, in which whoever is alive is heard every 8 s, each at a
// moment of its own.
func (r *rig) pass(d time.Duration) {
	const slices = 8
	for tick := range int(d / time.Second) {
		for n := tick % slices; n < len(r.all); n += slices {
			if r.alive(n) {
				r.Seen(r.all[n].Address, time.Now())
			}
		}
		time.Sleep(time.Second)
	}
	synctest.Wait()
}

// Two thousand devices behind a link that is cut are one incident, which ends
// when the link is back.
func TestACutLinkIsOneIncident(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(&desk{}, buttons(2000))
		defer r.stop()
		r.pass(time.Minute)
		require.Empty(t, r.desk.all())
		r.alive = func(int) bool { return false }
		r.pass(10 * time.Minute)
		require.Equal(t, []string{"found uplink-lost a/uplink"}, r.desk.all())
		v, err := r.View(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 2000, v.Schools[0].Counts[supervision.Lost], "each is shown as lost all the same")
		assert.False(t, v.Schools[0].Cut.IsZero())
		r.alive = func(int) bool { return true }
		r.pass(5 * time.Minute)
		require.Equal(t, []string{"found uplink-lost a/uplink", "ended uplink-lost a/uplink"}, r.desk.all())
	})
}

func TestOneButtonIsLostWithinTwentySecondsAndGraveInSchoolHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(&desk{}, buttons(20))
		defer r.stop()
		r.pass(time.Minute)
		r.alive = func(n int) bool { return n != 4 } // heard last eight seconds ago
		r.pass(11 * time.Second)
		require.Empty(t, r.desk.all())
		r.pass(2 * time.Second)
		require.Equal(t, []string{"found button-lost a/b-0004"}, r.desk.all())
		assert.True(t, r.Lost(r.all[4].Address))
		assert.False(t, r.Lost(r.all[5].Address))
		r.pass(6 * time.Minute)
		require.Equal(t, []string{"found button-lost a/b-0004", "found lasting button-lost a/b-0004"}, r.desk.all())
		r.alive = func(int) bool { return true }
		r.pass(10 * time.Second)
		assert.False(t, r.Lost(r.all[4].Address), "it is heard, if not for long enough")
		r.pass(50 * time.Second)
		assert.Equal(t, "ended button-lost a/b-0004", r.desk.all()[2])
	})
}

// A restart under load: the devices come back over half a minute, by a back-off
// of their own, while the hub works.
func TestARestartRaisesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		r := start(d, buttons(1000))
		r.pass(2 * time.Minute)
		r.stop()
		require.Len(t, d.records, 1000)
		time.Sleep(10 * time.Minute)
		r = start(d, buttons(1000))
		defer r.stop()
		began := time.Now()
		r.alive = func(n int) bool { return time.Since(began) > time.Duration(n)*35*time.Millisecond }
		r.pass(10 * time.Minute)
		require.Empty(t, d.all())
	})
}

func TestWhatWasToldIsNotToldAgainAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		r := start(d, buttons(10))
		r.pass(time.Minute)
		r.alive = func(n int) bool { return n != 3 }
		r.pass(time.Minute)
		require.Len(t, d.all(), 1)
		r.stop()
		alive := r.alive
		r = start(d, buttons(10))
		defer r.stop()
		r.alive = alive
		r.pass(3 * time.Minute)
		require.Equal(t, []string{"found button-lost a/b-0003"}, d.all())
		r.alive = func(int) bool { return true }
		r.pass(time.Minute)
		require.Equal(t, []string{"found button-lost a/b-0003", "ended button-lost a/b-0003"}, d.all())
	})
}

func TestWhatTheEngineHasNoRoomForIsSaidAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(&desk{full: true}, buttons(10))
		defer r.stop()
		r.pass(time.Minute)
		r.alive = func(n int) bool { return n != 3 }
		r.pass(time.Minute)
		r.desk.mu.Lock()
		r.desk.full = false
		r.desk.mu.Unlock()
		r.pass(3 * time.Second)
		assert.Equal(t, []string{"found button-lost a/b-0003"}, r.desk.all())
	})
}

func TestAReloadFollowsTheConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(&desk{}, buttons(10))
		defer r.stop()
		r.pass(time.Minute)
		r.alive = func(n int) bool { return n != 9 }
		r.pass(time.Minute)
		require.Equal(t, []string{"found button-lost a/b-0009"}, r.desk.all())
		r.all = append(buttons(9), people.Device{Address: devices.Address{School: "a", Device: "new"}, Kind: devices.KindGate, Power: devices.PowerMains})
		r.dir.Store(people.New(people.Lists{Schools: []people.School{{ID: "a"}}, Devices: r.all}))
		r.Reloaded()
		r.alive = func(int) bool { return true }
		r.pass(time.Minute)
		require.Equal(t, "ended button-lost a/b-0009", r.desk.all()[1])
		r.alive = func(n int) bool { return n != 9 }
		r.pass(time.Minute)
		require.Equal(t, "found device-lost a/new", r.desk.all()[2], "what is new is supervised once it was heard")
	})
}

func TestWhatADeviceSaysOfItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(&desk{}, buttons(1))
		defer r.stop()
		charge := 0.1
		for _, s := range []devices.State{{Battery: &charge}, {Tamper: true}} {
			s.From, s.Status, s.ReceivedAt = r.all[0].Address, devices.Online, time.Now()
			r.State(s)
		}
		r.pass(time.Second)
		charge = 0.9
		r.State(devices.State{From: r.all[0].Address, Status: devices.Online, Battery: &charge, Tamper: true, ReceivedAt: time.Now()})
		r.pass(time.Second)
		assert.Equal(t, []string{"found device-service a/b-0000", "found tamper a/b-0000", "ended device-service a/b-0000"}, r.desk.all())
	})
}

func TestTheLongestThatAVersionRunsIsAFigureOfTheSchool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(&desk{}, buttons(2))
		defer r.stop()
		r.pass(10 * time.Second)
		figures := prometheus.NewRegistry()
		figures.MustRegister(r.metrics.firmware)
		said, err := figures.Gather()
		require.NoError(t, err)
		assert.Empty(t, said, "nobody has said what they run")
		for i, version := range []string{"1.0.0", "1.1.0"} {
			r.State(devices.State{From: r.all[i].Address, Status: devices.Online, Firmware: version, ReceivedAt: time.Now()})
			r.pass(time.Hour)
		}
		said, err = figures.Gather()
		require.NoError(t, err)
		require.Len(t, said, 1)
		require.Len(t, said[0].GetMetric(), 1)
		assert.InDelta(t, 2*3600, said[0].GetMetric()[0].GetGauge().GetValue(), 20)
	})
}

func TestAReaderDoesNotWaitForASupervisorThatHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(&desk{}, buttons(1))
		r.stop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := r.View(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func BenchmarkSeen(b *testing.B) {
	s := New(supervision.Defaults(), Deps{
		People: func() *people.Directory { return people.New(people.Lists{Devices: buttons(2000)}) },
		Log:    slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	from, now := devices.Address{School: "a", Device: "b-1234"}, time.Now()
	b.ReportAllocs()
	for b.Loop() {
		s.Seen(from, now)
	}
}

// A device that was never heard is missed by nobody: for how long it has been
// configured is a figure of its school, over a restart, and until it is heard.
func TestForHowLongADeviceWasNeverHeardIsAFigureOfTheSchool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, all := &desk{records: map[devices.Address]supervision.Record{}}, buttons(2)
		r := start(d, all)
		began := time.Now()
		r.alive = func(n int) bool { return n == 0 }
		r.pass(time.Minute)
		r.stop()
		time.Sleep(time.Hour)

		r = start(d, all)
		defer r.stop()
		r.alive = func(n int) bool { return n == 0 }
		r.pass(time.Minute)
		v, err := r.View(t.Context())
		require.NoError(t, err)
		assert.Equal(t, supervision.Waiting, v.Devices[1].State)
		assert.Equal(t, began, v.Devices[1].Known)
		assert.Equal(t, time.Since(began), v.Devices[1].Unheard(time.Now()))
		assert.Zero(t, v.Devices[0].Unheard(time.Now()), "it was heard")
		figures := prometheus.NewRegistry()
		figures.MustRegister(r.metrics.unheard)
		said, err := figures.Gather()
		require.NoError(t, err)
		require.Len(t, said, 1)
		assert.InDelta(t, time.Since(began).Seconds(), said[0].GetMetric()[0].GetGauge().GetValue(), 6)
		assert.Empty(t, d.all(), "nobody misses it")

		r.alive = func(int) bool { return true }
		r.pass(time.Minute)
		said, err = figures.Gather()
		require.NoError(t, err)
		assert.Empty(t, said, "each is heard")
	})
}
