package supervision

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

func (l *life) says(version string) []Finding {
	return l.fleet.Report(devices.State{From: l.all[0].Address, Status: devices.Online, Firmware: version, ReceivedAt: l.now})
}

func (l *life) runs() Running { return l.fleet.View(l.now).Devices[0].Running }

// How long a device runs a version is counted from when it first said so, over
// every restart, and anew with another version.
func TestHowLongADeviceRunsAVersion(t *testing.T) {
	l := newLife(t, mains("a", 3)...)
	l.run(time.Minute)
	assert.Len(t, l.fleet.Fresh(), 3, "heard for the first time")
	assert.Empty(t, l.fleet.Fresh())
	assert.Equal(t, Running{}, l.runs())
	began := l.now
	l.says("1.0.0")
	fresh := l.fleet.Fresh()
	require.Len(t, fresh, 1, "soon on the disk")
	assert.Equal(t, Running{Version: "1.0.0", Since: began}, fresh[0].Running)
	l.run(time.Hour)
	l.says("1.0.0")
	l.fleet.Report(devices.State{From: l.all[0].Address, Status: devices.Offline, Firmware: "0.9", ReceivedAt: l.now})
	assert.Empty(t, l.fleet.Fresh(), "the same, and a last word")
	assert.Equal(t, time.Hour, l.runs().Age(began.Add(time.Hour)))
	assert.Zero(t, l.runs().Age(began.Add(-time.Hour)), "a clock that was set back")

	l.fleet = New(Defaults(), func(string, time.Time) bool { return false }, l.fleet.Records())
	l.fleet.Know(l.all, l.now)
	l.says("1.0.0")
	assert.Equal(t, began, l.runs().Since, "over a restart")
	updated := l.now
	l.says("1.1.0")
	assert.Equal(t, Running{Version: "1.1.0", Since: updated}, l.runs())
	l.says("1.0.0")
	l.says("1.1.0")
	l.run(time.Minute)
	var of []Record
	for _, r := range l.fleet.Fresh() {
		if r.Running.Version != "" {
			of = append(of, r)
		}
	}
	assert.Len(t, of, 1, "written down once, whatever it said in turn")
}

// A version that runs for longer than it may is a need like any other; without
// such a limit nothing is.
func TestAVersionThatRunsForTooLongIsANeed(t *testing.T) {
	const day = 24 * time.Hour
	for name, limit := range map[string]time.Duration{"none": 0, "two days": 2 * day} {
		l := newLife(t, mains("a", 3)...)
		l.fleet.limits.FirmwareAge = limit
		l.run(time.Minute)
		require.Empty(t, l.says("1.0.0")[1:], name) // the first word takes back what an earlier start had found
		step := func(after time.Duration) []Finding {
			l.now = l.now.Add(after)
			l.fleet.due = l.now
			return l.fleet.Step(l.now, func(devices.Address) time.Time { return l.now })
		}
		assert.Empty(t, step(2*day-time.Second), name)
		found := step(time.Second)
		if limit == 0 {
			assert.Empty(t, found, name)
			continue
		}
		require.Equal(t, []What{Service}, kinds(found), name)
		assert.Equal(t, []Need{NeedUpdate}, found[0].Needs)
		assert.Empty(t, step(time.Second), "said once")
		assert.Empty(t, l.says("1.0.0"), "and it stands")
		assert.Equal(t, []What{ServiceOver}, kinds(l.says("1.0.1")), "another version")
	}
}
