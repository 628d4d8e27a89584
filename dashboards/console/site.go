package console

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

const (
	// nearPlaces bounds the places that are listed. Overflow: the nearest are, the
	// rest is a number.
	nearPlaces = 8
	// statesWithin is how long the page waits for what supervision knows; it
	// stands without.
	statesWithin = 300 * time.Millisecond
)

// site is where an incident is: the plan with its place, and how the gates and
// the posts stand around it.
type site struct {
	*page
	Plan   *sitePlan // nil where the school has none
	Why    string    // what the plan lacks, in words; "" for nothing
	Places []nearPlace
	More   int
	AsOf   string
	// Near is the nearest police station, OnBeat the responsible one where that is
	// another; nil where nobody wrote them down.
	Near, OnBeat *stationLine
}

// NearLine says which station is the nearest and how far it is.
func (s *site) NearLine() string { return s.nearLine(s.Near) }

// nearPlace is a place of the school with what is known of it.
type nearPlace struct {
	id    string
	far   float64 // from the incident, in parts of the plan's width; infinite where nobody knows
	Sign  string  // on the plan; "" where it is not marked
	Name  string
	Here  bool
	Lines []nearLine
}

// nearLine is how a gate or a post stands.
type nearLine struct {
	Text string
	Warn bool
}

// siteOf gathers what the reader may know of the place of an incident.
func (c *Console) siteOf(r *http.Request, d *detail) *site {
	school, _ := d.people.School(d.Incident.School)
	s := &site{page: d.page, AsOf: d.timeOf(d.now, school.ID)}
	s.Near, s.OnBeat = s.stationsOf(school)
	if !d.Resolved() { // how they stand now says nothing of then
		s.Places = c.near(r.Context(), d, school)
	}
	s.arrange(d, school)
	s.draw(d, school)
	return s
}

// near are the places of the school at which there are gates or posts.
func (c *Console) near(ctx context.Context, d *detail, school people.School) []nearPlace {
	lines := map[string][]nearLine{}
	names := map[string]string{}
	for _, p := range school.Places {
		names[p.ID] = d.Text(p.Name)
	}
	for _, g := range c.gatesAt(ctx, d.page, school.ID) {
		lines[g.place.ID] = append(lines[g.place.ID], g.line)
		names[g.place.ID] = cmp.Or(names[g.place.ID], d.Text(g.place.Name), g.place.ID)
	}
	for _, p := range c.postsAt(d, school.ID) {
		place := p.Post.Place
		lines[place] = append(lines[place], d.postLine(p))
		names[place] = cmp.Or(names[place], place)
	}
	var out []nearPlace
	for id, all := range lines {
		out = append(out, nearPlace{id: id, Name: names[id], Here: id == d.Place.ID, Lines: all})
	}
	return out
}

// gateAt is a gate's line, and where it stands.
type gateAt struct {
	place alerting.Place
	line  nearLine
}

// gatesAt says how each gate of the school stands.
func (c *Console) gatesAt(ctx context.Context, p *page, school string) []gateAt {
	service := c.api.Service()
	stands, lost := map[string]rules.Stand{}, map[string]time.Time{}
	if service.HasGates() {
		if got, err := service.GateStands(p.Account, school); err == nil {
			stands = got
		}
	}
	if service.Supervises() {
		ctx, cancel := context.WithTimeout(ctx, statesWithin)
		defer cancel()
		v, _ := service.Devices(ctx, p.Account) // without it a gate is as it last said
		for _, s := range v.Devices {
			if s.Address.School == school && s.State == supervision.Lost {
				lost[s.Address.Device] = s.Since
			}
		}
	}
	var out []gateAt
	for _, g := range p.people.DevicesOf(school) {
		if g.Kind == devices.KindGate {
			stand, heard := stands[g.Address.Device]
			since, gone := lost[g.Address.Device]
			out = append(out, gateAt{g.Place, p.gateLine(g.Address, stand, heard, since, gone)})
		}
	}
	return out
}

// gateLine says how a gate stands: open or shut since when, its barrier up or
// down, that it has neither, unheard of, or lost and how it was before.
func (p *page) gateLine(at devices.Address, s rules.Stand, heard bool, lost time.Time, gone bool) nearLine {
	said := p.Say("near.gate.unheard", "id", at.Device)
	if heard {
		said = p.Say(standKey(s), "id", at.Device, "time", p.timeOf(s.Since, at.School))
	}
	if gone {
		return nearLine{said + p.Say("list.comma") + p.Say("near.gate.lost", "time", p.timeOf(lost, at.School)), true}
	}
	return nearLine{said, false}
}

// standKey is the word for how a gate stands.
func standKey(s rules.Stand) string {
	switch {
	case s.Leaf == rules.Barrier && s.Open:
		return "near.gate.up"
	case s.Leaf == rules.Barrier:
		return "near.gate.down"
	case s.Leaf == rules.NoLeaf:
		return "near.gate.neither"
	case s.Open:
		return "near.gate.open"
	}
	return "near.gate.shut"
}

// postsAt are the posts of the school, where the reader sees who stands there.
func (c *Console) postsAt(d *detail, school string) []duty.PostState {
	a := d.Account
	if !d.posts || !api.ReadsPosts(a.Role) {
		return nil
	}
	a.Schools = []string{school}
	boards, err := c.api.Service().Posts(a, d.now)
	if err != nil || len(boards) == 0 {
		return nil
	}
	return boards[0].Posts
}

// postLine says how many are at a post now, of how many.
func (d *detail) postLine(p duty.PostState) nearLine {
	name := d.Text(p.Post.Name)
	at := slices.IndexFunc(p.Shifts, func(s duty.ShiftState) bool { return !d.now.Before(s.From) && d.now.Before(s.To) })
	if at < 0 {
		return nearLine{d.Say("near.post.idle", "post", name), false}
	}
	s := p.Shifts[at]
	if !s.Rostered {
		return nearLine{d.Say("near.post.unrostered", "post", name), false}
	}
	line := nearLine{d.Say("near.post.there", "post", name, "n", s.Present, "required", s.Required), s.Uncovered}
	if s.Uncovered {
		line.Text += d.Say("list.comma") + d.Say("duty.state.uncovered")
	}
	if s.CannotTell {
		line.Warn = true
		line.Text += d.Say("list.comma") + d.Say("duty.state.cannot-tell")
	}
	return line
}

// arrange puts the incident's own place first and then the nearest, and gives
// each that is on the plan its sign.
func (s *site) arrange(d *detail, school people.School) {
	from, plan, known := school.Spot(d.Place.ID)
	for k := range s.Places {
		p := &s.Places[k]
		to, on, marked := school.Spot(p.id)
		p.far = math.Inf(1)
		if marked && known && on.ID == plan.ID {
			p.far = math.Hypot(to.X-from.X, (to.Y-from.Y)*plan.Height/plan.Width)
		}
	}
	slices.SortFunc(s.Places, func(a, b nearPlace) int {
		return cmp.Or(compareBool(b.Here, a.Here), cmp.Compare(a.far, b.far), cmp.Compare(a.id, b.id))
	})
	s.More = max(len(s.Places)-nearPlaces, 0)
	s.Places = s.Places[:len(s.Places)-s.More]
	n := 0
	for k := range s.Places {
		switch p := &s.Places[k]; {
		case p.Here && known:
			p.Sign = d.Shape()
		case !math.IsInf(p.far, 1):
			n++
			p.Sign = strconv.Itoa(n)
		}
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
