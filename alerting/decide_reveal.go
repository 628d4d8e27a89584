package alerting

import (
	"slices"
	"strings"
	"time"
)

// Concealment is what those knew of an incident who were cut off when somebody
// made it confidential. Its undoing gives that back, and nothing of what was
// said in confidence since.
type Concealment struct {
	At       time.Time
	Kind     Kind
	Facts    []string
	Verify   Verification
	Verified *Stamp
	Links    []string
	Cancel   *CancelRequest
	// Taken and Reported are how many had taken it on and reported it by then.
	Taken, Reported int
}

// Reveals reports whether a role undoes a concealment: those who answer for an
// incident, and of them only who is named.
func (r Role) Reveals() bool { return r == RoleOfficer || r == RoleLiaison }

// decideReveal undoes a concealment that was a mistake. Those who were cut off
// are told anew what it is, by the plan of that kind; what was found, noted or
// written while it was confidential stays with whoever may read confidential
// incidents. What was confidential from the beginning has cut off nobody.
func decideReveal(cur *Incident, in Input, e Event) ([]Event, error) {
	c, o := *in.Command, in.Opening
	if err := mayReveal(cur, in); err != nil {
		return nil, err
	}
	if c.Kind != "" && (!slices.Contains(Kinds(), c.Kind) || o.Kind != c.Kind) {
		return nil, refuse(ErrInvalid, "kind: %q is none of %v", c.Kind, Kinds())
	}
	if o.Confidential || AlwaysConfidential(o.Kind) {
		return nil, refuse(ErrInvalid, "kind: %s is confidential itself: say what it is", o.Kind)
	}
	if err := checkFacts(c.Facts); err != nil {
		return nil, err
	}
	e.Type, e.Text = EventRevealed, ""
	e.Facts = distinct(c.Facts, func(f string) bool { return !slices.Contains(cur.Concealed.Facts, f) })
	e.Class = &Classification{
		Kind: o.Kind, Name: in.KindName, Severity: graver(cur.Severity, o.Severity), Lead: o.Lead,
		Added: returning(cur, o.Plan.Legs, e.At), Steps: furtherSteps(cur, o.Plan.Steps, e.At),
	}
	return []Event{e}, nil
}

func mayReveal(cur *Incident, in Input) error {
	c := *in.Command
	switch {
	case !c.Actor.Role.Reveals() || !in.Named:
		return refuse(ErrForbidden, "an officer or a liaison who is named for confidential matters undoes a concealment")
	case cur.Resolved():
		return refuse(ErrConflict, "the incident is resolved")
	case !cur.Confidential:
		return refuse(ErrConflict, "the incident is not confidential")
	case cur.Concealed == nil:
		return refuse(ErrConflict, "it was confidential from the beginning: nobody was cut off")
	case strings.TrimSpace(c.Reason) == "":
		return refuse(ErrInvalid, "reason: to undo a concealment needs one")
	}
	return nil
}

// returning are the legs of a plan that the incident has not, and those that
// the concealment took out, whatever the plan says of them now.
func returning(cur *Incident, legs []Leg, now time.Time) []Leg {
	out := additions(cur, legs, now)
	for _, l := range cur.Hushed {
		if legAt(out, l.Key()) < 0 && legAt(cur.Plan.Legs, l.Key()) < 0 {
			out = append(out, l)
		}
	}
	return out
}

// conceal notes what an incident was before an event makes it confidential.
func (i *Incident) conceal(e Event) {
	if i.Confidential || e.Class == nil || !e.Class.Confidential {
		return
	}
	i.Concealed = &Concealment{
		At: e.At, Kind: i.Kind, Facts: i.Facts, Verify: i.Verify, Verified: i.Verified, Links: i.Links,
		Cancel: i.CancelRequested, Taken: len(i.Acknowledgements), Reported: len(i.Reports),
	}
}

// reveal folds the undoing: the incident is what it was, and what of it is said
// now. An audience that was cut off, and of which nobody has taken it on since,
// has to answer anew.
func (i *Incident) reveal(e Event) {
	was, cut := i.Concealed, i.Hushed
	if e.Class == nil || was == nil {
		return
	}
	i.classify(*e.Class, e.At)
	i.Confidential, i.Asked, i.Exposed, i.Hushed, i.Concealed = false, nil, nil, nil, nil
	i.Facts, i.Verify, i.Verified, i.Links = withFacts(was.Facts, e.Facts, nil), was.Verify, was.Verified, was.Links
	if k := i.CancelRequested; k != was.Cancel {
		i.CancelRequested = &CancelRequest{By: k.By, At: k.At}
	}
	i.Reports = slices.Clone(i.Reports)
	for n := was.Reported; n < len(i.Reports); n++ {
		i.Reports[n].Reference = ""
	}
	for _, a := range Audiences() {
		if wasCut := slices.ContainsFunc(cut, func(l Leg) bool { return l.Audience == a }); !wasCut || i.takenSince(a, was.Taken) {
			continue
		}
		i.Revealed = append(slices.Clip(i.Revealed), Renewal{Audience: a, Number: i.Number, At: e.At})
		if a == Police && i.State == StateAcknowledged {
			i.State = StateOpen
		}
	}
}

// takenSince reports whether somebody of an audience took the incident on after
// so many had.
func (i Incident) takenSince(a Audience, taken int) bool {
	return slices.ContainsFunc(i.Acknowledgements[taken:], func(k Acknowledgement) bool { return k.Audience == a })
}

func revealed(e Event) Text {
	t := Text{ZH: "撤销保密：" + e.Reason, EN: "No longer confidential: " + e.Reason}
	if e.Class == nil {
		return t
	}
	t = Text{
		ZH: t.ZH + "；" + Typeset(e.Class.Name.ZH) + "，等级 " + gravityTexts[e.Class.Severity].ZH,
		EN: t.EN + "; " + e.Class.Name.EN + ", " + gravityTexts[e.Class.Severity].EN,
	}
	if len(e.Facts) > 0 {
		f := factList(e.Facts)
		t = Text{ZH: t.ZH + "；" + f.ZH, EN: t.EN + "; " + f.EN}
	}
	return t
}
