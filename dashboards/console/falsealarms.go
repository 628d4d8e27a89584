package console

import (
	"net/http"

	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// falseAlarmsPage is the counts of the reader's schools, by name: nobody is
// ranked by them.
type falseAlarmsPage struct {
	*page
	Schools []api.FalseAlarms
}

func (c *Console) falseAlarms(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &falseAlarmsPage{page: c.newPage(r, a)}
	all, err := c.api.Service().FalseAlarms(r.Context(), a, p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p.Schools, p.Title, p.Count = all, p.Say("false"), len(c.api.Service().Unresolved(a))
	c.render(w, http.StatusOK, "falsealarms", p)
}

// NameOf is what a school is called.
func (p *falseAlarmsPage) NameOf(school string) string { return p.schoolName(school) }
