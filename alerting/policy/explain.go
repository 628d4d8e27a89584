package policy

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Explanation is a plan with all that it follows from, in words for whoever
// has to answer for it.
type Explanation struct {
	School   string          `json:"school"`
	Name     alerting.Text   `json:"name"`
	At       time.Time       `json:"at"` // by the school's own clock
	Mode     alerting.Mode   `json:"mode"`
	Kind     alerting.Kind   `json:"kind"`
	Title    alerting.Text   `json:"title"`
	Variants []alerting.Text `json:"variants"` // that apply
	Note     alerting.Text   `json:"note"`
	// Examination is what the day changes, where examination is a fact; empty
	// where that is nothing.
	Examination alerting.Text `json:"examination,omitzero"`

	Severity        alerting.Severity `json:"severity"`
	Confidentiality Class             `json:"confidentiality"`
	Release         Release           `json:"release"`
	Lead            alerting.Lead     `json:"lead"`
	Call            []string          `json:"call"`
	Clock           []alerting.Mark   `json:"clock"`
	Held            time.Duration     `json:"held"` // until the quiet hours end, in ns
	Signed          Signed            `json:"signed"`
	Shown           Shown             `json:"shown"`
	// Targets is what a drill is measured by; nil where it is none.
	Targets *DrillTargets `json:"targets,omitempty"`
	// Lost is from when the loss of such a thing counts; nil of all other kinds.
	Lost *Lost `json:"lost,omitempty"`

	Audiences []Told   `json:"audiences"`
	Texts     []Saying `json:"texts"`
	// Plan is what an incident would carry: the very plan that the engine
	// freezes.
	Plan alerting.Plan `json:"plan"`
}

// Signed is what happens where somebody signed and nothing followed.
type Signed struct {
	Remind   time.Duration `json:"remind"` // in ns; 0 is never
	Escalate time.Duration `json:"escalate"`
	CallBack time.Duration `json:"call_back"` // by when the police call the school back; 0 is never
}

// Shown is how a school's incidents are shown together, told late and counted,
// whatever their kind.
type Shown struct {
	LinkWithin  time.Duration           `json:"link_within"` // in ns; 0 is never by themselves
	FreshFor    time.Duration           `json:"fresh_for"`   // in ns
	FalseAlarms alerting.FalseAlarmRule `json:"false_alarms"`
}

// Told is one audience of an explanation.
type Told struct {
	Audience alerting.Audience `json:"audience"`
	Title    alerting.Text     `json:"title"`
	When     alerting.Text     `json:"when"`
	Levels   []Level           `json:"levels"` // empty where the plan tells nobody of it
	Digest   time.Duration     `json:"digest,omitempty"`
	// Summary is when the day's summary goes out that an incident which only
	// pages show, or nobody took on, is in; to whom of the school.
	Summary  *Summary   `json:"summary,omitempty"`
	OffShift []OffShift `json:"off_shift,omitempty"`
}

// Summary is the daily summary of an explanation.
type Summary struct {
	At     string          `json:"at"` // by the school's own clock
	Asks   []alerting.Text `json:"asks"`
	People []string        `json:"people"` // contacts; empty where nobody answers for the duties
}

// Level is one escalation level of an explanation: of the first one the plan's
// legs, of those after it the plan's steps; or one that the policy asks for and
// the plan leaves out.
type Level struct {
	Level  int             `json:"level"`
	After  time.Duration   `json:"after"` // since the opening, or the end of the quiet hours, in ns
	All    bool            `json:"all"`   // everybody before, once more
	Repeat time.Duration   `json:"repeat,omitempty"`
	Asks   []alerting.Text `json:"asks"` // duties
	People []Person        `json:"people"`
	// Before says that whoever answers for its duties was told by a level before.
	Before bool `json:"before,omitempty"`
	// LeftOut says that the plan has no such level: it would tell nobody.
	LeftOut bool `json:"left_out,omitempty"`
}

// Person is one contact of a level: what they are told by.
type Person struct {
	Contact string         `json:"contact"`
	Title   alerting.Text  `json:"title"`
	Duty    alerting.Text  `json:"duty"`
	Legs    []alerting.Leg `json:"legs"`
}

// Saying is the first text that an audience would read.
type Saying struct {
	Audience alerting.Audience `json:"audience"`
	Text     alerting.Text     `json:"text"`
}

