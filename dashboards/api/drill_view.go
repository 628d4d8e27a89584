package api

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// Drill is one drill as the API gives it. Whoever does not lead drills reads
// roles and no names in it.
type Drill struct {
	ID         string        `json:"id"`
	Kind       string        `json:"kind"`
	Phase      string        `json:"phase" enum:"planned,pending,running,stopped,returned,preempted,cancelled"`
	At         time.Time     `json:"at" doc:"Planned start."`
	ForS       int           `json:"for_s"`
	Schools    []drill.Site  `json:"schools" nullable:"false"`
	Parts      []drill.Part  `json:"parts" nullable:"false"`
	Windows    []DrillWindow `json:"windows" nullable:"false"`
	Filed      []string      `json:"filed" nullable:"false" doc:"Police desks that were asked."`
	FiledLate  bool          `json:"filed_late" doc:"Less than one working day before."`
	Accepted   []string      `json:"accepted" nullable:"false"`
	PlannedBy  DrillPerson   `json:"planned_by"`
	Asked      *DrillStamp   `json:"asked" doc:"Waits for a second person until five minutes later."`
	Started    *DrillStamp   `json:"started"`
	Confirmed  *DrillPerson  `json:"confirmed_by"`
	Ended      *DrillStamp   `json:"ended"`
	Marks      []DrillMark   `json:"marks" nullable:"false"`
	Counts     []DrillCount  `json:"counts" nullable:"false"`
	Unexpected int           `json:"unexpected" doc:"Drill presses that nobody expected."`
	Returned   []string      `json:"returned" nullable:"false" doc:"Schools that have gone back."`
	Told       []DrillTold   `json:"told" nullable:"false" doc:"What became of telling people and devices, since the hub started."`
	Reports    []DrillReport `json:"reports" nullable:"false" doc:"One a school, once it has ended."`
	Incident   string        `json:"incident,omitempty" doc:"The live incident; after real, for whoever may see it."`
}

// DrillWindow is when a button's next press is part of the drill.
type DrillWindow struct {
	School    string     `json:"school"`
	Device    string     `json:"device"`
	AfterS    int        `json:"after_s"`
	ForS      int        `json:"for_s"`
	Opened    *time.Time `json:"opened_at"`
	Until     *time.Time `json:"until"`
	Press     string     `json:"press"`
	PressedAt *time.Time `json:"pressed_at"`
}

// DrillPerson is who did something.
type DrillPerson struct {
	By   string `json:"by"`
	Role string `json:"role"`
}

// DrillStamp is who did something, and when.
type DrillStamp struct {
	DrillPerson
	At time.Time `json:"at"`
}

// DrillMark says that a part was done.
type DrillMark struct {
	School string     `json:"school"`
	Part   drill.Part `json:"part"`
	DrillStamp
}

// DrillCount is a head count in figures.
type DrillCount struct {
	School   string `json:"school"`
	Expected int    `json:"expected"`
	Missing  int    `json:"missing"`
}

// DrillTold is one recipient, or one device, and the latest that it was told.
type DrillTold struct {
	School    string `json:"school"`
	Device    string `json:"device,omitempty"`
	Audience  string `json:"audience,omitempty"`
	Recipient string `json:"recipient,omitempty"`
	Channel   string `json:"channel,omitempty"`
	Text      string `json:"text,omitempty"`
	State     string `json:"state"`
	Reason    string `json:"reason,omitempty"`
}

// DrillReport is the graded report of one school.
type DrillReport struct {
	School  string        `json:"school"`
	Grade   drill.Grade   `json:"grade"`
	End     drill.End     `json:"end"`
	Clock   time.Time     `json:"clock" doc:"Where the times count from: the first drill press, or the start."`
	Buttons int           `json:"buttons"`
	Pressed int           `json:"pressed"`
	Results []DrillResult `json:"results" nullable:"false"`
	Text    alerting.Text `json:"text"`
}

