package console

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/people"
)

// countPage is the head counts under way: for staff their own classes, with
// nothing of what it is about.
type countPage struct {
	*page
	Counts []countView
}

// countView is one head count.
type countView struct {
	*page
	ID, School, At string
	Action         string // where a class's figures go to
	Rows           []countRow
	Total          muster.Total
}

// countRow is one class: its figures, or its roll as a beginning.
type countRow struct {
	ID                         string
	Expected, Present, Missing int
	Reported                   string // "" before the first
	Reason                     muster.Reason
	Below                      string // that fewer are expected than the roll has, and why; "" else
	CommandID                  string
}

func (c *Console) headcounts(w http.ResponseWriter, r *http.Request, a people.Account) {
	counts, err := c.api.Service().Counts(a)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := &countPage{page: c.newPage(r, a)}
	p.Renew = renewS
	p.Title = p.Say("count")
	for _, s := range counts {
		p.Counts = append(p.Counts, p.countOf(s, "/headcounts/"+s.ID))
	}
	c.render(w, http.StatusOK, "headcounts", p)
}

func (p *page) countOf(s muster.State, action string) countView {
	v := countView{
		page: p, ID: s.ID, School: p.schoolName(s.School), At: p.timeOf(s.StartedAt, s.School), Action: action, Total: s.Total(),
	}
	for _, row := range s.Classes {
		r := countRow{ID: row.ID, Expected: row.Roll, Present: row.Roll, CommandID: uuid.NewString()}
		if k, ok := row.Latest(); ok {
			r.Expected, r.Present, r.Missing, r.Reported = k.Expected, k.Present, k.Missing, p.timeOf(k.At, s.School)
			r.Reason = k.Reason
		}
		if n := row.Below(); n > 0 {
			r.Below = p.Say("count.below", "n", n, "why", p.vocabulary(muster.ReasonText(r.Reason)))
		}
		v.Rows = append(v.Rows, r)
	}
	return v
}

// Reasons are why a class can expect fewer than its roll has.
func (v countView) Reasons() []option {
	var out []option
	for _, r := range muster.Reasons() {
		out = append(out, option{Code: string(r), Name: v.vocabulary(muster.ReasonText(r))})
	}
	return out
}

// headcount takes a class's figures in.
func (c *Console) headcount(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	_, err := c.api.Service().Report(r.Context(), a, r.PathValue("id"), countCommand(r))
	c.after(w, r, err, "counted")
}

func countCommand(r *http.Request) muster.Command {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	number := func(name string) int {
		n, err := strconv.Atoi(value(name))
		if err != nil {
			return -1 // refused with the bounds
		}
		return n
	}
	return muster.Command{
		ID: value("id"), Verb: muster.VerbReport, Class: value("class"),
		Figures: muster.Figures{Expected: number("expected"), Present: number("present"), Missing: number("missing"), Reason: muster.Reason(value("reason"))},
	}
}

// muster begins a head count, or reports for any class, from the incident.
func (c *Console) muster(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	cmd := countCommand(r)
	if cmd.Class == "" {
		cmd = muster.Command{ID: cmd.ID, Verb: muster.VerbStart}
	}
	_, err := c.api.Service().Count(r.Context(), a, r.PathValue("id"), cmd)
	c.after(w, r, err, "counted")
}
