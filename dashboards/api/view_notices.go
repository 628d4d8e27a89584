package api

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/release"
)

// ParentNotice is a notice as parents have it. It is all that a parent ever
// sees.
type ParentNotice struct {
	ID       string        `json:"id"`
	School   string        `json:"school"`
	Number   int           `json:"number" doc:"0 where the text has none."`
	Replaces int           `json:"replaces" doc:"The number that this one replaces, 0 for none."`
	Mode     string        `json:"mode" enum:"live,drill,test"`
	Text     alerting.Text `json:"text"`
	At       string        `json:"at" format:"date-time"`
	Replaced bool          `json:"replaced" doc:"A later number is out."`
}

func viewSent(s notice.Sent) ParentNotice {
	return ParentNotice{
		ID: s.ID, School: s.School, Number: s.Number, Replaces: s.Replaces(), Mode: string(s.Mode),
		Text: s.Text, At: stamp(s.At), Replaced: s.Replaced,
	}
}

// ReleaseGate is an incident's notices for whoever acts on them.
type ReleaseGate struct {
	Rule      string          `json:"rule" enum:"R0,R1,R2,R3"`
	Authority string          `json:"authority" enum:"police,fire-service"`
	Number    int             `json:"number" doc:"The number that the school's parents have read last."`
	Draft     *ReleaseDraft   `json:"draft"`
	Held      *ReleaseHold    `json:"held"`
	Texts     []string        `json:"texts" nullable:"false" doc:"The texts that can be drafted now."`
	Sent      []ReleaseSent   `json:"sent" nullable:"false" doc:"Newest first."`
	Count     *HeadCountTotal `json:"count"`
}

// ReleaseDraft is a notice that is not out.
type ReleaseDraft struct {
	Incident  string            `json:"incident" doc:"What it is about: this incident, or another of the school."`
	Number    int               `json:"number"`
	Text      string            `json:"text" doc:"The id of the text."`
	Hash      string            `json:"hash" doc:"Approve, agree and release name it: of the text that was seen."`
	By        string            `json:"by"`
	At        string            `json:"at" format:"date-time"`
	Rendered  []ReleaseRendered `json:"rendered" nullable:"false" doc:"Exactly what goes out, for each school."`
	Approvals []string          `json:"approvals" nullable:"false"`
	Agreed    string            `json:"agreed" doc:"Who signed for the lead authority, or wrote its word down."`
	Due       *string           `json:"due" format:"date-time" doc:"When the hub's own holding text goes out."`
	// Wants is what it waits for; null where it is about another incident.
	Wants *ReleaseWants `json:"wants"`
}

// ReleaseRendered is one school's text.
type ReleaseRendered struct {
	School string        `json:"school"`
	Text   alerting.Text `json:"text"`
}

// ReleaseWants is what a draft waits for.
type ReleaseWants struct {
	Approvals int    `json:"approvals"`
	Agreement string `json:"agreement"`
}

// ReleaseHold keeps everything back.
type ReleaseHold struct {
	By     string `json:"by"`
	At     string `json:"at" format:"date-time"`
	Reason string `json:"reason"`
}

// ReleaseSent is a notice that is out, and how far it got.
type ReleaseSent struct {
	ParentNotice
	Figures []ReleaseFigure `json:"figures" nullable:"false"`
}

// ReleaseFigure is how far a notice got over one channel.
type ReleaseFigure struct {
	Channel string  `json:"channel"`
	Total   int     `json:"total"`
	Handed  int     `json:"handed"`
	Failed  int     `json:"failed"`
	Start   string  `json:"start" format:"date-time"`
	First   *string `json:"first" format:"date-time" doc:"When the first was handed."`
	Most    *string `json:"most" format:"date-time" doc:"When 99 % were handed."`
	Done    *string `json:"done" format:"date-time"`
	Ended   string  `json:"ended" doc:"Why the rest is not told: replaced, expired, no gateway; empty else."`
}

