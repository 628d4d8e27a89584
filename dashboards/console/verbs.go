package console

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// option is one thing to choose; On says that it is so already.
type option struct {
	Code, Name string
	On         bool
}

// Findings are what somebody who looked may say, one tap each. To leave it
// unverified is what happens by itself.
func (d *detail) Findings() []option {
	var out []option
	for _, v := range alerting.Verifications() {
		if v != alerting.Unverified || d.Verified != nil {
			out = append(out, option{string(v), d.Say("verify." + string(v)), d.Verify == v})
		}
	}
	return out
}

// FactOptions are the facts, one tap each; a second tap withdraws one. Those
// that decide who is told come first, and only where the kind asks for them.
func (d *detail) FactOptions() []option {
	var first, rest []option
	asks := policy.Asks(d.people, d.Incident.School, d.Kind)
	for _, f := range alerting.Facts() {
		on := slices.Contains(d.Facts, f)
		o := option{f, d.vocabulary(alerting.FactText(f)), on}
		switch {
		case slices.Contains(asks, policy.Fact(f)):
			first = append(first, o)
		case on || !slices.Contains(deciding(), f):
			rest = append(rest, o)
		}
	}
	return append(first, rest...)
}

// KnownOptions are the facts that may be said together with a kind: those that
// decide who is told of any, and are not said yet.
func (d *detail) KnownOptions() []option {
	var out []option
	for _, f := range deciding() {
		if !slices.Contains(d.Facts, f) {
			out = append(out, option{Code: f, Name: d.vocabulary(alerting.FactText(f))})
		}
	}
	return out
}

// deciding are the facts of the list that a policy may name.
func deciding() []string {
	var out []string
	for _, f := range policy.FactsOf(alerting.Facts()) {
		out = append(out, string(f))
	}
	return out
}

// FactLine is the facts in words, for the card.
func (c card) FactLine() string {
	line := ""
	for k, f := range c.Facts {
		if k > 0 {
			line += c.Say("list.comma")
		}
		line += c.vocabulary(alerting.FactText(f))
	}
	return line
}

// KindOptions are the kinds to choose from.
func (d *detail) KindOptions() []option {
	var out []option
	for _, k := range alerting.Kinds() {
		out = append(out, option{string(k), d.vocabulary(policy.KindText(k)), k == d.Kind})
	}
	return out
}

// SeverityOptions are the severities that the reader may set: graver ones, and
// for the lead all others.
func (d *detail) SeverityOptions() []option {
	var out []option
	for _, s := range []alerting.Severity{alerting.Critical, alerting.High, alerting.Low} {
		if s.Rank() > d.Severity.Rank() || (d.Leads() && s != d.Severity) {
			out = append(out, option{Code: string(s), Name: d.vocabulary(policy.SeverityText(s))})
		}
	}
	return out
}

// ReferOptions are the audiences that the reader may have told; none for whoever
// does not decide that.
func (d *detail) ReferOptions() []option {
	if d.Resolved() || d.Mode == devices.Test || d.StandsIn() || !d.Account.Role.Refers() {
		return nil
	}
	var out []option
	for _, a := range policy.Of(d.people).Referable(d.Incident) {
		out = append(out, option{Code: string(a), Name: d.Say("audience." + string(a))})
	}
	return out
}

// ReferredLines say who had whom told, and when.
func (d *detail) ReferredLines() []string {
	var out []string
	for _, r := range d.Referred {
		out = append(out, d.Say("refer.stamp", "time", d.timeOf(r.At, d.Incident.School), "role", d.Say("role."+string(r.Role)), "who", d.Say("audience."+string(r.Audience))))
	}
	return out
}

// MayDispatch reports whether the reader sends the force.
func (d *detail) MayDispatch() bool {
	return !d.Resolved() && d.Account.Role == alerting.RoleLiaison
}

// Stages are the stages of a dispatch and when each was stamped.
func (d *detail) Stages() []stampLine {
	var out []stampLine
	for _, s := range alerting.DispatchStages() {
		line := stampLine{Code: string(s), Name: d.Say("dispatch." + string(s))}
		for _, k := range d.Dispatched {
			if k.Stage == s {
				line.At = d.timeOf(k.At, d.Incident.School)
			}
		}
		out = append(out, line)
	}
	return out
}

// stampLine is something that is stamped once, and when it was.
type stampLine struct{ Code, Name, At string }

// MayDeclareReal reports whether this is a drill, that somebody may say is
// none.
func (d *detail) MayDeclareReal() bool { return d.Mode == devices.Drill }

