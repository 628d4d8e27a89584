package alerting

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/campushub/devices"
)

// Missing is what should have followed an acknowledgement and has not.
type Missing string

// Signed is not the end: what is waited for after it.
const (
	MissingDispatch Missing = "dispatch" // no force was sent
	MissingPolice   Missing = "police"   // no police on site by the clock's police mark
	MissingSchool   Missing = "school"   // nobody of the school on site by the first mark
	// MissingCallBack is that whoever signed has not called the school back.
	MissingCallBack Missing = "call-back"
)

// Missings lists them, in the order in which somebody does something about them.
func Missings() []Missing {
	return []Missing{MissingDispatch, MissingCallBack, MissingPolice, MissingSchool}
}

var missingTexts = map[Missing]Text{
	MissingDispatch: {ZH: "尚未派警", EN: "no force sent yet"},
	MissingPolice:   {ZH: "民警尚未到场", EN: "police not on site yet"},
	MissingSchool:   {ZH: "校内人员尚未到场", EN: "nobody of the school on site yet"},
	MissingCallBack: {ZH: "尚未回拨学校", EN: "school not called back yet"},
}

// asOne is what is missing at one moment, as one.
func asOne(all []Missing) Missing {
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = string(m)
	}
	return Missing(strings.Join(out, ","))
}

// Each is what was put together.
func (m Missing) Each() []Missing {
	var out []Missing
	for one := range strings.SplitSeq(string(m), ",") {
		out = append(out, Missing(one))
	}
	return out
}

// MissingText says in words what has not followed.
func MissingText(m Missing) Text {
	var out Text
	for i, one := range m.Each() {
		t := missingTexts[one]
		if i > 0 {
			t = Text{ZH: out.ZH + "、" + t.ZH, EN: out.EN + ", " + t.EN}
		}
		out = t
	}
	return out
}

// remindAfter is how long after signing a force should be sent, and how long
// after the reminder the incident escalates again, where a policy says nothing:
// for a critical incident. A high one has twice all of these times, a low one
// none.
const remindAfter = time.Minute

// callBackAfter is how long after signing the police call back, where a policy
// says nothing.
const callBackAfter = time.Minute

// Reminder says what is missing, when whoever signed is to be reminded of it,
// and when the incident escalates again if it is still missing then; a zero
// Escalate is never.
type Reminder struct {
	Missing  Missing
	Audience Audience // who signed, or took it on
	By       string
	At       time.Time
	Escalate time.Time
}

// Reminders are what is missing of a live, unresolved incident that somebody
// has taken on, the most pressing first. They are due whether or not their
// time has come: the caller compares, acts once for each, and asks again after
// every event. None is due before somebody took it on: until then escalation
// runs by itself.
func (i Incident) Reminders(r ClockRule) []Reminder {
	times := i.slower()
	if len(i.Acknowledgements) == 0 || times == 0 || i.Resolved() || i.Mode != devices.Live {
		return nil
	}
	p := patience{marks: r.Marks(i.Kind), times: times, remind: longer(r.remind(), times)}
	out := slices.Concat(i.policeMissing(p), i.callBackMissing(r), i.schoolMissing(p))
	slices.SortStableFunc(out, func(a, b Reminder) int { return a.At.Compare(b.At) })
	return out
}

// patience is how long whoever signed an incident has.
type patience struct {
	marks  []Mark
	times  int           // by how much the marks' targets are longer
	remind time.Duration // after signing, and after a reminder
}

// policeMissing is what should have followed the police's signature: where the
// clock expects the police, and a force alone where a kind has no clock at all and
// is critical, or violence goes on.
func (i Incident) policeMissing(p patience) []Reminder {
	signed, ok := i.signature(Police)
	target := targetOf(p.marks, PartyPolice)
	unclocked := len(p.marks) == 0 && (i.Severity == Critical || slices.Contains(i.Facts, FactViolence))
	if _, there := i.Arrival(PartyPolice); there || !ok || (target == 0 && !unclocked) {
		return nil
	}
	var out []Reminder
	if len(i.Dispatched) == 0 {
		out = append(out, p.reminder(MissingDispatch, signed, signed.At.Add(p.remind)))
	}
	if unclocked {
		return out
	}
	return append(out, p.reminder(MissingPolice, signed, i.BegunAt().Add(longer(target, p.times))))
}

// callBackMissing is the call to the school that should have followed the
// police's signature, whatever the severity: not of a silent alarm, which a
// ringing telephone would give away, and not once the police are there. A call
// that nobody answered was made, and its stamp says so.
func (i Incident) callBackMissing(r ClockRule) []Reminder {
	signed, ok := i.signature(Police)
	if _, there := i.Arrival(PartyPolice); there || !ok || i.Silent || r.CallBack < 0 {
		return nil
	}
	called := slices.ContainsFunc(i.Calls, func(c Call) bool {
		return c.To == CallSchool && c.Role == RoleLiaison && !c.At.Before(i.RoundAt)
	})
	if called {
		return nil
	}
	return []Reminder{{Missing: MissingCallBack, Audience: Police, By: signed.By, At: signed.At.Add(cmp.Or(r.CallBack, callBackAfter))}}
}

