package lookout_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

// disk keeps gates as text, as a database does.
type disk struct {
	mu     sync.Mutex // guards what follows
	gates  map[devices.Address][]byte
	until  time.Time
	mutes  []rules.Mute
	broken bool
}

func (d *disk) Gates(context.Context, time.Time) (map[devices.Address]rules.Memory, time.Time, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return nil, time.Time{}, errors.New("no disk")
	}
	out := map[devices.Address]rules.Memory{}
	for at, raw := range d.gates {
		var m rules.Memory
		if err := json.Unmarshal(raw, &m); err != nil {
			return nil, time.Time{}, err
		}
		out[at] = m
	}
	return out, d.until, nil
}

func (d *disk) KeepGates(_ context.Context, all map[devices.Address]rules.Memory, now, _ time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return errors.New("no disk")
	}
	if d.gates == nil {
		d.gates = map[devices.Address][]byte{}
	}
	for at, m := range all {
		raw, err := json.Marshal(m)
		if err != nil {
			return err
		}
		d.gates[at] = raw
	}
	d.until = now
	return nil
}

// saved is what would be there if the power failed now.
func (d *disk) saved() *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := &disk{gates: map[devices.Address][]byte{}, until: d.until}
	for at, raw := range d.gates {
		out.gates[at] = raw
	}
	return out
}

const opened = "hazard g-1 [sensor gate-open closed-day]"

// What a person has closed stays closed over a restart, and its end is seen.
func TestARestartRaisesNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		stop := r.start(t)
		r.tell("open", 0)
		pass(time.Second)
		r.tell("open", 1)
		pass(50 * time.Second)
		require.Equal(t, []string{opened}, r.desk.heard())
		stop()
		r.desk.mu.Lock()
		r.desk.open = nil // somebody has closed it
		r.desk.mu.Unlock()
		pass(5 * time.Second)

		r = newRigOn(t, "", r.desk, r.disk)
		r.start(t)
		r.tell("open", 1)
		pass(2 * time.Minute)
		assert.Equal(t, []string{opened}, r.desk.heard())
		r.tell("open", 0)
		pass(10 * time.Second)
		r.tell("open", 1)
		pass(35 * time.Second)
		assert.Equal(t, []string{opened, opened}, r.desk.heard(), "it was over, and holds again")
	})
}

// What had to hold for so long goes on, where the hub was away for a moment.
func TestARestartGoesOnWaiting(t *testing.T) {
	for _, c := range []struct {
		name string
		away time.Duration
		at   time.Duration // after the start
	}{
		{"a moment", 4 * time.Second, 6 * time.Second},
		{"a while", rules.Unbroken + time.Second, 30 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, "")
				stop := r.start(t)
				r.tell("open", 0)
				pass(time.Second)
				r.tell("open", 1)
				pass(20 * time.Second)
				stop()
				pass(c.away)
				r = newRigOn(t, "", r.desk, r.disk)
				r.start(t)
				r.tell("open", 1)
				pass(c.at - time.Second)
				assert.Empty(t, r.desk.heard())
				pass(1200 * time.Millisecond)
				assert.Equal(t, []string{opened}, r.desk.heard())
			})
		})
	}
}

// A gate that is not heard after a start is looked at all the same, when it has
// had time to come back.
func TestWhatWasPendingWaitsForTheGateAndNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		stop := r.start(t)
		r.tell("open", 0)
		pass(time.Second)
		r.tell("open", 1)
		pass(20 * time.Second)
		stop()
		r = newRigOn(t, "", r.desk, r.disk)
		r.start(t)
		pass(39 * time.Second)
		assert.Empty(t, r.desk.heard())
		pass(2 * time.Second)
		assert.Equal(t, []string{opened}, r.desk.heard())
	})
}

// What the engine was not told, or may not have stored, is found anew.
func TestWhatMayNotHaveBeenToldIsFoundAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.start(t)
		r.desk.full = true
		r.tell("open", 0)
		pass(time.Second)
		r.tell("open", 1)
		pass(2 * time.Minute)
		require.Empty(t, r.desk.heard())
		left := r.disk.saved() // the power fails
		after := newRigOn(t, "", &desk{}, left)
		after.start(t)
		after.tell("open", 1)
		pass(31 * time.Second)
		assert.Equal(t, []string{opened}, after.desk.heard())
	})
}

func TestABrokenDiskStopsNoRule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.disk.broken = true
		stop := r.start(t)
		r.tell("open", 0)
		pass(time.Second)
		r.tell("open", 1)
		pass(32 * time.Second)
		assert.Equal(t, []string{opened}, r.desk.heard())
		stop()
		assert.Positive(t, r.metric(t, "campushub_rules_unkept_total"))
	})
}

func (d *disk) SaveMute(_ context.Context, m rules.Mute) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return errors.New("no disk")
	}
	d.mutes = append(d.mutes, m)
	return nil
}

func (d *disk) LiftMute(_ context.Context, m rules.Mute) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return errors.New("no disk")
	}
	for i := range d.mutes {
		if d.mutes[i].ID == m.ID {
			d.mutes[i] = m
		}
	}
	return nil
}

func (d *disk) Mutes(_ context.Context, school string, _ int) ([]rules.Mute, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return nil, errors.New("no disk")
	}
	return slices.DeleteFunc(slices.Clone(d.mutes), func(m rules.Mute) bool { return m.School != school }), nil
}

func (d *disk) HeldMutes(_ context.Context, now time.Time) ([]rules.Mute, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return nil, errors.New("no disk")
	}
	return slices.DeleteFunc(slices.Clone(d.mutes), func(m rules.Mute) bool { return !m.Active(now) }), nil
}
