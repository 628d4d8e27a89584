package config

import (
	"regexp"
	"slices"
	"time"
	_ "time/tzdata" // school zones must be known on a machine without them

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

var telephone = regexp.MustCompile(`^\+?[0-9][0-9 -]{1,20}[0-9]$`)

func (r *reader) school(v value) {
	o, ok := r.object(v, "id", "name", "zone", "callback", "position", "plans", "places", "devices", "pickups", "classes", "holding_text", "to_parents", "texts")
	if !ok {
		return
	}
	id := r.name(o, "id", devices.ValidSchool)
	r.unique("school", id, id.s)
	if id.ok {
		r.schools[id.s] = id.value
	}
	s := people.School{
		ID:       id.s,
		Name:     r.words(o, "name"),
		Zone:     r.zone(o),
		Callback: r.callback(o),
		Texts:    r.everywhere,
	}
	if v, ok := o.fields["texts"]; ok {
		s.Texts = r.book(s.Texts, v)
	}
	s.Position, _ = r.position(o)
	r.places = map[string]alerting.Place{}
	r.plans(o, &s)
	for _, item := range o.items("places") {
		if p, ok := r.place(item, &s); ok {
			s.Places = append(s.Places, p)
			r.places[p.ID] = p
		}
	}
	r.parents(o, &s)
	r.config.Schools = append(r.config.Schools, s)
	for _, item := range o.items("devices") {
		r.device(item, id.s)
	}
}

func (r *reader) zone(o object) *time.Location {
	t := o.text("zone", defaultZone)
	zone, err := time.LoadLocation(t.s)
	// "Local" would mean another zone on every machine.
	if t.ok && (err != nil || t.s == "Local") {
		r.fault(t.value, "%q is no IANA time zone, such as Asia/Shanghai", t.s)
	}
	return zone
}

func (r *reader) callback(o object) string {
	t := o.need("callback")
	if t.ok && !telephone.MatchString(t.s) {
		r.fault(t.value, "want a telephone number that the police can call back, found %q", t.s)
	}
	return t.s
}

func (r *reader) place(v value, s *people.School) (alerting.Place, bool) {
	o, ok := r.object(v, "id", "name", "at")
	if !ok {
		return alerting.Place{}, false
	}
	id := r.name(o, "id", devices.ValidName)
	r.unique("place", id, s.ID+"/"+id.s)
	if o.has("at") {
		r.spot(o, id.s, s)
	}
	return alerting.Place{ID: id.s, Name: r.words(o, "name")}, id.ok
}

func (r *reader) device(v value, school string) {
	o, ok := r.object(v, "id", "kind", "power", "place", "secret_file")
	if !ok {
		return
	}
	id := r.name(o, "id", devices.ValidName)
	r.ownDevice(id)
	d := people.Device{
		Address: devices.Address{School: school, Device: id.s},
		Kind:    word(o, "kind", devices.Kinds(), ""),
		Power:   word(o, "power", []devices.Power{devices.PowerMains, devices.PowerBattery}, defaultPower),
		Place:   r.placeOf(o),
	}
	r.unique("device", id, d.Address.String())
	r.config.Devices = append(r.config.Devices, d)
	r.credential(o, d.Address.String())
}

// placeOf looks up the place of a device among its school's.
func (r *reader) placeOf(o object) alerting.Place {
	t := o.need("place")
	if !t.ok {
		return alerting.Place{}
	}
	p, ok := r.places[t.s]
	if !ok {
		r.fault(t.value, "the school has no place %q%s", t.s, suggestion(t.s, keys(r.places)))
	}
	return p
}

// keys lists the names of m in order, so that a suggestion is always the same.
func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
