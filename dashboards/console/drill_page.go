package console

import (
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api"
)

// drillPage is one drill: its clock and targets, what may be done, the word
// that it is real, and in the end the report.
type drillPage struct {
	*page
	exercise.View
	texts func(drill.Report) alerting.Text
	// notifies says that parents can be told of drills here.
	notifies bool
}

// drillRenewS is after how many seconds the page draws itself anew: whoever runs
// a drill reads its stamps as they come.
const drillRenewS = 2

func (c *Console) drill(w http.ResponseWriter, r *http.Request, a people.Account) {
	v, err := c.api.Service().Drill(a, r.PathValue("id"))
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := &drillPage{page: c.newPage(r, a), View: v, texts: c.api.Service().DrillText, notifies: c.api.Service().NotifiesOfDrills()}
	p.Title, p.Renew = p.Say("drill"), drillRenewS
	c.render(w, http.StatusOK, "drill", p)
}

// Leads reports whether the reader plans, starts and stops drills.
func (p *drillPage) Leads() bool { return api.LeadsDrills(p.Account.Role) }

// KindName is what is practised.
func (p *drillPage) KindName() string { return p.vocabulary(policy.KindText(p.Plan.Kind)) }

// PhaseName is where it stands.
func (p *drillPage) PhaseName() string { return p.Say("drill.phase." + string(p.Phase)) }

// Is reports whether the drill is in one of the phases.
func (p *drillPage) Is(phases ...string) bool { return slices.Contains(phases, string(p.Phase)) }

// SchoolNames are the schools that take part.
func (p *drillPage) SchoolNames() string {
	out := ""
	for i, s := range p.Plan.Schools {
		if i > 0 {
			out += p.Say("list.comma")
		}
		out += p.schoolName(s.ID)
	}
	return out
}

func (p *drillPage) schoolName(id string) string {
	if s, ok := p.people.School(id); ok {
		return p.Text(s.Name)
	}
	return id
}

// When is its planned start.
func (p *drillPage) When() string {
	at := p.Plan.At.In(p.zone())
	return p.date(at) + " " + at.Format("15:04")
}

// FiledLine says what the police know of it.
func (p *drillPage) FiledLine() string {
	if len(p.Plan.Filed) == 0 {
		return p.Say("drill.unfiled")
	}
	return p.Say("drill.filed", "n", len(p.Plan.Filed), "m", len(p.Accepted))
}

// OpenDesks are the police desks that have not accepted yet, for a liaison.
func (p *drillPage) OpenDesks() []string {
	if p.Account.Role != alerting.RoleLiaison || !p.Is("planned", "pending") {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.Plan.Filed), func(d string) bool { return slices.Contains(p.Accepted, d) })
}

// Since is what the clock counts from, Elapsed what it shows without a script.
func (p *drillPage) Since() string   { return rfc3339(p.StartedAt) }
func (p *drillPage) Elapsed() string { return p.elapsed(p.now.Sub(p.StartedAt)) }

// Ends says when it stops by itself.
func (p *drillPage) Ends() string {
	end := p.StartedAt.Add(time.Duration(p.Plan.ForS) * time.Second)
	return p.Say("drill.ends", "time", end.In(p.zone()).Format(time.TimeOnly))
}

// CommandID makes a form idempotent.
func (p *drillPage) CommandID() string { return uuid.NewString() }

// Unreached is how many terminals have not got their latest text.
func (p *drillPage) Unreached() int {
	n := 0
	for _, t := range p.Told {
		if t.Device == "" && (t.State == alerting.Failed || t.State == alerting.Planned) {
			n++
		}
	}
	return n
}

// siteView is one school of the drill.
type siteView struct {
	ID, Name string
	Back     bool
	Targets  []targetView
	Report   string
	Grade    string
	Parents  string // the page of what parents are told of it; "" where it is not the reader's
}

// targetView is one part against its target.
type targetView struct {
	Part, Name, Target, State string
	Count, Done               bool
}

// Sites are the schools with their targets and, once it is over, the report.
func (p *drillPage) Sites() []siteView {
	var out []siteView
	for _, s := range p.Plan.Schools {
		v := siteView{ID: s.ID, Name: p.schoolName(s.ID), Back: slices.Contains(p.State.Back, s.ID), Parents: p.toldParents(s)}
		for _, part := range drill.Parts() {
			if slices.Contains(p.Plan.Parts, part) {
				v.Targets = append(v.Targets, p.target(s, part))
			}
		}
		if r, ok := p.State.Report(s.ID); ok {
			v.Report, v.Grade = p.vocabulary(p.texts(r)), string(r.Grade)
		}
		out = append(out, v)
	}
	return out
}

func (p *drillPage) target(s drill.Site, part drill.Part) targetView {
	t := targetView{
		Part: string(part), Name: p.vocabulary(drill.PartText(part)), Count: part == drill.Counted,
		Target: p.Say("drill.target", "n", int(s.Target(part).Seconds())),
	}
	for _, m := range p.Marks {
		if m.School == s.ID && m.Part == part && !t.Done {
			t.Done, t.State = true, p.Say("drill.done", "time", p.timeOf(m.At, s.ID))
		}
	}
	return t
}

// DeviceLines say of each button whether its next press is part of the drill.
func (p *drillPage) DeviceLines() []string {
	var out []string
	for _, w := range p.Plan.Windows {
		out = append(out, w.Device+" · "+p.device(w))
	}
	return out
}

func (p *drillPage) device(w drill.Window) string {
	for _, o := range p.Windows {
		if o.School != w.School || o.Device != w.Device {
			continue
		}
		switch {
		case o.Press != "":
			return p.Say("drill.device.pressed", "time", p.timeOf(o.PressedAt, w.School))
		case !p.Is("running") || !p.now.Before(o.Until):
			return p.Say("drill.device.closed")
		case slices.ContainsFunc(p.Told, func(t exercise.Told) bool {
			return t.School == w.School && t.Device == w.Device && t.State == alerting.Failed
		}):
			return p.Say("drill.device.away")
		}
		return p.Say("drill.device.open", "time", p.timeOf(o.Until, w.School))
	}
	return p.Say("drill.device.waiting")
}
