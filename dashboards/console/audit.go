package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

const auditPageEntries = 50

// auditPage is what was done at a school, the latest first, and how the chains
// that hold it were found.
type auditPage struct {
	*page
	api.AuditCheck
	School  string // whose entries are shown; "" for whoever reads none
	Schools []string
	Rows    []auditRow
	Why     string // why there are no entries; "" where there are
	Older   string // address of the next page, "" at the end
}

// auditRow is one entry of an audit chain.
type auditRow struct {
	card
	Seq      int64
	When     string
	Who, Did string
}

func (c *Console) audit(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &auditPage{page: c.newPage(r, a)}
	var err error
	if p.AuditCheck, err = c.api.Service().Audited(a); err == nil && api.MayAudit(a) {
		err = p.read(c, r)
	}
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p.Title = p.Say("audit")
	if !p.Running.IsZero() {
		p.Renew = renewS
	}
	c.render(w, http.StatusOK, "audit", p)
}

func (p *auditPage) read(c *Console, r *http.Request) error {
	q := r.URL.Query()
	p.Schools = slices.Sorted(slices.Values(p.Account.Schools))
	if p.School = q.Get("school"); p.School == "" && len(p.Schools) > 0 {
		p.School = p.Schools[0]
	}
	before, err := strconv.ParseInt("0"+q.Get("before"), 10, 64)
	if err != nil {
		return alerting.ErrNotFound // no address that a page has given
	}
	got, err := c.api.Service().Trail(r.Context(), p.Account, p.School, before, auditPageEntries, p.now)
	if err != nil {
		p.Why, err = p.unread(err)
		return err
	}
	for _, e := range got.Entries {
		if len(p.shown([]alerting.Incident{e.Incident})) == 0 {
			continue
		}
		row := auditRow{card: card{page: p.page, Incident: e.Incident}, Seq: e.Seq, Did: p.Text(e.Text)}
		at := e.At.In(p.zoneOf(p.School))
		row.When = row.date(at) + " " + at.Format("15:04:05")
		row.Who = (&detail{card: row.card}).actor(alerting.Entry{Actor: e.Actor})
		p.Rows = append(p.Rows, row)
	}
	if got.Next > 0 {
		p.Older = "/audit?" + url.Values{"school": {p.School}, "before": {strconv.FormatInt(got.Next, 10)}}.Encode()
	}
	return nil
}

// NameOf is what a school is called.
func (p *auditPage) NameOf(school string) string {
	if school == "" {
		return p.Say("audit.accounts")
	}
	return p.schoolName(school)
}

// IsRunning reports whether a check runs.
func (p *auditPage) IsRunning() bool { return !p.Running.IsZero() }

// CheckedLine says when the chains were checked last.
func (p *auditPage) CheckedLine() string {
	if p.At.IsZero() {
		return p.Say("audit.unchecked")
	}
	at := p.At.In(p.zone())
	return p.Say("audit.checked", "time", p.date(at)+" "+at.Format("15:04:05"))
}

// ChainLine says how a school's chain was found.
func (p *auditPage) ChainLine(c api.AuditChain) string {
	if !c.Holds {
		return p.Say("audit.broken", "n", c.BrokenAt, "why", p.Say("audit.broken."+c.Break))
	}
	line := p.Say("audit.holds", "n", c.Entries)
	if c.Erased > 0 {
		line += " · " + p.Say("audit.erased", "n", c.Erased)
	}
	return line
}

// checkAudit has the chains recomputed, and comes back to them.
func (c *Console) checkAudit(w http.ResponseWriter, r *http.Request, a people.Account) {
	if err := c.api.Service().CheckAudit(a); err != nil {
		c.failed(w, r, err)
		return
	}
	http.Redirect(w, r, "/audit", http.StatusSeeOther)
}
