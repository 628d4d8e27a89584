package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/devices/supervision"
)

// incidents are what is open: alarms, and faults, which are those of the lowest
// severity. An alarm that nobody has needs somebody, and so has each fault.
func (k known) incidents(school string) []todayRow {
	alarms, faults := todayRow{ID: "alarms", Href: "/"}, todayRow{ID: "faults", Href: "/"}
	drills := 0
	for _, i := range k.unresolved {
		if i.School != school {
			continue
		}
		switch one := (card{page: k.page, Incident: i}); {
		case one.Group() == groupDrill:
			drills++
		case one.Group() == string(alerting.Low):
			faults.Lines = append(faults.Lines, one.line())
		default:
			alarms.Lines = append(alarms.Lines, one.line())
		}
	}
	alarms.State.Text, faults.State.Text = k.open(len(alarms.Lines)), k.open(len(faults.Lines))
	if drills > 0 {
		alarms.Lines = append(alarms.Lines, nearLine{Text: k.Say("group.drill") + " " + k.Say("top.open", "n", drills)})
	}
	return []todayRow{alarms, faults}
}

// open says how many incidents are.
func (k known) open(n int) string {
	if n == 0 {
		return k.Say("today.none")
	}
	return k.Say("top.open", "n", n)
}

// line says of an incident what may stand on a board: what it is about, where,
// since when, and who has it.
func (c card) line() nearLine {
	said := []string{c.MaskWord()}
	if !c.Masked() {
		said = []string{c.KindName(), c.PlaceName()}
	}
	said = append(said, c.clockOf(c.Pressed(), c.Incident.School))
	if !c.Hushed() {
		said = append(said, c.Holder())
	}
	return nearLine{strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), " · "), !c.Calm()}
}

// way says when the way to the police was proven, who can be reached, and how
// the hub is seen from outside.
func (k known) way(school string) []todayRow {
	at := slices.IndexFunc(k.ways, func(s pathcheck.Status) bool { return s.School == school })
	if at < 0 {
		w := way{page: k.page, Checked: k.checked}
		return []todayRow{{ID: "way", State: nearLine{cmp.Or(w.Remark(), w.Text()), true}}}
	}
	w := way{page: k.page, Checked: k.checked, Known: true, Status: k.ways[at]}
	rows := []todayRow{{ID: "way", State: nearLine{w.Text(), !w.Good() && !w.Waiting(k.now)}}}
	for _, m := range w.Missing() {
		rows[0].Lines = append(rows[0].Lines, nearLine{w.missing(m), true})
	}
	reach := todayRow{ID: "reach", State: nearLine{k.Say("today.unlooked"), false}}
	if c := w.Coverage; !c.At.IsZero() {
		reach.State = nearLine{w.coverage(), !c.Enough()}
	}
	rows = append(rows, reach)
	if o := w.Outside; o.Address != "" {
		rows = append(rows, todayRow{ID: "outside", State: k.outside(o, school)})
	}
	return rows
}

// outside says whether the hub is seen from outside.
func (k known) outside(o pathcheck.Outside, school string) nearLine {
	switch {
	case o.At.IsZero():
		return nearLine{k.Say("today.unlooked"), false}
	case o.Why != "":
		return nearLine{k.Say("today.outside.not", "time", k.clockOf(o.At, school)), true}
	}
	return nearLine{k.Say("today.outside.well", "time", k.clockOf(o.At, school)), false}
}

// posts says how the posts and the patrol rounds stand; nothing of a school
// without posts.
func (k known) posts(school string) []todayRow {
	at := slices.IndexFunc(k.boards, func(b api.SchoolBoard) bool { return b.ID == school })
	if at < 0 {
		return nil
	}
	b := schoolPosts{page: k.page, SchoolBoard: k.boards[at]}
	posts := todayRow{ID: "posts", Href: "/posts", State: k.manned(b)}
	for _, row := range (&postsPage{page: k.page}).boardOf(b.SchoolBoard).Rows {
		switch state := row.State(); state {
		case "cannot-tell":
			posts.Lines = append(posts.Lines, nearLine{row.Name() + " · " + row.LostLine(), true})
		case "uncovered", "missing", "waiting":
			posts.Lines = append(posts.Lines, nearLine{row.Name() + " · " + row.StateName(), state != "waiting"})
		}
	}
	if len(b.Unreached) > 0 {
		posts.Lines = append(posts.Lines, nearLine{k.Say("duty.unreached") + strings.Join(b.UnreachedNames(), k.Say("list.comma")), true})
	}
	for _, n := range b.Notices {
		posts.Lines = append(posts.Lines, nearLine{k.Text(n), false})
	}
	rows := []todayRow{posts}
	if len(b.Rounds) > 0 {
		rows = append(rows, todayRow{ID: "rounds", Href: "/posts", State: k.walked(b.Rounds)})
	}
	return rows
}

