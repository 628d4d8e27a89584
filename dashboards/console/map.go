package console

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api"
)

// mapLines bounds the incidents that are listed at a school. Overflow: the gravest
// are, the rest is a number that leads to the board.
const mapLines = 3

// mapPage is where the reader's schools lie and how each stands: drawn, and the
// same as a table.
type mapPage struct {
	*page
	Schools  []mapSchool
	Stations []mapStation
	Drawings []mapDrawing // one for a desk and one for a telephone; none where nothing can be drawn
	Unplaced []string     // schools of which nobody wrote down where they lie
	Open     int          // schools at which something is open
}

// mapSchool is one school of it.
type mapSchool struct {
	*page
	people.School
	Number int // that stands in its sign, and in the table
	sign
	Word   string // the sign in words
	Count  string // of incidents, behind the word; "" for one or none
	Link   string // what is the matter with the way to the police; "" for nothing
	Cards  []card // the gravest first
	More   int
	Near   *stationLine // the nearest station; nil where nobody knows
	OnBeat *stationLine // the one that is responsible, where that is another
}

// mapStation is a police station, with the letter that stands in its sign.
type mapStation struct {
	people.Station
	Letter, Name string
}

// sign is how a school or a station is drawn: each sort has a shape of its own.
type sign struct {
	Sign  string // a group of the board's, or one of those below
	Badge string // what is the matter with the link: signUnproven, signCut; "" for nothing
	Mark  string // that stands in it
}

// Plain is the sign without its mark.
func (s sign) Plain() sign { s.Mark = ""; return s }

// Signs beside the groups of the board.
const (
	signQuiet    = "quiet"    // nothing is open, and the way is proven
	signUnproven = "unproven" // nothing is known to be open, and nobody can tell
	signCut      = "cut"      // the school's link is
	signStation  = "station"
)

// HasMap reports whether the reader is led to the map: one who answers for several
// schools, or who of the police answers for one that lies somewhere.
func (p *page) HasMap() bool {
	if !api.ReadsPosts(p.Account.Role) {
		return false
	}
	return len(p.Account.Schools) > 1 || (p.Account.Role == alerting.RoleLiaison && slices.ContainsFunc(p.Account.Schools, p.lies))
}

// lies reports whether somebody wrote down where a school lies.
func (p *page) lies(school string) bool {
	s, _ := p.people.School(school)
	return s.Position != nil
}

func (c *Console) districtMap(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !api.ReadsPosts(a.Role) {
		c.errorPage(w, r, http.StatusForbidden)
		return
	}
	m := newMap(c.newPage(r, a))
	m.Title, m.Renew = m.Say("map"), renewS
	l := c.links(r.Context(), m.page)
	for n, id := range a.Schools {
		s := m.school(n+1, id, l)
		m.Schools = append(m.Schools, s)
		if len(s.Cards) > 0 {
			m.Open++
		}
		if s.Position == nil {
			m.Unplaced = append(m.Unplaced, s.NameOf())
		}
	}
	m.draw()
	c.render(w, http.StatusOK, "map", m)
}

// newMap is a map of the stations alone.
func newMap(p *page) *mapPage {
	m := &mapPage{page: p}
	for n, s := range p.people.District().Stations {
		m.Stations = append(m.Stations, mapStation{s, stationLetter(n), p.Text(s.Name)})
	}
	return m
}

// stationLetter is A to Z, then S27 and on.
func stationLetter(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return "S" + strconv.Itoa(n+1)
}

// links is what is known of the ways and the links of the reader's schools.
type links struct {
	ways    []pathcheck.Status
	checked bool
	cut     map[string]time.Time
}

func (c *Console) links(ctx context.Context, p *page) links {
	service, l := c.api.Service(), links{cut: map[string]time.Time{}}
	l.ways, l.checked = service.Ways(p.Account)
	if !service.Supervises() {
		return l
	}
	ctx, cancel := context.WithTimeout(ctx, statesWithin)
	defer cancel()
	v, _ := service.Devices(ctx, p.Account) // without it the way alone says whether a school is heard
	for _, s := range v.Schools {
		if !s.Cut.IsZero() {
			l.cut[s.School] = s.Cut
		}
	}
	return l
}

// school says how one stands: by what is open that the reader may see, else by
// whether it would be heard.
func (m *mapPage) school(number int, id string, l links) mapSchool {
	of, _ := m.people.School(id)
	of.ID = id
	s := mapSchool{page: m.page, School: of, Number: number}
	for _, i := range m.unresolved {
		if i.School == id {
			s.Cards = append(s.Cards, card{page: m.page, Incident: i})
		}
	}
	slices.SortStableFunc(s.Cards, func(a, b card) int {
		return cmp.Or(slices.Index(groups, a.Group())-slices.Index(groups, b.Group()), a.Pressed().Compare(b.Pressed()))
	})
	link := s.judge(l)
	if len(s.Cards) > 0 {
		s.Sign, s.Word = s.Cards[0].Group(), s.Cards[0].word()
		if n := len(s.Cards); n > 1 {
			s.Count = times(n)
		}
	} else {
		s.Sign, s.Word = link, m.Say("map."+link)
	}
	s.Mark = strconv.Itoa(number)
	if link != signQuiet {
		s.Badge = link
	}
	s.More = max(len(s.Cards)-mapLines, 0)
	s.Cards = s.Cards[:len(s.Cards)-s.More]
	s.Near, s.OnBeat = s.stationsOf(s.School)
	return s
}

