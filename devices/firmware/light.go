package firmware

import (
	"time"

	"example.org/campushub/devices"
)

// pattern is how a light shows an indicator: times lit and dark in turn,
// beginning lit. The four differ in rhythm, not in colour, so that one lamp
// says them to everybody.
//
//	sent          quick, even:     5 flashes a second
//	stored        slow, even:      half a second each
//	acknowledged  steady
//	failed        two short flashes, a pause
//	idle          dark
func pattern(i devices.Indicator) []time.Duration {
	const ms = time.Millisecond
	switch i {
	case devices.IndicatorSent:
		return []time.Duration{100 * ms, 100 * ms}
	case devices.IndicatorStored:
		return []time.Duration{500 * ms, 500 * ms}
	case devices.IndicatorFailed:
		return []time.Duration{100 * ms, 150 * ms, 100 * ms, 650 * ms}
	}
	return nil
}

// lit reports whether the lamp is on at now, for an indicator shown since
// then, and when that changes next (zero: never).
func lit(i devices.Indicator, since, now time.Time) (on bool, next time.Time) {
	beat := pattern(i)
	if len(beat) == 0 {
		return i == devices.IndicatorAcknowledged, time.Time{}
	}
	var cycle time.Duration
	for _, d := range beat {
		cycle += d
	}
	start := since.Add(now.Sub(since).Truncate(cycle))
	for n, d := range beat {
		start = start.Add(d)
		if now.Before(start) {
			return n%2 == 0, start
		}
	}
	return true, start
}
