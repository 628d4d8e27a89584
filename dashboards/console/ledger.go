package console

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// ledger says where the time went: pressed, received and stored, then for each
// delivery handed, received and read, counted from the moment it was planned.
type ledger struct {
	Head    []step
	Updates []ledgerUpdate // the latest
	Earlier []ledgerUpdate
}

// unfoldedUpdates is how many updates stand in the list, those before them in a
// fold: an incident that nobody takes on is told again every minute.
const unfoldedUpdates = 3

// step is one stage before the deliveries.
type step struct {
	Name, At, Took string
	Missing        bool
}

// ledgerUpdate is the deliveries of one update of the incident.
type ledgerUpdate struct {
	Number int64
	At     string
	Latest bool
	Sums   []sum
	Rows   []ledgerRow
}

type ledgerRow struct {
	ID                           string
	Audience, Recipient, Channel string
	Path                         string // which of its contact's paths, and what it runs over
	State, Word, Reason          string
	Missed                       string // the budget that it missed, in words
	Handed, Received, Read       string
	Drawn                        drawn
}

// updateRow is an update together with its incident, for its template.
type updateRow struct {
	Detail *detail
	ledgerUpdate
}

func updateWithDetail(d *detail, u ledgerUpdate) updateRow { return updateRow{d, u} }

func newLedger(c card, whole bool) ledger {
	l := ledger{Head: c.steps()}
	byNumber := map[int64][]alerting.Delivery{}
	for _, d := range c.Deliveries {
		byNumber[d.Number] = append(byNumber[d.Number], d)
	}
	numbers := make([]int64, 0, len(byNumber))
	for n := range byNumber {
		numbers = append(numbers, n)
	}
	slices.SortFunc(numbers, func(a, b int64) int { return cmp.Compare(b, a) })
	if !whole && len(numbers) > 1 {
		numbers = numbers[:1]
	}
	for k, n := range numbers {
		u := c.update(n, k == 0, byNumber[n])
		if k < unfoldedUpdates {
			l.Updates = append(l.Updates, u)
		} else {
			l.Earlier = append(l.Earlier, u)
		}
	}
	return l
}

// steps are the stages of the latest press.
func (c card) steps() []step {
	if len(c.Presses) == 0 {
		return nil
	}
	p := c.Presses[len(c.Presses)-1]
	stored := step{Name: c.Say("step.stored"), Took: c.Say("step.stored.yes")}
	switch {
	case p.StoredAt != nil:
		stored.Took = signed(p.StoredAt.Sub(p.ReceivedAt))
	case !c.Stored:
		stored.Took, stored.Missing = c.Say("step.stored.no"), true
	}
	return append([]step{
		{Name: c.Say("step.pressed"), At: c.exact(p.PressedAt, c.Incident.School)},
		{Name: c.Say("step.received"), Took: signed(p.ReceivedAt.Sub(p.PressedAt))},
		stored,
	}, c.taken()...)
}

// taken is who took it on, counted from the pressing that began the round.
func (c card) taken() []step {
	var out []step
	for _, k := range c.Acknowledgements {
		s := step{Name: c.Say("step."+verbOf(k.Audience), "audience", c.Say("audience."+string(k.Audience))), At: c.exact(k.At, c.Incident.School)}
		if k.After > 0 {
			s.Took = signed(k.After)
		}
		out = append(out, s)
	}
	return out
}

func (c card) update(number int64, latest bool, all []alerting.Delivery) ledgerUpdate {
	u := ledgerUpdate{Number: number, Latest: latest, Sums: c.sums(all)}
	slices.SortStableFunc(all, func(a, b alerting.Delivery) int {
		return cmp.Or(
			cmp.Compare(slices.Index(alerting.Audiences(), a.Audience), slices.Index(alerting.Audiences(), b.Audience)),
			cmp.Compare(a.Recipient, b.Recipient), cmp.Compare(a.Channel, b.Channel))
	})
	for _, d := range all {
		u.Rows = append(u.Rows, c.row(d))
	}
	if len(all) > 0 {
		u.At = c.exact(all[0].PlannedAt, c.Incident.School)
	}
	return u
}

func (c card) row(d alerting.Delivery) ledgerRow {
	return ledgerRow{
		ID: d.ID, Audience: c.Say("audience." + string(d.Audience)), Recipient: d.Recipient, Drawn: c.draw(d), Channel: c.Say("channel." + string(d.Channel)),
		Path: c.path(d), Missed: c.missed(d), State: string(d.State), Word: c.Say("delivery." + string(d.State)), Reason: c.reason(d.Reason),
		Handed: since(d.PlannedAt, d.HandedAt), Received: since(d.PlannedAt, d.ReceivedAt), Read: since(d.PlannedAt, d.ReadAt),
	}
}

// path names which of its contact's ways a delivery took.
func (c card) path(d alerting.Delivery) string {
	words := []string{c.Say("path.main")}
	if d.Path > 0 {
		words[0] = c.Say("path.backup", "n", d.Path)
	}
	if v := policy.ViaText(d.Via); v != (alerting.Text{}) {
		words = append(words, c.vocabulary(v))
	}
	return strings.Join(words, " · ")
}

// missed is the mark of a delivery that was late: with the hard limit it is
// graver than with the target.
func (c card) missed(d alerting.Delivery) string {
	if d.Missed == "" {
		return ""
	}
	return c.Say("missed." + string(d.Missed))
}

// reason is why a delivery stands where it does; what a far side said stays as
// it is.
func (c card) reason(r string) string { return c.Text(alerting.ReasonText(r)) }

func since(from time.Time, to *time.Time) string {
	if to == nil {
		return ""
	}
	return signed(to.Sub(from))
}
