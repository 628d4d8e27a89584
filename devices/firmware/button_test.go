package firmware

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware/debounce"
	"example.org/campushub/devices/wire"
)

// rig is a button on simulated pins, in virtual time.
type rig struct {
	*Button
	t       *testing.T
	hub     *hub
	contact *testPin
	lamp    *testPin
	siren   *testPin
	stop    func()
}

func newRig(t *testing.T, c ButtonConfig, store Store) *rig {
	t.Helper()
	c.Identity = identity()
	r := &rig{t: t, hub: newHub(), contact: newTestPin("contact"), lamp: newTestPin("lamp"), siren: newTestPin("siren")}
	var err error
	r.Button, err = NewButton(c, ButtonPins{Contact: r.contact, Lamp: r.lamp, Siren: r.siren}, r.hub, store, quiet())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.stop = func() {
		cancel()
		require.NoError(t, <-done)
	}
	synctest.Wait()
	return r
}

// wait lets virtual time pass and everything in it happen.
func (r *rig) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// push presses the button for as long.
func (r *rig) push(d time.Duration) {
	r.contact.set(gpio.Low)
	r.wait(d)
	r.contact.set(gpio.High)
	r.wait(2 * debounce.Rest)
}

func (r *rig) connect() {
	r.hub.connect()
	synctest.Wait()
}

func (r *rig) tell(c devices.Command) {
	r.hub.command(c)
	synctest.Wait()
}

func (r *rig) one() devices.Press {
	r.t.Helper()
	got := r.hub.presses(r.t)
	require.Len(r.t, got, 1)
	return got[0]
}

func inVirtualTime(t *testing.T, c ButtonConfig, story func(t *testing.T, r *rig)) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, c, NewMemory())
		defer r.stop()
		story(t, r)
	})
}

func TestPressIsSentAndItsLightFollowsTheHub(t *testing.T) {
	inVirtualTime(t, ButtonConfig{Alarm: devices.Attack}, func(t *testing.T, r *rig) {
		r.connect()
		assert.Equal(t, ButtonStatus{Indicator: devices.IndicatorIdle, Connected: true}, r.Status())
		r.push(100 * time.Millisecond)

		p := r.one()
		assert.Equal(t, devices.Attack, p.Alarm)
		assert.Equal(t, devices.Live, p.Mode)
		assert.False(t, p.Silent)
		assert.Equal(t, debounce.Rest, p.Age, "the press is as old as its first edge")
		assert.Equal(t, ButtonStatus{Indicator: devices.IndicatorSent, Latched: true, Waiting: 1, Connected: true}, r.Status())

		r.tell(devices.Command{Receipt: p.ID, Indicator: devices.IndicatorStored})
		assert.Equal(t, ButtonStatus{Indicator: devices.IndicatorStored, Latched: true, Connected: true}, r.Status())
		r.tell(devices.Command{Indicator: devices.IndicatorAcknowledged})
		assert.Equal(t, devices.IndicatorAcknowledged, r.Status().Indicator)
		assert.Equal(t, gpio.High, r.lamp.Read())
		turns := r.lamp.changes()
		assert.Positive(t, turns, "it flashed before")
		r.wait(time.Hour)
		assert.Equal(t, turns, r.lamp.changes(), "acknowledged is steady")
		assert.Empty(t, r.hub.presses(t), "a confirmed press is not repeated")
		assert.True(t, r.Status().Latched, "only a person resets the latch")
		r.tell(devices.Command{Reset: true})
		assert.Equal(t, ButtonStatus{Indicator: devices.IndicatorIdle, Connected: true}, r.Status())
		assert.Equal(t, gpio.Low, r.lamp.Read())
	})
}

func TestConnectedDeviceSaysThatItIsOnline(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		got := r.hub.take(wire.StateTopic(address))
		require.Len(t, got, 1)
		assert.True(t, got[0].Retained)
		s, err := wire.DecodeState(address, got[0].Payload, time.Time{})
		require.NoError(t, err)
		assert.Equal(t, devices.State{From: address, Status: devices.Online, Firmware: "1.0.0"}, s)
	})
}

