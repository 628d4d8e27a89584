package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	notices "example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
)

// gatePage is an incident's notices to parents: what would go out, exactly as
// it would, whose word it waits for, and what is out.
type gatePage struct {
	*page
	Incident alerting.Incident
	Gate     notices.Gate
	Card     card
	Count    *countView
	Out      []sentLine
	Action   string // where the forms go to
	Drill    string // the drill that it is about, "" for an incident
	Day      string // of that drill
	Other    string // where a draft lies that is about something else
}

// sentLine is a notice that is out, and how far it got.
type sentLine struct {
	letter
	Figures []figureLine
}

type figureLine struct{ Channel, Handed, Failed, Total, Ended string }

func (c *Console) gate(w http.ResponseWriter, r *http.Request, a people.Account) {
	i, g, err := c.api.Service().Gate(r.Context(), a, r.PathValue("id"))
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := c.newGate(r, a, i, g)
	p.Action = "/incidents/" + i.ID + "/release"
	if !g.Count.StartedAt.IsZero() {
		v := p.countOf(g.Count, "/incidents/"+g.Count.ID+"/muster")
		p.Count = &v
	}
	c.render(w, http.StatusOK, "gate", p)
}

// newGate is what the gates of incidents and of drills share.
func (c *Console) newGate(r *http.Request, a people.Account, i alerting.Incident, g notices.Gate) *gatePage {
	s := c.api.Service()
	p := &gatePage{page: c.newPage(r, a), Incident: i, Gate: g, Other: "/incidents/" + g.About + "/release"}
	p.Card = card{page: p.page, Incident: i}
	p.Live, p.Title = true, p.Say("gate")
	if _, err := s.Drill(a, g.About); err == nil {
		p.Other = drillGatePath(g.About, i.School)
	}
	for _, n := range g.Sent {
		p.Out = append(p.Out, p.sentLine(n, s.Figures(n.ID)))
	}
	return p
}

func (p *gatePage) sentLine(s notices.Sent, figures []notices.Figure) sentLine {
	l := sentLine{letter: letter{ID: s.ID, At: p.exact(s.At, s.School), Number: s.Number, Text: s.Text.ZH, Other: s.Text.EN, Replaced: s.Replaced}}
	for _, f := range figures {
		line := figureLine{
			Channel: p.Say("channel." + string(f.Channel)), Handed: strconv.Itoa(f.Handed), Failed: strconv.Itoa(f.Failed), Total: strconv.Itoa(f.Total),
		}
		if f.Ended != "" {
			line.Ended = p.Say("gate.ended." + strings.ReplaceAll(f.Ended, " ", "-"))
		}
		l.Figures = append(l.Figures, line)
	}
	return l
}

// Officer reports whether the reader drafts and holds.
func (p *gatePage) Officer() bool { return p.Account.Role == alerting.RoleOfficer }

// Holder reports whether the reader may let notices out.
func (p *gatePage) Holder() bool { return slices.Contains(p.Account.Releases(), p.Incident.School) }

// Draft is the draft as it lies there; nil where there is none.
func (p *gatePage) Draft() *release.Draft { return p.Gate.State.Draft }

// Own reports whether the draft is about this incident.
func (p *gatePage) Own() bool { return p.Gate.About == p.Incident.ID }

// MayAgree reports whether the reader can sign for the lead authority.
func (p *gatePage) MayAgree() bool {
	return p.Account.Role == alerting.RoleLiaison && p.Gate.Authority == release.AuthorityPolice
}

// Approvals are those who approved, in words.
func (p *gatePage) Approvals() []string {
	var out []string
	for _, a := range p.Draft().Approvals {
		out = append(out, p.who(a.By.Name)+" "+p.timeOf(a.At, p.Incident.School))
	}
	return out
}

// HeldBy is who holds, in words.
func (p *gatePage) HeldBy() string {
	return p.who(p.Gate.State.Held.By.Name) + " " + p.timeOf(p.Gate.State.Held.At, p.Incident.School)
}

// Due is when the hub's own text goes out, for the countdown; "" for none.
func (p *gatePage) Due() string {
	if d := p.Draft(); d != nil && d.Automatic() {
		return rfc3339(d.Due)
	}
	return ""
}

// Left is the countdown as the page is rendered.
func (p *gatePage) Left() string {
	return max(time.Until(p.Draft().Due), 0).Truncate(time.Second).String()
}

// GoodUntil is until when the draft may go out.
func (p *gatePage) GoodUntil() string {
	return p.timeOf(p.Draft().At.Add(release.MaxDraftAge), p.Incident.School)
}

// TextOptions are the texts that can be drafted now, in the words that parents
// would read.
func (p *gatePage) TextOptions() []option {
	var out []option
	for _, t := range p.Gate.Texts {
		out = append(out, option{Code: string(t), Name: string(t) + " " + p.Say("gate.text."+string(t))})
	}
	return out
}

// LineOptions are the reason lines of the kind.
func (p *gatePage) LineOptions() []option {
	var out []option
	seen := map[release.ReasonID]bool{}
	school, _ := p.people.School(p.Incident.School)
	for _, t := range p.Gate.Texts {
		for _, id := range release.Reasons(t, p.Incident.Kind) {
			line, _ := release.LineOf(school.Texts, id)
			if !seen[id] {
				out = append(out, option{Code: string(id), Name: p.Text(line)})
			}
			seen[id] = true
		}
	}
	return out
}

