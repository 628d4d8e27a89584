package hub_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/devices/firmware"
)

// A press whose age nobody knows never looks fresh, and is told like a live one.
func TestAPressOfUnknownAgeIsMarkedAsLateAndToldAsLive(t *testing.T) {
	assert.GreaterOrEqual(t, firmware.UndatedAge, alerting.LateAfter)
	assert.Equal(t, alerting.AsLive, alerting.Plan{}.LatenessOf(firmware.UndatedAge, false))
}
