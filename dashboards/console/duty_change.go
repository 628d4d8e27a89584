package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

const (
	// listedPlaces is how many places of a roster can be chosen from; overflow:
	// those of later days are left out, and other days can be asked for.
	listedPlaces = 500
	// listedChanges is how many of the latest changes are shown.
	listedChanges = 10
)

// placeCode names a place in a form: ids hold no slash.
func placeCode(e duty.Entry) string { return e.ShiftKey.String() + "/" + e.Person }

// placeOf reads one; ok is false for what is none.
func placeOf(code string) (at watch.Place, ok bool) {
	parts := strings.SplitN(code, "/", 4)
	if len(parts) != 4 || parts[3] == "" {
		return at, false
	}
	date, err := calendar.ParseDate(parts[0])
	return watch.Place{ShiftKey: duty.ShiftKey{Date: date, PostID: parts[1], Window: parts[2]}, Person: parts[3]}, err == nil
}

// Places are those of the roster that can be changed yet.
func (p *rosterPage) Places() []option {
	today := calendar.On(p.now, p.zoneOf(p.schoolID()))
	var out []option
	for _, e := range p.all {
		if e.Date.Compare(today.Add(-1)) >= 0 && len(out) < listedPlaces {
			name := p.shiftName(e.ShiftKey) + " · " + e.Person + " · " + p.vocabulary(e.Role.Title())
			out = append(out, option{Code: placeCode(e), Name: name})
		}
	}
	return out
}

// Names are the people of the roster, to choose from or not.
func (p *rosterPage) Names() []string {
	var out []string
	for _, e := range p.all {
		for _, who := range []string{e.Person, e.Substitute} {
			if who != "" {
				out = append(out, who)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ChangeLines are the latest changes in words.
func (p *rosterPage) ChangeLines() []string {
	var out []string
	for _, c := range p.changes[:min(len(p.changes), listedChanges)] {
		line := p.timeOf(c.At, p.schoolID()) + " · " + p.Say("roster.change."+c.What)
		if c.Person != "" {
			line += " · " + c.Person
		}
		if c.Other != "" {
			line += " → " + c.Other
		}
		if c.Shift != "" {
			line += " · " + p.shiftNamed(c.Shift)
		}
		out = append(out, line+" · "+c.By)
	}
	return out
}

// schoolID is the school that the page is about.
func (p *rosterPage) schoolID() string {
	if p.School != "" || len(p.Account.Schools) == 0 {
		return p.School
	}
	return p.Account.Schools[0]
}

// shiftName is a shift as people call it: its day, its post and its hours. Of one
// that is not configured any more nobody knows the hours.
func (p *rosterPage) shiftName(key duty.ShiftKey) string {
	when := key.Window
	if s, ok := p.shifts(key); ok {
		when = s.Hours(p.zoneOf(p.schoolID()))
	}
	return key.Date.String() + " · " + p.postName(key.PostID) + " · " + when
}

// shiftNamed is the same of a shift that a change was written down of.
func (p *rosterPage) shiftNamed(written string) string {
	parts := strings.Split(written, "/")
	date, err := calendar.ParseDate(parts[0])
	if err != nil || len(parts) != 3 {
		return written
	}
	return p.shiftName(duty.ShiftKey{Date: date, PostID: parts[1], Window: parts[2]})
}

func (p *rosterPage) postName(id string) string {
	for _, post := range p.posts {
		if post.ID == id {
			return p.Text(post.Name)
		}
	}
	return id
}

func (c *Console) replace(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	at, ok := placeOf(r.PostFormValue("at"))
	if !ok {
		c.rosterDone(w, r, alerting.ErrInvalid)
		return
	}
	by, phone := strings.TrimSpace(r.PostFormValue("by")), strings.TrimSpace(r.PostFormValue("phone"))
	c.rosterDone(w, r, c.api.Service().Replace(r.Context(), a, r.PostFormValue("school"), at, by, phone))
}

func (c *Console) swap(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	one, first := placeOf(r.PostFormValue("first"))
	two, second := placeOf(r.PostFormValue("second"))
	if !first || !second {
		c.rosterDone(w, r, alerting.ErrInvalid)
		return
	}
	c.rosterDone(w, r, c.api.Service().Swap(r.Context(), a, r.PostFormValue("school"), one, two))
}

// rosterDone leads back to the roster and says what came of a change, or why
// nothing did.
func (c *Console) rosterDone(w http.ResponseWriter, r *http.Request, err error) {
	q := url.Values{}
	for _, k := range []string{"school", "from", "to"} {
		if v := r.PostFormValue(k); v != "" {
			q.Set(k, v)
		}
	}
	c.done(w, r, "/roster?"+q.Encode(), "done.roster", rosterRefusals, err)
}

// away says that somebody is called away from their posts, or back.
func (c *Console) away(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	back := "/posts"
	if r.PostFormValue("own") != "" {
		back = "/shift"
	}
	err := c.api.Service().Away(r.Context(), a, r.PostFormValue("school"), r.PostFormValue("name"), r.PostFormValue("incident"), r.PostFormValue("back") != "")
	c.done(w, r, back, "done.duty", dutyRefusals, err)
}

// MayAway reports whether the reader may say of somebody of the row that they
// are called away, IsAway whether they are.
func (r postRow) MayAway(p duty.PersonState) bool {
	return api.SpeaksOfAway(r.Account.Role, p.Entry) && p.Status != duty.OnCall
}

// IsAway reports whether somebody is called away.
func (r postRow) IsAway(p duty.PersonState) bool { return p.Status == duty.AwayNow }

// Whom is who of a place is meant: the one who is there, else the one who owes
// it.
func (r postRow) Whom(p duty.PersonState) string {
	if p.There != "" {
		return p.There
	}
	return p.Person
}

// own is how the reader stands to their shift.
func (s ownShift) own() (duty.PersonState, bool) {
	at := slices.IndexFunc(s.People, func(p duty.PersonState) bool { return p.Person == s.Who || p.Substitute == s.Who })
	if at < 0 {
		return duty.PersonState{}, false
	}
	return s.People[at], true
}

// MayAway reports whether the reader may say that they are called away, IsAway
// whether they are.
func (s ownShift) MayAway() bool {
	p, ok := s.own()
	return ok && api.SpeaksOfAway(s.Account.Role, p.Entry)
}

// IsAway reports whether the reader is called away.
func (s ownShift) IsAway() bool {
	p, ok := s.own()
	return ok && p.Status == duty.AwayNow
}
