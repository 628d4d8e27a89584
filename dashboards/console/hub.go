package console

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// From these on a figure of the hub is wrong enough for somebody to look.
const (
	slowCommit   = 100 * time.Millisecond // the budget of a press until it is durable
	slowGC       = 10 * time.Millisecond  // the budget of a press until the police are told
	longPending  = 1_000                  // entries
	longLane     = 100                    // messages; a lane holds 1024 for each far side
	manyWaiting  = 100_000                // points
	muchHeap     = 512 << 20              // bytes
	manyRoutines = 50_000
)

// hubPage is how the hub works inside, for whoever runs it.
type hubPage struct {
	*page
	Rows    []hubRow
	Audited bool // there are audit chains to check
}

// hubRow is one figure, and what to do where it is wrong.
type hubRow struct{ Name, Value, Advice string }

func (c *Console) hub(w http.ResponseWriter, r *http.Request, a people.Account) {
	h, err := c.api.Service().Hub(a)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := &hubPage{page: c.newPage(r, a)}
	p.Rows, p.Audited = p.rows(h), c.api.Service().HasAudit()
	if p.HasConfiguration() {
		p.Rows = append(p.Rows, c.configFigure(p))
	}
	p.Title, p.Renew = p.Say("hub"), renewS
	c.render(w, http.StatusOK, "hub", p)
}

// configFigure is how much is at fault in the configuration.
func (c *Console) configFigure(p *hubPage) hubRow {
	n, refused := c.configFaults(p.page)
	value := strconv.Itoa(n)
	if refused {
		value += p.Say("list.semicolon") + p.Say("config.refused.short")
	}
	return p.row("configuration", value, n > 0 || refused)
}

// HasHub reports whether the reader runs the hub.
func (p *page) HasHub() bool { return p.Account.Role == alerting.RoleAdmin }

func (p *hubPage) rows(h api.HubState) []hubRow {
	takes := "hub.journal.takes"
	if !h.Journal {
		takes = "hub.journal.not"
	}
	return []hubRow{
		p.row("journal", p.Say(takes), !h.Journal),
		p.row("pending", strconv.Itoa(h.Pending), h.Pending >= longPending),
		p.row("commit", millis(h.Commit), h.Commit >= slowCommit),
		p.row("lanes", strconv.Itoa(h.Lanes), h.Lanes >= longLane),
		p.row("connections", strconv.Itoa(h.Connections), h.Connections == 0),
		p.row("waiting", strconv.Itoa(h.Waiting), h.Waiting >= manyWaiting),
		p.row("spool", mebibytes(h.Spool), false),
		p.row("dropped", strconv.Itoa(h.Dropped), h.Dropped > 0),
		p.row("gc", millis(h.LongestGC), h.LongestGC >= slowGC),
		p.row("heap", mebibytes(h.Heap), h.Heap >= muchHeap),
		p.row("goroutines", strconv.Itoa(h.Goroutines), h.Goroutines >= manyRoutines),
		p.row("began", p.began(h.Began), !h.Began.IsZero() && p.now.Sub(h.Began) < 10*time.Minute),
	}
}

func (p *hubPage) row(name, value string, wrong bool) hubRow {
	r := hubRow{Name: p.Say("hub." + name), Value: value}
	if wrong {
		r.Advice = p.Say("hub." + name + ".do")
	}
	return r
}

func (p *hubPage) began(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(p.zone()).Format(time.DateTime)
}

func millis(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
