package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// coursePage is the last day of one device, or of a school's gates, drawn and
// in figures.
type coursePage struct {
	*page
	Heading string
	Schools []schoolCourse
}

// schoolCourse is what is drawn of one school.
type schoolCourse struct {
	*page
	Name    string
	Why     string // why there is nothing to see; "" where there is
	Since   string // from when on it is whole; "" for the whole day
	Besides string // what else is to be known of it; "" for nothing
	Devices []deviceCourse
	Mutes   *schoolMutes // nil where no gate rules run, and on a device's own page
}

// deviceCourse is one device's day.
type deviceCourse struct {
	*page
	Name   string
	Href   string // to its own page; "" there
	Charts []chart
	Heads  []string
	Rows   []courseRow
}

// courseRow is one hour in figures.
type courseRow struct {
	Hour  string
	Cells []string
}

// device draws one device's last day.
func (c *Console) device(w http.ResponseWriter, r *http.Request, a people.Account) {
	school, id := r.PathValue("school"), r.PathValue("device")
	p := &coursePage{page: c.newPage(r, a)}
	s, err := c.courseOf(r, p.page, school, id)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	known, _ := p.people.Device(devices.Address{School: school, Device: id})
	p.Heading = id + " · " + p.Say("devices.kind."+string(known.Kind)) + " · " + p.Text(known.Place.Name)
	if never := c.neverHeard(r, p.page, devices.Address{School: school, Device: id}); never != "" {
		s.Why = never
	}
	p.Title, p.Schools = id, []schoolCourse{s}
	c.render(w, http.StatusOK, "course", p)
}

// neverHeard says of a device that was never heard since when it is configured
// and what to do; "" of any other, and where nobody can tell now.
func (c *Console) neverHeard(r *http.Request, p *page, at devices.Address) string {
	v, err := c.api.Service().Devices(r.Context(), p.Account)
	if err != nil {
		return ""
	}
	for _, d := range v.Devices {
		if d.Address == at && d.State == supervision.Waiting && !d.Known.IsZero() {
			return p.Say("course.unheard", "time", p.dayAndTime(at.School, d.Known))
		}
	}
	return ""
}

// gates draws the gates of every school of the reader.
func (c *Console) gates(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &coursePage{page: c.newPage(r, a)}
	p.Title, p.Heading = p.Say("gates"), p.Say("gates")
	for _, school := range a.Schools {
		s, err := c.courseOf(r, p.page, school, "")
		if err != nil {
			c.failed(w, r, err)
			return
		}
		if s.Mutes, err = c.mutesOf(r, p.page, school); err != nil {
			c.failed(w, r, err)
			return
		}
		p.Schools = append(p.Schools, s)
	}
	c.render(w, http.StatusOK, "course", p)
}

// courseOf asks for a day. That it cannot be had now is said on the page: the
// page itself is there.
func (c *Console) courseOf(r *http.Request, p *page, school, device string) (schoolCourse, error) {
	got, s, err := c.recorded(r, p, school, device, c.api.Service().Readings)
	if err != nil || s.Why != "" {
		return s, err
	}
	s.draw(got, school, device, p.now.Add(-courseLong))
	if len(s.Devices) == 0 {
		s.Why = p.Say("course.nothing")
	}
	return s, nil
}

// recorded asks for what was recorded in the last day, and says why there is
// nothing to be had.
func (c *Console) recorded(r *http.Request, p *page, school, device string, ask asking) (telemetry.Course, schoolCourse, error) {
	s := schoolCourse{page: p, Name: p.schoolName(school)}
	from := p.now.Add(-courseLong)
	got, err := ask(r.Context(), p.Account, api.AskReadings{School: school, Device: device, From: from, To: p.now, Points: telemetry.MostPoints}, p.now)
	if s.Why, err = p.unread(err); err != nil {
		return got, s, err
	}
	if s.Why == "" && got.Since.After(from) {
		s.Since = got.Since.In(p.zoneOf(school)).Format("01-02 15:04")
	}
	return got, s, nil
}

// unread says why there is nothing to be had; what is no reason for a page to say
// comes back.
func (p *page) unread(err error) (why string, _ error) {
	var often *api.OftenError
	switch {
	case errors.As(err, &often):
		return p.Say("course.often", "n", often.Seconds()), nil
	case errors.Is(err, api.ErrReadingsBusy):
		return p.Say("course.busy"), nil
	case errors.Is(err, alerting.ErrUnavailable):
		return p.Say("course.unrecorded"), nil
	}
	return "", err
}

// asking is a way to ask the API for a course.
type asking func(ctx context.Context, a people.Account, q api.AskReadings, now time.Time) (telemetry.Course, error)

// draw makes the charts: of one device everything, of a school its gates.
func (s *schoolCourse) draw(got telemetry.Course, school, device string, from time.Time) {
	zone := s.zoneOf(school)
	bySeries := map[string][]telemetry.Series{}
	var ids []string
	for _, one := range got.Series {
		known, _ := s.people.Device(devices.Address{School: school, Device: one.Device})
		if device == "" && known.Kind != devices.KindGate {
			continue
		}
		if bySeries[one.Device] == nil {
			ids = append(ids, one.Device)
		}
		bySeries[one.Device] = append(bySeries[one.Device], one)
	}
	slices.Sort(ids)
	var days []day
	for _, id := range ids {
		d := dayOf(bySeries[id], from, s.now, got.Since, zone)
		days = append(days, d)
		known, _ := s.people.Device(devices.Address{School: school, Device: id})
		one := deviceCourse{page: s.page, Name: id + " · " + s.Text(known.Place.Name), Href: "/devices/" + school + "/" + id}
		if device != "" {
			one.Name, one.Href = "", ""
		}
		one.fill(d, school+"-"+id, zone, device != "")
		if len(one.Charts) > 0 {
			s.Devices = append(s.Devices, one)
		}
	}
	if device == "" && len(s.Devices) > 1 {
		s.Devices = slices.Insert(s.Devices, 0, s.together(days, got, school, zone))
	}
}

// together is all gates of a school as one.
func (s *schoolCourse) together(days []day, got telemetry.Course, school string, zone *time.Location) deviceCourse {
	all := merged(days)
	var in, out []telemetry.Point
	for _, one := range got.Series {
		switch one.Name {
		case "passages_in":
			in = append(in, one.Points...)
		case "passages_out":
			out = append(out, one.Points...)
		}
	}
	byTime := func(a, b telemetry.Point) int { return a.At.Compare(b.At) }
	slices.SortStableFunc(in, byTime)
	slices.SortStableFunc(out, byTime)
	all.inside = inside(in, out, midnight(s.now, zone), got.Since)
	all.inside.cut = slices.ContainsFunc(days, func(d day) bool { return d.inside.cut })
	one := deviceCourse{page: s.page, Name: s.Say("gates.all")}
	one.fill(all, school+"-all", zone, false)
	return one
}

// count is a number of passages as people write it.
func count(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
