package console

import (
	"net/http"
	"slices"
	"strconv"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/hazard"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// hazardsPage is where somebody reports a hazard, and sees what became of those
// that they may read: an officer all of their schools', a guard their own.
type hazardsPage struct {
	*page
	Form    hazardForm
	Schools []schoolHazards
}

// hazardForm is a report as it is being written: what was refused stands in it
// again.
type hazardForm struct {
	ID, Where, Grade, Text string
	Fault                  string // why it was refused
}

// schoolHazards are the hazards of one school.
type schoolHazards struct {
	*page
	ID         string
	Open, Done []hazardRow
	Unread     bool // nobody can tell now
	Where      placesOf
}

// hazardRow is one of them.
type hazardRow struct {
	*page
	hazard.Report
}

// placesOf are the places of a school to choose from, and its posts.
type placesOf struct {
	Name  string
	Posts []placeOption
	Rest  []placeOption
}

// mountHazards adds the pages of hazards.
func (c *Console) mountHazards(mux routes) {
	mux.HandleFunc("GET /hazards", c.signedIn(c.hazards))
	mux.HandleFunc("POST /hazards", c.signedIn(c.reportHazard))
	mux.HandleFunc("GET /hazards/{id}", c.signedIn(c.hazard))
	mux.HandleFunc("POST /hazards/{id}/state", c.signedIn(c.moveHazard))
	mux.HandleFunc("POST /hazards/{id}/photo", c.signedIn(c.addPhoto))
}

func (c *Console) hazards(w http.ResponseWriter, r *http.Request, a people.Account) {
	c.showHazards(w, r, a, http.StatusOK, hazardForm{})
}

// showHazards renders the page with a report as it is being written.
func (c *Console) showHazards(w http.ResponseWriter, r *http.Request, a people.Account, status int, f hazardForm) {
	p := &hazardsPage{page: c.newPage(r, a), Form: f}
	if !p.HasHazards() {
		c.errorPage(w, r, http.StatusForbidden)
		return
	}
	p.Title, p.Here = p.Say("hazards"), "/hazards"
	if p.Form.ID == "" {
		p.Form.ID = p.NewID()
	}
	if p.Form.Where == "" {
		p.Form.Where = c.standsAt(p.page)
	}
	for _, id := range a.Schools {
		p.Schools = append(p.Schools, c.hazardsAt(r, p.page, id))
	}
	c.render(w, status, "hazards", p)
}

// hazardsAt reads the hazards of a school that the reader may read.
func (c *Console) hazardsAt(r *http.Request, p *page, school string) schoolHazards {
	out := schoolHazards{page: p, ID: school, Where: c.placesAt(p, school)}
	all, err := c.api.Service().HazardsOf(r.Context(), p.Account, school)
	out.Unread = err != nil
	for _, one := range all {
		if row := (hazardRow{p, one}); one.State == hazard.Done {
			out.Done = append(out.Done, row)
		} else {
			out.Open = append(out.Open, row)
		}
	}
	return out
}

// NameOf is what the school is called.
func (s schoolHazards) NameOf() string { return s.schoolName(s.ID) }

// standsAt is the post at which the reader has a shift now, as the form has it; ""
// where nobody knows.
func (c *Console) standsAt(p *page) string {
	all, _, err := c.api.Service().MyShifts(p.Account, p.now)
	if err != nil {
		return ""
	}
	at := ""
	for _, m := range all {
		if s := (ownShift{p, m, ""}); !m.Open && (s.Here() || (s.Now() && at == "")) {
			at = m.School + "/post/" + m.PostID
		}
	}
	return at
}

// HasHazards reports whether the reader reports hazards, KeepsHazards whether they
// say how far those of their schools are seen to.
func (p *page) HasHazards() bool   { return p.hazards }
func (p *page) KeepsHazards() bool { return p.hazards && api.KeepsHazards(p.Account.Role) }

// GradeOptions are the grades.
func (p *page) GradeOptions() []option {
	var out []option
	for _, g := range hazard.Grades() {
		out = append(out, option{Code: string(g), Name: p.vocabulary(g.Title())})
	}
	return out
}

// GradeName, StateName, PlaceName and When are what a row says.
func (r hazardRow) GradeName() string { return r.vocabulary(r.Grade.Title()) }
func (r hazardRow) StateName() string { return r.Say("hazard.state." + string(r.State)) }
func (r hazardRow) PlaceName() string { return r.page.Text(r.Where.Name) }
func (r hazardRow) When() string      { return r.timeOf(r.At, r.School) }

// Words is what its reporter wrote.
func (r hazardRow) Words() string { return r.Report.Text }

// PhotoAddress is where its photo is; "" where it has none.
func (r hazardRow) PhotoAddress() string {
	if r.Photo.Size == 0 {
		return ""
	}
	return "/api/v1/hazards/" + r.ID + "/photo"
}

// hazardPage is one hazard, with all that was done about it.
type hazardPage struct {
	hazardRow
}

func (c *Console) hazard(w http.ResponseWriter, r *http.Request, a people.Account) {
	one, err := c.api.Service().Hazard(r.Context(), a, r.PathValue("id"))
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := &hazardPage{hazardRow{c.newPage(r, a), one}}
	p.Title = p.Say("hazard") + " · " + p.PlaceName()
	c.render(w, http.StatusOK, "hazard", p)
}

// SchoolName is what its school is called.
func (p *hazardPage) SchoolName() string { return p.schoolName(p.School) }

// StepLines say who changed its state, when and why.
func (p *hazardPage) StepLines() []string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, p.timeOf(s.At, p.School)+" · "+s.By+" · "+p.Say("hazard.state."+string(s.To))+" · "+s.Reason)
	}
	return out
}

