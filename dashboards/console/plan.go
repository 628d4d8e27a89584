package console

import (
	"net/http"
	"net/url"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// planWidth is how wide a plan is drawn, in units of its own: a sign on it is as
// large on every plan.
const planWidth = 1000.0

// sitePlan is a plan of the school as an incident's page draws it.
type sitePlan struct {
	Name, Src     string
	Says          string // the same in words
	Width, Height string
	Marks         []planMark
}

// planMark is a place on the plan: the incident's own, or one with a sign.
type planMark struct {
	X, Y           string
	LabelX, LabelY string // of the name, from the mark
	Anchor         string
	Sign, Name     string
	Here           bool
}

// draw puts the incident's place on its plan, or says why it can't.
func (s *site) draw(d *detail, school people.School) {
	spot, plan, marked := school.Spot(d.Place.ID)
	switch {
	case len(school.Plans) == 0:
		s.Why = d.Say("plan.none")
		return
	case !marked:
		s.Why, plan = d.Say("plan.unmarked", "place", d.PlaceName()), school.Plans[0]
	}
	height := planWidth * plan.Height / plan.Width
	s.Plan = &sitePlan{
		Name: d.Text(plan.Name), Src: planAddress(school.ID, plan), Width: unit(planWidth), Height: unit(height),
		Says: d.Text(plan.Name),
	}
	for _, p := range s.Places {
		if at, on, ok := school.Spot(p.id); ok && on.ID == plan.ID && p.Sign != "" && !p.Here {
			s.Plan.Marks = append(s.Plan.Marks, planMark{X: unit(at.X * planWidth), Y: unit(at.Y * height), Sign: p.Sign, Name: p.Name})
		}
	}
	if marked { // last, so that it lies above
		s.Plan.Says = d.Say("plan.says", "plan", s.Plan.Name, "place", d.PlaceName())
		s.Plan.Marks = append(s.Plan.Marks, hereMark(spot, height, d.Shape(), d.PlaceName()))
	}
}

// hereMark is the mark of the incident, with the name below it; above it at the
// lower edge, and towards the middle at the sides.
func hereMark(at people.Spot, height float64, sign, name string) planMark {
	m := planMark{X: unit(at.X * planWidth), Y: unit(at.Y * height), LabelX: "0", LabelY: "92", Anchor: "middle", Sign: sign, Name: name, Here: true}
	if at.Y > 0.8 {
		m.LabelY = "-64"
	}
	switch {
	case at.X < 0.15:
		m.LabelX, m.Anchor = "-50", "start"
	case at.X > 0.85:
		m.LabelX, m.Anchor = "50", "end"
	}
	return m
}

// planAddress names the drawing and what is in it: a browser may keep it.
func planAddress(school string, p people.Plan) string {
	return "/plans/" + url.PathEscape(school) + "/" + url.PathEscape(p.ID) + "/" + api.PlanVersion(p)
}

// plan serves a drawing of one of the reader's schools to whoever sees
// incidents. What it holds runs nowhere: it is shown as a picture, and opened by
// itself it is confined.
func (c *Console) plan(w http.ResponseWriter, r *http.Request, a people.Account) {
	p, err := c.api.Service().Plan(a, r.PathValue("school"), r.PathValue("plan"))
	if err != nil || api.PlanVersion(p) != r.PathValue("version") {
		c.failed(w, r, alerting.ErrNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", p.Type)
	h.Set("Content-Security-Policy", api.DrawingPolicy)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	_, _ = w.Write(p.Image)
}
