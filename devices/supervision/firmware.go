package supervision

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// Running is the firmware that a device says it runs, and since when it has. A
// hub cannot know when a version was made: what it knows is for how long a
// device has had no other.
type Running struct {
	Version string    // "" where it never said
	Since   time.Time // when it first said so; zero with ""
}

// Take is what runs after a report.
func (r Running) Take(s devices.State) Running {
	if s.Status != devices.Online || s.Firmware == "" || s.Firmware == r.Version {
		return r
	}
	return Running{Version: s.Firmware, Since: s.ReceivedAt}
}

// Age is for how long the version has been running at now; never negative, and
// zero where the device never said.
func (r Running) Age(now time.Time) time.Duration {
	if r.Since.IsZero() {
		return 0
	}
	return max(now.Sub(r.Since), 0)
}

// aged reports whether a device has run one version for longer than it may.
func (u *unit) aged(l Limits, now time.Time) bool {
	return l.FirmwareAge > 0 && u.runs.Version != "" && u.runs.Age(now) >= l.FirmwareAge
}

// ageing finds what has come to need another version by the time alone.
func (u *unit) ageing(l Limits, now time.Time) []Finding {
	if !u.spoke || !u.aged(l, now) || has(u.health.Needs, NeedUpdate) {
		return nil
	}
	first := len(u.health.Needs) == 0
	u.health.Needs = append(slices.Clip(u.health.Needs), NeedUpdate)
	if !first {
		return nil
	}
	return []Finding{{What: Service, School: u.Address.School, Device: u.Device, At: now, Needs: slices.Clone(u.health.Needs)}}
}
