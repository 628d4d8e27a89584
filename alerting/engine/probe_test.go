package engine_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// steps keeps what the engine says of path checks.
type steps struct {
	mu   sync.Mutex // guards the fields below
	all  []alerting.PathStep
	paid bool
}

func (s *steps) Everywhere(string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.paid
}

func (s *steps) Step(p alerting.PathStep) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, p)
}

// last is the latest step of a stage, of a recipient or of nobody.
func (s *steps) last(stage alerting.PathStage, recipient string) (found alerting.PathStep, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.all {
		if p.Stage == stage && p.Leg.Recipient == recipient {
			found, ok = p, true
		}
	}
	return found, ok
}

func probe() devices.Press {
	return devices.Press{
		ID: uuid.NewString(), From: devices.Address{School: school, Device: alerting.PathCheckDevice},
		Alarm: devices.Emergency, Mode: devices.Test, ReceivedAt: time.Now(),
	}
}

func TestPathCheckIsToldAndStoredAndOpensNothing(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		p := probe()

		require.NoError(t, r.Probe(p))

		m := r.next("desk-1")
		assert.Equal(t, devices.Test, m.Mode)
		assert.Equal(t, alerting.KindPathCheck, m.Kind)
		assert.Equal(t, alerting.StateResolved, m.State)
		assert.Empty(t, r.recipients(), "no page, no public sign, nobody else")
		assert.Empty(t, r.lights, "no light")
		assert.Empty(t, r.Unresolved())
		_, err := r.Incident(t.Context(), m.Incident)
		require.ErrorIs(t, err, alerting.ErrNotFound)
		stored, ok := r.paths.last(alerting.PathStored, "")
		require.True(t, ok)
		assert.Empty(t, stored.Reason)

		waiting, ok := r.paths.last(alerting.PathHanded, "desk-1")
		require.True(t, ok)
		assert.NotEmpty(t, waiting.Reason, "told is not handed")
		r.Confirm(alerting.Guards, "desk-1", m.Delivery, alerting.Received, time.Now())
		synctest.Wait()
		_, ok = r.paths.last(alerting.PathReceived, "desk-1")
		assert.False(t, ok, "somebody else's receipt")
		r.Report(m.Progress(alerting.Handed, "", time.Now()))
		r.Confirm(alerting.Police, "desk-1", m.Delivery, alerting.Received, time.Now())
		synctest.Wait()
		handed, _ := r.paths.last(alerting.PathHanded, "desk-1")
		assert.Empty(t, handed.Reason)
		_, ok = r.paths.last(alerting.PathReceived, "desk-1")
		assert.True(t, ok)

		later := probe()
		require.NoError(t, r.Probe(later))
		next := r.next("desk-1")
		assert.Equal(t, m.Incident, next.Incident, "an update of the same")
		assert.NotEqual(t, m.Delivery, next.Delivery)
	})
}

// A broken disk: the check is told all the same, is refused as not durable,
// and nothing is kept or marked of it.
func TestPathCheckOnABrokenDisk(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		broken := true
		var mu sync.Mutex
		r := start(t, path, func(s journal.Stage) error {
			mu.Lock()
			defer mu.Unlock()
			if broken && s == journal.StageCommit {
				return assert.AnError
			}
			return nil
		})
		defer r.stop()

		require.ErrorIs(t, r.Probe(probe()), engine.ErrNotStored)

		r.next("desk-1")
		stored, ok := r.paths.last(alerting.PathStored, "")
		require.True(t, ok)
		assert.Contains(t, stored.Reason, "disk")
		assert.Empty(t, r.Unresolved(), "no fault for a check: whoever follows it decides")
		mu.Lock()
		broken = false
		mu.Unlock()
		time.Sleep(5 * time.Second)
		require.NoError(t, r.Probe(probe()))
	})
}

// Once a day it goes to whatever else may reach a responder; never to parents.
func TestPathCheckGoesEverywhereWhenItShall(t *testing.T) {
	d := people.New(people.Lists{
		Schools:   []people.School{{ID: school}},
		Terminals: []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: []string{school}}},
		Contacts: []people.Contact{
			{Name: "leader", Audience: alerting.Police, Schools: []string{school}, Paths: []people.Path{{Channel: alerting.ChannelSMS, Address: "+8613800000000"}}},
			{Name: "mother", Audience: alerting.Parents, Schools: []string{school}, Paths: []people.Path{{Channel: alerting.ChannelSMS, Address: "+8613800000001"}}},
		},
	})
	r := startAs(t, "", d)
	require.NoError(t, r.Probe(probe()))
	assert.Equal(t, []string{"desk-1"}, r.recipients())
	r.paths.mu.Lock()
	r.paths.paid = true
	r.paths.mu.Unlock()
	require.NoError(t, r.Probe(probe()))
	assert.Equal(t, []string{"desk-1", "leader"}, r.recipients())
}

func TestAFaultFromBesideIsRaisedOnce(t *testing.T) {
	r := start(t, "", nil)
	require.True(t, r.RaiseFault(school, "path-check", alerting.PathCheckDevice))
	require.True(t, r.RaiseFault(school, "path-check", alerting.PathCheckDevice))
	require.Eventually(t, func() bool { return len(r.Unresolved()) == 1 && r.Unresolved()[0].Stored }, 20*time.Second, time.Millisecond)
	assert.Equal(t, alerting.KindHubFault, r.Unresolved()[0].Kind)
}
