package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/devices"
)

// raisePage makes a phone a button: hold it for one second. Without a script
// its form does the same with one press.
type raisePage struct {
	*page
	ID     string // of the alarm: sending it again is the same one
	Places []placeOption
	// Standing is the place where the reader stands by the roster; "" where
	// nobody knows, and the reader is asked. Never is a place guessed: help would
	// go there.
	Standing string
	Post     string // why it is that place, in words
}

// placeOption is a place of one of the reader's schools.
type placeOption struct{ Value, Name string }

func (c *Console) raisePage(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !a.Role.MayRaise() {
		c.errorPage(w, r, http.StatusForbidden)
		return
	}
	p := &raisePage{page: c.newPage(r, a), ID: uuid.NewString()}
	for _, id := range a.Schools {
		school, ok := p.people.School(id)
		if !ok {
			continue
		}
		for _, place := range c.api.Service().Places(school) {
			p.Places = append(p.Places, placeOption{id + "/" + place.ID, p.Text(school.Name) + " · " + p.Text(place.Name)})
		}
	}
	p.stand(c.api.Service().MyShifts(a, p.now))
	c.render(w, http.StatusOK, "raise", p)
}

// stand finds where the reader stands: where they are checked in, else where
// they have a shift now, else the only place there is.
func (p *raisePage) stand(all []api.MyShift, _ bool, err error) {
	if len(p.Places) == 1 {
		p.Standing = p.Places[0].Value
	}
	if err != nil {
		return // nobody's to know here; the page asks
	}
	now := func(s ownShift) bool { return !s.Open && s.Now() }
	for _, here := range []func(ownShift) bool{now, ownShift.Here} { // the latter is the stronger
		for _, m := range all {
			if s := (ownShift{p.page, m, ""}); here(s) && p.has(m.School+"/"+m.Post.Place) {
				p.Standing, p.Post = m.School+"/"+m.Post.Place, p.Say("raise.post", "post", s.Where())
			}
		}
	}
}

func (p *raisePage) has(place string) bool {
	return slices.ContainsFunc(p.Places, func(o placeOption) bool { return o.Value == place })
}

// KindOptions are the kinds, the unclassified one first.
func (p *raisePage) KindOptions() []option {
	var out []option
	for _, k := range alerting.Kinds() {
		out = append(out, option{Code: string(k), Name: p.vocabulary(policy.KindText(k))})
	}
	return out
}

// FactOptions are what may be known already: what changes who is told first,
// of any kind.
func (p *raisePage) FactOptions() []option {
	var out []option
	for _, f := range deciding() {
		out = append(out, option{Code: f, Name: p.vocabulary(alerting.FactText(f))})
	}
	for _, f := range alerting.Facts() {
		if !slices.Contains(deciding(), f) {
			out = append(out, option{Code: f, Name: p.vocabulary(alerting.FactText(f))})
		}
	}
	return out
}

// raise takes the form in and leads to the incident.
func (c *Console) raise(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	school, place, _ := strings.Cut(r.PostFormValue("place"), "/")
	i, _, err := c.api.Service().Raise(r.Context(), a, api.Alarm{
		ID: r.PostFormValue("id"), School: school, Place: place, Kind: alerting.Kind(r.PostFormValue("kind")),
		Mode: devices.Live, Silent: r.PostFormValue("silent") != "", Facts: r.PostForm["facts"],
	}, time.Now())
	switch {
	case errors.Is(err, alerting.ErrInvalid), errors.Is(err, alerting.ErrConflict):
		c.refused(w, r, "/raise", "refused.raise", err)
	case err != nil:
		c.failed(w, r, err)
	case i.Silent: // nothing on the page that others could see
		http.Redirect(w, r, "/raise", http.StatusSeeOther)
	case !a.MaySee(i):
		http.Redirect(w, r, withNotice("/raise", "done.raise"), http.StatusSeeOther)
	case !i.Stored:
		http.Redirect(w, r, withNotice("/incidents/"+i.ID, "done.raise.unstored"), http.StatusSeeOther)
	default:
		http.Redirect(w, r, withNotice("/incidents/"+i.ID, "done.raise"), http.StatusSeeOther)
	}
}
