package people

import (
	"math"
	"slices"

	"example.org/campushub/alerting"
)

// Position is a point of the earth in degrees, north and east above zero. The
// datum is WGS-84.
type Position struct{ Lat, Lon float64 }

// earthRadius is the earth's mean radius R1 in metres (Moritz, Geodetic Reference
// System 1980).
const earthRadius = 6_371_008.8

// MetresTo is the length of the great circle between two points, by the haversine
// formula: a straight line, at most 0.6 % off that over the ellipsoid. No road is
// as short.
func (p Position) MetresTo(q Position) float64 {
	lat, lon := radians(q.Lat-p.Lat), radians(q.Lon-p.Lon)
	h := square(math.Sin(lat/2)) + math.Cos(radians(p.Lat))*math.Cos(radians(q.Lat))*square(math.Sin(lon/2))
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

func square(v float64) float64 { return v * v }

// District is where the schools of a hub lie: what is drawn behind and beside them.
type District struct {
	// Outline is its border, corner by corner; none where nobody wrote it down.
	Outline  []Position
	Stations []Station
}

// Station is a police station.
type Station struct {
	ID       string
	Name     alerting.Text
	Position Position
	// Schools are those that lie on its beat.
	Schools []string
}

// Nearest is the station that lies nearest to a point, and how far away it is in
// metres; of several the first. There is none where no station is configured.
func (d District) Nearest(p Position) (nearest Station, metres float64, ok bool) {
	metres = math.Inf(1)
	for _, s := range d.Stations {
		if far := p.MetresTo(s.Position); far < metres {
			nearest, metres = s, far
		}
	}
	return nearest, metres, len(d.Stations) > 0
}

// Responsible is the station on whose beat a school lies, where that is configured.
func (d District) Responsible(school string) (Station, bool) {
	at := slices.IndexFunc(d.Stations, func(s Station) bool { return slices.Contains(s.Schools, school) })
	if at < 0 {
		return Station{}, false
	}
	return d.Stations[at], true
}

// District is where the schools lie.
func (d *Directory) District() District { return d.district }
