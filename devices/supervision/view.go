package supervision

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// Status is how a device stands, for readers.
type Status struct {
	Device
	State          State
	Since          time.Time
	Last           time.Time // zero where it was never heard
	Known          time.Time // since when it is configured; zero where nobody wrote that down
	Told           Telling
	Health         Health
	Running        Running
	Observed, Down time.Duration // in the latest KeepDays days
}

// SchoolStatus is the same of a school: its devices together.
type SchoolStatus struct {
	School         string
	Cut            time.Time // since when its link is cut; zero where it is not
	Counts         map[State]int
	Observed, Down time.Duration
}

// View is everything at one moment.
type View struct {
	At      time.Time
	Devices []Status       // by address
	Schools []SchoolStatus // by id
}

// View copies what is known.
func (f *Fleet) View(now time.Time) View {
	v := View{At: now, Devices: make([]Status, 0, len(f.units))}
	for _, id := range f.ids() {
		s := f.schools[id]
		all := SchoolStatus{School: id, Cut: s.cut, Counts: map[State]int{}}
		for _, u := range s.units {
			d := u.status(now)
			all.Counts[d.State]++
			all.Observed += d.Observed
			all.Down += d.Down
			v.Devices = append(v.Devices, d)
		}
		v.Schools = append(v.Schools, all)
	}
	return v
}

// Each gives how every device stands.
func (f *Fleet) Each(see func(devices.Address, State)) {
	for _, u := range f.units {
		see(u.Address, u.watch.State)
	}
}

// Silence is what is not heard at one moment.
type Silence struct {
	// Devices are those that are lost, and since when nothing was heard of them;
	// zero for those that never were.
	Devices map[devices.Address]time.Time
	// Links are the schools whose link is cut, and since when.
	Links map[string]time.Time
}

// Silence copies it.
func (f *Fleet) Silence() Silence {
	out := Silence{Devices: map[devices.Address]time.Time{}, Links: map[string]time.Time{}}
	for _, u := range f.units {
		switch u.watch.State {
		case Lost:
			out.Devices[u.Address] = u.watch.Last
		case Waiting, "":
			out.Devices[u.Address] = time.Time{}
		}
	}
	for id, s := range f.schools {
		if !s.cut.IsZero() {
			out.Links[id] = s.cut
		}
	}
	return out
}

func (u *unit) status(now time.Time) Status {
	s := Status{Device: u.Device, State: u.watch.State, Since: u.watch.Since, Last: u.watch.Last, Known: u.known, Told: u.told, Health: u.health, Running: u.runs}
	s.Health.Needs = slices.Clone(u.health.Needs)
	s.Observed, s.Down = u.days.Sum(u.day(now))
	return s
}

// Unheard is for how long the device has been configured, and never heard, at
// now; zero for one that was.
func (s Status) Unheard(now time.Time) time.Duration {
	if s.State != Waiting || s.Known.IsZero() {
		return 0
	}
	return max(now.Sub(s.Known), 0)
}

// Fresh is what is to be written down soon, since it was last asked for: devices
// that are new, that were heard for the first time, or that run another version.
// Until then a restart would forget them, and nobody would miss them.
func (f *Fleet) Fresh() []Record {
	var out []Record
	for _, u := range f.fresh {
		if f.at[u.Address] == u { // else it is gone
			out = append(out, u.record())
		}
	}
	f.fresh = nil
	return out
}

// Records is what is to outlive a restart.
func (f *Fleet) Records() []Record {
	var out []Record
	for _, u := range f.units {
		out = append(out, u.record())
	}
	return out
}
