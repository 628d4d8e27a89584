package notice

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
)

// Release takes a person's command about an incident's notices, and returns
// the incident after it. It fails with alerting.ErrForbidden, ErrConflict,
// ErrInvalid, ErrNotFound, or ErrUnavailable where it can't be stored: then
// nothing goes out.
func (d *Desk) Release(ctx context.Context, incident string, c release.Command) (alerting.Incident, error) {
	return d.ask(ctx, func(ctx context.Context) (alerting.Incident, error) {
		return d.decide(ctx, incident, alerting.Addition{ID: c.ID, Actor: c.By.Actor}, &c)
	})
}

// decide takes one decision; without a command it is the passing of time.
func (d *Desk) decide(ctx context.Context, incident string, a alerting.Addition, c *release.Command) (alerting.Incident, error) {
	m, err := d.matter(ctx, incident)
	if err != nil {
		return alerting.Incident{}, err
	}
	a.Incident, a.Type = incident, alerting.EventNotice
	a.Decide = func(i alerting.Incident, _ []alerting.Event, now time.Time) (*alerting.Beside, error) {
		events, err := m.step(i, c, now)
		if err != nil || len(events) == 0 {
			return nil, err
		}
		row := m.row(i, nil)
		b, err := encode(ofRelease, notices{Mode: i.Mode, Events: events}, said(events, m.about(i), row))
		if err == nil {
			b.Notice = numbered(events, row)
		}
		return b, err
	}
	return d.deps.Engine.Add(ctx, a)
}

// numbered is the number of the notice that the events let go out; 0 where they
// let none out that has one.
func numbered(events []release.Event, row release.State) int {
	before := row.Number
	for _, e := range events {
		row.Apply(e)
	}
	if row.Number == before {
		return 0
	}
	return row.Number
}

func (d *Desk) matter(ctx context.Context, incident string) (matter, error) {
	linked, err := d.linked(ctx, incident)
	return matter{state: *d.seen.Load(), people: d.deps.People(), linked: linked, carries: d.deps.Carries}, err
}

// step is the decision itself, pure.
func (m matter) step(i alerting.Incident, c *release.Command, now time.Time) ([]release.Event, error) {
	sit, schools := m.situation(i), []string(nil)
	row := m.row(i, nil)
	switch {
	case c != nil && c.Verb == release.VerbDraft:
		schools = c.Schools
	case row.Draft != nil:
		schools = row.Draft.Schools
	}
	if c == nil && row.Draft != nil && m.about(i) != i.ID {
		return nil, nil // time works on it where it is about
	}
	row = m.row(i, schools)
	events, err := release.Step(row, release.Input{Situation: sit, Command: c}, now)
	if c == nil {
		return events, err
	}
	if err == nil && len(events) > 0 {
		err = m.allowed(i, sit, row, *c)
	}
	if err == nil && len(events) > 0 {
		err = m.sendable(events)
	}
	if err != nil {
		return nil, plain(sit, row, *c, err)
	}
	return events, nil
}

// allowed is what one incident's step can't see: the notices of the others.
func (m matter) allowed(i alerting.Incident, sit release.Situation, row release.State, c release.Command) error {
	switch c.Verb {
	case release.VerbHold, release.VerbContinue:
		return nil
	case release.VerbDraft:
		if m.stricter(sit, c.Content.Text) {
			return refuse("a linked incident asks for more: draft it there")
		}
		return nil
	}
	draft := row.Draft
	switch {
	case draft == nil:
		return nil
	case m.about(i) != i.ID:
		return refuse("the draft is about another incident of the school: see there")
	case c.Verb == release.VerbWithdraw:
		return nil
	case draft.Number > 0 && draft.Number != row.Number+1:
		return refuse("another notice went out meanwhile: draft it anew")
	case m.stricter(sit, draft.Content.Text):
		return refuse("a linked incident asks for more: draft it there")
	}
	return nil
}

func refuse(reason string) error { return fmt.Errorf("%w: %s", alerting.ErrConflict, reason) }

// plain says a kind about which parents are never told as what it is: nobody's
// right is missing, the matter forbids it.
func plain(sit release.Situation, row release.State, c release.Command, err error) error {
	text := c.Content.Text
	if row.Draft != nil && c.Verb != release.VerbDraft {
		text = row.Draft.Content.Text
	}
	if !errors.Is(err, alerting.ErrForbidden) || c.By.Role != alerting.RoleOfficer || release.RuleOf(sit, text) != release.Never {
		return err
	}
	if sit.Confidential {
		return refuse("a confidential matter never goes out to parents")
	}
	return refuse("no broadcast for this kind: the guardians concerned are called by a person")
}

// said is the decision in words, for the incident's timeline.
func said(events []release.Event, about string, row release.State) alerting.Text {
	e := events[len(events)-1]
	n := 0
	switch {
	case e.Draft != nil:
		n = e.Draft.Number
	case about != "" && row.Draft != nil:
		n = row.Draft.Number
	}
	what := alerting.Text{ZH: "家长通知", EN: "Notice to parents"}
	if n > 0 {
		no := strconv.Itoa(n)
		what = alerting.Text{ZH: "家长通知第" + no + "号", EN: "Notice " + no + " to parents"}
	}
	did := deeds[e.Type]
	return alerting.Text{ZH: what.ZH + "：" + did.ZH, EN: what.EN + ": " + did.EN}
}

var deeds = map[release.EventType]alerting.Text{
	release.EventDrafted:   {ZH: "起草", EN: "drafted"},
	release.EventApproved:  {ZH: "审核通过", EN: "approved"},
	release.EventAgreed:    {ZH: "牵头部门同意", EN: "agreed by the lead authority"},
	release.EventHeld:      {ZH: "暂缓", EN: "held"},
	release.EventContinued: {ZH: "恢复", EN: "let go on"},
	release.EventLapsed:    {ZH: "超时未复核，审核作废", EN: "nobody confirmed in time, the approval lapsed"},
	release.EventWithdrawn: {ZH: "撤回", EN: "withdrawn"},
	release.EventReleased:  {ZH: "发布", EN: "released"},
}