// Explain says what Open would make of an occasion, and why.
func (s *Set) Explain(o Occasion) Explanation {
	p := s.of(o.School)
	c := p.find(o)
	opening := p.open(o)
	school, _ := s.directory.School(o.School)
	e := Explanation{
		School: o.School, Name: school.Name, At: o.At.In(p.zone), Mode: o.Mode, Kind: o.Kind, Title: KindText(o.Kind),
		Variants: p.variants(o), Note: c.note, Severity: c.severity, Confidentiality: c.class, Release: releaseIn(o.Mode, c.release),
		Lead: opening.Lead, Call: c.call, Clock: p.rules.clock.rule().Marks(o.Kind), Held: p.hold(c.rule, o), Plan: opening.Plan,
	}
	e.Signed, e.Shown = p.signed(o, opening), Shown{p.rules.linkWithin, p.rules.freshFor, p.rules.falsely}
	e.targets(p.rules)
	for a := range responders {
		e.Audiences = append(e.Audiences, p.told(c, a, o, opening.Plan))
	}
	e.Audiences[schoolAt].Summary = s.summary(c, o)
	first := opening
	first.Facts = saidOf(o.Facts)
	e.Examination = examinationText(alerting.Incident{Mode: o.Mode, Severity: e.Severity, Facts: first.Facts})
	for _, a := range e.Audiences[:3] {
		if len(a.Levels) > 0 {
			e.Texts = append(e.Texts, Saying{a.Audience, Text(a.Audience, example(school, first, c.actions(), o.At))})
		}
	}
	return e
}

// targets fills in the figures that go with a drill, and with something lost.
func (e *Explanation) targets(r *Rules) {
	if e.Mode == devices.Drill {
		t := r.drillTargets
		e.Targets = &t
	}
	if e.Mode == devices.Live && (e.Kind == kindUplink || e.Kind == kindButton) {
		l := r.lost
		e.Lost = &l
	}
}

// summary is the daily summary that an occasion would stand in; nil for none.
func (s *Set) summary(c *occasionPlan, o Occasion) *Summary {
	p := s.of(o.School)
	shown := c.cells[schoolAt] == Show
	if o.Mode != devices.Live || c.class == C2 || !shown && p.rules.profiles[c.escalation[0]].digest == 0 {
		return nil
	}
	out := &Summary{At: p.rules.digest.Clock(), Asks: []alerting.Text{}, People: []string{}}
	for _, d := range p.rules.digest.Duties {
		out.Asks = append(out.Asks, d.Title())
	}
	for _, a := range s.Answering(o.School, p.rules.digest.Duties, o.At) {
		out.People = append(out.People, a.Name)
	}
	return out
}

// saidOf are the facts that an incident carries: the night is none.
func saidOf(all []Fact) []string {
	var out []string
	for _, f := range all {
		if f != FactNight {
			out = append(out, string(f))
		}
	}
	return out
}

// releaseIn is the rule by which parents are told of an occasion. Of a drill
// they read the two texts about drills alone, whatever it practises; of a test
// nothing.
func releaseIn(m alerting.Mode, live Release) Release {
	switch m {
	case devices.Drill:
		return R1
	case devices.Test:
		return ""
	}
	return live
}

// Kinds lists the kinds that a school's policy has a line for, with the names
// of their variants.
func (s *Set) Kinds(school string) []alerting.Kind { return s.of(school).rules.kinds() }

func (p *schoolPolicy) variants(o Occasion) []alerting.Text {
	out := []alerting.Text{}
	c, ok := p.lines[o.Kind]
	if !ok {
		return out
	}
	mask := p.mask(c.rule, o)
	for i, v := range c.variants {
		if mask&(1<<i) != 0 {
			out = append(out, v.title)
		}
	}
	return out
}

// signed asks what would be missing of an incident that the police had signed
// and done nothing for.
func (p *schoolPolicy) signed(o Occasion, opening alerting.Opening) Signed {
	i := alerting.Incident{
		Kind: o.Kind, Severity: opening.Severity, Mode: o.Mode, Silent: o.Silent, State: alerting.StateAcknowledged, OpenedAt: o.At,
		Facts:            saidOf(o.Facts),
		Acknowledgements: []alerting.Acknowledgement{{Audience: alerting.Police, At: o.At}},
	}
	var out Signed
	rule := p.clock()
	if !slices.ContainsFunc(opening.Plan.Legs, func(l alerting.Leg) bool { return l.Audience == alerting.Police }) {
		rule.CallBack = -1 // who is not told signs only what somebody referred to them
	}
	for _, r := range i.Reminders(rule) {
		switch r.Missing {
		case alerting.MissingDispatch:
			out.Remind, out.Escalate = r.At.Sub(o.At), r.Escalate.Sub(r.At)
		case alerting.MissingCallBack:
			out.CallBack = r.At.Sub(o.At)
		}
	}
	return out
}