func TestPressIsRepeatedUntilTheHubHasIt(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.contact.set(gpio.Low)
		r.wait(21 * time.Second)

		got := r.hub.presses(t)
		var ages []time.Duration
		for _, p := range got {
			assert.Equal(t, got[0].ID, p.ID, "a repetition is the same press")
			assert.Equal(t, got[0].PressedAt(), p.PressedAt(), "its age is computed anew")
			ages = append(ages, p.Age-debounce.Rest)
		}
		assert.Equal(t, []time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second, 12 * time.Second, 17 * time.Second}, ages)

		r.tell(devices.Command{Receipt: "019a7c3e-5b1f-7c4e-9d2a-3f6b8c0d1e2f"})
		assert.Equal(t, 1, r.Status().Waiting, "somebody else's receipt ends nothing")
		r.tell(devices.Command{Receipt: got[0].ID})
		r.wait(time.Hour)
		assert.Empty(t, r.hub.presses(t))
	})
}

func TestLightFailsAfterTenSecondsAndTheDeviceKeepsTrying(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.contact.set(gpio.Low)
		r.wait(FailedAfter - time.Millisecond)
		assert.Equal(t, devices.IndicatorSent, r.Status().Indicator)
		r.wait(time.Millisecond)
		assert.Equal(t, devices.IndicatorFailed, r.Status().Indicator)

		r.wait(time.Hour)
		r.connect()
		p := r.one()
		assert.Equal(t, FailedAfter+time.Hour, p.Age, "late is told as late")
		assert.Equal(t, devices.IndicatorFailed, r.Status().Indicator, "sent is not stored")
		r.tell(devices.Command{Receipt: p.ID, Indicator: devices.IndicatorStored})
		assert.Equal(t, devices.IndicatorStored, r.Status().Indicator)
	})
}

func TestNewConnectionIsToldAtOnceAndInOrder(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		for range 3 {
			r.push(50 * time.Millisecond)
		}
		first := r.hub.presses(t)
		require.Len(t, first, 3)
		r.hub.cut()
		synctest.Wait()
		assert.False(t, r.Status().Connected)
		r.wait(100 * time.Millisecond)
		assert.Empty(t, r.hub.presses(t))

		r.connect()
		again := r.hub.presses(t)
		require.Len(t, again, 3)
		for i := range again {
			assert.Equal(t, first[i].ID, again[i].ID)
			assert.Equal(t, first[i].PressedAt(), again[i].PressedAt())
		}
	})
}

func TestEachPressOfALatchedButtonIsANewOne(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.push(50 * time.Millisecond)
		a := r.one()
		r.tell(devices.Command{Receipt: a.ID, Indicator: devices.IndicatorAcknowledged})
		r.push(50 * time.Millisecond)
		b := r.one()
		assert.NotEqual(t, a.ID, b.ID)
		assert.Equal(t, devices.IndicatorSent, r.Status().Indicator, "the new press is on its way")
		r.tell(devices.Command{Receipt: b.ID})
		assert.Equal(t, devices.IndicatorAcknowledged, r.Status().Indicator)
	})
}

func TestResetDropsNoPress(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.push(50 * time.Millisecond)
		r.connect()
		p := r.one()
		r.tell(devices.Command{Reset: true})
		assert.Equal(t, ButtonStatus{Indicator: devices.IndicatorSent, Waiting: 1, Connected: true}, r.Status())
		r.wait(time.Second)
		assert.Equal(t, p.ID, r.one().ID)
	})
}

func TestContactBouncesAndIsOnePress(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		for range 10 {
			r.contact.set(gpio.Low)
			r.wait(time.Millisecond)
			r.contact.set(gpio.High)
			r.wait(time.Millisecond)
		}
		assert.Empty(t, r.hub.presses(t), "a spark is no press")
		r.push(50 * time.Millisecond)
		r.one()
	})
}

func TestHeldButtonIsOnePress(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.contact.set(gpio.Low)
		r.wait(debounce.Rest)
		p := r.one()
		r.tell(devices.Command{Receipt: p.ID})
		r.wait(time.Hour)
		assert.Empty(t, r.hub.presses(t))
	})
}

