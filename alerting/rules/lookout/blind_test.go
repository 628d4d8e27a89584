package lookout_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const stoodOpen = "hazard g-1 [sensor gate-open closed-day]"

// A gate that is lost is neither open nor shut: what stood is said to be
// unknown, is not closed, and what the gate says when it is back decides.
func TestWhatALostGateSaidLastIsUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		open float64
		said []string
	}{
		"shut when it is back": {0, []string{stoodOpen, "hazard g-1 unknown", "1 over: sensors"}},
		"still open":           {1, []string{stoodOpen, "hazard g-1 unknown", stoodOpen, "hazard g-1 [sensor gate-open urgent closed-day]"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, "")
				r.start(t)
				r.tell("open", 0)
				pass(time.Second)
				r.tell("open", 1)
				pass(time.Minute)
				r.desk.lose(true)
				pass(11 * time.Second) // looked at every 10 s
				require.Equal(t, []string{stoodOpen, "hazard g-1 unknown"}, r.desk.heard())
				pass(2 * time.Hour)
				require.Equal(t, []string{stoodOpen, "hazard g-1 unknown"}, r.desk.heard(), "once, and nothing becomes urgent that nobody knows")
				r.desk.lose(false)
				r.tell("open", c.open)
				pass(5 * time.Minute)
				assert.Equal(t, c.said, r.desk.heard())
			})
		})
	}
}

// The counter of the waiting area sees nothing any more, and the gate is heard:
// the crowd is unknown, and somebody is told to look at the counter. The engine
// has no room for it at first.
func TestACrowdWhoseCounterGoesBlindIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "level: primary\ngates: [{device: g-1, area: 100}]")
		r.start(t)
		for range 3 {
			r.tell("waiting", 85)
			pass(time.Minute)
		}
		require.Equal(t, []string{"crowd g-1 [sensor crowd-full]"}, r.desk.heard())
		r.desk.mu.Lock()
		r.desk.full = true
		r.desk.mu.Unlock()
		for range 3 {
			r.tell("open", 0)
			pass(time.Minute)
		}
		r.desk.mu.Lock()
		r.desk.full = false
		r.desk.mu.Unlock()
		pass(2 * time.Second)
		blind := []string{"crowd g-1 [sensor crowd-full]", "crowd g-1 unknown", "device-service g-1/G8-blind [sensor counter-blind]"}
		require.Equal(t, blind, r.desk.heard())
		for range 3 {
			r.tell("waiting", 10)
			pass(time.Minute)
		}
		assert.Equal(t, append(blind, "3 over: sensors", "1 over: sensors"), r.desk.heard())
	})
}

// What was unknown when the hub stopped is unknown after the start, and is not
// said a second time.
func TestWhatIsUnknownOutlivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		stop := r.start(t)
		r.tell("open", 0)
		pass(time.Second)
		r.tell("open", 1)
		pass(time.Minute)
		r.desk.lose(true)
		pass(time.Minute)
		stop()
		r = newRigOn(t, "", r.desk, r.disk)
		r.start(t)
		pass(10 * time.Minute)
		require.Equal(t, []string{stoodOpen, "hazard g-1 unknown"}, r.desk.heard())
		r.desk.lose(false)
		r.tell("open", 0)
		pass(time.Minute)
		assert.Equal(t, []string{stoodOpen, "hazard g-1 unknown", "1 over: sensors"}, r.desk.heard())
	})
}

// Of a gate that is lost nobody says that the campus is closed.
func TestALostGateClosesNoCampus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.start(t)
		r.tell("open", 0)
		pass(10 * time.Second)
		require.InDelta(t, 1, r.metric(t, "campushub_rules_campus_closed"), 0)
		r.desk.lose(true)
		pass(20 * time.Second)
		assert.Zero(t, r.metric(t, "campushub_rules_campus_closed"))
	})
}
