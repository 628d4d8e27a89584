package supervision

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// Telling is how the loss of a device was told.
type Telling string

// The ways.
const (
	Untold    Telling = ""
	Held      Telling = "held"    // not yet: it may be the first of many
	Own       Telling = "own"     // by itself
	InCut     Telling = "cut"     // with its whole school
	InSeveral Telling = "several" // with the others of a flood
)

// unit is one device of a fleet.
type unit struct {
	Device
	class   Class
	watch   Watch
	told    Telling
	lasting bool      // told that a button stays lost
	again   time.Time // when it is judged by itself after a cut; zero: not
	health  Health
	spoke   bool // of its health, since the start
	runs    Running
	days    Days
	known   time.Time // since when it is configured; zero where nobody wrote that down
}

// silent reports whether the device is missed now.
func (u *unit) silent() bool { return u.watch.State == Late || u.watch.State == Lost }

// gone reports whether its loss has been told apart from a cut of its school.
func (u *unit) gone() bool { return u.told == Own || u.told == InSeveral }

// due is when the device should have been heard at the latest.
func (u *unit) due() time.Time {
	return u.watch.quietFrom().Add(u.class.KeepAlive + u.class.KeepAlive/8)
}

// Record is what outlives a restart of what is known of a device.
type Record struct {
	Address devices.Address
	Seen    time.Time
	Known   time.Time // since when it is configured; zero where nobody wrote that down
	Lost    time.Time // since when it is lost; zero where it is not
	Told    Telling
	Days    Days
	Running
}

func (u *unit) record() Record {
	r := Record{Address: u.Address, Known: u.known, Seen: u.watch.Last, Days: slices.Clone(u.days), Running: u.runs}
	if u.watch.State == Lost || u.watch.State == Found {
		r.Lost, r.Told = u.watch.Since, u.told
	}
	return r
}

// restored is a device as it was before a restart. Until a while after the
// start no silence counts; what was lost stays lost until it is heard.
func (u *unit) restored(r Record, now time.Time, settle time.Duration) {
	u.days, u.runs, u.known = r.Days, r.Running, r.Known
	if u.known.After(now) {
		u.known = now
	}
	if r.Seen.IsZero() {
		return
	}
	last := r.Seen
	if last.After(now) { // the clock was set back: nothing that comes may look old
		last = now
	}
	u.watch = Watch{State: Present, Since: now, Last: last, Excused: now.Add(settle)}
	if r.Lost.IsZero() {
		return
	}
	u.watch.State, u.watch.Since, u.told = Lost, r.Lost, r.Told
	u.watch.Lapses, u.watch.LapsedAt = 1, r.Lost
	if u.told == InCut || u.told == Held {
		u.told, u.again = InCut, now.Add(settle+u.class.Lost)
	}
}
