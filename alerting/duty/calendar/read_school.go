package calendar

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/internal/strict"
)

// ReadSchool reads what a school says of its own days; the keys in beside are
// somebody else's. Build holds the result against the public calendar.
func ReadSchool(node *yaml.Node, path string, beside ...string) (School, []Fault) {
	d, s := &decoder{}, School{}
	keys := []strict.Key{
		{Name: "terms", Read: func(v strict.Value) { s.Terms = d.terms(v) }},
		{Name: "make_up", Read: func(v strict.Value) { s.MakeUp = d.follows(v) }},
		{Name: "days", Read: func(v strict.Value) { s.Days = d.overrides(v) }},
		{Name: "closed", Read: func(v strict.Value) { s.Closed = d.closures(v) }},
		{Name: "examinations", Read: func(v strict.Value) { s.Examinations = d.examinations(v) }},
		{Name: "boarders_stay_weekends", Read: func(v strict.Value) { s.Weekends = d.Flag(v) }},
	}
	for _, name := range beside {
		keys = append(keys, strict.Key{Name: name, Read: func(strict.Value) {}})
	}
	d.Mapping(strict.Value{Node: node, Path: path}, keys...)
	return s, d.Faults
}

func (d *decoder) terms(v strict.Value) []Term {
	var out []Term
	for _, item := range d.Items(v, mostTerms) {
		t := Term{at: item.Place()}
		if !d.Mapping(item, d.need("from", &t.From), d.need("to", &t.To), d.may("first_lesson", &t.First),
			strict.Key{Name: "summer", Read: func(v strict.Value) { t.Summer = d.span(v) }}) || !d.ordered(item, t.Span) {
			continue
		}
		if t.First == (Date{}) {
			t.First = t.From
		}
		if !t.Has(t.First) {
			d.Fault(item, "first_lesson %v lies outside the term", t.First)
		}
		if t.Summer != (Span{}) && !t.meets(t.Summer) {
			d.Fault(item, "summer lies outside the term")
		}
		for _, o := range out {
			if o.meets(t.Span) {
				d.Fault(item, "meets the term from %v to %v", o.From, o.To)
			}
		}
		out = append(out, t)
	}
	return out
}

func (d *decoder) span(v strict.Value) (s Span) {
	if d.Mapping(v, d.need("from", &s.From), d.need("to", &s.To)) && d.ordered(v, s) {
		return s
	}
	return Span{}
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// weekday reads mon to fri: nobody has a weekend's timetable.
func (d *decoder) weekday(to *time.Weekday) func(strict.Value) {
	return func(v strict.Value) {
		if w, ok := strict.Word(&d.Decoder, v, weekdays[1:6]); ok {
			*to = time.Weekday(slices.Index(weekdays, w))
		}
	}
}

func (d *decoder) follows(v strict.Value) []MakeUp {
	var out []MakeUp
	for _, item := range d.Items(v, mostDays) {
		m := MakeUp{at: item.Place()}
		if !d.Mapping(item, d.need("date", &m.Date), strict.Key{Name: "follows", Need: true, Read: d.weekday(&m.Follows)}) {
			continue
		}
		if _, twice := find(out, func(o MakeUp) bool { return o.Date == m.Date }); twice {
			d.Fault(item, "%v is here twice", m.Date)
		}
		out = append(out, m)
	}
	return out
}

// days reads a date, or from and to.
func (d *decoder) days(item strict.Value, more ...strict.Key) (Span, bool) {
	var one Date
	var s Span
	keys := append([]strict.Key{d.may("date", &one), d.may("from", &s.From), d.may("to", &s.To)}, more...)
	if !d.Mapping(item, keys...) {
		return Span{}, false
	}
	switch single, run := one != (Date{}), s != (Span{}); {
	case single == run, run && (s.From == (Date{}) || s.To == (Date{})):
		d.Fault(item, "want a date, or from and to")
		return Span{}, false
	case single:
		return Span{one, one}, true
	}
	return s, d.ordered(item, s)
}

func (d *decoder) overrides(v strict.Value) []Override {
	// Closed days and examinations have lists of their own.
	types := slices.DeleteFunc(Types(), func(t Type) bool { return t == Closed || t == Examination })
	var out []Override
	for _, item := range d.Items(v, mostDays) {
		o := Override{at: item.Place()}
		var ok bool
		o.Span, ok = d.days(item,
			strict.Key{Name: "type", Need: true, Read: func(v strict.Value) { o.Type, _ = strict.Word(&d.Decoder, v, types) }},
			strict.Key{Name: "follows", Read: d.weekday(&o.Follows)},
		)
		if !ok {
			continue
		}
		for _, other := range out {
			if other.meets(o.Span) {
				d.Fault(item, "meets the days from %v to %v", other.From, other.To)
			}
		}
		out = append(out, o)
	}
	return out
}

func (d *decoder) closures(v strict.Value) []Closure {
	var out []Closure
	for _, item := range d.Items(v, mostDays) {
		c := Closure{at: item.Place()}
		var ok bool
		c.Span, ok = d.days(item, strict.Key{Name: "reason", Need: true, Read: func(v strict.Value) {
			c.Reason, _ = strict.Word(&d.Decoder, v, []Reason{Weather, Epidemic, Election, OwnDay})
		}})
		if ok {
			out = append(out, c)
		}
	}
	return out
}

func (d *decoder) examinations(v strict.Value) []Exam {
	var out []Exam
	for _, item := range d.Items(v, mostDays) {
		var e Exam
		var ok bool
		e.Span, ok = d.days(item,
			strict.Key{Name: "site", Read: func(v strict.Value) { e.Site = d.Flag(v) }},
			strict.Key{Name: "times", Read: func(v strict.Value) { e.Times = d.hours(v) }},
		)
		if ok {
			out = append(out, e)
		}
	}
	return out
}

// mostTimes bounds when candidates come and go in a day.
const mostTimes = 8

// hours reads a list such as [07:30-08:40, 11:30-12:15].
func (d *decoder) hours(v strict.Value) []Hours {
	var out []Hours
	for _, item := range d.Items(v, mostTimes) {
		s, ok := d.Scalar(item, "a time from and to, such as 07:30-08:40")
		if !ok {
			continue
		}
		a, b, _ := strings.Cut(s, "-")
		from, errA := time.Parse("15:04", a)
		to, errB := time.Parse("15:04", b)
		if errA != nil || errB != nil || !from.Before(to) {
			d.Fault(item, "want a time from and to, such as 07:30-08:40, found %q", s)
			continue
		}
		out = append(out, Hours{from.Hour()*60 + from.Minute(), to.Hour()*60 + to.Minute()})
	}
	if open := Lasts(out); open > LongestOpen {
		d.Fault(v, "gates are open for %v: want at most %v in all: meanwhile nobody is told of a door that is opened without a release (G3)", open, LongestOpen)
	}
	return out
}
