package people

import (
	"slices"

	"example.org/campushub/alerting"
)

// Plan is a drawing of a school, on which its places are marked.
type Plan struct {
	ID   string // unique in its school
	Name alerting.Text
	// Image is the drawing, Type its media type: image/png, image/jpeg or
	// image/svg+xml.
	Image []byte
	Type  string
	// Width and Height are its size, in units of its own; only how they relate
	// matters.
	Width, Height float64
}

// Spot is where a place lies on a plan: parts of its width and of its height,
// 0 to 1, from the upper left corner.
type Spot struct {
	Plan string
	X, Y float64
}

// Plan looks up a plan of the school by id.
func (s School) Plan(id string) (Plan, bool) {
	at := slices.IndexFunc(s.Plans, func(p Plan) bool { return p.ID == id })
	if at < 0 {
		return Plan{}, false
	}
	return s.Plans[at], true
}

// Spot is where a place is marked, and on which plan; false where it is on none.
func (s School) Spot(place string) (Spot, Plan, bool) {
	spot, marked := s.Spots[place]
	plan, drawn := s.Plan(spot.Plan)
	return spot, plan, marked && drawn
}
