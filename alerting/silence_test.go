package alerting

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Silence ends with a press that is not silent, and begins anew after a reset:
// what is pressed then is an alarm of its own.
func TestSilenceFollowsThePressesOfOneLatch(t *testing.T) {
	press := func(silent bool) Event {
		return Event{Type: EventPressed, Silent: silent, Press: &PressRecord{ID: "p"}}
	}
	i := Incident{Latched: true, Silent: true}

	i.Apply(press(true))
	assert.True(t, i.Silent)
	i.Apply(press(false))
	assert.False(t, i.Silent)
	i.Apply(press(true))
	assert.False(t, i.Silent, "it has been heard already")
	i.Apply(Event{Type: EventReset})
	i.Apply(press(true))
	assert.True(t, i.Silent)
	assert.True(t, i.Latched)
}
