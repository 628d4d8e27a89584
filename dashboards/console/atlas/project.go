package atlas

import (
	"math"

	"example.org/campushub/alerting/people"
)

const (
	// metresPerDegree is a degree of a great circle, on a sphere of the earth's mean
	// radius.
	metresPerDegree = 6_371_008.8 * math.Pi / 180
	// closest is the narrowest that is drawn, in metres: what lies together, or is
	// alone, is not drawn as if it were the world.
	closest = 800.0
)

// projection is equirectangular around the middle of what is drawn: north is up,
// and a unit is as long everywhere. In a district it is off by less than a sign's
// width.
type projection struct {
	middle  people.Position
	stretch float64 // of a degree of longitude, beside one of latitude
	perUnit float64 // metres
	x, y    float64 // of the middle
}

// project finds the projection that has all points in the frame.
func project(f Frame, all []people.Position) projection {
	south, north := math.Inf(1), math.Inf(-1)
	west, east := 0.0, 0.0 // from the first point: districts lie on the date line too
	for _, p := range all {
		south, north = min(south, p.Lat), max(north, p.Lat)
		lon := turned(p.Lon - all[0].Lon)
		west, east = min(west, lon), max(east, lon)
	}
	p := projection{middle: people.Position{Lat: (south + north) / 2, Lon: all[0].Lon + (west+east)/2}}
	p.stretch = math.Cos(p.middle.Lat * math.Pi / 180)
	wide := max((east-west)*metresPerDegree*p.stretch, closest)
	high := max((north-south)*metresPerDegree, closest)
	p.perUnit = max(wide/(f.Width-2*f.Margin), high/(f.Height-f.Foot-2*f.Margin))
	p.x, p.y = f.Width/2, (f.Height-f.Foot)/2
	return p
}

// at is where a point lies on the drawing.
func (p projection) at(q people.Position) Point {
	east := turned(q.Lon-p.middle.Lon) * metresPerDegree * p.stretch
	north := (q.Lat - p.middle.Lat) * metresPerDegree
	return Point{p.x + east/p.perUnit, p.y - north/p.perUnit}
}

// turned brings a difference of longitudes between -180 and 180.
func turned(lon float64) float64 { return math.Mod(math.Mod(lon, 360)+540, 360) - 180 }

// Scale is a bar of a round length.
type Scale struct {
	Metres float64
	Length float64 // in units
}

// scale is the longest bar of 1, 2 or 5 with zeros behind that takes at most a
// quarter of the width.
func (p projection) scale(f Frame) Scale {
	most := p.perUnit * f.Width / 4
	power := math.Pow(10, math.Floor(math.Log10(most)))
	metres := power
	for _, n := range []float64{2, 5} {
		if n*power <= most {
			metres = n * power
		}
	}
	return Scale{metres, metres / p.perUnit}
}
