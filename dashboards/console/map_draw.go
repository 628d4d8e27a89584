package console

import (
	"strconv"
	"strings"
	"unicode"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/console/atlas"
	"example.org/campushub/devices"
)

// canvas is one of the two drawings: a unit is about a pixel on the screen that it
// is for, so that its words stay as large as those around it.
type canvas struct {
	kind   string // desk, or phone
	frame  atlas.Frame
	school float64 // half of a sign's width
	post   float64 // of a station's
	em     float64 // the size of the type; console.css has the same
	line   float64
	far    bool // there is room for distances
}

var canvases = []canvas{
	{"desk", atlas.Frame{Width: 820, Height: 620, Margin: 44, Foot: 36}, 16, 14, 14, 18, true},
	{"phone", atlas.Frame{Width: 344, Height: 430, Margin: 24, Foot: 32}, 15, 14, 12, 15, false},
}

// mapDrawing is a map that has been laid out.
type mapDrawing struct {
	*page
	Kind, Width, Height string
	Outline             string   // of the district; "" for none
	Ways                []mapWay // from each school to its nearest station
	Marks               []mapMark
	Scale               mapScale
	NorthX, NorthY      string
}

// mapWay is a line.
type mapWay struct {
	ID, D string
	Now   bool // somebody waits at its end
}

// mapMark is a sign with what is written beside it.
type mapMark struct {
	sign
	ID, Href   string // Href is empty for what leads nowhere
	Says       string // the same in words
	X, Y       string
	Moved      string // a line to the point where the sign belongs; "" where it stands there
	Lead       string // a line to a label that stands apart; "" where it is beside the sign
	Side       string
	Head, Line mapText
}

// mapText is one line of a label.
type mapText struct{ X, Y, Text string }

// mapScale is the bar below, with its length over it.
type mapScale struct{ X, Y, End, Over, Text string }

// mapKey is a sign with its word.
type mapKey struct {
	sign
	Word string
}

// draw lays both drawings out. Where things stand goes by the configuration alone,
// so that nothing moves when an incident opens or ends.
func (m *mapPage) draw() {
	if len(m.Unplaced) == len(m.Schools) {
		return
	}
	for _, c := range canvases {
		m.Drawings = append(m.Drawings, m.drawing(c))
	}
}

func (m *mapPage) drawing(c canvas) mapDrawing {
	var marks []atlas.Mark
	var placed []mapSchool
	for _, s := range m.Schools {
		if s.Position != nil {
			placed = append(placed, s)
			marks = append(marks, atlas.Mark{At: *s.Position, Radius: c.school, Labels: m.room(c, s)})
		}
	}
	for _, s := range m.Stations {
		marks = append(marks, atlas.Mark{At: s.Position, Radius: c.post, Labels: []atlas.Size{c.size(s.Name)}})
	}
	sheet := atlas.Lay(c.frame, marks, m.people.District().Outline)
	d := mapDrawing{page: m.page, Kind: c.kind, Width: unit(c.frame.Width), Height: unit(c.frame.Height), Outline: outline(sheet.Outline)}
	d.Scale, d.NorthX, d.NorthY = m.scale(c, sheet.Scale), unit(c.frame.Width-20), unit(c.frame.Height-19)
	stations := sheet.Places[len(placed):]
	for k, s := range placed {
		at := sheet.Places[k]
		d.Marks = append(d.Marks, c.schoolMark(s, at))
		if s.Near != nil {
			d.Ways = append(d.Ways, mapWay{c.kind + "-way-" + s.ID, line(at, stations[m.station(s.Near.ID)]), s.Urgent()})
		}
	}
	for k, s := range m.Stations {
		d.Marks = append(d.Marks, c.stationMark(s, stations[k]))
	}
	return d
}

// station is where in the list one stands.
func (m *mapPage) station(id string) int {
	for k, s := range m.Stations {
		if s.ID == id {
			return k
		}
	}
	return 0
}

// room is what a school's label may take, with two lines and with one, whatever
// its state will be.
func (m *mapPage) room(c canvas, s mapSchool) []atlas.Size {
	state := ""
	for _, w := range m.words() {
		if c.width(w) > c.width(state) {
			state = w
		}
	}
	return []atlas.Size{c.size(s.NameOf(), state+times(10)+c.beside(s)), c.size(state)}
}

// words are all that can stand beside a sign.
func (m *mapPage) words() []string {
	out := []string{m.Say("map." + signQuiet), m.Say("map." + signUnproven), m.Say("map." + signCut)}
	for _, s := range []alerting.Severity{alerting.Critical, alerting.High, alerting.Low} {
		out = append(out, m.vocabulary(policy.SeverityText(s)))
	}
	for _, mode := range []devices.Mode{devices.Drill, devices.Test} {
		out = append(out, m.Say("mode."+string(mode)))
	}
	return out
}

