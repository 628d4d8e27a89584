package config

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	_ "image/jpeg" // plans are drawn or scanned
	_ "image/png"
	"strconv"
	"strings"

	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// maxPlans bounds the plans of one school: each is held in memory.
const maxPlans = 20

// plans reads the drawings of a school.
func (r *reader) plans(o object, s *people.School) {
	all := o.items("plans")
	if len(all) > maxPlans {
		r.fault(o.fields["plans"], "more than %d plans", maxPlans)
		return
	}
	for _, item := range all {
		if p, ok := r.plan(item, s.ID); ok {
			s.Plans = append(s.Plans, p)
		}
	}
}

func (r *reader) plan(v value, school string) (p people.Plan, ok bool) {
	o, ok := r.object(v, "id", "name", "image")
	if !ok {
		return p, false
	}
	id := r.name(o, "id", devices.ValidName)
	r.unique("plan", id, school+"/"+id.s)
	p.ID, p.Name = id.s, r.words(o, "name")
	t := o.need("image")
	if p.Image, ok = r.file(t, maxPlan); !ok {
		return p, false
	}
	var err error
	if p.Type, p.Width, p.Height, err = sizeOf(p.Image); err != nil {
		r.fault(t.value, "file %q: %s", t.s, err)
		return p, false
	}
	return p, id.ok
}

var errNoPlan = errors.New("want a PNG, a JPEG, or an SVG with a viewBox")

// sizeOf tells what kind of drawing it is, and its size.
func sizeOf(b []byte) (mediaType string, width, height float64, err error) {
	if c, format, err := image.DecodeConfig(bytes.NewReader(b)); err == nil && c.Width > 0 && c.Height > 0 {
		return "image/" + format, float64(c.Width), float64(c.Height), nil
	}
	width, height, ok := viewBox(b)
	if !ok {
		return "", 0, 0, errNoPlan
	}
	return "image/svg+xml", width, height, nil
}

// viewBox is the size that an SVG's root element says.
func viewBox(b []byte) (width, height float64, ok bool) {
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		t, err := d.Token()
		if err != nil {
			return 0, 0, false
		}
		root, begins := t.(xml.StartElement)
		if !begins {
			continue
		}
		if root.Name.Local != "svg" || root.Name.Space != "http://www.w3.org/2000/svg" {
			return 0, 0, false
		}
		for _, a := range root.Attr {
			if n := strings.Fields(strings.ReplaceAll(a.Value, ",", " ")); a.Name.Local == "viewBox" && len(n) == 4 {
				width, errWidth := strconv.ParseFloat(n[2], 64)
				height, errHeight := strconv.ParseFloat(n[3], 64)
				return width, height, errWidth == nil && errHeight == nil && drawable(width) && drawable(height)
			}
		}
		return 0, 0, false
	}
}

// spot reads where a place lies on one of the school's plans, in per cent of
// its width and height from the upper left corner.
func (r *reader) spot(o object, place string, s *people.School) {
	at := o.section("at", "plan", "x", "y")
	if at.fields == nil {
		return
	}
	t := at.need("plan")
	x, okX := r.percent(at, "x")
	y, okY := r.percent(at, "y")
	if !t.ok || !okX || !okY {
		return
	}
	if _, known := s.Plan(t.s); !known {
		var ids []string
		for _, p := range s.Plans {
			ids = append(ids, p.ID)
		}
		r.fault(t.value, "the school has no plan %q%s", t.s, suggestion(t.s, ids))
		return
	}
	if s.Spots == nil {
		s.Spots = map[string]people.Spot{}
	}
	s.Spots[place] = people.Spot{Plan: t.s, X: x / 100, Y: y / 100}
}

// percent reads a number from 0 to 100.
func (r *reader) percent(o object, key string) (float64, bool) {
	v, there := o.fields[key]
	if !there {
		r.fault(o.field(key), "is missing")
		return 0, false
	}
	var n float64
	tag := v.node.ShortTag()
	if (tag != "!!int" && tag != "!!float") || v.node.Decode(&n) != nil || !(n >= 0 && n <= 100) {
		r.fault(v, "want 0 to 100, per cent of the plan from its upper left corner, found %s", describe(v.node))
		return 0, false
	}
	return n, true
}

// drawable reports whether a side of a drawing is one.
func drawable(side float64) bool { return side > 0 && side < 1e6 }
