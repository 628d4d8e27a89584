package drill_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/devices"
)

func TestWhichPressIsADrill(t *testing.T) {
	const minute = time.Minute
	b1 := devices.Address{School: "ziwei", Device: "b-1"}
	for _, c := range []struct {
		name  string
		from  devices.Address
		id    string
		after time.Duration // from the start
		hold  time.Duration
		want  alerting.Mode
	}{
		{"the first press", b1, "p-1", minute, 0, devices.Drill},
		{"at the very start", b1, "p-1", 0, 0, devices.Drill},
		{"the last moment", b1, "p-1", 5*minute - 1, 0, devices.Drill},
		{"after the window", b1, "p-1", 5 * minute, 0, devices.Live},
		{"before the window", b1, "p-1", -1, 0, devices.Live},
		{"a short hold", b1, "p-1", minute, 3*time.Second - 1, devices.Drill},
		{"held", b1, "p-1", minute, 3 * time.Second, devices.Live},
		{"another device", devices.Address{School: "ziwei", Device: "b-2"}, "p-1", minute, 0, devices.Live},
		{"the same name elsewhere", devices.Address{School: "lanhua", Device: "b-1"}, "p-1", minute, 0, devices.Live},
	} {
		s := running(t, evacuation())
		got := s.state.Expected(drill.Press{ID: c.id, From: c.from, At: ten.Add(c.after), Hold: c.hold})
		assert.Equal(t, c.want, got, c.name)
		assert.Equal(t, devices.Live, planned(t, evacuation()).state.Expected(drill.Press{ID: c.id, From: c.from, At: ten.Add(c.after)}), "not started")
	}

	s := running(t, evacuation())
	s.press("b-1", "p-1", devices.Drill)
	at := ten.Add(time.Minute)
	assert.Equal(t, devices.Drill, s.state.Expected(drill.Press{ID: "p-1", From: b1, At: at}), "the same press again")
	assert.Equal(t, devices.Live, s.state.Expected(drill.Press{ID: "p-2", From: b1, At: at}), "a second one")

	s = running(t, evacuation())
	s.wait(time.Minute)
	s.stop()
	assert.Equal(t, devices.Live, s.state.Expected(drill.Press{ID: "p-1", From: b1, At: s.now}), "the drill is over")
	assert.Equal(t, devices.Drill, s.state.Expected(drill.Press{ID: "p-1", From: b1, At: s.now.Add(-1)}), "pressed before, arrived after")
}

func TestWindowsOpenInTimeAndEndWithTheDrill(t *testing.T) {
	p := evacuation()
	p.Windows = append(p.Windows,
		drill.Window{School: "ziwei", Device: "b-2", Kind: devices.KindButton, AfterS: 60, ForS: 120},
		drill.Window{School: "ziwei", Device: "b-3", Kind: devices.KindButton, AfterS: 1100},
	)
	s := running(t, p)
	require.Len(t, s.state.Windows, 1, "announced with the start")
	assert.Equal(t, ten.Add(5*time.Minute), s.state.Windows[0].Until)
	s.wait(59 * time.Second)
	assert.Empty(t, s.tick())
	s.wait(time.Second)
	require.Len(t, s.tick(), 1)
	assert.Empty(t, s.tick(), "once")
	assert.Equal(t, 2*time.Minute, s.state.Windows[1].Until.Sub(s.state.Windows[1].From))
	s.now = ten.Add(1150 * time.Second) // late: the hub was away
	s.tick()
	assert.Equal(t, s.now, s.state.Windows[2].From, "it begins when the device is told")
	assert.Equal(t, ten.Add(1200*time.Second), s.state.Windows[2].Until, "and ends with the drill")
}

func TestALivePressEndsTheDrillEverywhere(t *testing.T) {
	for _, mode := range []alerting.Mode{devices.Live, "", "unreadable"} {
		for _, device := range []string{"b-1", "b-7", "fire-panel"} {
			s := running(t, joint())
			s.wait(30 * time.Second)
			events := s.press(device, "p-9", mode)
			require.Len(t, events, 1)
			assert.Equal(t, drill.EventPreempted, events[0].Type)
			assert.Equal(t, []drill.TextID{"GRD-06", "STF-06", "VOI-04"}, events[0].Texts)
			assert.True(t, events[0].Clear)
			assert.Equal(t, drill.Preempted, s.state.Phase)
			assert.Empty(t, s.press(device, "p-9", mode), "told once")
			s.refused(alerting.ErrConflict, drill.Command{Verb: drill.VerbReturn, By: officer, School: "ziwei"})
			s.wait(time.Hour)
			assert.Empty(t, s.tick())
		}
	}
}

