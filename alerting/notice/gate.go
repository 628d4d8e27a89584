package notice

import (
	"context"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

// Gate is an incident's notices and head count, for whoever acts on them.
type Gate struct {
	State release.State // since the beginning of the matter's first day
	// About is the incident of the draft: this one, or another of the school.
	About     string
	Rule      string // by the kind, as the policy names it
	Authority release.Authority
	// Wants is what the draft still waits for; nil without a draft of this one.
	Wants *release.Wants
	Sent  []Sent // to the incident's own school, newest first
	Count muster.State
	// Texts are those that can be drafted now.
	Texts []release.TextID
	// HoldingAt is when the hub's own text goes out; zero where none is due.
	HoldingAt time.Time
}

// Gate looks at an incident's notices.
func (d *Desk) Gate(ctx context.Context, i alerting.Incident) (Gate, error) {
	m, err := d.matter(ctx, i.ID)
	if err != nil {
		return Gate{}, err
	}
	g, begin := m.gate(i), m.begin(i)
	for _, s := range d.Sent([]string{i.School}, maxKept) {
		if s.Mode == i.Mode && !s.At.Before(begin) {
			g.Sent = append(g.Sent, s)
		}
	}
	return g, nil
}

// gate is all of it but what is out.
func (m matter) gate(i alerting.Incident) Gate {
	sit, row := m.situation(i), m.row(i, nil)
	g := Gate{
		State: row, About: m.about(i), Rule: ruleOf(sit).String(),
		Authority: release.AuthorityOf(i.Kind), Count: m.count(i), Texts: m.texts(i, sit),
	}
	if dr := row.Draft; dr != nil {
		g.HoldingAt = dr.Due
		if g.About == i.ID {
			w := release.Wanting(sit, *dr)
			g.Wants = &w
		}
	}
	return g
}

// ruleOf is the rule for the texts that the situation has.
func ruleOf(sit release.Situation) release.Rule {
	switch {
	case sit.Stage == release.StageOver:
		return release.RuleOf(sit, release.DrillOver)
	case sit.Mode == devices.Drill:
		return release.RuleOf(sit, release.DrillAhead)
	}
	return release.RuleOf(sit, release.Holding)
}

// texts are those that may be drafted: by the rule, and by where the row
// stands. What is wanting besides is said when somebody drafts.
func (m matter) texts(i alerting.Incident, sit release.Situation) []release.TextID {
	var out []release.TextID
	row := m.row(i, nil)
	for _, t := range release.Texts() {
		if release.RuleOf(sit, t) != release.Never && release.Fits(t, row.Number, i.Mode) && (t != release.AllSafe || m.count(i).Total().AllPresent()) {
			out = append(out, t)
		}
	}
	return out
}

// Preview renders what a draft would be, and stores nothing.
func (d *Desk) Preview(ctx context.Context, i alerting.Incident, c release.Command, now time.Time) (release.Draft, error) {
	m, err := d.matter(ctx, i.ID)
	if err != nil {
		return release.Draft{}, err
	}
	c.Verb, c.ID = release.VerbDraft, ""
	events, err := m.step(i, &c, now)
	switch {
	case err != nil:
		return release.Draft{}, err
	case len(events) == 0: // the same draft lies there already
		return *m.row(i, nil).Draft, nil
	}
	return *events[0].Draft, nil
}
