package console

import (
	"net/http"
	"slices"
	"time"

	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/telemetry"
)

// coverageHolds is how long what was recorded of the posts holds: it is recorded
// every minute, and the points are two minutes apart. Behind that nobody knows.
const coverageHolds = 6 * time.Minute

// postsDay draws how the posts of the reader's schools stood in the last day.
func (c *Console) postsDay(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &coursePage{page: c.newPage(r, a)}
	p.Title, p.Heading = p.Say("coverage"), p.Say("duty")
	boards, err := c.api.Service().Posts(a, p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	for _, b := range boards {
		s, err := c.coverageOf(r, p.page, b)
		if err != nil {
			c.failed(w, r, err)
			return
		}
		p.Schools = append(p.Schools, s)
	}
	c.render(w, http.StatusOK, "course", p)
}

func (c *Console) coverageOf(r *http.Request, p *page, b api.SchoolBoard) (schoolCourse, error) {
	got, s, err := c.recorded(r, p, b.ID, "", c.api.Service().Coverage)
	if err != nil || s.Why != "" {
		return s, err
	}
	required, unrostered, missed := summed(got, "required"), summed(got, "unrostered"), summed(got, "missed")
	unseen := summed(got, "unseen")
	uncovered := judged(judged(summed(got, "uncovered"), unrostered), unseen)
	if len(required) == 0 {
		s.Why = p.Say("coverage.nothing")
		return s, nil
	}
	d := deviceCourse{page: p}
	zone := p.zoneOf(b.ID)
	d.Charts = []chart{
		d.stood(b.ID+"-uncovered", "coverage.uncovered", uncovered, zone),
		d.stood(b.ID+"-required", "coverage.required", required, zone),
		d.stood(b.ID+"-missed", "coverage.missed", missed, zone),
	}
	if standsUnrostered(unrostered, p.now) {
		d.Charts[0].Says = p.Say("coverage.noroster")
	}
	if standsUnrostered(unseen, p.now) && !standsUnrostered(uncovered, p.now) {
		d.Charts[0].Says = p.Say("coverage.unseen")
	}
	d.Heads = []string{p.Say("coverage.uncovered"), p.Say("coverage.required"), p.Say("coverage.missed")}
	for from := p.now.Add(-courseLong).Truncate(time.Hour); from.Before(p.now); from = from.Add(time.Hour) {
		row := courseRow{Hour: from.In(zone).Format("01-02 15:04")}
		for _, values := range [][]value{uncovered, required, missed} {
			row.Cells = append(row.Cells, mostIn(values, from, from.Add(time.Hour)))
		}
		if row.Cells[0] == "" && anyIn(unrostered, from, from.Add(time.Hour)) {
			row.Cells[0] = p.Say("coverage.noroster")
		}
		if row.Cells[0] == "" && anyIn(unseen, from, from.Add(time.Hour)) {
			row.Cells[0] = p.Say("coverage.unseen")
		}
		d.Rows = append(d.Rows, row)
	}
	s.Devices = []deviceCourse{d}
	return s, nil
}

// summed is one number over all kinds of posts. They are recorded at one time;
// within a step the most counts, so that what was lacking is never hidden.
func summed(got telemetry.Course, name string) (out []value) {
	at := map[int64]int{} // where in out a time is
	for _, s := range got.Series {
		if s.Name != name {
			continue
		}
		for _, p := range s.Points {
			i, ok := at[p.At.UnixNano()]
			if !ok {
				i = len(out)
				at[p.At.UnixNano()] = i
				out = append(out, value{at: p.At})
			}
			out[i].v += p.Max
		}
	}
	slices.SortFunc(out, func(a, b value) int { return a.at.Compare(b.at) })
	return out
}

// judged leaves out when there was no roster, or a post that could not be seen: that
// nothing was uncovered then says nothing.
func judged(uncovered, unjudged []value) []value {
	without := map[int64]bool{}
	for _, u := range unjudged {
		without[u.at.UnixNano()] = u.v > 0
	}
	return slices.DeleteFunc(uncovered, func(v value) bool { return v.v == 0 && without[v.at.UnixNano()] })
}

// anyIn reports whether a value was more than none within an hour.
func anyIn(values []value, from, to time.Time) bool {
	return slices.ContainsFunc(values, func(v value) bool { return v.v > 0 && !v.at.Before(from) && v.at.Before(to) })
}

// standsUnrostered reports whether there is no roster as of what was recorded
// last.
func standsUnrostered(values []value, now time.Time) bool {
	n := len(values)
	return n > 0 && values[n-1].v > 0 && values[n-1].at.Add(coverageHolds).After(now)
}

// stood is a line that says how many there were.
func (d *deviceCourse) stood(id, key string, values []value, zone *time.Location) chart {
	most := 0.0
	for _, v := range values {
		most = max(most, v.v)
	}
	last := d.Say("course.door.unknown")
	if n := len(values); n > 0 && values[n-1].at.Add(coverageHolds).After(d.now) {
		last = count(values[n-1].v)
	}
	a := axes{d.now.Add(-courseLong), d.now, 0, round(most), linePlot}
	c := newChart(id, d.Say(key), d.Say("coverage.says", "n", last, "most", count(most)), a)
	c.clock(a, zone)
	c.level(a, a.high, count(a.high))
	c.level(a, 0, "0")
	c.held(a, values, coverageHolds)
	return c
}

// mostIn is the most of an hour; "" where nothing was recorded.
func mostIn(values []value, from, to time.Time) string {
	most, known := 0.0, false
	for _, v := range values {
		if !v.at.Before(from) && v.at.Before(to) {
			most, known = max(most, v.v), true
		}
	}
	if !known {
		return ""
	}
	return count(most)
}
