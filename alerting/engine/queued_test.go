package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// A button whose line was down for ten minutes sends what it kept, one behind
// the other: nobody held it down, so each is told by itself.
func TestPressesThatWaitedForTheLineAreNoStuckButton(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		const kept = 9
		for n := range kept {
			p := press("b-1")
			p.Age = time.Duration(kept-n) * time.Minute
			require.NoError(t, r.Press(p))
			assert.Equal(t, p.ID, r.next("desk-1").Press, "press %d of them", n+1)
		}
		assert.Len(t, r.Unresolved(), 1, "and no fault of the device")
	})
}

// And a button that was held down while its line was down is a stuck one,
// however slowly its presses arrive.
func TestPressesThatWereHeldDownAreAStuckButtonWhenTheyArrive(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		first := time.Now()
		var last alerting.Incident
		for n := range alerting.StuckPresses + 2 {
			time.Sleep(4 * time.Second)
			p := press("b-1")
			p.Age = time.Since(first.Add(time.Duration(n) * time.Second))
			require.NoError(t, r.Press(p))
			var err error
			last, err = r.Incident(t.Context(), r.next("desk-1").Incident)
			require.NoError(t, err)
		}
		assert.Equal(t, alerting.StuckPresses+2, last.PressCount)
		assert.Len(t, r.Unresolved(), 2, "the device's fault beside it")
	})
}