// Known is how many steps the page shows: a decision is about those.
func (p *hazardPage) Known() int { return len(p.Steps) }

// StateOptions are the states that it can be changed to, the usual next one first.
func (p *hazardPage) StateOptions() []option {
	all := hazard.States()
	at := slices.Index(all, p.State)
	var out []option
	for n := 1; n < len(all); n++ {
		s := all[(at+n)%len(all)]
		out = append(out, option{Code: string(s), Name: p.Say("hazard.state." + string(s))})
	}
	return out
}

// TakesPhoto reports whether the reader may add a photo.
func (p *hazardPage) TakesPhoto() bool {
	return p.By == p.Account.Name && p.Photo.Size == 0 && p.State != hazard.Done
}

func (c *Console) moveHazard(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	known, err := strconv.Atoi(r.PostFormValue("known"))
	if err == nil {
		_, err = c.api.Service().MoveHazard(r.Context(), a, r.PathValue("id"), hazard.State(r.PostFormValue("state")), r.PostFormValue("reason"), known, c.newPage(r, a).now)
	} else {
		err = alerting.ErrInvalid
	}
	c.done(w, r, "/hazards/"+r.PathValue("id"), "done.hazard.state", hazardRefusals, err)
}

// hazardsToday lists the hazards of a school that are not done; nothing where there
// are none, or the reader does not answer for them.
func (c *Console) hazardsToday(r *http.Request, k known, school string) []todayRow {
	if !k.KeepsHazards() {
		return nil
	}
	all := c.hazardsAt(r, k.page, school)
	switch {
	case all.Unread:
		return []todayRow{k.unknown("hazards", "/hazards")}
	case len(all.Open) == 0:
		return nil
	}
	row := todayRow{ID: "hazards", Href: "/hazards", State: nearLine{k.many("today.hazards.n", len(all.Open)), false}}
	for _, h := range all.Open {
		row.Lines = append(row.Lines, nearLine{h.StateName() + " · " + h.GradeName() + " · " + h.PlaceName() + " · " + h.When(), h.State == hazard.Open})
	}
	return []todayRow{row}
}