func TestSilentButtonGivesNobodyAway(t *testing.T) {
	inVirtualTime(t, ButtonConfig{Silent: true}, func(t *testing.T, r *rig) {
		r.push(50 * time.Millisecond)
		r.wait(time.Minute)
		assert.Equal(t, devices.IndicatorIdle, r.Status().Indicator)
		r.connect()
		p := r.one()
		assert.True(t, p.Silent)
		r.tell(devices.Command{Receipt: p.ID, Indicator: devices.IndicatorStored})
		assert.Equal(t, devices.IndicatorIdle, r.Status().Indicator)
		assert.Zero(t, r.lamp.changes(), "the lamp was never lit")
	})
}

func TestTwoPushesAreOneSilentPressWhereThePatternIsKnown(t *testing.T) {
	inVirtualTime(t, ButtonConfig{SilentPattern: true}, func(t *testing.T, r *rig) {
		r.connect()
		start := time.Now()
		r.push(100 * time.Millisecond)
		r.push(100 * time.Millisecond)
		p := r.one()
		assert.True(t, p.Silent)
		assert.Equal(t, start, p.PressedAt().Local(), "it was made when the first push was")
		assert.Equal(t, devices.IndicatorIdle, r.Status().Indicator)
		r.tell(devices.Command{Receipt: p.ID, Indicator: devices.IndicatorIdle})

		r.push(100 * time.Millisecond)
		assert.Empty(t, r.hub.presses(t), "it may become a pattern")
		r.wait(debounce.Pair)
		p = r.one()
		assert.False(t, p.Silent)
		assert.Equal(t, debounce.Pair+debounce.Rest, p.Age, "late, and it says so")
	})
}

func TestSirenSoundsWhenTold(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		on, off := true, false
		r.connect()
		r.tell(devices.Command{Siren: &on})
		assert.Equal(t, gpio.High, r.siren.Read())
		r.tell(devices.Command{Siren: &off})
		assert.Equal(t, gpio.Low, r.siren.Read())
	})
}

func TestUnreadableCommandChangesNothing(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.push(50 * time.Millisecond)
		before := r.Status()
		for _, payload := range []string{"", "{", `{"reset":"yes"}`, `{"receipt":1,"indicator":"stored"}`} {
			r.hub.events.Message(wire.CommandTopic(address), []byte(payload))
			synctest.Wait()
		}
		assert.Equal(t, before, r.Status())
	})
}

func TestPressesOutliveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := NewMemory()
		r := newRig(t, ButtonConfig{Alarm: devices.Fire}, store)
		r.push(50 * time.Millisecond)
		r.stop()

		r = newRig(t, ButtonConfig{Alarm: devices.Fire}, store)
		assert.True(t, r.Status().Latched)
		r.wait(time.Minute)
		r.connect()
		p := r.one()
		assert.Equal(t, devices.Fire, p.Alarm)
		assert.Greater(t, p.Age, time.Minute)
		r.tell(devices.Command{Receipt: p.ID})
		r.stop()

		r = newRig(t, ButtonConfig{}, store)
		defer r.stop()
		r.connect()
		assert.Empty(t, r.hub.presses(t))
	})
}

// brokenStore is a flash memory at its end.
type brokenStore struct{ Memory }

func (*brokenStore) SavePress(Press) error { return errors.New("bad block") }

func TestBrokenStoreHoldsUpNoPress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ButtonConfig{}, &brokenStore{})
		defer r.stop()
		r.connect()
		r.push(50 * time.Millisecond)
		r.one()
	})
}

func TestNewButtonRefusesBrokenParts(t *testing.T) {
	pins := func() ButtonPins { return ButtonPins{Contact: newTestPin("c"), Lamp: newTestPin("l")} }
	bad := pins()
	bad.Contact = gpio.INVALID
	_, err := NewButton(ButtonConfig{Identity: identity()}, bad, newHub(), NewMemory(), quiet())
	require.ErrorContains(t, err, "set up pin INVALID")
	bad = pins()
	bad.Lamp = gpio.INVALID
	_, err = NewButton(ButtonConfig{Identity: identity()}, bad, newHub(), NewMemory(), quiet())
	require.ErrorContains(t, err, "set up pin INVALID")
}
