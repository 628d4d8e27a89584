package config

import (
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/duty/calendar"
)

// schoolDays is what a school says of its own days, and where.
type schoolDays struct {
	at   value
	days calendar.School
}

// calendar reads the calendar sections of all files, and gives every school
// its calendar.
func (r *reader) calendar(roots []object) {
	var years []calendar.Year
	whole := true
	for _, root := range roots {
		o := root.section("calendar", "years", "schools")
		for _, item := range o.items("years") {
			y, faults := calendar.ReadYear(item.node, item.path)
			r.dayFaults(item.src, faults)
			if len(faults) > 0 {
				whole = false
				continue
			}
			years = append(years, y)
			r.dayFaults(item.src, calendar.Check(years)) // of what came before nothing is left to report
			years = once(years)
		}
		for _, item := range o.items("schools") {
			r.schoolDays(item)
		}
	}
	r.build(years, whole)
}

// once leaves the first of the years of one number.
func once(years []calendar.Year) []calendar.Year {
	last := len(years) - 1
	for _, y := range years[:last] {
		if y.Year == years[last].Year {
			return years[:last]
		}
	}
	return years
}

func (r *reader) schoolDays(v value) {
	if v.node.Kind != yaml.MappingNode {
		r.fault(v, "want a mapping with schools and their days, found %s", describe(v.node))
		return
	}
	days, faults := calendar.ReadSchool(v.node, v.path, "schools")
	r.dayFaults(v.src, faults)
	o := object{value: v, r: r, fields: map[string]value{}}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		if key := v.node.Content[i]; key.Value == "schools" {
			o.fields["schools"] = value{node: v.node.Content[i+1], src: v.src, path: join(v.path, "schools")}
		}
	}
	for _, s := range r.served(o, true) {
		if first, twice := r.calendars[s]; twice {
			r.fault(v, "school %q has a calendar already, at %s", s, first.at.place())
			continue
		}
		r.calendars[s] = schoolDays{v, days}
	}
}

// build holds every school's days against the public calendar, if that could
// be read as a whole: a school would be blamed for it otherwise.
func (r *reader) build(years []calendar.Year, whole bool) {
	seen := map[*yaml.Node]bool{} // schools share a line, and its faults
	for id := range r.schools {
		own := r.calendars[id]
		c, faults := calendar.Build(years, own.days)
		r.config.Calendars[id] = c
		if whole && own.at.node != nil && !seen[own.at.node] {
			seen[own.at.node] = true
			r.dayFaults(own.at.src, faults)
		}
	}
	for i := range r.config.Schools {
		r.config.Schools[i].Calendar = r.config.Calendars[r.config.Schools[i].ID]
	}
}

func (r *reader) dayFaults(src *source, faults []calendar.Fault) {
	for _, f := range faults {
		if f.Words != nil {
			f.Message += suggestion(f.Found, f.Words)
		}
		r.faults = append(r.faults, Fault{Path: f.Path, File: src.name, Line: f.Line, Column: f.Column, Message: f.Message})
	}
}
