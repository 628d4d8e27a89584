package console

import (
	"net/http"
	"slices"

	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/devices/supervision"
)

// todayLines bounds what a row lists. Overflow: what needs somebody first, the
// rest is a number and the row's link.
const todayLines = 6

// todayPage is how the reader's schools stand now, everything at one glance: a
// row a subject, what needs somebody in bold.
type todayPage struct {
	*page
	Schools []schoolToday
}

// schoolToday is one school of it.
type schoolToday struct {
	*page
	ID     string
	Rows   []todayRow
	Needs  int    // rows that need somebody
	Notice string // nothing does, or how much does
}

// todayRow is one subject.
type todayRow struct {
	ID, Name, Href string // Href is where more of it is; "" for nowhere
	State          nearLine
	Lines          []nearLine
	More           int
}

// Warn reports whether somebody should look.
func (r todayRow) Warn() bool {
	return r.State.Warn || slices.ContainsFunc(r.Lines, func(l nearLine) bool { return l.Warn })
}

// known is what was asked for once and is of all schools. What could not be had
// is nil, and its rows say so.
type known struct {
	*page
	ways    []pathcheck.Status
	checked bool
	boards  []api.SchoolBoard
	fleet   *supervision.View
	tests   *devicesPage
	drills  []exercise.View
}

// ShowsToday reports whether the reader answers for schools, and not for a post
// alone.
func (p *page) ShowsToday() bool { return api.ReadsPosts(p.Account.Role) }

func (c *Console) today(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &todayPage{page: c.newPage(r, a)}
	if !p.ShowsToday() {
		c.errorPage(w, r, http.StatusForbidden)
		return
	}
	p.Title, p.Renew = p.Say("today"), renewS
	k := c.known(r, p.page)
	for _, school := range a.Schools {
		p.Schools = append(p.Schools, c.schoolToday(r, k, school))
	}
	c.render(w, http.StatusOK, "today", p)
}

// known asks everybody who knows something. Each refusal is a row that says that
// it is not known: the page is looked at when something is broken.
func (c *Console) known(r *http.Request, p *page) known {
	s, k := c.api.Service(), known{page: p}
	k.ways, k.checked = s.Ways(p.Account)
	if p.posts {
		k.boards, _ = s.Posts(p.Account, p.now)
	}
	if p.devices {
		if v, err := s.Devices(r.Context(), p.Account); err == nil {
			k.fleet = &v
		}
		k.tests = &devicesPage{page: p}
		k.tests.readTests(r, s, p.Account)
	}
	if p.drills {
		k.drills, _ = s.Drills(p.Account)
	}
	return k
}

// schoolToday gathers a school's rows; what the hub does not do has none.
func (c *Console) schoolToday(r *http.Request, k known, school string) schoolToday {
	out := schoolToday{page: k.page, ID: school}
	out.Rows = append(k.incidents(school), k.way(school)...)
	out.Rows = append(out.Rows, k.posts(school)...)
	if k.devices {
		out.Rows = append(out.Rows, c.gatesToday(r, k, school), k.devicesOf(school))
	}
	if k.page.drills {
		out.Rows = append(out.Rows, k.drillsOf(school))
	}
	out.Rows = append(out.Rows, c.hazardsToday(r, k, school)...)
	out.Rows = append(out.Rows, c.configToday(k, school)...)
	for i := range out.Rows {
		row := &out.Rows[i]
		row.Name = k.Say("today." + row.ID)
		slices.SortStableFunc(row.Lines, func(a, b nearLine) int { return compareBool(b.Warn, a.Warn) })
		row.More = max(len(row.Lines)-todayLines, 0)
		row.Lines = row.Lines[:len(row.Lines)-row.More]
		if row.Warn() {
			out.Needs++
		}
	}
	out.Notice = k.Say("today.calm")
	if out.Needs > 0 {
		out.Notice = k.many("today.needs", out.Needs)
	}
	return out
}

// NameOf is what the school is called.
func (s schoolToday) NameOf() string { return s.schoolName(s.ID) }

// unknown is a row of which nothing can be had now.
func (k known) unknown(id, href string) todayRow {
	return todayRow{ID: id, Href: href, State: nearLine{k.Say("today.unknown"), true}}
}
