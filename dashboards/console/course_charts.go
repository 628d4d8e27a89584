package console

import (
	"strconv"
	"strings"
	"time"

	"example.org/campushub/devices/supervision"
)

// The heights of plots, and what the strength of a radio is drawn between.
const (
	barsPlot  = 110
	linePlot  = 70
	bandPlot  = 20
	radioLow  = -110.0 // dBm: nothing is heard below
	radioHigh = -30.0
	// healthHolds is how long what a device said of itself holds: it says it when
	// it connects and when it changes.
	healthHolds = courseLong
)

// fill draws what there is of a day. whole says whether health belongs to it.
func (d *deviceCourse) fill(day day, id string, zone *time.Location, whole bool) {
	if day.parts != nil {
		d.Charts = append(d.Charts, d.passages(day, id, zone), d.occupancy(day, id, zone))
	}
	if day.door != nil {
		d.Charts = append(d.Charts, d.doors(day, id, zone))
	}
	if whole && day.battery != nil {
		d.Charts = append(d.Charts, d.batteries(day, id, zone))
	}
	if whole && day.radio != nil {
		d.Charts = append(d.Charts, d.radios(day, id, zone))
	}
	if whole && day.online != nil {
		d.Charts = append(d.Charts, d.connection(day, id, zone))
	}
	d.figures(day, zone, whole)
}

// passages are bars: in above the line, out below it.
func (d *deviceCourse) passages(day day, id string, zone *time.Location) chart {
	most, in, out := 0.0, 0.0, 0.0
	var busiest part
	for _, p := range day.parts {
		in, out = in+p.in, out+p.out
		if p.in+p.out > busiest.in+busiest.out {
			busiest = p
		}
		most = max(most, p.in, p.out)
	}
	top := round(most)
	a := axes{day.from, day.to, -top, top, barsPlot}
	says := d.Say("course.passages.says", "in", count(in), "out", count(out))
	if !busiest.from.IsZero() {
		says += d.Say("course.passages.most", "time", busiest.from.In(zone).Format("15:04"), "n", count(busiest.in+busiest.out))
	}
	c := newChart(id+"-passages", d.Say("course.passages"), says, a)
	c.clock(a, zone)
	c.level(a, top, count(top))
	c.level(a, 0, "0")
	c.level(a, -top, count(top))
	for _, p := range day.parts {
		c.bar(a, p.from, p.to, p.in, "in")
		c.bar(a, p.from, p.to, -p.out, "out")
	}
	c.Labels = append(c.Labels, label{unit(chartLeft + 4), unit(chartTop + 10), "start", d.Say("course.in")}, label{unit(chartLeft + 4), unit(chartTop + barsPlot - 4), "start", d.Say("course.out")})
	return c
}

func (d *deviceCourse) occupancy(day day, id string, zone *time.Location) chart {
	high, now := 0.0, 0.0
	for _, v := range day.inside.values {
		high, now = max(high, v.v), v.v
	}
	says := d.Say("course.inside.says", "n", count(now), "most", count(high))
	if !day.inside.known() {
		says = d.Say("course.inside.unknown", "why", d.unknownInside(day.inside, zone), "n", count(now))
	}
	a := axes{day.from, day.to, 0, round(high), linePlot}
	c := newChart(id+"-inside", d.Say("course.inside"), says, a)
	c.clock(a, zone)
	c.level(a, a.high, count(a.high))
	c.level(a, 0, "0")
	c.held(a, day.inside.values, courseLong)
	return c
}

// unknownInside says why it is not known how many are inside.
func (d *deviceCourse) unknownInside(o occupancy, zone *time.Location) string {
	var why []string
	if !o.since.IsZero() {
		why = append(why, d.Say("course.inside.since", "time", o.since.In(zone).Format("15:04")))
	}
	if o.before > 0 {
		why = append(why, d.Say("course.inside.before", "n", count(o.before)))
	}
	if o.cut {
		why = append(why, d.Say("course.inside.cut"))
	}
	return strings.Join(why, d.Say("list.comma"))
}

// text is how many are inside, or at least so many.
func (o occupancy) text(v float64) string {
	if o.known() {
		return count(v)
	}
	return "≥ " + count(v)
}

// doors is a band: full while open, a line while shut, nothing where nobody
// knows.
func (d *deviceCourse) doors(day day, id string, zone *time.Location) chart {
	a := axes{day.from, day.to, 0, 1, bandPlot}
	open, known := day.openFor(day.from, day.to)
	last := day.door[len(day.door)-1]
	state := "course.door.unknown"
	switch {
	case last.to.Before(day.to): // it has said nothing since
	case last.open:
		state = "course.door.open"
	default:
		state = "course.door.shut"
	}
	c := newChart(id+"-door", d.Say("course.door"), d.Say("course.door.says", "state", d.Say(state), "open", d.minutes(open), "unknown", d.minutes(day.to.Sub(day.from)-known)), a)
	c.clock(a, zone)
	for _, s := range day.door {
		class := "shut"
		if s.open {
			class = "open"
		}
		c.band(a, s.from, s.to, class)
	}
	return c
}

