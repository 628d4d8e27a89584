package engine_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
)

func TestWhatHasPassedSaysSoUntilItIsFoundAgainAndAPersonClosesIt(t *testing.T) {
	r := start(t, "", nil)
	c := engine.Condition{
		School: school, Kind: "crowd", Object: "g-1", Place: aReport().Place,
		Facts: []string{alerting.FactSensor, alerting.FactCrowdFull, alerting.FactUrgent},
	}
	i := r.foundBy(c)
	assert.Equal(t, alerting.High, i.Severity)
	knows := func(over bool) {
		t.Helper()
		require.Eventually(t, func() bool {
			v, err := r.Incident(t.Context(), i.ID)
			return err == nil && slices.Contains(v.Facts, alerting.FactOver) == over && !v.Resolved()
		}, 20*time.Second, 5*time.Millisecond)
	}
	require.NoError(t, r.Passed(c))
	knows(true)
	require.NoError(t, r.Found(c))
	knows(false)
	assert.Len(t, r.Unresolved(), 1)

	c.Object = "nothing was found here"
	require.NoError(t, r.Passed(c))
	c.Kind = "attack"
	require.ErrorIs(t, r.Passed(c), alerting.ErrInvalid)
}

// That its sensors are lost is neither an end nor the condition itself: it stands
// until one of them is said, is no incident where none is open, and goes over no
// restart as anything else.
func TestWhatIsUnknownSaysSoUntilItIsFoundAgainOrHasPassed(t *testing.T) {
	r := start(t, "", nil)
	c := engine.Condition{
		School: school, Kind: "crowd", Object: "g-1", Place: aReport().Place,
		Facts: []string{alerting.FactSensor, alerting.FactCrowdFull},
	}
	require.NoError(t, r.Unknown(c))
	i := r.foundBy(c)
	require.NotContains(t, i.Facts, alerting.FactSensorLost)
	knows := func(facts ...string) {
		t.Helper()
		require.Eventually(t, func() bool {
			v, err := r.Incident(t.Context(), i.ID)
			return err == nil && slices.Equal(v.Facts, append([]string{alerting.FactSensor, alerting.FactCrowdFull}, facts...)) && !v.Resolved()
		}, 20*time.Second, 5*time.Millisecond)
	}
	require.NoError(t, r.Unknown(c))
	knows(alerting.FactSensorLost)
	r.stop()
	r = start(t, r.path, nil)
	knows(alerting.FactSensorLost)
	require.NoError(t, r.Found(c))
	knows()
	require.NoError(t, r.Unknown(c))
	knows(alerting.FactSensorLost)
	require.NoError(t, r.Passed(c))
	knows(alerting.FactOver)
	require.NoError(t, r.Unknown(c))
	knows(alerting.FactSensorLost)
	assert.Len(t, r.Unresolved(), 1)

	c.Kind = "attack"
	require.ErrorIs(t, r.Unknown(c), alerting.ErrInvalid)
}

func TestASensorsFactIsSaidOnce(t *testing.T) {
	r := start(t, "", nil)
	i := r.foundBy(engine.Condition{
		School: school, Kind: "intrusion", Object: "g-1", Place: aReport().Place, Facts: []string{alerting.FactSensor, alerting.FactForced},
	})
	assert.Equal(t, []string{alerting.FactSensor, alerting.FactForced}, i.Facts)
}

func TestAHazardThatBecomesUrgentGrows(t *testing.T) {
	r := start(t, "", nil)
	r.govern(sensors(), byDay)
	c := engine.Condition{
		School: school, Kind: "hazard", Object: "g-1", Place: aReport().Place,
		Facts: []string{alerting.FactSensor, alerting.FactGateOpen},
	}
	i := r.foundBy(c)
	assert.Equal(t, alerting.Low, i.Severity)
	c.Facts = append(c.Facts, alerting.FactUrgent)
	grave := r.foundBy(c)
	assert.Equal(t, i.ID, grave.ID)
	assert.Equal(t, alerting.High, grave.Severity)
}