// PickupOptions are the places that the school has configured.
func (p *gatePage) PickupOptions() []option {
	s, _ := p.people.School(p.Incident.School)
	var out []option
	for _, k := range s.Pickups {
		out = append(out, option{Code: k.ID, Name: p.Text(k.Name)})
	}
	return out
}

// NextOptions are how far ahead the next notice can be promised, in minutes.
func (p *gatePage) NextOptions() []int { return []int{15, 30, 45, 60, 90, 120} }

// DrillOptions are what a drill is called; none outside one.
func (p *gatePage) DrillOptions() []option {
	if !slices.Contains(p.Gate.Texts, release.DrillAhead) {
		return nil
	}
	var out []option
	for _, d := range release.DrillNames() {
		out = append(out, option{Code: string(d), Name: p.Text(release.DrillText(d))})
	}
	return out
}

// Roles are who can agree by telephone.
func (p *gatePage) Roles() []option {
	var out []option
	for _, r := range release.PhoneRoles(p.Gate.Authority) {
		out = append(out, option{Code: string(r), Name: p.Say("gate.phone." + string(r))})
	}
	return out
}

// Who is an account in words.
func (p *gatePage) Who(name string) string { return p.who(name) }

// CommandID is a fresh id for a form.
func (p *gatePage) CommandID() string { return uuid.NewString() }

// Today is the day at the school, and of a drill its own.
func (p *gatePage) Today() string {
	if p.Day != "" {
		return p.Day
	}
	return p.now.In(p.zoneOf(p.Incident.School)).Format(time.DateOnly)
}

// MayCount reports whether the reader may begin a head count.
func (p *gatePage) MayCount() bool { return p.Officer() && p.Count == nil && !p.Incident.Confidential }

// step takes one step of a notice.
func (c *Console) step(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	s := c.api.Service()
	i, err := s.Incident(r.Context(), a, r.PathValue("id"))
	if err != nil {
		c.failed(w, r, err)
		return
	}
	cmd := stepOf(r, i, s.People(), time.Now())
	_, err = s.Release(r.Context(), a, i.ID, cmd)
	key := string(cmd.Verb)
	if errors.Is(err, alerting.ErrConflict) {
		if g, why := c.waitsFor(r, a, i.ID, cmd); g {
			key = why
		}
	}
	c.after(w, r, err, key)
}

// waitsFor says what a step that the state forbids waits for.
func (c *Console) waitsFor(r *http.Request, a people.Account, id string, cmd release.Command) (bool, string) {
	_, g, err := c.api.Service().Gate(r.Context(), a, id)
	d := g.State.Draft
	switch {
	case err != nil:
		return false, ""
	case cmd.Content.Text == release.AllSafe:
		return true, "count"
	case d == nil || cmd.Verb == release.VerbDraft:
		return false, ""
	case d.Hash != cmd.Hash:
		return true, "changed"
	case g.State.Held != nil:
		return true, "held"
	case d.Content.Text == release.AllSafe && !g.Count.Total().AllPresent():
		return true, "count"
	case g.Wants != nil && g.Wants.Agreement != "":
		return true, "agreement"
	case g.Wants != nil && g.Wants.Approvals > 0:
		return true, "approvals"
	}
	return false, ""
}

// stepOf reads a form. Of what a draft could hold only that is taken which its
// text asks for, so that one form serves them all.
func stepOf(r *http.Request, i alerting.Incident, dir *people.Directory, now time.Time) release.Command {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	c := release.Command{ID: value("id"), Verb: release.Verb(value("step")), Hash: value("hash"), Reason: value("reason")}
	if role := value("role"); role != "" {
		c.Call = &release.Call{Role: release.PhoneRole(role), At: now}
	}
	if c.Verb != release.VerbDraft {
		return c
	}
	text := release.TextID(value("text"))
	asked := release.Asks(text)
	c.Content = release.Content{Text: text}
	if line := release.ReasonID(value("line")); slices.Contains(release.Reasons(text, i.Kind), line) {
		c.Content.Reason = line
	}
	school, _ := dir.School(i.School)
	for _, name := range asked {
		switch name {
		case "pickup":
			c.Content.Pickup = value("pickup")
		case "next":
			minutes, _ := strconv.Atoi(value("next"))
			c.Content.Next = now.Add(time.Duration(minutes) * time.Minute).Truncate(time.Minute)
		case "collect":
			c.Content.Collect = today(value("collect"), school.Location(), now)
		case "date":
			c.Content.Date = value("date")
		case "drill":
			c.Content.Drill = release.DrillName(value("drill"))
		}
	}
	return c
}

// today is a time of day, as a form gives it; zero where it is none.
func today(clock string, zone *time.Location, now time.Time) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}
	}
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), 0, 0, zone)
}

// after leads back from a form about notices or head counts, with what came of
// it in words.
func (c *Console) after(w http.ResponseWriter, r *http.Request, err error, what string) {
	back := localPath(r.PostFormValue("return"))
	var key string
	switch {
	case err == nil:
		http.Redirect(w, r, withNotice(back, "done.gate."+what), http.StatusSeeOther)
		return
	case errors.Is(err, alerting.ErrConflict):
		key = "refused.gate." + what
	case errors.Is(err, alerting.ErrInvalid):
		key = "refused.gate.invalid." + what
	case errors.Is(err, alerting.ErrForbidden):
		key = "refused.forbidden"
	case errors.Is(err, alerting.ErrUnavailable):
		key = "refused.gate.unavailable"
	}
	c.refused(w, r, back, key, err)
}
