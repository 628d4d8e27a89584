package config

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices/wire"
)

// mostOnDuty bounds the people of one school whom the hub can tell apart.
const mostOnDuty = 2000

// dutyOf is what a school says of its posts, and where.
type dutyOf struct {
	at   value
	duty watch.School
}

// duty reads who stands where for one or more schools: the keys of a setup
// beside the schools and the people.
func (r *reader) duty(v value) {
	if v.node.Kind != yaml.MappingNode {
		r.fault(v, "want a mapping with schools and their posts, found %s", describe(v.node))
		return
	}
	setup, faults := duty.ReadSetup(v.node, v.path, "schools", "people")
	r.dayFaults(v.src, faults)
	o := object{value: v, r: r, fields: map[string]value{}}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key := v.node.Content[i].Value
		o.fields[key] = value{node: v.node.Content[i+1], src: v.src, path: join(v.path, key)}
	}
	people := r.onDuty(o)
	for _, id := range r.served(o, true) {
		if first, twice := r.manned[id]; twice {
			r.fault(v, "school %q has posts already, at %s", id, first.at.place())
			continue
		}
		own := setup
		own.School = id
		r.manned[id] = dutyOf{v, watch.School{Setup: own, People: people}}
	}
}

func (r *reader) onDuty(o object) []watch.Person {
	var out []watch.Person
	items := o.items("people")
	if len(items) > mostOnDuty {
		r.fault(o.fields["people"], "want at most %d people, found %d", mostOnDuty, len(items))
		return nil
	}
	for _, item := range items {
		if p, ok := r.personOnDuty(item, out); ok {
			out = append(out, p)
		}
	}
	return out
}

// personOnDuty reads one whom a card or an account belongs to; each belongs to
// one person.
func (r *reader) personOnDuty(v value, before []watch.Person) (p watch.Person, ok bool) {
	o, ok := r.object(v, "name", "account", "card")
	if !ok {
		return p, false
	}
	p = watch.Person{Name: r.readable(o, "name"), Account: o.text("account", "").s, Card: o.text("card", "").s}
	if p.Account == "" && p.Card == "" {
		r.fault(v, "neither an account nor a card: the hub can't tell them apart")
	}
	if p.Card != "" && !isCard(p.Card) {
		r.fault(o.fields["card"], "%q is no card: want its %d to %d bytes as lower-case hexadecimal, such as 04a1b2c3", p.Card, wire.MinCardLength/2, wire.MaxCardLength/2)
	}
	twice := func(key, value string, of func(watch.Person) string) {
		if value != "" && slices.ContainsFunc(before, func(b watch.Person) bool { return of(b) == value }) {
			r.fault(o.fields[key], "%q is somebody else's already", value)
		}
	}
	if slices.ContainsFunc(before, func(b watch.Person) bool { return p.Name != "" && duty.Folded(b.Name) == duty.Folded(p.Name) }) {
		r.fault(o.fields["name"], "%q is somebody else's already: a roster tells people apart by their names, so write two of one name apart, here and on it, such as %[2]s甲 and %[2]s乙", p.Name, duty.Folded(p.Name))
	}
	twice("account", p.Account, func(b watch.Person) string { return b.Account })
	twice("card", p.Card, func(b watch.Person) string { return b.Card })
	return p, true
}

// isCard reports whether readers may say this number: what is shorter or longer
// they are refused, and whoever holds it could never check in.
func isCard(number string) bool {
	_, err := hex.DecodeString(number)
	return err == nil && len(number) >= wire.MinCardLength && len(number) <= wire.MaxCardLength && number == strings.ToLower(number)
}

// checkDuties holds what was read of posts against schools, places and
// accounts, once all of them are known.
func (r *reader) checkDuties() {
	for _, s := range r.config.Schools {
		d, ok := r.manned[s.ID]
		if !ok {
			continue
		}
		for _, p := range d.duty.Setup.Posts {
			if p.Place != "" && !slices.ContainsFunc(s.Places, func(at alerting.Place) bool { return at.ID == p.Place }) {
				r.fault(d.item("posts", "id", p.ID), "post %s: school %s has no place %q", p.ID, s.ID, p.Place)
			}
		}
		for _, p := range d.duty.People {
			if p.Account != "" && !slices.ContainsFunc(r.config.Accounts, func(a people.Account) bool {
				return a.Name == p.Account && slices.Contains(a.Schools, s.ID)
			}) {
				r.fault(d.item("people", "name", p.Name), "school %s has no account %q", s.ID, p.Account)
			}
		}
		d.duty.Setup.PointNames = pointNames(d.duty.Setup, s.Places)
		d.duty.Calendar, d.duty.Zone = r.config.Calendars[s.ID], s.Location()
		r.config.Duty[s.ID] = d.duty
	}
}

// pointNames calls a point as the duty section does, else as the school's place
// of the same id.
func pointNames(s duty.Setup, places []alerting.Place) map[string]alerting.Text {
	names := maps.Clone(s.PointNames)
	for _, at := range places {
		if _, said := names[at.ID]; !said && slices.Contains(s.Points, at.ID) {
			names[at.ID] = at.Name
		}
	}
	return names
}

// item is where a list of the section says something of the name.
func (d dutyOf) item(list, key, name string) value {
	for i := 0; i+1 < len(d.at.node.Content); i += 2 {
		if d.at.node.Content[i].Value != list {
			continue
		}
		for n, item := range d.at.node.Content[i+1].Content {
			for k := 0; k+1 < len(item.Content); k += 2 {
				if item.Content[k].Value == key && item.Content[k+1].Value == name {
					return value{node: item, src: d.at.src, path: fmt.Sprintf("%s.%s[%d]", d.at.path, list, n)}
				}
			}
		}
	}
	return d.at
}