func (p *schoolPolicy) told(c *occasionPlan, a int, o Occasion, plan alerting.Plan) Told {
	t := Told{Audience: responders[a], Title: AudienceText(responders[a]), When: c.cells[a].says()}
	part := &c.casts[a]
	if !part.told {
		return t
	}
	if !c.cells[a].Told() {
		t.When = both(t.When.ZH+";无人接手时按下列级别", t.When.EN+"; if nobody takes it on, by the levels below")
	}
	switch {
	case o.Mode == devices.Test && !p.rules.tests.heard(responders[a], o.Filed):
		t.When = p.rules.tests.testText()
		return t
	case o.Mode == devices.Test:
		t.When = both("立即,仅终端和网页", "at once, terminals and pages only")
	case o.Mode == devices.Drill && !p.rules.takesPart(responders[a], o.Filed):
		t.When = p.drillText(responders[a])
		return t
	case responders[a] == alerting.School:
		t.Digest = p.rules.profiles[c.escalation[0]].digest
	}
	if c.there[a] && o.Mode != devices.Test {
		t.When = both(t.When.ZH+";知道有人在该处在岗时,首轮只通知在岗的人", t.When.EN+"; first those alone who stand there, where somebody is known to")
	}
	t.OffShift = p.offShift(responders[a], plan)
	for n, l := range part.levels {
		v := p.level(n, l, responders[a], plan)
		if o.Mode == devices.Test && n > 0 {
			break
		}
		asked := part.wait + l.after
		if o.Mode == devices.Test {
			asked = 0
		}
		v.when(asked, p.hold(c.rule, o), responders[a], plan)
		t.Levels = append(t.Levels, v)
	}
	return t
}

// when takes a level's time from the plan, which is held back so long; asked is
// when the policy would have it.
func (l *Level) when(asked, hold time.Duration, a alerting.Audience, plan alerting.Plan) {
	l.After = asked
	if step, ok := plan.Step(a, l.Level); ok {
		l.After, l.All, l.Repeat = step.After-hold, step.Everybody, step.Repeat
		return
	}
	for _, p := range l.People {
		l.After = p.Legs[0].After - hold
	}
	l.LeftOut = l.Level > 0
}

func (p *schoolPolicy) drillText(a alerting.Audience) alerting.Text {
	if p.rules.drills[a] == DrillsFiled {
		return both("演练未经报备受理,不通知", "not told: the drill's filing has not been accepted")
	}
	return both("不参加演练", "takes no part in drills")
}

// level groups the legs of one level by whom they reach.
func (p *schoolPolicy) level(n int, l level, a alerting.Audience, plan alerting.Plan) Level {
	v := Level{Level: n, Asks: []alerting.Text{}, People: []Person{}}
	for _, d := range l.duties {
		if d != people.DutyPlatform { // of machines; it is listed where there is one
			v.Asks = append(v.Asks, d.Title())
		}
	}
	for _, leg := range plan.Legs {
		if leg.Audience != a || leg.Level != n {
			continue
		}
		i := slices.IndexFunc(v.People, func(q Person) bool { return q.Contact == leg.Contact })
		if i < 0 {
			i = len(v.People)
			v.People = append(v.People, Person{Contact: leg.Contact, Title: p.titleOf(leg), Duty: people.Duty(leg.Duty).Title()})
		}
		v.People[i].Legs = append(v.People[i].Legs, leg)
	}
	v.Before = len(v.People) == 0 && slices.ContainsFunc(plan.Legs, func(leg alerting.Leg) bool {
		return leg.Audience == a && leg.Level < n && p.answers(leg.Contact, a, l)
	})
	return v
}

// answers reports whether a contact has one of a level's duties.
func (p *schoolPolicy) answers(contact string, a alerting.Audience, l level) bool {
	return slices.ContainsFunc(p.contacts, func(c people.Contact) bool {
		_, asked := asks(l, c)
		return asked && c.Name == contact && c.Audience == a
	})
}

// titleOf is what a contact is called; one that nobody has written down is
// called by its terminal, account or webhook.
func (p *schoolPolicy) titleOf(l alerting.Leg) alerting.Text {
	for _, c := range p.contacts {
		if c.Name == l.Contact && c.Audience == l.Audience && c.Title != (alerting.Text{}) {
			return c.Title
		}
	}
	t := ChannelText(l.Channel)
	return both(t.ZH+" "+l.Recipient, t.EN+" "+l.Recipient)
}
