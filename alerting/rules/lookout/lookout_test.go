package lookout_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/alerting/rules/lookout"
	"example.org/campushub/devices"
)

var gate = devices.Address{School: "ziwei", Device: "g-1"}

// desk stands for the engine: it opens one incident for a condition.
type desk struct {
	mu   sync.Mutex // guards what follows
	full bool
	lost bool // the gate, to supervision
	open []alerting.Incident
	said []string
}

func (d *desk) Unresolved() []alerting.Incident {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.open)
}

func (d *desk) Found(c engine.Condition) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full {
		return alerting.ErrUnavailable
	}
	d.said = append(d.said, fmt.Sprintf("%s %s %v", c.Kind, c.Object, c.Facts))
	if !slices.ContainsFunc(d.open, func(i alerting.Incident) bool { return i.Kind == c.Kind && i.Device == c.Object }) {
		i := alerting.Incident{ID: fmt.Sprint(len(d.said)), School: c.School, Kind: c.Kind, Device: c.Object, Severity: alerting.Low}
		d.open = append(d.open, i)
	}
	for k := range d.open {
		if slices.Contains(c.Facts, alerting.FactUrgent) && d.open[k].Kind == c.Kind {
			d.open[k].Severity = alerting.High
		}
	}
	return nil
}

func (d *desk) Passed(c engine.Condition) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.said = append(d.said, fmt.Sprintf("%s %s passed", c.Kind, c.Object))
	return nil
}

func (d *desk) Unknown(c engine.Condition) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full {
		return alerting.ErrUnavailable
	}
	d.said = append(d.said, fmt.Sprintf("%s %s unknown", c.Kind, c.Object))
	return nil
}

// lose has supervision lose the gate, or hear it again.
func (d *desk) lose(lost bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lost = lost
}

func (d *desk) isLost(at devices.Address) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lost && at == gate
}

func (d *desk) Over(_ context.Context, incident, reason string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.said = append(d.said, incident+" over: "+reason)
	d.open = slices.DeleteFunc(d.open, func(i alerting.Incident) bool { return i.ID == incident })
	return nil
}

func (d *desk) heard() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.said)
}

// A story begins on a Saturday at midnight: the school is closed.

// rig is a lookout over one school whose rules can be changed.
type rig struct {
	*lookout.Lookout
	desk     *desk
	registry *prometheus.Registry
	set      *rules.Set
	disk     *disk
}

func newRig(t *testing.T, text string) *rig {
	t.Helper()
	return newRigOn(t, text, &desk{}, &disk{})
}

// newRigOn is a rig on what an earlier one left.
func newRigOn(t *testing.T, text string, on *desk, d *disk) *rig {
	t.Helper()
	r := &rig{desk: on, registry: prometheus.NewRegistry(), set: rules.Default(), disk: d}
	r.rules(t, text)
	r.Lookout = lookout.New(lookout.Deps{
		Alarms: r.desk,
		Gate: func(a devices.Address) (alerting.Place, bool) {
			return alerting.Place{ID: "north-gate"}, strings.HasPrefix(a.Device, "g-")
		},
		School: func(string) lookout.School {
			return lookout.School{Set: r.set, Clock: rules.Clock{Calendar: calendar.Default(), Zone: time.UTC}}
		},
		Lost: r.desk.isLost, Store: r.disk, Log: slog.New(slog.DiscardHandler), Registry: r.registry,
	})
	return r
}

func (r *rig) rules(t *testing.T, text string) {
	t.Helper()
	if text == "" {
		return
	}
	s, faults := rules.Parse([]byte(text))
	require.Empty(t, faults)
	r.set = s
}

// start runs the lookout, and gives what stops it.
func (r *rig) start(t *testing.T) func() {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		assert.NoError(t, <-done)
	})
	t.Cleanup(stop)
	return stop
}

func (r *rig) tell(name string, v float64) {
	r.Reading(devices.Reading{From: gate, ReceivedAt: time.Now(), Values: map[string]float64{name: v}})
	synctest.Wait()
}

// metric sums a metric over its labels.
func (r *rig) metric(t *testing.T, name string) (sum float64) {
	t.Helper()
	families, err := r.registry.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return sum
}

