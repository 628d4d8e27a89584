package console

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/devices"
)

// drillList is the drills of the reader's schools, with a form for a new one
// where the reader leads drills.
type drillList struct {
	*page
	Rows  []*drillPage
	Leads bool
	ID    string // of the new drill: saving it twice is one plan
}

// mountDrills adds the pages of the drills.
func (c *Console) mountDrills(mux routes) {
	mux.HandleFunc("GET /drills", c.signedIn(c.drillList))
	mux.HandleFunc("POST /drills", c.signedIn(c.planDrill))
	mux.HandleFunc("GET /drills/{id}", c.signedIn(c.drill))
	mux.HandleFunc("POST /drills/{id}/real", c.signedIn(c.drillReal))
	if c.api.Service().NotifiesOfDrills() {
		mux.HandleFunc("GET /drills/{id}/release", c.signedIn(c.drillGate))
		mux.HandleFunc("POST /drills/{id}/release", c.signedIn(c.drillStep))
	}
	for _, verb := range []drill.Verb{
		drill.VerbAccept, drill.VerbCancel, drill.VerbStart, drill.VerbConfirm, drill.VerbMark, drill.VerbStop, drill.VerbReturn,
	} {
		mux.HandleFunc("POST /drills/{id}/"+string(verb), c.signedIn(c.drillVerb(verb)))
	}
}

func (c *Console) drillList(w http.ResponseWriter, r *http.Request, a people.Account) {
	all, err := c.api.Service().Drills(a)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := &drillList{page: c.newPage(r, a), Leads: api.LeadsDrills(a.Role), ID: "d-" + uuid.NewString()[:8]}
	p.Renew = renewS
	p.Title = p.Say("drill")
	for _, v := range all[:min(len(all), historyPage)] {
		p.Rows = append(p.Rows, &drillPage{page: p.page, View: v})
	}
	c.render(w, http.StatusOK, "drills", p)
}

// KindOptions are what can be practised, a fire first.
func (p *drillList) KindOptions() []option {
	var out []option
	for _, k := range alerting.Kinds() {
		out = append(out, option{Code: string(k), Name: p.vocabulary(policy.KindText(k)), On: k == alerting.KindOf(devices.Fire)})
	}
	return out
}

// Today is the present day at the reader's first school.
func (p *drillList) Today() string { return p.here().Format(time.DateOnly) }

// Clock is the present minute there.
func (p *drillList) Clock() string { return p.here().Format("15:04") }

func (p *drillList) here() time.Time {
	var s people.School
	if len(p.Account.Schools) > 0 {
		s, _ = p.people.School(p.Account.Schools[0])
	}
	return p.now.In(s.Location())
}

// SchoolOptions are the reader's schools.
func (p *drillList) SchoolOptions() []option {
	var out []option
	for _, id := range p.Account.Schools {
		if s, ok := p.people.School(id); ok {
			out = append(out, option{Code: id, Name: p.Text(s.Name)})
		}
	}
	return out
}

// ButtonOptions are the buttons of the reader's schools.
func (p *drillList) ButtonOptions() []option {
	var out []option
	for _, d := range p.people.Devices() {
		if d.Kind == devices.KindButton && slices.Contains(p.Account.Schools, d.Address.School) {
			out = append(out, option{Code: d.Address.String(), Name: p.Text(d.Place.Name) + " " + d.Address.Device})
		}
	}
	return out
}

// PartOptions are what a drill may time.
func (p *drillList) PartOptions() []option {
	var out []option
	for _, part := range drill.Parts() {
		out = append(out, option{Code: string(part), Name: p.vocabulary(drill.PartText(part)), On: part != drill.Police && part != drill.MutualAid})
	}
	return out
}

