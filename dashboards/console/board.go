package console

import (
	"errors"
	"net/http"
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

const groupDrill = "drill"

// groups of the board, from the gravest; drills and tests stand apart.
var groups = []string{string(alerting.Critical), string(alerting.High), string(alerting.Low), groupDrill}

// A board is crowded from so many cards on, and drawn densely; it stays so until it
// has eased, so that one incident more or less does not change the form of all.
const (
	crowded = 9
	eased   = 6
)

// maxCards bounds what the board draws. Overflow: the newest are drawn of each
// group, the rest is a number and a link to the list.
const maxCards = 60

type board struct {
	*page
	Groups   []group
	Open     int
	Nobody   int
	Lapsed   int // somebody has them, and what should follow has not
	Selected *detail
	Unread   bool // the incident that was asked for can't be read now
	Dense    bool // many are open: short cards, in each group the oldest first
	near     []alerting.Incident
}

type group struct {
	*page
	ID    string
	Cards []card
	More  int
}

// Shape tells the group apart without colour.
func (g group) Shape() string { return shapes[g.ID] }

// Size is how many incidents the group has.
func (g group) Size() int { return len(g.Cards) + g.More }

// Reserved reports whether the group keeps the place of its next card free.
func (g group) Reserved() bool { return g.ID == groups[0] || g.ID == groups[1] }

// home is the board for who acts on incidents, and a plain word for others.
func (c *Console) home(w http.ResponseWriter, r *http.Request, a people.Account) {
	if c.elsewhere(w, r, a) {
		return
	}
	p := c.newPage(r, a)
	if !a.Role.SeesIncidents() {
		c.render(w, http.StatusOK, "role", p)
		return
	}
	p.Live = true
	b := newBoard(p, p.unresolved, r.URL.Query().Has("dense"))
	err := c.selectOn(r, b)
	if err != nil && r.Context().Err() != nil { // who asked has gone
		c.failed(w, r, err)
		return
	}
	if err != nil { // never at the cost of the cards
		c.log.Error("reading the incident beside the board failed", "error", err)
		b.Unread = true
	}
	c.render(w, http.StatusOK, "board", b)
}

// newBoard makes the board of what is open; dense says that the page shows it
// densely now.
func newBoard(p *page, unresolved []alerting.Incident, dense bool) *board {
	b := &board{page: p, Open: len(unresolved), near: unresolved}
	b.Dense = b.Open >= crowded || dense && b.Open > eased
	cards := map[string][]card{}
	for _, i := range unresolved {
		k := card{page: p, Incident: i}
		cards[k.Group()] = append(cards[k.Group()], k)
		switch {
		case k.Group() == groupDrill, k.Hushed():
		case k.Lapsed() != nil:
			b.Lapsed++
		case !k.Taken():
			b.Nobody++
		}
	}
	together := gather(unresolved, policy.Of(p.people))
	for _, id := range groups {
		drawn := cards[id][:min(len(cards[id]), maxCards)]
		if b.Dense {
			slices.Reverse(drawn)
		}
		b.Groups = append(b.Groups, group{page: p, ID: id, Cards: together.sideBySide(drawn), More: len(cards[id]) - len(drawn)})
	}
	return b
}

// selectOn puts one incident beside the board: the one that was asked for,
// else the first.
func (c *Console) selectOn(r *http.Request, b *board) error {
	id := r.URL.Query().Get("selected")
	if id == "" {
		id = b.first()
	}
	if id == "" {
		return nil
	}
	i, err := c.api.Service().Incident(r.Context(), b.Account, id)
	if errors.Is(err, alerting.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	b.Selected = newDetail(b.page, i, b.near, false)
	for _, g := range b.Groups {
		if at := slices.IndexFunc(g.Cards, func(k card) bool { return k.ID == i.ID }); at >= 0 {
			g.Cards[at].Selected = true
		}
	}
	return nil
}

// Waiting says how many incidents wait for somebody; "" for none.
func (b *board) Waiting() string {
	switch {
	case b.Lapsed == 0 && b.Nobody == 0:
		return ""
	case b.Lapsed == 0:
		return b.Say("top.nobody", "n", b.Nobody)
	case b.Nobody == 0:
		return b.Say("top.lapsed", "n", b.Lapsed)
	}
	return b.Say("top.waiting", "n", b.Nobody+b.Lapsed, "nobody", b.Say("top.nobody", "n", b.Nobody), "lapsed", b.Say("top.lapsed", "n", b.Lapsed))
}

func (b *board) first() string {
	for _, g := range b.Groups {
		for _, k := range g.Cards {
			if !k.Hushed() { // what it is about is one deliberate tap away
				return k.ID
			}
		}
	}
	return ""
}
