package supervision

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/devices"
)

// How often a fleet is stepped.
const (
	// Beat is the longest time between two steps, so that a stall is noticed.
	Beat = time.Second
	// Gap is the shortest: what falls due within it is done together.
	Gap = 50 * time.Millisecond
)

// Fleet is every device of a hub. It belongs to one goroutine.
type Fleet struct {
	limits  Limits
	hours   func(school string, at time.Time) bool
	units   []*unit // by address
	at      map[devices.Address]*unit
	schools map[string]*school
	records map[devices.Address]Record // of devices that are not known yet
	due     time.Time                  // when the next step was asked for; zero before the first
	counted time.Time                  // until when availability is counted
	fresh   []*unit                    // of which nothing is written down yet
}

// New is a fleet without devices, with what outlived the restart. hours says
// whether a school is open at a moment; it is called on the fleet's goroutine
// and may not block.
func New(l Limits, hours func(school string, at time.Time) bool, records []Record) *Fleet {
	f := &Fleet{limits: l, hours: hours, at: map[devices.Address]*unit{}, schools: map[string]*school{}, records: map[devices.Address]Record{}}
	for _, r := range records {
		f.records[r.Address] = r
	}
	return f
}

// Know puts the devices in place that there are now. One that is gone takes
// with it what was told of it; one that is new waits until it is heard.
func (f *Fleet) Know(all []Device, now time.Time) []Finding {
	before := f.at
	f.at, f.units = make(map[devices.Address]*unit, len(all)), f.units[:0:0]
	for _, d := range all {
		u, known := before[d.Address]
		if !known {
			u = &unit{watch: Watch{State: Waiting, Since: now}}
			u.class = f.limits.Of(d.Power)
			r, recorded := f.records[d.Address]
			u.restored(r, now, f.limits.Settle)
			delete(f.records, d.Address)
			if !recorded {
				u.known = now
				f.freshen(u)
			}
		}
		u.Device, u.class = d, f.limits.Of(d.Power)
		f.at[d.Address], f.units = u, append(f.units, u)
	}
	slices.SortFunc(f.units, func(a, b *unit) int { return strings.Compare(a.Address.String(), b.Address.String()) })
	f.group()
	return f.dropped(before, now)
}

// group puts each device with its school.
func (f *Fleet) group() {
	before := f.schools
	f.schools = map[string]*school{}
	for _, u := range f.units {
		s := f.schools[u.Address.School]
		if s == nil {
			if s = before[u.Address.School]; s == nil {
				s = &school{id: u.Address.School}
			}
			s.units = nil
			f.schools[s.id] = s
		}
		s.units = append(s.units, u)
	}
	for id, s := range f.schools {
		if before[id] == nil {
			s.restore()
		}
	}
}

// restore goes on with a cut and a flood that were told before a restart.
func (s *school) restore() {
	t := s.tally()
	if in := s.of(InCut); len(in) > 0 && 2*len(in) >= t.able {
		s.cut = t.heardAt
	}
	s.several = len(s.of(InSeveral)) > 0
}

// dropped takes back what was told of devices that are configured no more.
func (f *Fleet) dropped(before map[devices.Address]*unit, now time.Time) []Finding {
	var out []Finding
	for a, u := range before {
		if f.at[a] != nil {
			continue
		}
		if u.told == Own {
			out = append(out, Finding{What: DeviceBack, School: a.School, Device: u.Device, At: now})
		}
		if len(u.health.Needs) > 0 {
			out = append(out, Finding{What: ServiceOver, School: a.School, Device: u.Device, At: now})
		}
	}
	return out
}

// Step takes the time and the latest packet of each device (zero: none since
// the start), and returns what has come to be known.
func (f *Fleet) Step(now time.Time, heard func(devices.Address) time.Time) []Finding {
	out := f.stalled(now)
	span := max(now.Sub(f.counted), 0)
	if f.counted.IsZero() {
		span = 0
	}
	f.counted = now
	days := map[*time.Location]Date{}
	for _, u := range f.units {
		before := u.watch
		u.watch = before.Step(u.class, heard(u.Address), now)
		down := u.down(before, span)
		out = append(out, u.changed(before, now)...)
		out = append(out, u.ageing(f.limits, now)...)
		if u.watch.State != Waiting && u.watch.State != "" {
			if before.State == Waiting || before.State == "" {
				f.freshen(u)
			}
			date, ok := days[u.Zone]
			if !ok {
				date = u.day(now)
				days[u.Zone] = date
			}
			u.days = u.days.Add(date, span, down)
		}
	}
	for _, id := range f.ids() {
		out = append(out, f.schools[id].judge(f.limits, now)...)
	}
	out = append(out, f.lasting(now)...)
	f.due = f.next(now)
	return out
}

