package duty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/duty"
)

func TestAWholeDayEndsAtTwentyFour(t *testing.T) {
	in := zone(t, "Asia/Shanghai")
	day := time.Date(2026, 5, 6, 0, 0, 0, 0, in)
	for want, hours := range map[string][2]float64{"00:00–24:00": {0, 24}, "19:00–07:00": {19, 31}, "19:00–24:00": {19, 24}, "00:00–07:00": {0, 7}, "07:20–08:35": {7 + 1./3, 8 + 7./12}} {
		from, to := day.Add(time.Duration(hours[0]*float64(time.Hour)).Round(time.Minute)), day.Add(time.Duration(hours[1]*float64(time.Hour)).Round(time.Minute))
		assert.Equal(t, want, duty.Shift{From: from.UTC(), To: to.UTC()}.Hours(in))
		assert.Equal(t, want, duty.Hours(from, to, in))
	}
}
