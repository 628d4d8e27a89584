package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/trial"
	"example.org/campushub/dashboards/api"
)

// trialReasons are why a way is tested, as the page offers them.
var trialReasons = []string{"routine", "changed", "repaired", "drill"}

var trialRefusals = refusals{
	conflict: "refused.trial.conflict", none: "refused.trial.none", invalid: "refused.trial.invalid", forbidden: "refused.forbidden",
}

// peoplePage is whom the alarms of a school reach, with a test of each way.
type peoplePage struct {
	*page
	api.Folk
	Schools []string
	Groups  []folkGroup
}

// folkGroup is one audience of the reader's side.
type folkGroup struct {
	Audience alerting.Audience
	People   []folkRow
}

// folkRow is somebody who is told.
type folkRow struct {
	*peoplePage
	api.Person
}

// wayRow is one way to them.
type wayRow struct {
	*peoplePage
	api.Way
}

// Invites reports whether the reader looks after what parents subscribe with.
func (p *page) Invites() bool { return p.invites }

// HasFolk reports whether the reader looks after whom alarms reach.
func (p *page) HasFolk() bool { return p.folk }

func (c *Console) folk(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &peoplePage{page: c.newPage(r, a)}
	var err error
	if p.Folk, err = c.api.Service().Folk(a, r.URL.Query().Get("school"), p.now); err != nil {
		c.failed(w, r, err)
		return
	}
	p.Schools = slices.Sorted(slices.Values(a.Schools))
	p.Title, p.Renew = p.Say("people"), renewS
	for _, audience := range alerting.Audiences() {
		g := folkGroup{Audience: audience}
		for _, one := range p.Folk.People {
			if one.Audience == audience {
				g.People = append(g.People, folkRow{p, one})
			}
		}
		if len(g.People) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	c.render(w, http.StatusOK, "people", p)
}

// try tests a way, and leads back to it.
func (c *Console) try(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	school, way, now := r.PostFormValue("school"), r.PostFormValue("way"), time.Now()
	back := "/people?" + url.Values{"school": {school}}.Encode()
	leg, ok := legOf(way)
	form, err := uuid.Parse(r.PostFormValue("id"))
	if !ok || err != nil {
		c.done(w, r, back, "", trialRefusals, alerting.ErrInvalid)
		return
	}
	_, err = c.api.Service().Try(r.Context(), a, trial.Trial{
		ID:     uuid.NewSHA1(form, []byte(way)).String(), // one form has a button a way
		School: school, Leg: leg, Reason: r.PostFormValue("reason"),
	}, now)
	var wait *trial.WaitError
	switch {
	case errors.As(err, &wait) && wait.School:
		c.refused(w, r, back, "refused.trial.school", err)
	case errors.As(err, &wait):
		c.refused(w, r, back, "refused.trial.way", err)
	case err == nil: // the way itself says what comes of it
		http.Redirect(w, r, back+"#"+wayID(leg), http.StatusSeeOther)
	default:
		c.done(w, r, back, "", trialRefusals, err)
	}
}

// legOf reads what wayOf writes.
func legOf(s string) (alerting.LegKey, bool) {
	parts := strings.SplitN(s, "/", 3)
	if len(parts) != 3 {
		return alerting.LegKey{}, false
	}
	return alerting.LegKey{Audience: alerting.Audience(parts[0]), Channel: alerting.Channel(parts[1]), Recipient: parts[2]}, true
}

// wayOf is a way as a form names it.
func wayOf(k alerting.LegKey) string {
	return string(k.Audience) + "/" + string(k.Channel) + "/" + k.Recipient
}

// wayID is its id on the page.
func wayID(k alerting.LegKey) string {
	return "way-" + uuid.NewSHA1(uuid.NameSpaceOID, []byte(wayOf(k))).String()[:13]
}

// NameOf is what a school is called.
func (p *peoplePage) NameOf(school string) string { return p.schoolName(school) }

// NewID is the form's.
func (p *peoplePage) NewID() string { return uuid.NewString() }

// Reasons are why a way is tested.
func (p *peoplePage) Reasons() []option {
	var out []option
	for _, code := range trialReasons {
		out = append(out, option{Code: code, Name: p.Say("people.reason." + code)})
	}
	return out
}

// ReasonName is why one was tested: one of these, or somebody's own words.
func (p *peoplePage) ReasonName(reason string) string {
	if slices.Contains(trialReasons, reason) {
		return p.Say("people.reason." + reason)
	}
	return reason
}

// Blocked is why nothing is tested now; "" where it is.
func (p *peoplePage) Blocked() string {
	switch {
	case p.Examination:
		return p.Say("people.examination")
	case p.Alarm:
		return p.Say("people.alarm")
	}
	return ""
}

// receiptWithin is for how long a receipt of a test is waited for, before it is
// looked for as rarely as all else.
const receiptWithin = 30 * time.Second

// Soon reports whether a test is under way, whose end the reader waits for.
func (p *peoplePage) Soon() bool {
	return slices.ContainsFunc(p.Trials, func(t trial.Trial) bool {
		return t.UnderWay() || t.State == alerting.Handed && p.now.Sub(t.At) < receiptWithin
	})
}

// Lacking are the audiences that somebody has to look after.
func (p *peoplePage) Lacking() []api.Side {
	return slices.DeleteFunc(slices.Clone(p.Sides), func(s api.Side) bool { return s.Verdict != api.SideNobody && s.Verdict != api.SideFew })
}

// Calm are the others.
func (p *peoplePage) Calm() []api.Side {
	return slices.DeleteFunc(slices.Clone(p.Sides), func(s api.Side) bool { return s.Verdict == api.SideNobody || s.Verdict == api.SideFew })
}

// SideName is an audience in words.
func (p *peoplePage) SideName(a alerting.Audience) string { return p.Say("audience." + string(a)) }

// SideLine is how an audience stands.
func (p *peoplePage) SideLine(s api.Side) string {
	if s.Verdict == api.SideUnset {
		return p.Say("people.side.unset")
	}
	if s.Ready == 0 {
		return p.Say("people.side.nobody", "n", s.People)
	}
	var vias []string
	for _, v := range s.Vias {
		vias = append(vias, p.Say("people.via."+string(v)))
	}
	return p.Say("people.side", "ready", s.Ready, "n", s.People, "paths", strings.Join(vias, p.Say("list.comma")))
}

// Todo is what to do about an audience that lacks somebody.
func (p *peoplePage) Todo(s api.Side) string {
	return p.Say("people.todo." + string(s.Verdict) + "." + string(s.Audience))
}

// Who is how somebody is called: by the role, else by the name of the terminal,
// the page or the webhook.
func (f folkRow) Who() string {
	if title := f.Text(f.Person.Title); title != "" {
		return title
	}
	if _, name, own := strings.Cut(f.Name, "/"); own {
		return f.Say("channel."+string(f.Person.Ways[0].Leg.Channel)) + " " + name
	}
	return f.Name
}

// Beside is the contact's own name beside its title.
func (f folkRow) Beside() string {
	if f.Text(f.Person.Title) == "" {
		return ""
	}
	return f.Name
}

// DutyLine lists what they answer for.
func (f folkRow) DutyLine() string {
	var out []string
	for _, d := range f.Duties {
		out = append(out, f.Text(d.Title()))
	}
	return strings.Join(out, f.Say("list.comma"))
}

// AwayWord is why they are passed over now; "" where they are not.
func (f folkRow) AwayWord() string {
	switch {
	case f.OnLeave:
		return f.Say("people.leave")
	case f.OffShift:
		return f.Say("people.off")
	}
	return ""
}

// WayRows are the ways to them, the best first.
func (f folkRow) WayRows() []wayRow {
	var out []wayRow
	for _, w := range f.Person.Ways {
		out = append(out, wayRow{f.peoplePage, w})
	}
	return out
}

// ID is the row's.
func (w wayRow) ID() string { return wayID(w.Leg) }

// Value names it in the form.
func (w wayRow) Value() string { return wayOf(w.Leg) }

// ChannelName is the channel in words.
func (w wayRow) ChannelName() string { return w.Say("channel." + string(w.Leg.Channel)) }

// ViaName is what it runs over.
func (w wayRow) ViaName() string { return w.Say("people.via." + string(w.Via)) }

// Fails reports whether somebody should look. That a page is closed is nothing
// to look at.
func (w wayRow) Fails() bool {
	return w.State == api.WayFails && w.Leg.Channel != alerting.ChannelConsole
}

// StateWord is how it stands now.
func (w wayRow) StateWord() string {
	switch w.Leg.Channel {
	case alerting.ChannelMQTT, alerting.ChannelConsole:
		return w.Say("people.state." + string(w.Leg.Channel) + "." + string(w.State))
	}
	return w.Say("people.state." + string(w.State))
}

// SeenLine is when it last worked, and by what.
func (w wayRow) SeenLine() string { return w.seen(w.Sign) }

func (p *peoplePage) seen(s trial.Sign) string {
	if s.WorkedAt.IsZero() {
		return p.Say("people.never")
	}
	return p.Say("people.worked", "age", p.agoOf(s.WorkedAt), "how", p.Say("delivery."+string(s.Reached)), "by", p.Say("people.by."+string(s.WorkedBy)))
}

// agoOf is an age in words, coarse enough to stand until the page is next drawn.
func (p *peoplePage) agoOf(t time.Time) string {
	switch age := max(p.now.Sub(t), 0); {
	case age < time.Minute:
		return p.Say("way.seconds", "n", int(age.Seconds()))
	case age < 2*time.Hour:
		return p.Say("way.minutes", "n", int(age.Minutes()))
	case age < 48*time.Hour:
		return p.Say("people.hours", "n", int(age.Hours()))
	}
	return p.Say("people.days", "n", int(p.now.Sub(t).Hours()/24))
}

// NoTest is why a way has no test of its own; "" where it has one.
func (w wayRow) NoTest() string {
	if w.Untestable == trial.Testable {
		return ""
	}
	return w.Say("people.untestable." + string(w.Untestable))
}

// TestLabel says what the button does, to whom.
func (w wayRow) TestLabel() string {
	return w.Say("people.test.label", "channel", w.ChannelName(), "who", w.Leg.Recipient)
}

// Outcome is what has come of the latest test; nil where none is remembered.
func (w wayRow) Outcome() *outcomeLine {
	if w.Trial == nil {
		return nil
	}
	return w.outcomeOf(*w.Trial)
}

// outcomeLine is what has come of a test.
type outcomeLine struct {
	Text, Why string // Why is what the hub, or the far side, says of it
	State     alerting.DeliveryState
	Warn      bool
}

func (p *peoplePage) outcomeOf(t trial.Trial) *outcomeLine {
	out := &outcomeLine{Why: p.Text(alerting.ReasonText(t.Why)), State: t.State, Warn: t.State == alerting.Failed}
	at := t.At.In(p.zoneOf(t.School))
	when := at.Format(time.TimeOnly)
	if !sameDay(at, p.now.In(p.zoneOf(t.School))) {
		when = at.Format("2006-01-02 15:04")
	}
	out.Text = p.Say("people.result."+string(t.State), "time", when, "by", t.By, "took", tookOf(t))
	return out
}

// tookOf is how long a test took, in seconds: hundredths of the first one, then
// tenths.
func tookOf(t trial.Trial) string {
	took, digits := max(t.Took(), 10*time.Millisecond), 2
	if took >= time.Second {
		digits = 1
	}
	return strconv.FormatFloat(took.Seconds(), 'f', digits, 64)
}

// trialRow is a test in the list of the latest.
type trialRow struct {
	When, Who, Channel, By, Reason string
	Outcome                        *outcomeLine
}

// TrialRows lists the latest tests: who, when, why, and what came of it.
func (p *peoplePage) TrialRows() []trialRow {
	var out []trialRow
	for _, t := range p.Trials {
		at := t.At.In(p.zoneOf(t.School))
		out = append(out, trialRow{
			When: at.Format("2006-01-02 15:04:05"), Who: p.SideName(t.Leg.Audience) + " " + t.Leg.Recipient, Channel: p.Say("channel." + string(t.Leg.Channel)),
			By: t.By, Reason: p.ReasonName(t.Reason), Outcome: p.outcomeOf(t),
		})
	}
	return out
}

// carrierRow is a gateway or a robot.
type carrierRow struct {
	Name, Channel, Via, State, Seen string
	Ways                            int
	Deaf, Fails                     bool
}

// Carriers are the gateways and robots that the ways lead over.
func (p *peoplePage) Carriers() []carrierRow {
	var out []carrierRow
	for _, g := range p.Gateways {
		out = append(out, carrierRow{
			Name: g.Name, Channel: p.Say("channel." + string(g.Channel)), Via: p.Say("people.via." + string(g.Via)), State: p.Say("people.state." + string(g.State)),
			Seen: p.seen(g.Sign), Ways: g.Ways, Deaf: g.Deaf, Fails: g.State == api.WayFails,
		})
	}
	return out
}