// Due is when the next step is wanted.
func (f *Fleet) Due() time.Time { return f.due }

// stalled looks whether the step comes so late that the hub was held up. Then
// nothing is known of anybody's silence, and nobody's counts.
func (f *Fleet) stalled(now time.Time) []Finding {
	late := now.Sub(f.due)
	if f.due.IsZero() || late <= f.limits.Stall {
		return nil
	}
	for _, u := range f.units {
		u.watch = u.watch.Excuse(now, now.Add(f.limits.Settle))
		if !u.again.IsZero() {
			u.again = now.Add(f.limits.Settle + u.class.Lost)
		}
	}
	f.counted = now
	return []Finding{{What: Stall, At: now, For: late, Count: len(f.units)}}
}

// down is how much of a span the device was lost. A loss brings the silence
// that made it one.
func (u *unit) down(before Watch, span time.Duration) time.Duration {
	switch {
	case u.watch.State == Lost && before.State == Lost:
		return span
	case u.watch.State == Lost && before.State != Found:
		return u.class.Lost
	}
	return 0
}

// changed is what a new state of a device means by itself.
func (u *unit) changed(before Watch, now time.Time) []Finding {
	switch {
	case u.watch.State == Lost && u.told == Untold:
		u.told = Held
	case before.State == Found && (u.watch.State == Present || u.watch.State == Late):
		told := u.told
		u.told, u.lasting, u.again = Untold, false, time.Time{}
		if told == Own {
			return []Finding{{What: DeviceBack, School: u.Address.School, Device: u.Device, At: now, Since: before.Since}}
		}
	}
	return nil
}

// lasting finds the buttons that have been lost for long enough in school hours.
func (f *Fleet) lasting(now time.Time) []Finding {
	var out []Finding
	for _, u := range f.units {
		if u.told != Own || u.lasting || u.Kind != devices.KindButton || u.watch.State != Lost {
			continue
		}
		if now.Sub(u.watch.Since) >= f.limits.Lasting(u.Address.School) && f.hours(u.Address.School, now) {
			u.lasting = true
			out = append(out, Finding{What: ButtonLastly, School: u.Address.School, Device: u.Device, At: now, Since: u.watch.Since})
		}
	}
	return out
}

// freshen notes a device to be written down soon, once however often it changes.
func (f *Fleet) freshen(u *unit) {
	if !slices.Contains(f.fresh, u) {
		f.fresh = append(f.fresh, u)
	}
}

// Report takes what a device says of its health.
func (f *Fleet) Report(s devices.State) []Finding {
	u := f.at[s.From]
	if u == nil {
		return nil
	}
	was, spoke := u.health, u.spoke
	u.health = was.Take(f.limits, s)
	if runs := u.runs.Take(s); runs != u.runs {
		u.runs = runs
		f.freshen(u)
	}
	if s.Status == devices.Online && u.aged(f.limits, s.ReceivedAt) {
		u.health.Needs = append(u.health.Needs, NeedUpdate)
	}
	u.spoke = u.spoke || s.Status == devices.Online
	found := Finding{School: s.From.School, Device: u.Device, At: s.ReceivedAt, Needs: slices.Clone(u.health.Needs)}
	var out []Finding
	if u.health.Tamper && !was.Tamper {
		found.What = Tamper
		out = append(out, found)
	}
	switch {
	case len(u.health.Needs) > 0 && len(was.Needs) == 0:
		found.What = Service
		out = append(out, found)
	case len(u.health.Needs) == 0 && u.spoke && (len(was.Needs) > 0 || !spoke):
		found.What = ServiceOver // also of what an earlier start had found
		out = append(out, found)
	}
	return out
}

func (f *Fleet) next(now time.Time) time.Time {
	at := now.Add(Beat)
	for _, u := range f.units {
		at = sooner(at, u.watch.Next(u.class))
	}
	for _, s := range f.schools {
		at = sooner(at, s.next())
	}
	if soonest := now.Add(Gap); at.Before(soonest) {
		return soonest
	}
	return at
}

func (f *Fleet) ids() []string {
	out := make([]string, 0, len(f.schools))
	for id := range f.schools {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
