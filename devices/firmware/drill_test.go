package firmware

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware/debounce"
)

func drillWindow(id string, d time.Duration) devices.Command {
	return devices.Command{Drill: &devices.DrillWindow{ID: id, For: d}}
}

func modes(presses []devices.Press) []devices.Mode {
	var out []devices.Mode
	for _, p := range presses {
		out = append(out, p.Mode)
	}
	return out
}

func TestOnlyTheNextPressIsADrill(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.push(50 * time.Millisecond)
		r.push(50 * time.Millisecond)
		assert.Equal(t, []devices.Mode{devices.Drill, devices.Live}, modes(r.hub.presses(t)))
	})
}

func TestHoldOfThreeSecondsIsLiveInADrill(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.contact.set(gpio.Low)
		r.wait(debounce.Rest)
		drill := r.one()
		assert.Equal(t, devices.Drill, drill.Mode, "the drill waits for nobody's finger")
		r.tell(devices.Command{Receipt: drill.ID})

		r.wait(debounce.Long - time.Millisecond)
		assert.Empty(t, r.hub.presses(t))
		r.wait(time.Millisecond)
		live := r.one()
		assert.Equal(t, devices.Live, live.Mode)
		assert.NotEqual(t, drill.ID, live.ID)
		assert.Zero(t, live.Age)
	})
}

func TestReleasedBeforeThreeSecondsStaysADrill(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.contact.set(gpio.Low)
		r.wait(debounce.Rest)
		r.tell(devices.Command{Receipt: r.one().ID})
		r.wait(debounce.Long - debounce.Rest - time.Millisecond)
		r.contact.set(gpio.High)
		r.wait(time.Minute)
		assert.Empty(t, r.hub.presses(t))
	})
}

func TestDrillWindowEnds(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.wait(5 * time.Minute)
		r.push(50 * time.Millisecond)
		assert.Equal(t, devices.Live, r.one().Mode)
	})
}

func TestRepeatedCommandOpensNoSecondWindow(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.push(50 * time.Millisecond)
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.push(50 * time.Millisecond)
		r.tell(drillWindow("spring", 5*time.Minute))
		r.push(50 * time.Millisecond)
		assert.Equal(t, []devices.Mode{devices.Drill, devices.Live, devices.Drill}, modes(r.hub.presses(t)))
	})
}

func TestDrillWindowEndsWithTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := NewMemory()
		r := newRig(t, ButtonConfig{}, store)
		r.connect()
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.stop()
		r = newRig(t, ButtonConfig{}, store)
		defer r.stop()
		r.connect()
		r.push(50 * time.Millisecond)
		assert.Equal(t, devices.Live, r.one().Mode)
	})
}

func TestTheHubEndsTheWindow(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.tell(drillWindow("autumn", 0))
		r.push(50 * time.Millisecond)
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.push(50 * time.Millisecond)
		assert.Equal(t, []devices.Mode{devices.Live, devices.Live}, modes(r.hub.presses(t)), "what is over does not begin again")
	})
}

func TestFirePanelIsAlwaysLive(t *testing.T) {
	inVirtualTime(t, ButtonConfig{Alarm: devices.Fire, AlwaysLive: true}, func(t *testing.T, r *rig) {
		r.connect()
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.push(50 * time.Millisecond)
		p := r.one()
		assert.Equal(t, devices.Live, p.Mode)
		assert.Equal(t, devices.Fire, p.Alarm)
	})
}

func TestDrillPressKeepsItsModeThroughAnOutage(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.hub.cut()
		synctest.Wait()
		r.push(50 * time.Millisecond)
		r.wait(time.Hour)
		r.connect()
		got := r.hub.presses(t)
		require.Len(t, got, 1)
		assert.Equal(t, devices.Drill, got[0].Mode)
		assert.Greater(t, got[0].Age, time.Hour)
	})
}

func TestPressBegunBeforeTheWindowIsLive(t *testing.T) {
	inVirtualTime(t, ButtonConfig{}, func(t *testing.T, r *rig) {
		r.connect()
		r.contact.set(gpio.Low)
		r.wait(debounce.Rest / 2)
		r.tell(drillWindow("autumn", 5*time.Minute))
		r.wait(debounce.Rest / 2)
		assert.Equal(t, devices.Live, r.one().Mode)
	})
}
