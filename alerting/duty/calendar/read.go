package calendar

import (
	_ "embed" // the public calendar
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/internal/strict"
)

//go:embed cn-2026.yaml
var cn2026 []byte

// builtIn is read once, when the program starts; nothing changes it.
var builtIn = []Year{mustRead(cn2026)}

func mustRead(data []byte) Year {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		panic("built-in calendar: " + err.Error())
	}
	y, faults := ReadYear(doc.Content[0], "")
	if len(faults) > 0 {
		panic("built-in calendar: " + faults[0].String())
	}
	return y
}

// Bounds of what a calendar may say; beyond them it is a fault.
const (
	mostHolidays = 60 // of a year
	mostMakeUps  = 60
	mostTerms    = 40
	mostDays     = 1000 // lines of each list of a school
	longestSpan  = 300  // days
)

type decoder struct{ strict.Decoder }

// ReadYear reads one year of the public calendar; path is the node's way from
// the root of its configuration.
func ReadYear(node *yaml.Node, path string) (Year, []Fault) {
	d, y := &decoder{}, Year{}
	v := strict.Value{Node: node, Path: path}
	y.at = v.Place()
	ok := d.Mapping(v,
		strict.Key{Name: "year", Need: true, Read: func(v strict.Value) { y.Year, _ = d.Whole(v, 2000, 2099) }},
		strict.Key{Name: "holidays", Read: func(v strict.Value) { y.Holidays = d.holidays(v, y.Year) }},
		strict.Key{Name: "make_up", Read: func(v strict.Value) { y.MakeUp = d.makeUps(v, y) }},
	)
	if ok && len(y.Holidays) == 0 {
		d.Fault(v, "has no holidays: without the year, weekdays alone would decide")
	}
	return y, d.Faults
}

func (d *decoder) holidays(v strict.Value, year int) []Holiday {
	var out []Holiday
	for _, item := range d.Items(v, mostHolidays) {
		var h Holiday
		if !d.Mapping(item,
			strict.Key{Name: "name", Need: true, Read: func(v strict.Value) { h.Name = d.title(v) }},
			d.need("from", &h.From), d.need("to", &h.To)) || !d.ordered(item, h.Span) {
			continue
		}
		if year != 0 && (!belongs(h.From, year) || !belongs(h.To, year)) {
			d.Fault(item, "does not belong to %d", year)
		}
		for _, o := range out {
			if o.meets(h.Span) {
				d.Fault(item, "meets the holiday from %v to %v", o.From, o.To)
			}
		}
		out = append(out, h)
	}
	return out
}

// belongs allows a holiday, or what is worked for it, to reach a few days into
// the year before and after.
func belongs(d Date, year int) bool {
	return d.Compare(Date{year - 1, time.December, 15}) >= 0 && d.Compare(Date{year + 1, time.January, 15}) <= 0
}

func (d *decoder) makeUps(v strict.Value, y Year) []Date {
	var out []Date
	for _, item := range d.Items(v, mostMakeUps) {
		day, ok := d.date(item)
		if !ok {
			continue
		}
		switch _, off := find(y.Holidays, func(h Holiday) bool { return h.Has(day) }); {
		case off:
			d.Fault(item, "%v is a holiday", day)
		case !weekend(day):
			d.Fault(item, "%v is a %v, which is worked anyway", day, day.Weekday())
		case y.Year != 0 && !belongs(day, y.Year):
			d.Fault(item, "does not belong to %d", y.Year)
		case hasDate(out, day):
			d.Fault(item, "%v is here twice", day)
		default:
			out = append(out, day)
		}
	}
	return out
}

func hasDate(all []Date, d Date) bool {
	_, ok := find(all, func(o Date) bool { return o == d })
	return ok
}

// longestTitle bounds a name, in characters.
const longestTitle = 100

func (d *decoder) title(v strict.Value) (t alerting.Text) {
	part := func(to *string) func(strict.Value) {
		return func(v strict.Value) {
			s, ok := d.Scalar(v, "a text")
			if ok && len([]rune(s)) > longestTitle {
				d.Fault(v, "want at most %d characters", longestTitle)
			}
			*to = s
		}
	}
	d.Mapping(v, strict.Key{Name: "zh", Need: true, Read: part(&t.ZH)}, strict.Key{Name: "en", Need: true, Read: part(&t.EN)})
	return t
}

func (d *decoder) date(v strict.Value) (Date, bool) {
	s, ok := d.Scalar(v, "a date such as 2026-09-01")
	if !ok {
		return Date{}, false
	}
	day, err := ParseDate(s)
	if err != nil {
		d.Fault(v, "%v", err)
	}
	return day, err == nil
}

func (d *decoder) need(name string, to *Date) strict.Key {
	k := d.may(name, to)
	k.Need = true
	return k
}

func (d *decoder) may(name string, to *Date) strict.Key {
	return strict.Key{Name: name, Read: func(v strict.Value) { *to, _ = d.date(v) }}
}

func (d *decoder) ordered(v strict.Value, s Span) bool {
	switch days := s.From.DaysTo(s.To); {
	case days < 0:
		d.Fault(v, "ends on %v, before it begins", s.To)
	case days >= longestSpan:
		d.Fault(v, "is longer than %d days", longestSpan)
	default:
		return true
	}
	return false
}
