package console

import (
	"net/http"
	"net/url"
	"time"

	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/people"
)

// drillGatePath is the page of a drill's notices to the parents of a school.
func drillGatePath(id, school string) string {
	return "/drills/" + url.PathEscape(id) + "/release?school=" + url.QueryEscape(school)
}

// drillGate is what parents are told of a drill: before it, and after it.
func (c *Console) drillGate(w http.ResponseWriter, r *http.Request, a people.Account) {
	s := c.api.Service()
	i, g, err := s.DrillGate(a, r.PathValue("id"), r.URL.Query().Get("school"))
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := c.newGate(r, a, i, g)
	p.Drill, p.Action = i.ID, drillGatePath(i.ID, i.School)
	if v, err := s.Drill(a, i.ID); err == nil {
		p.Day = v.Plan.At.In(p.zoneOf(i.School)).Format(time.DateOnly)
	}
	c.render(w, http.StatusOK, "gate", p)
}

// drillStep takes one step of such a notice.
func (c *Console) drillStep(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	s, school := c.api.Service(), r.URL.Query().Get("school")
	i, _, err := s.DrillGate(a, r.PathValue("id"), school)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	cmd := stepOf(r, i, s.People(), time.Now())
	c.after(w, r, s.ReleaseDrill(r.Context(), a, i.ID, i.School, cmd), string(cmd.Verb))
}

// toldParents reports whether the reader tends to what a school's parents are
// told of the drill.
func (p *drillPage) toldParents(s drill.Site) string {
	if !p.notifies || !p.Leads() || !p.Account.Belongs(s.ID) {
		return ""
	}
	return drillGatePath(p.Plan.ID, s.ID)
}
