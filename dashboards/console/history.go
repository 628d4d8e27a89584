package console

import (
	"net/http"
	"net/url"
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

const historyPage = 50

type history struct {
	*page
	Rows  []card
	State alerting.State
	Older string // address of the next page, "" at the end
	// Told leads to how fast people were told, for whoever may read it.
	Told bool
	// Audited leads to the audit chains, for whoever may read them.
	Audited bool
}

// States are the filters of the list.
func (h *history) States() []alerting.State {
	return []alerting.State{"", alerting.StateOpen, alerting.StateAcknowledged, alerting.StateResolved}
}

// MayCount reports whether the reader sees the counts of false alarms.
func (h *history) MayCount() bool { return api.MayCount(h.Account) }

// Opened is when a row's incident opened.
func (h *history) Opened(c card) string {
	return c.date(c.OpenedAt.In(c.zoneOf(c.Incident.School))) + " " +
		c.OpenedAt.In(c.zoneOf(c.Incident.School)).Format("15:04:05")
}

// history lists incidents, the closed ones too.
func (c *Console) history(w http.ResponseWriter, r *http.Request, a people.Account) {
	q := r.URL.Query()
	f := api.Filter{State: alerting.State(q.Get("state")), Limit: historyPage}
	h := &history{page: c.newPage(r, a), State: f.State}
	cursor, err := api.DecodeCursor(q.Get("cursor"))
	if err != nil || !slices.Contains(h.States(), f.State) {
		c.errorPage(w, r, http.StatusUnprocessableEntity)
		return
	}
	f.Cursor = cursor
	found, err := c.api.Service().List(r.Context(), a, f)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	for _, i := range h.shown(found.Incidents) {
		h.Rows = append(h.Rows, card{page: h.page, Incident: i})
	}
	if next := api.EncodeCursor(found.Next); next != "" {
		h.Older = "/incidents?" + url.Values{"state": {string(f.State)}, "cursor": {next}}.Encode()
	}
	h.Told = c.api.Service().MayReadDeliveries(a)
	h.Audited = c.api.Service().HasAudit() && api.MayAudit(a)
	h.Title, h.Renew = h.Say("history"), renewS
	c.render(w, http.StatusOK, "history", h)
}