// DrillResult is one part against its target.
type DrillResult struct {
	Part     drill.Part    `json:"part"`
	Verdict  drill.Verdict `json:"verdict"`
	TargetS  int64         `json:"target_s"`
	ActualMS int64         `json:"actual_ms" doc:"From the report's clock; says nothing where it was not done."`
	Done     bool          `json:"done"`
}

func (s *Service) drillView(a people.Account, v exercise.View) Drill {
	p, n := v.Plan, namer(a)
	d := Drill{
		ID: p.ID, Kind: string(p.Kind), Phase: string(v.Phase), At: p.At, ForS: p.ForS, Schools: p.Schools,
		Parts: some(p.Parts), Filed: some(p.Filed), FiledLate: v.FiledLate, Accepted: some(v.Accepted), PlannedBy: n.person(v.PlannedBy),
		Asked: n.stamp(v.AskedBy, v.AskedAt), Started: n.stamp(v.StartedBy, v.StartedAt), Ended: n.stamp(v.Ender(), v.EndedAt),
		Unexpected: len(v.Unexpected), Returned: some(v.Back), Marks: []DrillMark{}, Counts: []DrillCount{},
		Windows: mapped(p.Windows, func(w drill.Window) DrillWindow { return windowView(v, w) }),
		Told: mapped(v.Told, func(t exercise.Told) DrillTold {
			return DrillTold{
				School: t.School, Device: t.Device, Audience: string(t.Audience), Recipient: t.Recipient,
				Channel: string(t.Channel), Text: string(t.Text), State: string(t.State), Reason: t.Reason,
			}
		}),
		Reports: []DrillReport{},
	}
	if v.ConfirmedBy != (alerting.Actor{}) {
		who := n.person(v.ConfirmedBy)
		d.Confirmed = &who
	}
	for _, m := range v.Marks {
		d.Marks = append(d.Marks, DrillMark{m.School, m.Part, DrillStamp{n.person(m.By), m.At}})
	}
	for _, site := range p.Schools {
		if c, ok := v.Counts[site.ID]; ok {
			d.Counts = append(d.Counts, DrillCount{site.ID, c.Expected, c.Missing})
		}
		if r, ok := v.Report(site.ID); ok {
			d.Reports = append(d.Reports, s.reportView(r))
		}
	}
	return d
}

func windowView(v exercise.View, w drill.Window) DrillWindow {
	out := DrillWindow{School: w.School, Device: w.Device, AfterS: w.AfterS, ForS: w.ForS}
	for _, o := range v.Windows {
		if o.School == w.School && o.Device == w.Device {
			out.Opened, out.Until, out.Press, out.PressedAt = timeOf(o.From), timeOf(o.Until), o.Press, timeOf(o.PressedAt)
		}
	}
	return out
}

// namer gives names to those who lead drills, and roles to everybody.
type namer people.Account

func (n namer) person(a alerting.Actor) DrillPerson {
	if !LeadsDrills(n.Role) {
		a.Name = ""
	}
	return DrillPerson{By: a.Name, Role: string(a.Role)}
}

func (n namer) stamp(a alerting.Actor, at time.Time) *DrillStamp {
	if at.IsZero() {
		return nil
	}
	return &DrillStamp{n.person(a), at}
}

func (s *Service) reportView(r drill.Report) DrillReport {
	return DrillReport{
		School: r.School, Grade: r.Grade, End: r.End, Clock: r.Clock, Buttons: r.Buttons, Pressed: r.Pressed, Text: s.DrillText(r),
		Results: mapped(r.Results, func(v drill.Result) DrillResult {
			return DrillResult{v.Part, v.Verdict, int64(v.Target / time.Second), v.Actual.Milliseconds(), v.Done}
		}),
	}
}

// DrillText is a report in words, without a person's name.
func (s *Service) DrillText(r drill.Report) alerting.Text {
	school, ok := s.people().School(r.School)
	if !ok {
		school.Name = alerting.Text{ZH: r.School, EN: r.School}
	}
	return r.Text(drill.Names{School: school.Name, Kind: policy.KindText(r.Kind), Role: policy.RoleText, Zone: school.Location()})
}

func some[T any](all []T) []T { return append([]T{}, all...) }

func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
