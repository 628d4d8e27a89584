package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

const (
	// maxOutline bounds the corners of the district's outline: each page with a map
	// carries them twice.
	maxOutline = 500
	// maxStations bounds the stations of one district.
	maxStations = 100
	// farApart is from where on a point that is alone is taken for a slip of the
	// pen, in metres: no district is as wide.
	farApart = 100_000
)

// point is a position with where it is written.
type point struct {
	value
	people.Position
}

// district reads the one district of all files. What lies on which beat is known
// by school, so that schools are read first.
func (r *reader) district(roots []object) {
	var at *value
	for _, root := range roots {
		v, ok := root.fields["district"]
		switch {
		case !ok:
		case at != nil:
			r.fault(v, "district is already at %s", at.place())
		default:
			at = &v
			r.oneDistrict(v)
		}
	}
	r.checkPoints()
}

func (r *reader) oneDistrict(v value) {
	o, ok := r.object(v, "outline", "stations")
	if !ok {
		return
	}
	d := &r.config.District
	d.Outline = r.outline(o)
	all := o.items("stations")
	if len(all) > maxStations {
		r.fault(o.fields["stations"], "more than %d stations", maxStations)
		return
	}
	beats := map[string]string{}
	for _, item := range all {
		if s, ok := r.station(item, beats); ok {
			d.Stations = append(d.Stations, s)
		}
	}
}

func (r *reader) outline(o object) []people.Position {
	corners := o.items("outline")
	if len(corners) > maxOutline {
		r.fault(o.fields["outline"], "more than %d corners: leave out those that nobody would miss", maxOutline)
		return nil
	}
	var out []people.Position
	different := map[people.Position]bool{}
	whole := true
	for _, item := range corners {
		p, ok := r.latLon(item)
		whole = whole && ok
		out, different[p] = append(out, p), true
	}
	if whole && o.has("outline") && len(different) < 3 && o.fields["outline"].isList() {
		r.fault(o.fields["outline"], "want three different corners or more, found %d", len(different))
	}
	return out
}

// station reads a police station, and takes note on whose beat each school lies.
func (r *reader) station(v value, beats map[string]string) (s people.Station, ok bool) {
	o, ok := r.object(v, "id", "name", "position", "schools")
	if !ok {
		return s, false
	}
	id := r.name(o, "id", devices.ValidName)
	r.unique("station", id, id.s)
	s = people.Station{ID: id.s, Name: r.words(o, "name"), Schools: r.served(o, false)}
	for k, school := range s.Schools {
		if slices.Contains(s.Schools[:k], school) {
			continue // that it is named twice has been said
		}
		if other, taken := beats[school]; taken {
			r.fault(o.fields["schools"], "school %q lies on the beat of station %q already", school, other)
		}
		beats[school] = id.s
	}
	p, placed := r.position(o)
	if !o.has("position") {
		r.fault(o.field("position"), "is missing: a station is there to be drawn")
	}
	if placed {
		s.Position = *p
	}
	return s, id.ok && placed
}

// position reads where a school or a station lies; none where nobody says so.
// Two that lie at one point are one that was copied.
func (r *reader) position(o object) (*people.Position, bool) {
	v, there := o.fields["position"]
	if !there {
		return nil, false
	}
	p, ok := r.latLon(v)
	if !ok {
		return nil, false
	}
	key := fmt.Sprintf("position %v %v", p.Lat, p.Lon)
	if first, twice := r.named[key]; twice {
		r.fault(v, "the same point as at %s: say where each lies, the gate of each for instance", first.place())
		return nil, false
	}
	r.named[key] = v
	r.points = append(r.points, point{v, p})
	return &p, true
}

// latLon reads a point in degrees of WGS-84.
func (r *reader) latLon(v value) (p people.Position, ok bool) {
	o, ok := r.object(v, "lat", "lon")
	if !ok {
		return p, false
	}
	lat, okLat := r.degrees(o, "lat", 90, "latitude")
	lon, okLon := r.degrees(o, "lon", 180, "longitude")
	return people.Position{Lat: lat, Lon: lon}, okLat && okLon
}

// degrees reads a number from -most to most. A latitude that is too large and
// would be a longitude was most likely put in the other's place.
func (r *reader) degrees(o object, key string, most float64, what string) (float64, bool) {
	v, there := o.fields[key]
	if !there {
		r.fault(o.field(key), "is missing")
		return 0, false
	}
	var n float64
	tag := v.node.ShortTag()
	number := (tag == "!!int" || tag == "!!float") && v.node.Decode(&n) == nil
	if number && math.Abs(n) <= most {
		return n, true
	}
	hint := ""
	if number && most == 90 && math.Abs(n) <= 180 {
		hint = ": are latitude and longitude the other way round?"
	}
	limit := strconv.FormatFloat(most, 'f', -1, 64)
	r.fault(v, "want -%s to %s degrees of %s, found %s%s", limit, limit, what, describe(v.node), hint)
	return 0, false
}

// checkPoints warns of a point that lies far from every other: a digit is wrong
// in it, and the map shrinks all others to a spot.
func (r *reader) checkPoints() {
	for i, p := range r.points {
		nearest := math.Inf(1)
		for k, q := range r.points {
			if i != k {
				nearest = min(nearest, p.MetresTo(q.Position))
			}
		}
		if nearest > farApart && !math.IsInf(nearest, 1) {
			r.warn(p.value, WarnFarPoint, "", holes{"at": p.value.path, "km": fmt.Sprintf("%.0f", nearest/1000)}, "Look at its coordinates, digit by digit: the map of the district is drawn as wide as its points lie apart.",
				"lies %.0f km from the nearest other school or station", nearest/1000)
		}
	}
}