// beside is how far the nearest station is, behind the state.
func (c canvas) beside(s mapSchool) string {
	if !c.far || s.Near == nil {
		return ""
	}
	return " · " + s.Near.Far
}

func (c canvas) schoolMark(s mapSchool, at atlas.Place) mapMark {
	m := c.mark(at, c.kind+"-"+s.ID)
	m.sign, m.Href, m.Says = s.sign, s.Href(), s.Says()
	switch {
	case at.Label == 0:
		m.Head.Text, m.Line.Text = s.NameOf(), s.Word+s.Count+c.beside(s)
	case at.Label == 1 && (!at.Apart || s.Sign != signQuiet):
		m.Line.Text, m.Line.Y = s.Word, m.Head.Y
	default: // what is quiet says so where there is room beside it
		m.Lead = ""
	}
	return m
}

func (c canvas) stationMark(s mapStation, at atlas.Place) mapMark {
	m := c.mark(at, c.kind+"-station-"+s.ID)
	m.Sign, m.Mark, m.Says = signStation, s.Letter, s.Letter+" "+s.Name
	if at.Label >= 0 && !at.Apart {
		m.Head.Text = s.Name
	} else { // its letter says which it is
		m.Lead = ""
	}
	return m
}

// mark is where a sign and its label stand. The lines of a label stand on their
// baselines, three quarters down.
func (c canvas) mark(at atlas.Place, id string) mapMark {
	m := mapMark{ID: id, X: unit(at.X), Y: unit(at.Y), Side: string(at.Side)}
	x, y := unit(at.Text.X), at.Text.Y+0.75*c.line
	m.Head, m.Line = mapText{X: x, Y: unit(y)}, mapText{X: x, Y: unit(y + c.line)}
	if at.Moved() {
		m.Moved = "M" + unit(at.TrueX) + " " + unit(at.TrueY) + "L" + unit(at.X) + " " + unit(at.Y)
	}
	if at.Apart {
		m.Lead = "M" + unit(at.X) + " " + unit(at.Y) + "L" + unit((at.Box.Left+at.Box.Right)/2) + " " + unit((at.Box.Top+at.Box.Bottom)/2)
	}
	return m
}

// size is what lines of text take.
func (c canvas) size(lines ...string) atlas.Size {
	s := atlas.Size{Height: float64(len(lines)) * c.line}
	for _, l := range lines {
		s.Width = max(s.Width, c.width(l))
	}
	return s
}

// width is how wide a text is at the most: whoever reads it has a type of their
// own.
func (c canvas) width(text string) float64 {
	w := 0.0
	for _, r := range text {
		switch {
		case r >= 0x1100:
			w += 1.02
		case unicode.IsUpper(r) || strings.ContainsRune("mw×", r):
			w += 0.8
		case r == ' ':
			w += 0.36
		default:
			w += 0.64
		}
	}
	return w * c.em
}

func (m *mapPage) scale(c canvas, s atlas.Scale) mapScale {
	const left, below = 14.0, 12.0
	y := c.frame.Height - below
	return mapScale{X: unit(left), Y: unit(y), End: unit(left + s.Length), Over: unit(y - 8), Text: m.length(s.Metres)}
}

// length is a round number of metres or kilometres.
func (p *page) length(metres float64) string {
	if metres < 1000 {
		return p.Say("map.m", "n", unit(metres))
	}
	return p.Say("map.km", "n", unit(metres/1000))
}

func line(from, to atlas.Place) string {
	return "M" + unit(from.X) + " " + unit(from.Y) + "L" + unit(to.X) + " " + unit(to.Y)
}

func outline(corners []atlas.Point) string {
	if len(corners) == 0 {
		return ""
	}
	var d strings.Builder
	for k, p := range corners {
		if k == 0 {
			d.WriteByte('M')
		} else {
			d.WriteByte('L')
		}
		d.WriteString(unit(p.X) + " " + unit(p.Y))
	}
	return d.String() + "Z"
}

// Says is a school's sign in words.
func (s mapSchool) Says() string {
	said := strconv.Itoa(s.Number) + " " + s.NameOf() + " · " + s.Word + s.Count
	if s.Link != "" {
		said += " · " + s.Link
	}
	if s.Near != nil {
		said += " · " + s.NearLine()
	}
	return said
}

// NearLine is the nearest station and how far it is.
func (s mapSchool) NearLine() string { return s.nearLine(s.Near) }

func (p *page) nearLine(s *stationLine) string {
	return p.Say("map.near.says", "station", s.Name, "far", s.Far)
}
