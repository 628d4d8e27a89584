package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// devicesPage is how the devices of the reader's schools stand: who needs
// somebody comes first.
type devicesPage struct {
	*page
	Schools []schoolDevices
	tests   map[devices.Address]api.ButtonTest
	quiet   map[string]bool // schools with an examination today
	// Untested says that nobody can tell now when buttons were last tested.
	Untested bool
}

// schoolDevices is one school of the page.
type schoolDevices struct {
	*page
	supervision.SchoolStatus
	Rows []deviceRow
}

// deviceRow is one device of the page.
type deviceRow struct {
	*page
	supervision.Status
	Place alerting.Text
	Test  *api.ButtonTest // nil of what is no button
	Quiet bool            // there is an examination at its school today
}

func (c *Console) devices(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &devicesPage{page: c.newPage(r, a)}
	v, err := c.api.Service().Devices(r.Context(), a)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p.readTests(r, c.api.Service(), a)
	for _, s := range v.Schools {
		p.Schools = append(p.Schools, schoolDevices{p.page, s, p.rows(v, s.School)})
	}
	p.Title, p.Renew = p.Say("devices"), renewS
	c.render(w, http.StatusOK, "devices", p)
}

// readTests reads when buttons were last tested. The page stands without it, and
// says so: it is asked for when something is broken, too.
func (p *devicesPage) readTests(r *http.Request, s *api.Service, a people.Account) {
	all, err := s.ButtonTests(r.Context(), a, p.now)
	p.Untested = err != nil
	p.tests, p.quiet = map[devices.Address]api.ButtonTest{}, map[string]bool{}
	for _, s := range all {
		p.quiet[s.School] = s.Examination
		for _, b := range s.Buttons {
			p.tests[devices.Address{School: s.School, Device: b.Device}] = b
		}
	}
}

// rows lists a school's devices, the gravest state first, by name within it.
func (p *devicesPage) rows(v supervision.View, school string) []deviceRow {
	var out []deviceRow
	for _, d := range v.Devices {
		if d.Address.School == school {
			known, _ := p.people.Device(d.Address)
			row := deviceRow{page: p.page, Status: d, Place: known.Place.Name, Quiet: p.quiet[school]}
			if t, ok := p.tests[d.Address]; ok {
				row.Test = &t
			}
			out = append(out, row)
		}
	}
	slices.SortStableFunc(out, func(a, b deviceRow) int { return cmp.Compare(a.rank(), b.rank()) })
	return out
}

func (d deviceRow) rank() int {
	if d.State == supervision.Present && len(d.Health.Needs) > 0 {
		return 0 // beside those that are lost: it will be
	}
	return slices.Index(supervision.States(), d.State)
}

// NameOf is what a school is called.
func (p *devicesPage) NameOf(school string) string { return p.schoolName(school) }

// CutClock is since when the link is cut, in the school's own time.
func (s schoolDevices) CutClock() string {
	return s.SchoolStatus.Cut.In(s.zoneOf(s.School)).Format(time.TimeOnly)
}

// IsCut reports whether the school's link is cut.
func (s schoolDevices) IsCut() bool { return !s.SchoolStatus.Cut.IsZero() }

// Summary is the school's devices by state, without those of which there are
// none.
func (s schoolDevices) Summary() []string {
	var out []string
	for _, state := range supervision.States() {
		if n := s.Counts[state]; n > 0 {
			out = append(out, s.Say("devices.state."+string(state))+" "+strconv.Itoa(n))
		}
	}
	return out
}

// mostUnheard is how many devices that were never heard a notice names.
const mostUnheard = 10

// unheard is what a notice says of devices that were never heard.
type unheard struct {
	Says string
	Warn bool // one of them for a day
}

// Unheard says which devices are configured and were never heard, since when,
// and what to do; nil where there are none. Nobody misses them: without it a
// button that was never mounted well is found when it is pressed.
func (s schoolDevices) Unheard() *unheard {
	var ids []string
	first := s.now
	for _, d := range s.Rows {
		if d.State != supervision.Waiting {
			continue
		}
		ids = append(ids, d.Address.Device)
		if !d.Known.IsZero() && d.Known.Before(first) {
			first = d.Known
		}
	}
	if len(ids) == 0 {
		return nil
	}
	names := strings.Join(ids[:min(len(ids), mostUnheard)], s.Say("devices.unheard.and"))
	if len(ids) > mostUnheard {
		names += "…"
	}
	return &unheard{
		Says: s.Say("devices.unheard", "n", len(ids), "devices", names, "time", s.dayAndTime(s.School, first)),
		Warn: s.now.Sub(first) >= 24*time.Hour,
	}
}