// manned says how many posts are complete, of those at which a shift runs now,
// or when the next one begins.
func (k known) manned(b schoolPosts) nearLine {
	if b.NoRoster {
		return nearLine{k.Say("duty.noroster"), true}
	}
	run, whole := 0, 0
	var next time.Time
	for _, p := range b.Posts {
		if !p.Next.IsZero() && (next.IsZero() || p.Next.Before(next)) {
			next = p.Next
		}
		for _, s := range p.Shifts {
			if k.now.Before(s.From) || !k.now.Before(s.To) {
				continue
			}
			run++
			if s.Present >= s.Required {
				whole++
			}
		}
	}
	switch {
	case run > 0:
		return nearLine{k.Say("today.posts.whole", "n", whole, "m", run), false}
	case !next.IsZero():
		return nearLine{k.Say("today.posts.next", "time", k.clockOf(next, b.ID)), false}
	}
	return nearLine{k.Say("duty.state.idle"), false}
}

// walked says how many rounds of today are in which state.
func (k known) walked(all []duty.RoundState) nearLine {
	count := map[string]int{}
	var states []string
	missed := false
	for _, r := range all {
		row := roundRow{page: k.page, RoundState: r}
		missed = missed || r.Missed
		name := row.StateName()
		if count[name]++; count[name] == 1 {
			states = append(states, name)
		}
	}
	var said []string
	for _, s := range states {
		said = append(said, s+" "+strconv.Itoa(count[s]))
	}
	return nearLine{strings.Join(said, " · "), missed}
}

// gatesToday says how each gate stands.
func (c *Console) gatesToday(r *http.Request, k known, school string) todayRow {
	row := todayRow{ID: "gates", Href: "/gates"}
	for _, g := range c.gatesAt(r.Context(), k.page, school) {
		line := g.line
		line.Text = k.Text(g.place.Name) + " · " + line.Text
		row.Lines = append(row.Lines, line)
	}
	row.State.Text = k.many("today.gates.n", len(row.Lines))
	return row
}

// devicesOf says how many devices are in which state, and names those that need
// somebody.
func (k known) devicesOf(school string) todayRow {
	if k.fleet == nil {
		return k.unknown("devices", "/devices")
	}
	row := todayRow{ID: "devices", Href: "/devices"}
	for _, s := range k.fleet.Schools {
		if s.School != school {
			continue
		}
		of := schoolDevices{k.page, s, k.tests.rows(*k.fleet, school)}
		row.State.Text = strings.Join(of.Summary(), " · ")
		if of.IsCut() {
			row.State = nearLine{k.Say("devices.cut", "time", of.CutClock()), true}
		}
		overdue := 0
		for _, d := range of.Rows {
			if d.Warn() || d.State == supervision.Waiting {
				row.Lines = append(row.Lines, nearLine{d.line(), d.Warn()})
			} else if len(d.late()) > 0 {
				overdue++
			}
		}
		if overdue > 0 {
			row.Lines = append(row.Lines, nearLine{k.many("today.tests", overdue), false})
		}
	}
	if k.tests.Untested {
		row.Lines = append(row.Lines, nearLine{k.Say("devices.test.unknown"), true})
	}
	return row
}

// line names a device, its state, and what it needs.
func (d deviceRow) line() string {
	said := []string{d.Text(d.Place), d.KindName() + " " + d.Address.Device, d.StateName()}
	return strings.Join(append(said, d.Remarks()...), " · ")
}

// drillsOf says which drill runs, and which come next and came last.
func (k known) drillsOf(school string) todayRow {
	row := todayRow{ID: "drills", Href: "/drills"}
	var next, last *drillPage
	for _, v := range k.drills { // the latest first
		if !slices.ContainsFunc(v.Plan.Schools, func(s drill.Site) bool { return s.ID == school }) {
			continue
		}
		d := &drillPage{page: k.page, View: v}
		switch {
		case d.Is("running", "pending", "stopped"):
			row.Lines = append(row.Lines, nearLine{d.line(), true})
		case d.Is("planned"):
			next = d
		case d.Is("returned") && last == nil:
			last = d
		}
	}
	row.State.Text = k.Say("drill.none")
	if next != nil {
		row.State.Text = k.Say("today.drills.next", "drill", next.line())
	} else if last != nil {
		row.State.Text = k.Say("today.drills.last", "drill", last.line())
	}
	return row
}

// line is a drill in a line.
func (p *drillPage) line() string { return p.When() + " · " + p.KindName() + " · " + p.PhaseName() }