// times says how many incidents a sign stands for.
func times(n int) string {
	if n > 9 {
		return " ×9+"
	}
	return " ×" + strconv.Itoa(n)
}

// word is the incident in a word: what it is not, or how grave it is.
func (c card) word() string { return cmp.Or(c.ModeWord(), c.SeverityName(), c.MaskWord()) }

// judge says whether the school would be heard, and what is the matter where it
// may not be.
func (s *mapSchool) judge(l links) (state string) {
	if since, cut := l.cut[s.ID]; cut {
		s.Link = s.Say("map.cut.since", "time", s.timeOf(since, s.ID))
		return signCut
	}
	w := way{page: s.page, Checked: l.checked}
	if at := slices.IndexFunc(l.ways, func(p pathcheck.Status) bool { return p.School == s.ID }); at >= 0 {
		w.Known, w.Status = true, l.ways[at]
	}
	switch {
	case w.Good():
		return signQuiet
	case !l.checked:
		s.Link = w.Remark()
	default:
		s.Link = w.Text()
	}
	return signUnproven
}

// stationLine is a police station as a school sees it.
type stationLine struct {
	ID, Name string
	Far      string // in a straight line; "" where nobody knows
}

// stationsOf is the station that lies nearest to a school, and the one on whose
// beat the school lies where that is another one; nil for what nobody wrote down.
func (p *page) stationsOf(of people.School) (near, onBeat *stationLine) {
	d := p.people.District()
	if of.Position != nil {
		if s, _, ok := d.Nearest(*of.Position); ok {
			near = p.stationLine(of, s)
		}
	}
	if s, ok := d.Responsible(of.ID); ok && (near == nil || near.ID != s.ID) {
		onBeat = p.stationLine(of, s)
	}
	return near, onBeat
}

func (p *page) stationLine(of people.School, s people.Station) *stationLine {
	l := &stationLine{ID: s.ID, Name: p.Text(s.Name)}
	if of.Position != nil {
		l.Far = p.distance(of.Position.MetresTo(s.Position))
	}
	return l
}

// distance is as exact as coordinates are that somebody has read off a map.
func (p *page) distance(metres float64) string {
	switch tens := math.Round(metres/10) * 10; {
	case tens < 1000:
		return p.Say("map.m", "n", unit(tens))
	case metres < 9950:
		return p.Say("map.km", "n", strconv.FormatFloat(metres/1000, 'f', 1, 64))
	}
	return p.Say("map.km", "n", strconv.FormatFloat(metres/1000, 'f', 0, 64))
}

// NameOf is what the school is called.
func (s mapSchool) NameOf() string { return s.schoolName(s.ID) }

// Href leads to the gravest incident, or to how the school stands today.
func (s mapSchool) Href() string {
	if len(s.Cards) > 0 {
		return "/incidents/" + url.PathEscape(s.Cards[0].ID)
	}
	return "/today#today-" + s.ID
}

// Lines say of each incident what may stand on a board; how grave it is, where
// there are several.
func (s mapSchool) Lines() []mapLine {
	var out []mapLine
	for _, c := range s.Cards {
		l := mapLine{c.ID, c.line().Text}
		if len(s.Cards) > 1 {
			l.Text = c.word() + " · " + l.Text
		}
		out = append(out, l)
	}
	return out
}

// mapLine is an incident in the list.
type mapLine struct{ ID, Text string }

// Urgent reports whether somebody is waiting for help there: it is no drill.
func (s mapSchool) Urgent() bool { return len(s.Cards) > 0 && s.Sign != groupDrill }

// Letter is the one at a station's sign.
func (m *mapPage) Letter(station string) string {
	at := slices.IndexFunc(m.Stations, func(s mapStation) bool { return s.ID == station })
	if at < 0 {
		return ""
	}
	return m.Stations[at].Letter
}

// OpenLine says at how many schools something is open.
func (m *mapPage) OpenLine() string {
	if m.Open == 0 {
		return m.Say("map.calm")
	}
	return m.many("map.open", m.Open)
}

// UnplacedLine names the schools that are not drawn.
func (m *mapPage) UnplacedLine() string {
	return m.Say("map.left", "schools", strings.Join(m.Unplaced, m.Say("list.comma")))
}

// Key is what the signs mean.
func (m *mapPage) Key() []mapKey {
	var out []mapKey
	for _, s := range []alerting.Severity{alerting.Critical, alerting.High, alerting.Low} {
		out = append(out, mapKey{sign{Sign: string(s)}, m.vocabulary(policy.SeverityText(s))})
	}
	out = append(out, mapKey{sign{Sign: groupDrill}, m.Say("group.drill")})
	for _, s := range []string{signQuiet, signUnproven, signCut, signStation} {
		k := mapKey{sign{Sign: s}, m.Say("map." + s)}
		if s == signUnproven || s == signCut {
			k.Badge = s
		}
		out = append(out, k)
	}
	return out
}
