package policy

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// Digest is when a school's people are told in one message a day what is open
// and nobody took on, and who of them.
type Digest struct {
	At     time.Duration // since midnight, by the school's own clock; whole minutes
	Duties []people.Duty
}

// Clock is the time of day, such as "08:30".
func (d Digest) Clock() string { return time.Time{}.Add(d.At).Format("15:04") }

// Digest is a school's daily summary.
func (s *Set) Digest(school string) Digest { return s.of(school).rules.digest }

func (d *decoder) digest(v value) {
	d.mapping(v, []key{
		{"at", func(v value) {
			text, ok := d.scalar(v, "a time, such as 08:30")
			if at, err := time.Parse("15:04", text); err == nil {
				d.rules.digest.At = time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
			} else if ok {
				d.fault(v, "want a time, such as 08:30, found %q", text)
			}
		}},
		{"duties", func(v value) {
			before := len(d.faults)
			d.rules.digest.Duties = words(d, v, people.Duties(alerting.School))
			if len(d.rules.digest.Duties) == 0 && len(d.faults) == before {
				d.fault(v, "tells nobody: want duties of %s", alerting.School)
			}
		}},
	})
}

// digestByDay refuses a summary that would wake people.
func (d *decoder) digestByDay(path string) {
	at, r := join(path, "digest.at"), d.rules
	minute := time.Time{}.Add(r.digest.At)
	if r.quiet.holds(minute) && !r.doubts(at) && !r.doubts(join(path, "quiet")) {
		d.faults = append(d.faults, r.at(at, "%s lies in the quiet hours", r.digest.Clock()))
	}
}

// Summarised lists what a school's daily summary holds of its incidents: live
// ones that nobody took on and that the policy only shows, or has in the summary
// by now. Nothing confidential is among them, and nothing that was raised silently.
func (s *Set) Summarised(school string, open []alerting.Incident, now time.Time) []alerting.Incident {
	var out []alerting.Incident
	for _, i := range open {
		line := s.lineNow(&i)
		hidden := i.Confidential || i.Silent || line.class == C2 || alerting.AlwaysConfidential(i.Kind)
		if i.School != school || hidden || i.Resolved() || i.Mode != devices.Live {
			continue
		}
		taken := slices.ContainsFunc(i.Acknowledgements, func(k alerting.Acknowledgement) bool { return i.AcknowledgedBy(k.Audience) })
		if shown := line.cells[schoolAt] == Show && !taken; shown || s.InDigest(i, now) {
			out = append(out, i)
		}
	}
	return out
}

// schoolAt is where the school stands among the responders.
const schoolAt = 1

// How much of a summary is listed at most: kinds, and places of each.
const mostSummedKinds, mostSummedPlaces = 4, 3

// DigestText is the daily summary of what is summarised: how many, by kind, and
// where the first of each are. It is as long as two text messages at most.
func DigestText(s people.School, all []alerting.Incident, now time.Time) alerting.Text {
	var out alerting.Text
	kinds := byKind(all)
	for most := mostSummedKinds; most > 0; most-- {
		for places := mostSummedPlaces; places >= 0; places-- {
			out = digestText(s, len(all), summed(kinds, most, places), now)
			if utf8.RuneCountInString(out.ZH) <= longestZH && utf8.RuneCountInString(out.EN) <= longestEN {
				return out
			}
		}
	}
	return out
}

func digestText(s people.School, count int, list alerting.Text, now time.Time) alerting.Text {
	return s.Texts.Say(texts.SchoolDigest, func(h texts.Hole) alerting.Text {
		switch h {
		case texts.School:
			return plainName(s.Name, maxName)
		case texts.Date:
			return same(now.In(s.Location()).Format("01-02"))
		case texts.Count:
			return same(strconv.Itoa(count))
		case texts.Kind:
			return list
		}
		return alerting.Text{}
	})
}

// byKind puts what is of one kind together, the most first.
func byKind(all []alerting.Incident) [][]alerting.Incident {
	var out [][]alerting.Incident
	for _, i := range all {
		at := slices.IndexFunc(out, func(g []alerting.Incident) bool { return g[0].Kind == i.Kind })
		if at < 0 {
			out = append(out, nil)
			at = len(out) - 1
		}
		out[at] = append(out[at], i)
	}
	slices.SortStableFunc(out, func(a, b []alerting.Incident) int { return len(b) - len(a) })
	return out
}

// summed says how many there are of each kind, and where the first of them are.
func summed(kinds [][]alerting.Incident, most, places int) alerting.Text {
	var out alerting.Text
	for n, g := range kinds[:min(len(kinds), most)] {
		name, count := KindText(g[0].Kind), strconv.Itoa(len(g))
		t := both(name.ZH+" "+count, name.EN+" "+count)
		if where := placesOf(g, places); where.ZH != "" {
			t = both(t.ZH+"("+where.ZH+")", t.EN+" ("+where.EN+")")
		}
		if n > 0 {
			t = both("、"+t.ZH, ", "+t.EN)
		}
		out = both(out.ZH+t.ZH, out.EN+t.EN)
	}
	if len(kinds) > most {
		out = both(out.ZH+"等", out.EN+" and others")
	}
	return out
}

// placesOf names the first places, each once.
func placesOf(all []alerting.Incident, most int) alerting.Text {
	var names []alerting.Text
	for _, i := range all {
		if t := plainName(i.Place.Name, brevities[clipped].name); t.ZH != "" && !slices.Contains(names, t) {
			names = append(names, t)
		}
	}
	var out alerting.Text
	for n, t := range names[:min(len(names), most)] {
		if n > 0 {
			t = both("、"+t.ZH, ", "+t.EN)
		}
		out = both(out.ZH+t.ZH, out.EN+t.EN)
	}
	if most > 0 && len(names) > most {
		out = both(out.ZH+"等", out.EN+" and more")
	}
	return out
}

// Answering lists those of a school who answer for one of the duties, are on
// shift and on no leave: the first duty's first. Where nobody of them is, it is all of them.
func (s *Set) Answering(school string, duties []people.Duty, now time.Time) []people.Contact {
	p := s.of(school)
	var out, off []people.Contact
	for _, duty := range duties {
		for _, c := range p.contacts {
			known := slices.ContainsFunc(slices.Concat(out, off), func(o people.Contact) bool { return o.Name == c.Name })
			switch {
			case known || c.Audience != audienceOf(duty) || !slices.Contains(c.Duties, duty):
			case c.OnShift(p.school, now) && !c.OnLeave(p.school, now):
				out = append(out, c)
			default:
				off = append(off, c)
			}
		}
	}
	if len(out) == 0 {
		return off
	}
	return out
}

// ReleaseText says to whoever may release it that a notice to parents waits,
// and until when it is of use; zero is no time, 0 no number.
func ReleaseText(s people.School, m alerting.Mode, number int, until time.Time) alerting.Text {
	return marked(m, s.Texts.Say(texts.SchoolRelease, func(h texts.Hole) alerting.Text {
		switch {
		case h == texts.Number && number > 0:
			return same(strconv.Itoa(number))
		case h == texts.Next && !until.IsZero():
			return same(until.In(s.Location()).Format("15:04"))
		}
		return alerting.Text{}
	}))
}
