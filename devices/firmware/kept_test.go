package firmware

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// past is a store that kept something over a power cut.
type past struct {
	Memory
	drop func(string)
	set  atomic.Bool // somebody has set the clock
}

func newPast(k Kept) *past {
	p := &past{}
	p.kept = k
	return p
}

func (p *past) Load(drop func(string)) (Kept, error) {
	p.drop = drop
	return p.Memory.Load(drop)
}

func (p *past) Wall() (time.Time, bool) { return time.Now(), p.set.Load() }

const pressID = "019a7c3e-5b1f-7c4e-9d2a-3f6b8c0d1e2f"

// undated is a press from before a power cut: at least 5 s old, in truth 2 h.
func undated(wall time.Time) Kept {
	return Kept{Presses: []Press{{
		ID: pressID, Alarm: devices.Attack, Mode: devices.Live,
		PressedAt: time.Now().Add(-5 * time.Second), Undated: true, Wall: wall,
	}}}
}

func TestPressFromBeforeAPowerCutDoesNotLookFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ButtonConfig{}, newPast(undated(time.Time{})))
		defer r.stop()
		r.connect()
		p := r.one()
		assert.Equal(t, UndatedAge, p.Age, "nobody knows how old it is")
		r.tell(devices.Command{Receipt: p.ID})
		r.wait(time.Hour)
		assert.Empty(t, r.hub.presses(t), "and nobody ever will")
	})
}

func TestPressIsDatedAsSoonAsTheClockIsSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newPast(undated(time.Now().Add(-2 * time.Hour)))
		r := newRig(t, ButtonConfig{}, store)
		defer r.stop()
		store.set.Store(true)
		r.wait(dateEvery)
		r.connect()
		assert.Equal(t, 2*time.Hour+dateEvery, r.one().Age)
	})
}

// The hub keeps the earliest time that it is told of a press.
func TestPressThatWasConfirmedIsDatedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newPast(undated(time.Now().Add(-2 * time.Hour)))
		r := newRig(t, ButtonConfig{}, store)
		defer r.stop()
		r.connect()
		p := r.one()
		assert.Equal(t, UndatedAge, p.Age)
		r.tell(devices.Command{Receipt: p.ID, Indicator: devices.IndicatorStored})
		r.wait(time.Minute)
		store.set.Store(true)
		r.wait(dateEvery)
		again := r.one()
		assert.Equal(t, p.ID, again.ID)
		assert.InDelta(t, (2*time.Hour + time.Minute).Seconds(), again.Age.Seconds(), 2)
		assert.Equal(t, ButtonStatus{Indicator: devices.IndicatorStored, Latched: true, Connected: true}, r.Status(), "it is stored all the while")
		r.tell(devices.Command{Receipt: p.ID})
		r.wait(time.Hour)
		assert.Empty(t, r.hub.presses(t))
	})
}

func keptReader(t *testing.T, store Store) (*hub, func(topic string) []string) {
	t.Helper()
	h := newHub()
	r, err := NewReader(identity(), "north-gate", ReaderPins{Cards: cards{held: make(chan []byte)}}, h, store, quiet())
	require.NoError(t, err)
	runFor(t, r.Run)
	return h, func(topic string) (out []string) {
		for _, a := range h.take(topic) {
			out = append(out, string(a.Payload))
		}
		return out
	}
}

func checkIn(id string, m Moment) KeptCheckIn {
	return KeptCheckIn{CheckIn: devices.CheckIn{ID: id, Post: "north-gate", Card: "04a1b2c3"}, Moment: m}
}

// An undated check-in would say that somebody stands at a post who stood there
// yesterday.
func TestCheckInWaitsForItsDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newPast(Kept{CheckIns: []KeptCheckIn{
			checkIn(pressID, Moment{At: time.Now().Add(-time.Second), Undated: true, Wall: time.Now().Add(-time.Hour)}),
		}})
		h, said := keptReader(t, store)
		h.connect()
		wait(time.Hour)
		assert.Empty(t, said(wire.CheckInTopic(address)))
		store.set.Store(true)
		wait(dateEvery)
		got := said(wire.CheckInTopic(address))
		require.Len(t, got, 1)
		c, err := wire.DecodeCheckIn(address, []byte(got[0]), time.Time{})
		require.NoError(t, err)
		assert.InDelta(t, (2 * time.Hour).Seconds(), c.Age.Seconds(), 2)
		wait(settled(devices.PowerMains))
		kept, err := store.Load(nil)
		require.NoError(t, err)
		assert.Empty(t, kept.CheckIns, "it has arrived")
	})
}

func TestCheckInThatMakesRoomIsSaidToBeDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newPast(Kept{CheckIns: []KeptCheckIn{checkIn(pressID, Moment{At: time.Now()})}, Dropped: Dropped{CheckIns: 2}})
		h, said := keptReader(t, store)
		wait(time.Second)
		store.drop(pressID)
		store.drop("unknown")
		wait(time.Second)
		h.connect()
		wait(time.Second)
		assert.Empty(t, said(wire.CheckInTopic(address)))
		assert.Equal(t, []string{`{"status":"online","firmware":"1.0.0","checkins_dropped":3}`}, said(wire.StateTopic(address)))
	})
}
