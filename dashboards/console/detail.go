package console

import (
	"net/http"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// detail is one incident with everything: beside the board, or on its own page.
type detail struct {
	card
	Whole   bool // on its own page
	Entries []entry
	Rounds  []pressRound // the same, parted
	Ledger  ledger
	Site    *site // on its own page alone
	// Near are the unresolved incidents that the reader may see.
	Near []alerting.Incident
}

type entry struct {
	At, Who, Text string
}

// shownPresses bounds the list of presses beside the board.
const shownPresses = 5

func newDetail(p *page, i alerting.Incident, near []alerting.Incident, whole bool) *detail {
	d := &detail{card: card{page: p, Incident: i, Selected: true}, Whole: whole, Near: near}
	for _, e := range i.Timeline {
		d.Entries = append(d.Entries, entry{At: p.exact(e.At, i.School), Who: d.actor(e), Text: p.Text(e.Text)})
	}
	d.Rounds, d.Ledger = newRounds(p, i, d.Entries), newLedger(d.card, whole)
	return d
}

func (d *detail) actor(e alerting.Entry) string {
	if e.Actor == d.Device && e.Actor != "" {
		return d.Say("actor.button", "name", e.Actor)
	}
	return d.who(e.Actor)
}

// pressLine is one press of the list.
type pressLine struct {
	N             int
	At, Age, Took string
}

// PressLines lists the presses; beside the board the latest few.
func (d *detail) PressLines() []pressLine {
	from := 0
	if !d.Whole {
		from = max(0, len(d.Presses)-shownPresses)
	}
	var out []pressLine
	for n, p := range d.Presses[from:] {
		out = append(out, pressLine{
			N: from + n + 1, At: d.exact(p.PressedAt, d.Incident.School),
			Took: took(p.ReceivedAt.Sub(p.PressedAt)),
		})
	}
	return out
}

// MayAsk reports whether the reader may ask to stand down: those at the
// school. It stops nothing.
func (d *detail) MayAsk() bool {
	return !d.Resolved() && d.Account.Role != alerting.RoleLiaison
}

// Spared reports whether facts and notes are kept from the reader: they stay
// with police and school, and the page says so.
func (d *detail) Spared() bool { return policy.Spared(d.people, d.Account, d.Incident) }

// MayTend reports whether the reader has to do with what parents are told.
func (d *detail) MayTend() bool {
	return d.Account.Role == alerting.RoleOfficer || d.Account.Role == alerting.RoleLiaison
}

// MayReset reports whether there is a latch to reset.
func (d *detail) MayReset() bool { return !d.Resolved() && d.Latched }

// MayResolve reports whether the reader may close this incident.
func (d *detail) MayResolve() bool { return !d.Resolved() && d.Leads() }

// Leads reports whether the reader leads it.
func (d *detail) Leads() bool {
	switch d.Lead {
	case alerting.LeadPolice:
		return d.Account.Role == alerting.RoleLiaison
	case alerting.LeadSchool:
		return d.Account.Role == alerting.RoleOfficer
	}
	return false
}

// choice is one outcome to choose.
type choice struct{ Code, Name string }

// Choices are the outcomes that the lead may set.
func (d *detail) Choices() []choice {
	var out []choice
	for _, o := range alerting.Outcomes(d.Mode, d.Lead) {
		out = append(out, choice{Code: string(o), Name: d.vocabulary(alerting.OutcomeText(o))})
	}
	return out
}

// Single reports whether the mode leaves no choice.
func (d *detail) Single() bool { return d.Mode != devices.Live }

// Acted is who took it on, for each audience.
func (d *detail) Acted() []string {
	var out []string
	for _, k := range d.Acknowledgements {
		out = append(out, d.Say("acted."+verbOf(k.Audience),
			"audience", d.Say("audience."+string(k.Audience)), "who", d.who(k.By), "time", d.timeOf(k.At, d.Incident.School)))
	}
	return out
}

func verbOf(a alerting.Audience) string {
	if a == alerting.Police {
		return "signed"
	}
	return "taken"
}

type incidentPage struct {
	*page
	Detail *detail
}

// incident is an incident's own page.
func (c *Console) incident(w http.ResponseWriter, r *http.Request, a people.Account) {
	i, err := c.api.Service().Incident(r.Context(), a, r.PathValue("id"))
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := c.newPage(r, a)
	p.Live = true
	d := newDetail(p, i, p.unresolved, true)
	d.Site = c.siteOf(r, d)
	p.Title = d.SchoolName() + " · " + d.PlaceName()
	c.render(w, http.StatusOK, "incident", &incidentPage{page: p, Detail: d})
}
