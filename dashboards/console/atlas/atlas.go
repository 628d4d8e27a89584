// Package atlas lays points of the earth out on a drawing: where their signs
// stand, what can be written beside them without covering anything, and how long
// a kilometre is. It is pure, draws nothing itself, and gives the same for the
// same.
package atlas

import (
	"math"

	"example.org/campushub/alerting/people"
)

// Frame is the drawing's size in units, and what of it stays free of points.
type Frame struct {
	Width, Height float64
	// Margin is free on all sides, so that something can be written beside a point
	// at the edge; Foot is free below it, for the scale.
	Margin, Foot float64
}

// Mark is a point with a sign, and what may be written beside it.
type Mark struct {
	At     people.Position
	Radius float64 // half the sign's width
	// Labels are what may be written, the fullest first. The first that finds room
	// is; the last is short enough to find some.
	Labels []Size
}

// Size is that of a label.
type Size struct{ Width, Height float64 }

// Side is where a label's text begins.
type Side string

// The sides, as SVG's text-anchor has them.
const (
	Start  Side = "start"
	Middle Side = "middle"
	End    Side = "end"
)

// Place is where a mark is drawn.
type Place struct {
	X, Y float64 // of the sign
	// TrueX and TrueY are of the point itself: elsewhere, where its sign would have
	// covered another.
	TrueX, TrueY float64
	Label        int // which of the labels; -1 where there is room for none
	// Text is where its first line begins, is in the middle, or ends; Box is what
	// it takes.
	Text Point
	Side Side
	Box  Box
	// Apart reports whether the label stands away from its sign, so that a line has
	// to lead to it.
	Apart bool
}

// Point is one of the drawing.
type Point struct{ X, Y float64 }

// Moved reports whether the sign stands beside its point.
func (p Place) Moved() bool { return math.Hypot(p.X-p.TrueX, p.Y-p.TrueY) > 0.5 }

// Sheet is a drawing that has been laid out.
type Sheet struct {
	Places  []Place // as the marks were given
	Outline []Point
	Scale   Scale
}

// Lay lays marks out, and an outline behind them. Without marks there is nothing
// to draw.
func Lay(f Frame, marks []Mark, outline []people.Position) Sheet {
	if len(marks) == 0 {
		return Sheet{}
	}
	all := append([]people.Position{}, outline...)
	for _, m := range marks {
		all = append(all, m.At)
	}
	p := project(f, all)
	s := Sheet{Places: signs(f, p, marks), Scale: p.scale(f)}
	for _, o := range outline {
		s.Outline = append(s.Outline, p.at(o))
	}
	label(f, marks, s.Places)
	return s
}
