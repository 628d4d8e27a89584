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

func (u *unit) status(now time.Time) Status {
	s := Status{Device: u.Device, State: u.watch.State, Since: u.watch.Since, Last: u.watch.Last, Told: u.told, Health: u.health, Running: u.runs}
	s.Health.Needs = slices.Clone(u.health.Needs)
	s.Observed, s.Down = u.days.Sum(u.day(now))
	return s
}

// Fresh is what is to be written down soon, since it was last asked for: devices
// that were heard for the first time, or that run another version. Until then a
// restart would forget them, and nobody would miss them.
func (f *Fleet) Fresh() []Record {
	var out []Record
	var wait []*unit // who speaks is heard with the next step
	for _, u := range f.fresh {
		switch {
		case f.at[u.Address] != u: // gone
		case u.watch.State == Waiting || u.watch.State == "":
			wait = append(wait, u)
		default:
			out = append(out, u.record())
		}
	}
	f.fresh = wait
	return out
}

// Records is what is to outlive a restart: of every device that was ever heard.
func (f *Fleet) Records() []Record {
	var out []Record
	for _, u := range f.units {
		if u.watch.State != Waiting && u.watch.State != "" {
			out = append(out, u.record())
		}
	}
	return out
}