// DeskOptions are the police desks that a drill can be filed with.
func (p *drillList) DeskOptions() []option {
	var out []option
	for _, school := range p.Account.Schools {
		for _, t := range p.people.TerminalsOf(school) {
			if o := (option{Code: t.ID, Name: t.ID}); t.Audience == alerting.Police && !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
	}
	return out
}

// planDrill saves a plan and leads to its page.
func (c *Console) planDrill(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	plan, err := c.planOf(r, time.Now())
	var v exercise.View
	if err == nil {
		v, err = c.api.Service().PlanDrill(r.Context(), a, "", plan)
	}
	if err != nil {
		c.done(w, r, "/drills", "", drillRefusals, err)
		return
	}
	http.Redirect(w, r, "/drills/"+v.Plan.ID, http.StatusSeeOther)
}

func (c *Console) planOf(r *http.Request, now time.Time) (drill.Plan, error) {
	school := r.PostFormValue("school")
	at, err := c.beginning(r, school, now)
	p := drill.Plan{
		ID: r.PostFormValue("id"), Kind: alerting.Kind(r.PostFormValue("kind")), At: at, ForS: 60 * figure(r, "minutes"),
		Schools: []drill.Site{{ID: school, Storeys: figure(r, "storeys")}}, Filed: r.PostForm["filed"],
	}
	for _, part := range r.PostForm["part"] {
		p.Parts = append(p.Parts, drill.Part(part))
	}
	if at, device, ok := strings.Cut(r.PostFormValue("button"), "/"); ok {
		p.Windows = []drill.Window{{School: at, Device: device, ForS: 60 * figure(r, "window")}}
	}
	return p, err
}

// planAhead bounds how far ahead a drill is planned: a school year.
const planAhead = 366 * 24 * time.Hour

// beginning is when the drill of a form begins, by the school's own clock: now
// where neither date nor time was sent.
func (c *Console) beginning(r *http.Request, school string, now time.Time) (time.Time, error) {
	date, clock := r.PostFormValue("date"), r.PostFormValue("time")
	if date == "" && clock == "" {
		return now, nil
	}
	s, _ := c.api.Service().People().School(school)
	at, err := time.ParseInLocation("2006-01-02 15:04", date+" "+clock, s.Location())
	if err != nil || at.After(now.Add(planAhead)) {
		return time.Time{}, fmt.Errorf("%w: a drill begins on a day of the next year, such as 2026-09-07 at 10:20", alerting.ErrInvalid)
	}
	return at, nil
}

// figure is a number of a form; what is none is 0.
func figure(r *http.Request, name string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(r.PostFormValue(name)))
	return n
}

// drillVerb carries out a form and leads back to the drill.
func (c *Console) drillVerb(verb drill.Verb) handler {
	return func(w http.ResponseWriter, r *http.Request, a people.Account) {
		if !c.form(w, r) {
			return
		}
		back := "/drills/" + r.PathValue("id")
		_, err := c.api.Service().DoDrill(r.Context(), a, exercise.Order{
			Drill: r.PathValue("id"),
			Command: drill.Command{
				ID: r.PostFormValue("id"), Verb: verb, School: r.PostFormValue("school"), Station: r.PostFormValue("station"),
				Part: drill.Part(r.PostFormValue("part")), Reason: strings.TrimSpace(r.PostFormValue("reason")),
				Count: &drill.Count{Complete: true, Expected: figure(r, "expected"), Missing: figure(r, "missing")},
			},
		})
		if err != nil {
			c.done(w, r, back, "", drillRefusals, err)
			return
		}
		http.Redirect(w, r, withNotice(back, "done.drill"), http.StatusSeeOther)
	}
}

// drillReal opens the live incident and leads to it, where the reader sees
// incidents.
func (c *Console) drillReal(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	back := "/drills/" + r.PathValue("id")
	_, live, err := c.api.Service().RealDrill(r.Context(), a, r.PathValue("id"), r.PostFormValue("school"), time.Now())
	switch {
	case err != nil:
		c.done(w, r, back, "", drillRefusals, err)
	case a.Role.SeesIncidents() && a.MaySee(live):
		http.Redirect(w, r, withNotice("/incidents/"+live.ID, "done.real"), http.StatusSeeOther)
	default:
		http.Redirect(w, r, withNotice(back, "done.real"), http.StatusSeeOther)
	}
}
