package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// Signed is not the end. lapse is what did not follow when somebody had taken an
// incident on: the hub reminds, and then escalates again.
type lapse struct {
	Missing []alerting.Missing // empty where all of it has followed since
	of      []alerting.Audience
	renewed bool // escalated again: an audience has to take it on anew
}

// takers are the audiences that take an incident on, in the order in which the
// hub asks them what is missing.
var takers = []alerting.Audience{alerting.Police, alerting.School, alerting.Guards}

// Lapsed is what has not followed by now; nil where nothing is owed, and where
// whoever leads it has never taken it on: that is said first.
func (c card) Lapsed() *lapse {
	if c.Resolved() || c.Mode != devices.Live || (c.Lead == alerting.LeadPolice && c.State == alerting.StateOpen) {
		return nil
	}
	l := lapse{of: c.renewedOf()}
	l.renewed = len(l.of) > 0
	rule := policy.Of(c.people).Clock(c.Incident.School)
	owed := c.Incident
	if l.renewed {
		owed.Renewed = nil // the hub reminds nobody in a renewed round; what is missing is missing all the same
	}
	for _, r := range owed.Reminders(rule) {
		if !r.At.After(c.now) {
			l.add(r)
		}
	}
	if len(l.of) == 0 {
		return nil
	}
	slices.SortFunc(l.Missing, func(a, b alerting.Missing) int {
		return slices.Index(alerting.Missings(), a) - slices.Index(alerting.Missings(), b)
	})
	return &l
}

func (l *lapse) add(r alerting.Reminder) {
	l.Missing = append(l.Missing, r.Missing)
	if !l.renewed && !slices.Contains(l.of, r.Audience) {
		l.of = append(l.of, r.Audience)
	}
}

// renewedOf are the audiences for whom escalation runs again although they had
// taken it on.
func (c card) renewedOf() (out []alerting.Audience) {
	for _, a := range takers {
		if c.InRenewedRound(a) && !c.AcknowledgedBy(a) {
			out = append(out, a)
		}
	}
	return out
}

// Calm reports whether the card asks nobody for anything.
func (c card) Calm() bool { return c.Hushed() || (c.Taken() && c.Lapsed() == nil) }

// LapseLine says it in words: who took it on and when, what has not followed,
// how far it has escalated since. "" where nothing is owed.
func (c card) LapseLine() string {
	l := c.Lapsed()
	if l == nil {
		return ""
	}
	said := []string{c.Say("lapse."+verbOf(l.of[0]), "ago", c.ago(c.last(l.of[0]).At), "who", c.who(c.last(l.of[0]).By))}
	for _, m := range l.Missing {
		said = append(said, c.vocabulary(alerting.MissingText(m)))
	}
	if level := c.level(l); level > 0 {
		said = append(said, c.Say("lapse.level", "n", level))
	} else if l.renewed {
		said = append(said, c.Say("lapse.renewed"))
	}
	return strings.Join(said, c.Say("lapse.and"))
}

// level is how far the escalation has come that began again; 0 before its first.
func (c card) level(l *lapse) (highest int) {
	for _, e := range c.Escalations() {
		if l.renewed && slices.Contains(l.of, e.Audience) {
			highest = max(highest, e.Level)
		}
	}
	return highest
}

// ago is an age in words, coarse enough to stand until the page is next drawn.
func (c card) ago(t time.Time) string {
	return c.Say("way.minutes", "n", max(int(c.now.Sub(t).Minutes()), 1))
}

// owesNext is what comes if nothing follows: the next level, or the reminder;
// nothing to say where no time is set.
func (c card) owesNext() (next, bool) {
	if l := c.Lapsed(); l != nil && l.renewed {
		return c.escalation(), true
	}
	r, at, renew, ok := c.DueReminder(policy.Of(c.people).Clock(c.Incident.School))
	if !ok {
		return next{}, false
	}
	word := "next.reminds"
	if renew {
		word = "next.renews"
	}
	return next{Text: c.Say(word, "what", c.vocabulary(alerting.MissingText(r.Missing))), Until: rfc3339(at), Left: countdown(at.Sub(c.now))}, true
}

// followStep is the act that is missing most, for one button.
type followStep struct{ Code, Name string }

// Step is what the reader can do next about what has not followed; nil where
// there is nothing for one button.
func (c card) Step() *followStep {
	l := c.Lapsed()
	if l == nil {
		return nil
	}
	police := c.Account.Role == alerting.RoleLiaison
	for _, m := range l.Missing {
		switch {
		case m == alerting.MissingDispatch && police:
			return &followStep{string(alerting.ForceSent), c.Say("dispatch.sent")}
		case m == alerting.MissingCallBack && police:
			return &followStep{string(alerting.MissingCallBack), c.Say("step.call-back")}
		case m == alerting.MissingPolice && police:
			return &followStep{string(alerting.PartyPolice), c.Say("step.police")}
		case m == alerting.MissingSchool && !police:
			return &followStep{string(alerting.PartySchool), c.Say("step.school")}
		}
	}
	return nil
}

// Again reports whether the reader's audience had taken it on, and has to do so
// anew.
func (c card) Again() bool { return slices.Contains(c.renewedOf(), c.Account.Role.Audience()) }

// TakeWord is what the button for taking it on says.
func (c card) TakeWord() string {
	if c.Again() {
		return c.Say("take.again")
	}
	return c.Say("take")
}

// lapseSound is what the page sounds like for what has not followed: the
// severity's own sound where it escalates again for the reader's audience, a
// slower one where that is only reminded.
func (c card) lapseSound() string {
	l := c.Lapsed()
	switch {
	case l == nil || !slices.Contains(l.of, c.Account.Role.Audience()):
		return ""
	case l.renewed:
		return c.Group()
	}
	return "reminder"
}

// follow stamps the step of a card's button. Where the reader's audience has to
// take the incident on anew, who did the step does: otherwise the hub would go
// on escalating what is in hand.
func (c *Console) follow(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	done := alerting.Command{ID: strings.TrimSpace(r.PostFormValue("id")), Incident: r.PathValue("id")}
	switch step := r.PostFormValue("step"); step {
	case string(alerting.ForceSent):
		done.Verb, done.Stage = alerting.VerbDispatch, alerting.ForceSent
	case string(alerting.MissingCallBack):
		done.Verb, done.To, done.Reached = alerting.VerbCall, alerting.CallSchool, true
	default:
		done.Verb, done.Party = alerting.VerbArrive, alerting.Party(step)
	}
	back := localPath(r.PostFormValue("return"))
	i, err := c.api.Service().Do(r.Context(), a, done)
	verb := done.Verb
	if err == nil && slices.Contains((card{Incident: i}).renewedOf(), a.Role.Audience()) {
		number, _ := strconv.ParseInt(r.PostFormValue("number"), 10, 64) // 0 is the present one
		verb = alerting.VerbAcknowledge
		_, err = c.api.Service().Do(r.Context(), a, alerting.Command{Incident: i.ID, Verb: verb, Number: max(number, 0)})
	}
	if err == nil {
		http.Redirect(w, r, withNotice(back, "done."+string(done.Verb)), http.StatusSeeOther)
		return
	}
	c.refused(w, r, back, c.wordFor(r, a, verb, err), err)
}