// HeadCount is a head count: to staff of their own classes.
type HeadCount struct {
	ID      string           `json:"id"`
	School  string           `json:"school"`
	At      string           `json:"started_at" format:"date-time"`
	Classes []HeadCountClass `json:"classes" nullable:"false"`
	Total   HeadCountTotal   `json:"total" doc:"Of the classes listed."`
}

// HeadCountClass is one class and its latest figures; null before the first.
type HeadCountClass struct {
	ID       string  `json:"id"`
	Roll     int     `json:"roll"`
	Expected *int    `json:"expected"`
	Present  *int    `json:"present"`
	Missing  *int    `json:"missing"`
	Reported *string `json:"reported_at" format:"date-time"`
	Reason   string  `json:"reason,omitempty" enum:"leave,left,elsewhere,roll" doc:"Why fewer are expected than the roll has."`
}

// HeadCountTotal is a count in figures.
type HeadCountTotal struct {
	Classes   int  `json:"classes"`
	Reported  int  `json:"reported"`
	Expected  int  `json:"expected"`
	Present   int  `json:"present"`
	Missing   int  `json:"missing"`
	Uncounted int  `json:"uncounted"`
	OffRoll   int  `json:"off_roll"`
	Complete  bool `json:"complete"`
}

func viewGate(g notice.Gate, figures func(string) []notice.Figure) ReleaseGate {
	v := ReleaseGate{
		Rule: g.Rule, Authority: string(g.Authority), Number: g.State.Number,
		Texts: mapped(g.Texts, func(t release.TextID) string { return string(t) }),
		Sent: mapped(g.Sent, func(s notice.Sent) ReleaseSent {
			return ReleaseSent{ParentNotice: viewSent(s), Figures: mapped(figures(s.ID), viewFigure)}
		}),
	}
	if d := g.State.Draft; d != nil {
		draft := viewDraft(*d, g.About)
		if g.Wants != nil {
			draft.Wants = &ReleaseWants{Approvals: g.Wants.Approvals, Agreement: string(g.Wants.Agreement)}
		}
		v.Draft = &draft
	}
	if h := g.State.Held; h != nil {
		v.Held = &ReleaseHold{By: h.By.Name, At: stamp(h.At), Reason: h.Reason}
	}
	if !g.Count.StartedAt.IsZero() {
		total := HeadCountTotal(g.Count.Total())
		v.Count = &total
	}
	return v
}

func viewDraft(d release.Draft, about string) ReleaseDraft {
	v := ReleaseDraft{
		Incident: about, Number: d.Number, Text: string(d.Content.Text), Hash: d.Hash, By: d.By.Name, At: stamp(d.At),
		Rendered:  mapped(d.Rendered, func(r release.Rendered) ReleaseRendered { return ReleaseRendered(r) }),
		Approvals: mapped(d.Approvals, func(k release.Approval) string { return k.By.Name }),
		Due:       stampUnlessZero(d.Due),
	}
	if d.Agreement != nil {
		v.Agreed = d.Agreement.By.Name
	}
	return v
}

func viewFigure(f notice.Figure) ReleaseFigure {
	return ReleaseFigure{
		Channel: string(f.Channel), Total: f.Total, Handed: f.Handed, Failed: f.Failed, Start: stamp(f.Start),
		First: stampUnlessZero(f.First), Most: stampUnlessZero(f.Most), Done: stampUnlessZero(f.Done), Ended: f.Ended,
	}
}

func viewCount(s muster.State) HeadCount {
	return HeadCount{
		ID: s.ID, School: s.School, At: stamp(s.StartedAt), Total: HeadCountTotal(s.Total()),
		Classes: mapped(s.Classes, func(r muster.Row) HeadCountClass {
			c := HeadCountClass{ID: r.ID, Roll: r.Roll}
			if k, ok := r.Latest(); ok {
				c.Expected, c.Present, c.Missing, c.Reported = &k.Expected, &k.Present, &k.Missing, stampUnlessZero(k.At)
				c.Reason = string(k.Reason)
			}
			return c
		}),
	}
}

func stampUnlessZero(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
}