// firstCalls is whom to telephone first: for the police the school, then the
// numbers that the policy asks for.
func (d *detail) firstCalls() (out []alerting.Callee) {
	if d.mayCallBack() {
		out = append(out, alerting.CallSchool)
	}
	for _, number := range policy.Of(d.people).Calls(d.Incident) {
		out = append(out, alerting.Callee(number))
	}
	return out
}

// callLine is a number to call, or a guardian, and the stamps of it.
type callLine struct {
	Code, Name string // no code: it is not stamped
	Number     string // "" for a guardian: that number is not the hub's to know
	Stamps     []string
	CommandID  string
}

// callRow is a call's line together with its incident, for its form.
type callRow struct {
	Detail *detail
	callLine
}

func withDetail(d *detail, l callLine) callRow { return callRow{d, l} }

// FirstCalls are the numbers that the kind asks for, and any that was called.
func (d *detail) FirstCalls() []callLine {
	first := d.firstCalls()
	return d.calls(first, func(to alerting.Callee, l callLine) bool {
		return slices.Contains(first, to) || len(l.Stamps) > 0
	})
}

// OtherCalls are the rest.
func (d *detail) OtherCalls() []callLine {
	first := d.firstCalls()
	return d.calls(first, func(to alerting.Callee, l callLine) bool {
		return !slices.Contains(first, to) && len(l.Stamps) == 0
	})
}

func (d *detail) calls(first []alerting.Callee, choose func(alerting.Callee, callLine) bool) []callLine {
	order := append(slices.Clone(first), slices.DeleteFunc(alerting.Callees(), func(c alerting.Callee) bool {
		return slices.Contains(first, c)
	})...)
	var out []callLine
	for _, to := range order {
		if (to == alerting.CallSchool && !d.mayCallBack()) || passedOn(to) {
			continue
		}
		l := d.callLine(to)
		for _, k := range d.Calls {
			if k.To == to {
				l.Stamps = append(l.Stamps, d.callStamp(k))
			}
		}
		if choose(to, l) {
			out = append(out, l)
		}
	}
	return out
}

// callLine is a callee without stamps. A number of the policy's own that is none
// of the known ones can be called, and is not stamped.
func (d *detail) callLine(to alerting.Callee) callLine {
	if !slices.Contains(alerting.Callees(), to) {
		return callLine{Name: string(to), Number: string(to)}
	}
	l := callLine{Code: string(to), Name: d.Say("call." + string(to)), Number: string(to), CommandID: d.CommandID()}
	switch to {
	case alerting.CallGuardian:
		l.Number = ""
	case alerting.CallSchool:
		l.Number = d.callback()
	}
	return l
}

// mayCallBack reports whether the reader is the one who calls the school back:
// the police, and not while a ringing telephone would give somebody away.
func (d *detail) mayCallBack() bool {
	return d.Account.Role == alerting.RoleLiaison && d.callback() != "" && (!d.Silent || d.Resolved())
}

func (d *detail) callStamp(k alerting.Call) string {
	key := "call.stamp.missed"
	if k.Reached {
		key = "call.stamp.reached"
	}
	return d.Say(key, "time", d.timeOf(k.At, d.Incident.School), "role", d.Say("role."+string(k.Role)))
}

// linkLine is an incident that this one is, or may be, shown together with.
type linkLine struct{ ID, Name string }

// LinkLines are the linked ones. What the reader may not see, or is closed,
// is named by the beginning of its id.
func (d *detail) LinkLines() []linkLine {
	var out []linkLine
	for _, id := range d.Links {
		out = append(out, linkLine{id, d.nameOf(id)})
	}
	return out
}

// LinkChoices are the other open incidents of the school.
func (d *detail) LinkChoices() []linkLine {
	var out []linkLine
	for _, i := range d.Near {
		if i.ID != d.ID && i.School == d.Incident.School && i.Confidential == d.Confidential && !slices.Contains(d.Links, i.ID) {
			out = append(out, linkLine{i.ID, d.nameOf(i.ID)})
		}
	}
	return out
}

func (d *detail) nameOf(id string) string {
	for _, i := range d.Near {
		if i.ID == id {
			c := card{page: d.page, Incident: i}
			return c.PlaceName() + " · " + c.KindName() + " · " + d.timeOf(c.Pressed(), i.School)
		}
	}
	return d.Say("link.closed", "id", id[:min(len(id), 8)])
}
