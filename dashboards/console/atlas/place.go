package atlas

import "math"

const (
	gap  = 4.0 // between a sign and its label, and between any two things
	ring = 6.0 // how much farther each ring of tries lies
	// turns is in how many directions a ring is tried, beginning in the east.
	turns = 16
	// farthest is how far from its point anything is looked for. Overflow: the sign
	// stands on its point, over another one, and a label is not written.
	farthest = 240.0
)

// Box is a rectangle of the drawing.
type Box struct{ Left, Top, Right, Bottom float64 }

func around(x, y, radius float64) Box { return Box{x - radius, y - radius, x + radius, y + radius} }

func (b Box) meets(o Box) bool {
	return b.Left < o.Right && o.Left < b.Right && b.Top < o.Bottom && o.Top < b.Bottom
}

func (b Box) within(f Frame) bool {
	return b.Left >= 0 && b.Top >= 0 && b.Right <= f.Width && b.Bottom <= f.Height-f.Foot
}

func (b Box) meetsAny(all []Box) bool {
	for _, o := range all {
		if b.meets(o) {
			return true
		}
	}
	return false
}

// signs puts each sign on its point, in their order; one that would cover another
// stands as near to its point as there is room.
func signs(f Frame, p projection, marks []Mark) []Place {
	var out []Place
	var taken []Box
	for _, m := range marks {
		at := p.at(m.At)
		stands := at
		for far := 0.0; far < farthest; far += ring {
			if free, ok := onRing(at, far, func(q Point) bool {
				b := around(q.X, q.Y, m.Radius)
				return b.within(f) && !b.meetsAny(taken)
			}); ok {
				stands = free
				break
			}
		}
		taken = append(taken, around(stands.X, stands.Y, m.Radius+gap/2))
		out = append(out, Place{X: stands.X, Y: stands.Y, TrueX: at.X, TrueY: at.Y, Label: -1})
	}
	return out
}

// onRing is the first point of a ring that will do.
func onRing(at Point, far float64, does func(Point) bool) (Point, bool) {
	n := turns
	if far == 0 {
		n = 1
	}
	for k := range n {
		turn := 2 * math.Pi * float64(k) / turns
		if q := (Point{at.X + far*math.Cos(turn), at.Y + far*math.Sin(turn)}); does(q) {
			return q, true
		}
	}
	return Point{}, false
}

// label writes beside each sign what finds room there: first the fullest label of
// all, then the next of those that have none. Whose last finds none beside the
// sign has it farther away. No label covers a sign, another label or the frame's
// edge.
func label(f Frame, marks []Mark, places []Place) {
	var taken []Box
	most := 0
	for k, m := range marks {
		taken = append(taken, around(places[k].X, places[k].Y, m.Radius))
		most = max(most, len(m.Labels))
	}
	free := func(b Box) bool { return b.within(f) && !b.meetsAny(taken) }
	write := func(k, which int, apart bool, s spot) {
		places[k].Label, places[k].Text, places[k].Side, places[k].Box, places[k].Apart = which, s.text, s.side, s.box, apart
		taken = append(taken, s.box)
	}
	for which := range most {
		for k, m := range marks {
			if places[k].Label >= 0 || which >= len(m.Labels) {
				continue
			}
			if s, ok := beside(places[k], m.Radius, m.Labels[which], free); ok {
				write(k, which, false, s)
			}
		}
	}
	for k, m := range marks {
		last := len(m.Labels) - 1
		if places[k].Label >= 0 || last < 0 {
			continue
		}
		if s, ok := away(places[k], m, free); ok {
			write(k, last, true, s)
		}
	}
}

// spot is where a label can stand.
type spot struct {
	box  Box
	text Point
	side Side
}

// spotAt is a label's box from its upper left corner.
func spotAt(left, top float64, s Size, side Side) spot {
	b := Box{left, top, left + s.Width, top + s.Height}
	x := left
	switch side {
	case Middle:
		x += s.Width / 2
	case End:
		x = b.Right
	}
	return spot{b, Point{x, top}, side}
}

// beside tries the places around a sign: right, left, below and above it, then
// the corners.
func beside(p Place, radius float64, s Size, free func(Box) bool) (spot, bool) {
	r := radius + gap
	corner := 0.7 * r
	for _, try := range []spot{
		spotAt(p.X+r, p.Y-s.Height/2, s, Start),
		spotAt(p.X-r-s.Width, p.Y-s.Height/2, s, End),
		spotAt(p.X-s.Width/2, p.Y+r, s, Middle),
		spotAt(p.X-s.Width/2, p.Y-r-s.Height, s, Middle),
		spotAt(p.X+corner, p.Y+corner, s, Start),
		spotAt(p.X+corner, p.Y-corner-s.Height, s, Start),
		spotAt(p.X-corner-s.Width, p.Y+corner, s, End),
		spotAt(p.X-corner-s.Width, p.Y-corner-s.Height, s, End),
	} {
		if free(try.box) {
			return try, true
		}
	}
	return spot{}, false
}

// away looks for room farther and farther from the sign.
func away(p Place, m Mark, free func(Box) bool) (out spot, ok bool) {
	s := m.Labels[len(m.Labels)-1]
	for far := m.Radius + gap; far < farthest; far += ring {
		if _, ok = onRing(Point{p.X, p.Y}, far, func(q Point) bool {
			out = spotAt(q.X-s.Width/2, q.Y-s.Height/2, s, Middle)
			return free(out.box)
		}); ok {
			return out, true
		}
	}
	return spot{}, false
}