// pass lets a time pass; the bubble begins at midnight UTC.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestALowConditionIsRaisedAndClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.start(t)
		r.tell("open", 0)
		pass(time.Second)
		r.tell("open", 1)
		pass(29 * time.Second)
		assert.Empty(t, r.desk.heard())
		pass(1200 * time.Millisecond) // a look may be 100 ms late
		assert.Equal(t, []string{"hazard g-1 [sensor gate-open closed-day]"}, r.desk.heard())
		r.tell("open", 0)
		pass(6 * time.Second)
		pass(time.Hour)
		assert.Equal(t, []string{"hazard g-1 [sensor gate-open closed-day]", "1 over: sensors"}, r.desk.heard())
	})
}

func TestWhatIsUrgentIsAPersonsToClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.start(t)
		r.tell("open", 0)
		pass(time.Second)
		r.tell("open", 1)
		pass(31*time.Second + 180*time.Second)
		r.tell("open", 0)
		pass(6 * time.Second)
		assert.Equal(t, []string{
			"hazard g-1 [sensor gate-open closed-day]", "hazard g-1 [sensor gate-open urgent closed-day]", "hazard g-1 passed",
		}, r.desk.heard())
	})
}

func TestWhatTheEngineHasNoRoomForIsSaidAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.start(t)
		r.desk.full = true
		r.tell("open", 0)
		pass(time.Second)
		r.tell("open", 1)
		pass(35 * time.Second)
		assert.Empty(t, r.desk.heard())
		r.desk.mu.Lock()
		r.desk.full = false
		r.desk.mu.Unlock()
		pass(time.Second)
		assert.Equal(t, []string{"hazard g-1 [sensor gate-open closed-day]"}, r.desk.heard())
	})
}

func TestAFlappingContactRaisesOneFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.start(t)
		for i := range 3000 {
			r.tell("open", float64(i%2))
			pass(100 * time.Millisecond)
		}
		assert.Equal(t, []string{"device-service g-1/G12 [sensor flapping]"}, r.desk.heard())
	})
}

// evil is a loop of 2000 by 2000 by 2000, and an honest rule behind it.
func evil() string {
	list := "[" + strings.TrimSuffix(strings.Repeat("0,", 2000), ",") + "]"
	return fmt.Sprintf(`rules:
  - {id: evil, title: {zh: 恶意, en: hostile}, kind: hazard, when: '%[1]s.all(a, %[1]s.all(b, %[1]s.all(c, a + b + c == 0)))'}
  - {id: good, title: {zh: 正常, en: honest}, kind: crowd, when: waiting.people > 3}
`, list)
}

func TestAHostileRuleIsReportedAndStopsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, evil())
		r.start(t)
		r.tell("waiting", 5)
		assert.Equal(t, []string{"device-service rule/evil [rule-broken]", "crowd g-1 [sensor]"}, r.desk.heard())
		assert.InDelta(t, 1, r.metric(t, "campushub_rules_broken"), 0)

		r.rules(t, "rules: [{id: evil, title: {zh: 好, en: good}, kind: hazard, when: 'false'}, {id: good, title: {zh: 正常, en: honest}, kind: crowd, when: waiting.people > 3}]")
		r.Reloaded()
		pass(time.Second)
		assert.Len(t, r.desk.heard(), 2, "what was raised stays raised over a reload")
	})
}

func TestReadingsNeverWaitAndTheOldestAreDropped(t *testing.T) {
	r := newRig(t, "") // nobody runs it
	for i := range 5000 {
		r.Reading(devices.Reading{From: gate, ReceivedAt: time.Now(), Values: map[string]float64{"waiting": float64(i)}})
	}
	assert.InDelta(t, 904, r.metric(t, "campushub_rules_readings_dropped_total"), 0)
}

func TestWhatIsNoGateIsNotLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.start(t)
		r.Reading(devices.Reading{From: devices.Address{School: "ziwei", Device: "b-1"}, ReceivedAt: time.Now(), Values: map[string]float64{"open": 1}})
		pass(time.Minute)
		assert.Empty(t, r.desk.heard())
	})
}

func TestHowAGateStandsIsThereToBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.start(t)
		pass(time.Second)
		assert.Empty(t, r.Stands("ziwei"), "nothing was heard yet")
		r.tell("open", 0)
		pass(time.Minute)
		r.tell("open", 1)
		opened := time.Now()
		pass(time.Second)
		r.tell("open", 1)
		pass(time.Second)
		assert.Equal(t, map[string]rules.Stand{"g-1": {Leaf: rules.Door, Open: true, Since: opened, Said: opened.Add(time.Second)}}, r.Stands("ziwei"))
		assert.Empty(t, r.Stands("yucai"), "another school's are its own")
	})
}