func (d *deviceCourse) batteries(day day, id string, zone *time.Location) chart {
	a := axes{day.from, day.to, 0, 1, linePlot}
	now := day.battery[len(day.battery)-1].v
	c := newChart(id+"-battery", d.Say("course.battery"), d.Say("course.battery.says", "n", perCent(now)), a)
	c.clock(a, zone)
	for _, v := range []float64{0, 0.5, 1} {
		c.level(a, v, perCent(v))
	}
	c.held(a, day.battery, healthHolds)
	return c
}

func (d *deviceCourse) radios(day day, id string, zone *time.Location) chart {
	a := axes{day.from, day.to, radioLow, radioHigh, linePlot}
	now := day.radio[len(day.radio)-1].v
	c := newChart(id+"-radio", d.Say("course.radio"), d.Say("course.radio.says", "n", count(now)), a)
	c.clock(a, zone)
	for _, v := range []float64{radioLow, -70, radioHigh} {
		c.level(a, v, count(v))
	}
	c.held(a, day.radio, healthHolds)
	return c
}

// connection is a band: full while the device said that it was there.
func (d *deviceCourse) connection(day day, id string, zone *time.Location) chart {
	a := axes{day.from, day.to, 0, 1, bandPlot}
	cuts := 0
	for i, v := range day.online {
		if v.v == 0 && (i == 0 || day.online[i-1].v != 0) {
			cuts++
		}
	}
	c := newChart(id+"-online", d.Say("course.online"), d.many("course.online.says", cuts), a)
	c.clock(a, zone)
	for i, v := range day.online {
		until := day.to
		if i+1 < len(day.online) {
			until = day.online[i+1].at
		}
		class := "shut"
		if v.v > 0 {
			class = "open"
		}
		c.band(a, v.at, until, class)
	}
	return c
}

func (d *deviceCourse) minutes(long time.Duration) string {
	return d.Say("course.minutes", "n", int(max(long, 0).Minutes()+0.5))
}

func perCent(part float64) string { return strconv.Itoa(int(part*100+0.5)) + "%" }

// figures are the same by hours, as a table.
func (d *deviceCourse) figures(day day, zone *time.Location, whole bool) {
	type column struct {
		key  string
		cell func(from, to time.Time) string
	}
	var columns []column
	sum := func(of func(part) float64) func(from, to time.Time) string {
		return func(from, to time.Time) string {
			n := 0.0
			for _, p := range day.parts {
				if !p.from.Before(from) && p.from.Before(to) {
					n += of(p)
				}
			}
			if n == 0 && !to.After(day.recorded) { // nobody knows
				return ""
			}
			return count(n)
		}
	}
	held := func(values []value, write func(float64) string) func(from, to time.Time) string {
		return func(_, to time.Time) string {
			if v, ok := at(values, to.Add(-1)); ok {
				return write(v)
			}
			return ""
		}
	}
	if day.parts != nil {
		columns = append(columns, column{"course.in", sum(func(p part) float64 { return p.in })}, column{"course.out", sum(func(p part) float64 { return p.out })},
			column{"course.inside", held(day.inside.values, day.inside.text)})
	}
	if day.door != nil {
		columns = append(columns, column{"course.door.for", func(from, to time.Time) string {
			open, known := day.openFor(from, to)
			if known == 0 {
				return d.Say("course.door.unknown")
			}
			return d.minutes(open)
		}})
	}
	if whole && day.battery != nil {
		columns = append(columns, column{"course.battery", held(day.battery, perCent)})
	}
	if whole && day.radio != nil {
		columns = append(columns, column{"course.radio", held(day.radio, count)})
	}
	if len(columns) == 0 {
		return
	}
	for _, c := range columns {
		d.Heads = append(d.Heads, d.Say(c.key))
	}
	for from := day.from.Truncate(time.Hour); from.Before(day.to); from = from.Add(time.Hour) {
		local := from.In(zone)
		row := courseRow{Hour: local.Format("15:04")}
		if supervision.DateOf(local) != supervision.DateOf(day.to.In(zone)) {
			row.Hour = local.Format("01-02 15:04")
		}
		for _, c := range columns {
			row.Cells = append(row.Cells, c.cell(from, from.Add(time.Hour)))
		}
		d.Rows = append(d.Rows, row)
	}
}