// schoolMissing is what should have followed when anybody took it on.
func (i Incident) schoolMissing(p patience) []Reminder {
	taken, ok := i.signature(Police, School, Guards)
	target := targetOf(p.marks, PartySchool)
	if _, there := i.Arrival(PartySchool); there || !ok || target == 0 {
		return nil
	}
	return []Reminder{p.reminder(MissingSchool, taken, i.BegunAt().Add(longer(target, p.times)))}
}

// reminder leaves whoever signed after a mark the time that a prompt signature
// leaves: nobody is reminded in the moment of signing.
func (p patience) reminder(m Missing, k Acknowledgement, at time.Time) Reminder {
	if !at.After(k.At) {
		at = k.At.Add(p.remind)
	}
	return Reminder{Missing: m, Audience: k.Audience, By: k.By, At: at, Escalate: at.Add(p.remind)}
}

func longer(d time.Duration, times int) time.Duration { return time.Duration(times) * d }

// Reminded notes that a reminder was given in a round of its audience.
type Reminded struct {
	Missing Missing
	Round   int64
}

// Renewal notes that an audience's escalation began again although somebody
// had taken the incident on.
type Renewal struct {
	Audience Audience
	Number   int64
	At       time.Time
}

// RoundOf is the number with which an audience's present round began: whoever
// takes the incident on must have seen it, or a later one.
func (i Incident) RoundOf(a Audience) int64 {
	number, _ := i.roundOf(a)
	return number
}

// InRenewedRound reports whether an audience's present round began because
// nothing followed a signature, and not with a press.
func (i Incident) InRenewedRound(a Audience) bool {
	number := i.RoundOf(a)
	return slices.ContainsFunc(i.Renewed, func(r Renewal) bool { return r.Audience == a && r.Number == number })
}

func (i Incident) roundStart(a Audience) time.Time {
	_, at := i.roundOf(a)
	return at
}

func (i Incident) roundOf(a Audience) (number int64, at time.Time) {
	number, at = i.Round, i.RoundAt
	for _, more := range [...][]Renewal{i.Renewed, i.Revealed} {
		for _, r := range more {
			if r.Audience == a && r.Number > number {
				number, at = r.Number, r.At
			}
		}
	}
	return number, at
}

// DueReminder is the next reminder, or the renewal after one that changed
// nothing, and when it is due; ok is false where nothing is.
func (i Incident) DueReminder(rule ClockRule) (next Reminder, due time.Time, renew, ok bool) {
	for _, r := range i.Reminders(rule) {
		at, again := r.At, i.wasReminded(r)
		switch {
		case again && r.Escalate.IsZero():
			continue
		case again:
			at = r.Escalate
		}
		if !ok || at.Before(due) {
			next, due, renew, ok = r, at, again, true
		}
	}
	return next, due, renew, ok
}

// DueTogether is what whoever is reminded now is to do, all of it: two messages
// in the same moment would be one that nobody read.
func (i Incident) DueTogether(rule ClockRule, next Reminder, now time.Time) Missing {
	all := []Missing{next.Missing}
	for _, r := range i.Reminders(rule) {
		if r.Missing != next.Missing && r.Audience == next.Audience && !r.At.After(now) && !i.wasReminded(r) {
			all = append(all, r.Missing)
		}
	}
	return asOne(all)
}

func (i Incident) wasReminded(r Reminder) bool {
	return slices.Contains(i.Reminded, Reminded{Missing: r.Missing, Round: i.RoundOf(r.Audience)})
}

// slower is by how much all times of the rule are longer; 0 where nothing is
// ever due.
func (i Incident) slower() int {
	switch i.Severity {
	case Critical:
		return 1
	case High:
		return 2
	}
	return 0
}

// signature is the first acknowledgement of the present round by the first of
// the audiences that has one.
func (i Incident) signature(by ...Audience) (Acknowledgement, bool) {
	for _, a := range by {
		at := slices.IndexFunc(i.Acknowledgements, func(k Acknowledgement) bool { return k.Audience == a && k.Number >= i.RoundOf(a) })
		if at >= 0 {
			return i.Acknowledgements[at], true
		}
	}
	return Acknowledgement{}, false
}

// targetOf is the target of a party's mark; 0 where it has none.
func targetOf(marks []Mark, p Party) time.Duration {
	at := slices.IndexFunc(marks, func(m Mark) bool { return m.Party == p })
	if at < 0 {
		return 0
	}
	return marks[at].Target
}
