package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api"
)

// gathered finds the groups of what is open, and puts their cards side by side
// within each column: the newest of a group has its place, the others follow.
// Nothing is merged.
type gathered struct {
	groups []alerting.Group
	of     map[string]int // by incident
	said   map[int]bool   // whose one button stands on the board already
}

func gather(all []alerting.Incident, of *policy.Set) *gathered {
	g := &gathered{groups: alerting.Groups(all, of.LinkWithin), of: map[string]int{}, said: map[int]bool{}}
	for n, group := range g.groups {
		for _, i := range group.Incidents {
			g.of[i.ID] = n
		}
	}
	return g
}

// sideBySide orders a column's cards; the first card of each group on the board
// carries the button for all of it.
func (g *gathered) sideBySide(cards []card) []card {
	out := make([]card, 0, len(cards))
	done := map[string]bool{}
	for _, k := range cards {
		n, grouped := g.of[k.ID]
		if !grouped {
			out = append(out, k)
			continue
		}
		for _, o := range cards {
			if m, ok := g.of[o.ID]; ok && m == n && !done[o.ID] {
				done[o.ID] = true
				o.with, o.first = &g.groups[n], !g.said[n]
				g.said[n] = true
				out = append(out, o)
			}
		}
	}
	return out
}

// Together says how many incidents belong together, and since when: one clock
// for all of them, the oldest one's. "" where the card stands alone.
func (c card) Together() string {
	if c.with == nil {
		return ""
	}
	return c.Say("together", "n", len(c.with.Incidents), "time", c.timeOf(c.with.Since, c.Incident.School))
}

// TakeAll are the incidents of the group that the reader's audience has not
// taken on (one that escalates again has a step of its own), each with the update that stands on the page; none where the group
// has its button elsewhere, or one button is as good.
func (c card) TakeAll() []string {
	if c.with == nil || !c.first {
		return nil
	}
	var out []string
	for _, i := range c.with.Incidents {
		if k := (card{page: c.page, Incident: i}); k.MayTake() && !k.Again() {
			out = append(out, i.ID+":"+strconv.FormatInt(i.Number, 10))
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// TakeAllWords is what the button says.
func (c card) TakeAllWords() string { return c.Say("take.all", "n", len(c.TakeAll())) }

// acknowledgeAll takes the incidents on that the form names.
func (c *Console) acknowledgeAll(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	var all []api.Seen
	for _, v := range r.PostForm["incident"] {
		id, number, _ := strings.Cut(v, ":")
		n, _ := strconv.ParseInt(number, 10, 64) // 0 is the present one
		all = append(all, api.Seen{ID: id, Number: max(n, 0)})
	}
	_, refused, err := c.api.Service().AcknowledgeAll(r.Context(), a, strings.TrimSpace(r.PostFormValue("id")), all)
	back := localPath(r.PostFormValue("return"))
	switch {
	case errors.Is(err, alerting.ErrInvalid):
		c.refused(w, r, back, "refused.acknowledge.all", err)
	case err != nil:
		c.failed(w, r, err)
	case len(refused) > 0:
		c.refused(w, r, back, "refused.acknowledge.some", alerting.ErrConflict)
	default:
		http.Redirect(w, r, withNotice(back, "done.acknowledge"), http.StatusSeeOther)
	}
}
