package console

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/telemetry"
)

// deliveries draws how fast each audience of the reader's schools was told in
// the last day, and how much was not delivered.
func (c *Console) deliveries(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &coursePage{page: c.newPage(r, a)}
	p.Title, p.Heading = p.Say("told"), p.Say("told")
	for _, school := range a.Schools {
		s, err := c.toldOf(r, p.page, school)
		if err != nil {
			c.failed(w, r, err)
			return
		}
		p.Schools = append(p.Schools, s)
	}
	c.render(w, http.StatusOK, "course", p)
}

func (c *Console) toldOf(r *http.Request, p *page, school string) (schoolCourse, error) {
	s := schoolCourse{page: p, Name: p.schoolName(school)}
	from := p.now.Add(-courseLong)
	got, err := c.api.Service().Deliveries(r.Context(), p.Account, school, from, p.now)
	if s.Why, err = p.unread(err); err != nil || s.Why != "" {
		return s, err
	}
	if got.Since.After(from) {
		s.Since = got.Since.In(p.zoneOf(school)).Format("01-02 15:04")
	}
	if got.LeftOut > 0 {
		s.Besides = p.Say("told.left", "n", got.LeftOut)
	}
	for _, audience := range alerting.Audiences() {
		hours := slices.DeleteFunc(slices.Clone(got.Told), func(t telemetry.Told) bool { return t.Audience != audience })
		if len(hours) > 0 {
			d := deviceCourse{page: p, Name: p.Say("audience." + string(audience))}
			d.told(hours, school+"-"+string(audience), p.zoneOf(school))
			s.Devices = append(s.Devices, d)
		}
	}
	if len(s.Devices) == 0 {
		s.Why = p.Say("told.none")
	}
	return s, nil
}

// told draws an audience's day: what was received, what was handed over, what
// was neither.
func (d *deviceCourse) told(hours []telemetry.Told, id string, zone *time.Location) {
	handed := func(t telemetry.Told) []float64 { return t.Handed }
	received := func(t telemetry.Told) []float64 { return t.Received }
	if c, some := d.took(id+"-received", d.Say("told.received", "who", d.Name), hours, received, zone); some {
		d.Charts = append(d.Charts, c)
	}
	if c, some := d.took(id+"-handed", d.Say("told.handed", "who", d.Name), hours, handed, zone); some {
		d.Charts = append(d.Charts, c)
	}
	d.Charts = append(d.Charts, d.undelivered(id, hours, zone))
	for _, key := range []string{"handed", "handed.most", "received", "received.most", "undelivered"} {
		d.Heads = append(d.Heads, d.Say("told.head."+key))
	}
	for from := d.now.Add(-courseLong).Truncate(time.Hour); from.Before(d.now); from = from.Add(time.Hour) {
		var t telemetry.Told
		if i := slices.IndexFunc(hours, func(t telemetry.Told) bool { return t.Hour.Equal(from) }); i >= 0 {
			t = hours[i]
		}
		row := courseRow{Hour: from.In(zone).Format("01-02 15:04")}
		for _, all := range [][]float64{t.Handed, t.Received} {
			row.Cells = append(row.Cells, d.median(all), d.slowest(all))
		}
		d.Rows = append(d.Rows, courseRow{row.Hour, append(row.Cells, strconv.Itoa(t.Undelivered))})
	}
}

// took is two bars an hour: the slowest as a frame, the median filled in it.
func (d *deviceCourse) took(id, title string, hours []telemetry.Told, of func(telemetry.Told) []float64, zone *time.Location) (_ chart, some bool) {
	var all []float64
	for _, t := range hours {
		all = append(all, of(t)...)
	}
	if len(all) == 0 {
		return chart{}, false
	}
	slices.Sort(all)
	a := axes{d.now.Add(-courseLong), d.now, 0, round(all[len(all)-1]*1000) / 1000, barsPlot}
	c := newChart(id, title, d.Say("told.says", "median", d.median(all), "most", d.slowest(all), "n", len(all)), a)
	c.clock(a, zone)
	c.level(a, a.high, d.seconds(a.high))
	c.level(a, 0, "0")
	for _, t := range hours {
		if one := of(t); len(one) > 0 {
			c.bar(a, t.Hour, t.Hour.Add(time.Hour), one[len(one)-1], "out")
			c.bar(a, t.Hour, t.Hour.Add(time.Hour), telemetry.Median(one), "in")
		}
	}
	return c, true
}

// undelivered is a bar for each hour in which something was not delivered.
func (d *deviceCourse) undelivered(id string, hours []telemetry.Told, zone *time.Location) chart {
	most, sum := 0, 0
	for _, t := range hours {
		most, sum = max(most, t.Undelivered), sum+t.Undelivered
	}
	a := axes{d.now.Add(-courseLong), d.now, 0, round(float64(most)), linePlot}
	c := newChart(id+"-undelivered", d.Say("told.undelivered", "who", d.Name), d.Say("told.undelivered.says", "n", sum), a)
	c.clock(a, zone)
	c.level(a, a.high, count(a.high))
	c.level(a, 0, "0")
	for _, t := range hours {
		c.bar(a, t.Hour, t.Hour.Add(time.Hour), float64(t.Undelivered), "in")
	}
	return c
}

// median and slowest are of sorted seconds; "" where there are none.
func (d *deviceCourse) median(sorted []float64) string {
	if len(sorted) == 0 {
		return ""
	}
	return d.seconds(telemetry.Median(sorted))
}

func (d *deviceCourse) slowest(sorted []float64) string {
	if len(sorted) == 0 {
		return ""
	}
	return d.seconds(sorted[len(sorted)-1])
}

// seconds is a duration as people say it: whole milliseconds below a second,
// tenths of a second above.
func (d *deviceCourse) seconds(s float64) string {
	if s < 1 {
		return d.Say("told.ms", "n", strconv.Itoa(int(math.Ceil(s*1000))))
	}
	return d.Say("told.s", "n", strconv.FormatFloat(s, 'f', 1, 64))
}