func TestALivePressWhilePeopleStillStandOutside(t *testing.T) {
	s := running(t, evacuation())
	s.stop()
	require.Len(t, s.press("b-2", "p-1", devices.Live), 1)
	assert.Equal(t, drill.Preempted, s.state.Phase)
	assert.Equal(t, officer.Actor, s.state.EndedBy, "it had ended before")

	s = running(t, evacuation())
	s.stop()
	s.do(drill.Command{Verb: drill.VerbReturn, By: officer, School: "ziwei"})
	assert.Empty(t, s.press("b-2", "p-1", devices.Live), "they have gone back: there is no drill to end")
}

func TestALivePressOfAnotherSchoolIsNotThisDrills(t *testing.T) {
	s := running(t, evacuation())
	p := devices.Press{ID: "p", From: devices.Address{School: "lanhua", Device: "b-1"}, Mode: devices.Live, ReceivedAt: s.now}
	events, err := drill.Step(s.state, drill.Input{Press: &p}, s.now)
	require.NoError(t, err)
	assert.Empty(t, events)
}

func TestADrillPressStaysOneAndIsAFaultWhereNobodyExpectedIt(t *testing.T) {
	s := running(t, evacuation())
	require.Equal(t, drill.EventPressed, s.press("b-1", "p-1", devices.Drill)[0].Type)
	assert.Empty(t, s.press("b-1", "p-1", devices.Drill), "sent again")
	for _, c := range [][2]string{{"b-1", "p-2"}, {"b-2", "p-1"}} {
		events := s.press(c[0], c[1], devices.Drill)
		require.Len(t, events, 1)
		assert.Equal(t, drill.EventUnexpected, events[0].Type)
		assert.Empty(t, events[0].Texts)
		assert.Empty(t, s.press(c[0], c[1], devices.Drill), "the same again says nothing new")
	}
	assert.Equal(t, drill.Running, s.state.Phase, "it ends nothing")
	for i := range 2 * drill.MaxUnexpected {
		s.press("b-3", fmt.Sprint(i), devices.Drill)
	}
	assert.Len(t, s.state.Unexpected, drill.MaxUnexpected)
	assert.Empty(t, s.press("b-4", "t", devices.Test), "a path check is none of it")

	early := planned(t, evacuation())
	require.Equal(t, drill.EventUnexpected, early.press("b-1", "p-1", devices.Drill)[0].Type)
}

// Whatever is pressed, in whatever order: no press of the drill is expected
// but one for each window, and a live one always ends it.
func TestNoSecondPressIsEverADrill(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	for range 500 {
		p := evacuation()
		p.Windows = append(p.Windows, drill.Window{School: "ziwei", Device: "b-2", Kind: devices.KindButton, AfterS: r.IntN(300)})
		s := running(t, p)
		live := false
		for range r.IntN(15) {
			s.wait(time.Duration(r.IntN(90)) * time.Second)
			s.tick()
			mode := devices.Drill
			if r.IntN(8) == 0 {
				mode = devices.Live
			}
			was := s.state.Phase
			events := s.press(fmt.Sprintf("b-%d", 1+r.IntN(3)), fmt.Sprintf("p-%d", r.IntN(6)), mode)
			if mode == devices.Live && (was == drill.Running || was == drill.Stopped) {
				require.Len(t, events, 1)
				live = true
			}
			require.Equal(t, live, s.state.Phase == drill.Preempted)
		}
		pressed := map[string]int{}
		for _, e := range s.events {
			if e.Type == drill.EventPressed {
				pressed[e.Device]++
				require.LessOrEqual(t, pressed[e.Device], 1)
			}
		}
		require.Zero(t, pressed["b-3"])
		require.Equal(t, s.state, s.recorded())
	}
}