// dayAndTime is an instant to the minute, in the school's own time.
func (p *page) dayAndTime(school string, at time.Time) string {
	return at.In(p.zoneOf(school)).Format("2006-01-02 15:04")
}

// Firmware is the version that the device runs, and for how many days it has;
// empty where it never said.
func (d deviceRow) Firmware() string {
	if d.Running.Version == "" {
		return ""
	}
	return d.Say("devices.firmware.days", "version", d.Running.Version, "n", int(d.Running.Age(d.now)/(24*time.Hour)))
}

// There is the school's availability in words.
func (s schoolDevices) There() string { return s.percent(s.Observed, s.Down) }

// StateName is the state in words.
func (d deviceRow) StateName() string { return d.Say("devices.state." + string(d.State)) }

// KindName is what the device is.
func (d deviceRow) KindName() string { return d.Say("devices.kind." + string(d.Kind)) }

// Warn reports whether somebody should look.
func (d deviceRow) Warn() bool {
	return d.State == supervision.Lost || d.State == supervision.Late || d.Health.Tamper || len(d.Health.Needs) > 0
}

// Seen is when the device was last heard, in the school's own time; with its
// day where that is another.
func (d deviceRow) Seen() string {
	if d.Last.IsZero() {
		return ""
	}
	at, now := d.Last.In(d.zoneOf(d.Address.School)), d.now.In(d.zoneOf(d.Address.School))
	if supervision.DateOf(at) == supervision.DateOf(now) {
		return at.Format(time.TimeOnly)
	}
	return at.Format("01-02 15:04:05")
}

// Remarks are what the device needs, in words.
func (d deviceRow) Remarks() []string {
	var out []string
	if d.State == supervision.Waiting && !d.Known.IsZero() {
		out = append(out, d.Say("devices.known", "time", d.dayAndTime(d.Address.School, d.Known)))
	}
	if d.Health.Tamper {
		out = append(out, d.Say("devices.tamper"))
	}
	for _, n := range d.Health.Needs {
		out = append(out, d.Say("devices.need."+string(n)))
	}
	return append(out, d.overdue()...)
}

// overdue lists the tests of a button that are overdue, or put off, in words.
func (d deviceRow) overdue() []string {
	if d.Test == nil {
		return nil
	}
	return append(d.late(), d.putOff()...)
}

// late lists those that are overdue.
func (d deviceRow) late() []string {
	var out []string
	if d.Test == nil {
		return nil
	}
	for _, t := range []struct {
		due  api.TestDue
		word string
	}{{d.Test.Hub, "devices.test.hub"}, {d.Test.Police, "devices.test.police"}, {d.Test.Joint, "devices.test.joint"}} {
		if t.due.Overdue {
			out = append(out, d.Say(t.word))
		}
	}
	return out
}

// putOff says on an examination day until when it puts the next test off: the
// earliest day of those that are put off.
func (d deviceRow) putOff() []string {
	if !d.Quiet {
		return nil
	}
	first := ""
	for _, t := range []api.TestDue{d.Test.Hub, d.Test.Police, d.Test.Joint} {
		if t.PutOff && (first == "" || *t.Due < first) {
			first = *t.Due
		}
	}
	if first == "" {
		return nil
	}
	at, _ := time.Parse(time.RFC3339Nano, first) // the API's own stamp
	return []string{d.Say("devices.test.put-off", "day", at.In(d.zoneOf(d.Address.School)).Format(time.DateOnly))}
}

// Tested is the day of the last test, in the school's own time; "" of what is
// no button.
func (d deviceRow) Tested() string {
	if d.Test == nil {
		return ""
	}
	if d.Test.Hub.Last == nil {
		return d.Say("devices.test.never")
	}
	at, _ := time.Parse(time.RFC3339Nano, *d.Test.Hub.Last) // the API's own stamp
	return at.In(d.zoneOf(d.Address.School)).Format(time.DateOnly)
}

// Battery is the charge in per cent; "" where the device has not said.
func (d deviceRow) Battery() string {
	if d.Health.Battery == nil {
		return ""
	}
	return strconv.Itoa(int(*d.Health.Battery*100+0.5)) + "%"
}

// There is the device's availability in words.
func (d deviceRow) There() string { return d.percent(d.Observed, d.Down) }

// Minutes is how long it was lost in the last 30 days.
func (d deviceRow) Minutes() int { return int(d.Down.Minutes() + 0.5) }

// percent never rounds up to a whole: 100 means that nothing was missed.
func (p *page) percent(observed, down time.Duration) string {
	part, ok := supervision.Availability(observed, down)
	if !ok {
		return ""
	}
	return strconv.FormatFloat(float64(int(part*10_000))/100, 'f', 2, 64) + "%"
}
