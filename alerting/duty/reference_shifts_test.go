package duty_test

import (
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// What posts are to be occupied when, as people say it: read off the printed
// tables of posts and of day patterns, one line after the other.

// expected is what is to be known of a shift.
type expected struct {
	From, To, Critical time.Time
	Pupils, OnCall     bool
	Need               duty.Need
}

// times of a day are read off as 07:20; those of the next day are 24 hours more.
type times struct{ from, to, gate string }

// patterns are when pupils come and go, by the school's level.
var patterns = map[string]map[string]times{
	"kindergarten": {
		"morning": {"07:20", "08:45", "07:40"}, "half-day": {"11:20", "12:10", "11:40"}, "afternoon": {"16:00", "17:30", "16:20"},
	},
	"primary": {
		"morning": {"07:20", "08:35", "07:40"}, "half-day": {"11:20", "12:10", "11:40"}, "afternoon": {"15:10", "16:10", "15:30"},
		"midday-home": {"11:20", "12:10", "11:40"}, "midday-back": {"13:10", "14:00", "13:30"}, "after-service": {"17:10", "18:10", "17:30"},
	},
	"junior-secondary": {
		"morning": {"07:00", "08:15", "07:20"}, "half-day": {"11:40", "12:30", "12:00"}, "afternoon": {"17:00", "18:30", "17:20"},
		"midday-home": {"11:40", "12:30", "12:00"}, "midday-back": {"13:20", "14:10", "13:40"}, "evening": {"20:10", "21:00", "20:30"},
	},
	"senior-secondary": {
		"morning": {"06:40", "08:15", "07:00"}, "half-day": {"11:50", "12:40", "12:10"}, "afternoon": {"17:30", "18:20", "17:50"},
		"midday-home": {"11:50", "12:40", "12:10"}, "midday-back": {"13:30", "14:20", "13:50"}, "evening": {"21:40", "22:40", "22:00"},
	},
}

// half reports whether pupils go home at noon.
func (f facts) half(d calendar.Date) bool {
	return !slices.Contains(f.closed, d) && !slices.Contains(f.sites, d) && f.types[d] == calendar.Half
}

// empty reports whether nobody of the school is there: no pupils come and no
// boarders stay.
func (f facts) empty(d calendar.Date) bool {
	pupils, _, _, _ := f.day(d)
	stay := !slices.Contains(f.closed, d) && !slices.Contains(f.sites, d) && f.types[d] == calendar.Residence
	return !pupils && !stay
}

// leaving and returning report whether boarders go home on the day, or come
// back.
func (f facts) leaving(d calendar.Date) bool {
	pupils, _, _, _ := f.day(d)
	return pupils && f.empty(d.Add(1))
}

func (f facts) returning(d calendar.Date) bool {
	next, _, _, _ := f.day(d.Add(1))
	return f.empty(d) && next
}

// comings are when pupils come and go on a day, by what schools call it.
func (w *world) comings(d calendar.Date) map[string]times {
	out := map[string]times{}
	has := func(what string) bool { return slices.Contains(w.with, what) }
	pattern := patterns[w.level]
	add := func(name string) {
		if t, ok := pattern[name]; ok {
			out[name] = t
		}
	}
	if _, manned, _, _ := w.facts.day(d); manned {
		add("morning")
		switch {
		case w.facts.half(d):
			add("half-day")
		default:
			add("afternoon")
			if has("home") {
				add("midday-home")
				add("midday-back")
			}
			if has("service") {
				add("after-service")
			}
			if has("evening") {
				add("evening")
			}
		}
	}
	if has("boarding") && w.facts.returning(d) {
		out["return"] = times{"14:30", "18:30", "14:50"}
	}
	if has("boarding") && w.facts.leaving(d) {
		for _, name := range []string{"half-day", "afternoon"} {
			if t, ok := out[name]; ok {
				out[name] = widened(t)
			}
		}
	}
	return out
}

// widened is a dismissal on a day on which boarders leave: from 90 min before the
// gate's time to 60 min after it, or as long as on any day; the gate opens 20 min
// after the post is occupied, as ever.
func widened(t times) times {
	from, to := min(minute(t.from), minute(t.gate)-90), max(minute(t.to), minute(t.gate)+60)
	return times{clock(from), clock(to), clock(from + 20)}
}

// minute reads 07:20, clock writes it.
func minute(s string) int {
	var h, m int
	if _, err := fmt.Sscanf(s, "%d:%d", &h, &m); err != nil {
		panic(err)
	}
	return h*60 + m
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// shiftsOf are all shifts of a day, by post and window. clocks keeps the instants
// that were found.
func shiftsOf(w *world, d calendar.Date, clocks map[string]time.Time) map[string]expected {
	out := map[string]expected{}
	at := func(s string) time.Time {
		key := d.String() + s
		if _, found := clocks[key]; !found {
			clocks[key] = clockAt(d, minute(s), w.Zone).UTC()
		}
		return clocks[key]
	}
	// shift is one that needs no gate: whoever is not there 5 min and 10 s after its
	// beginning leaves it uncovered.
	shift := func(post, window, from, to string, need duty.Need) {
		out[post+"/"+window] = expected{From: at(from), To: at(to), Critical: at(from).Add(310 * time.Second), Need: need}
	}
	_, manned, _, _ := w.facts.day(d)
	boarding := slices.Contains(w.with, "boarding")
	tomorrow, _, _, _ := w.facts.day(d.Add(1))
	for _, p := range w.Setup.Posts {
		switch p.ID {
		case "main-gate", "second-gate", "crossing":
			need := map[string]duty.Need{
				"main-gate":   {duty.Guard: 2, duty.Teacher: 1, duty.Police: 1, duty.Volunteer: 2},
				"second-gate": {duty.Guard: 1, duty.Teacher: 1, duty.Volunteer: 1},
				"crossing":    {duty.Volunteer: 2, duty.Teacher: 1},
			}[p.ID]
			for name, t := range w.comings(d) {
				out[p.ID+"/"+name] = expected{From: at(t.from), To: at(t.to), Critical: at(t.gate), Pupils: true, Need: need}
			}
		case "gatehouse":
			shift(p.ID, "day", "07:00", "19:00", duty.Need{duty.Guard: 2})
			shift(p.ID, "night", "19:00", "31:00", duty.Need{duty.Guard: 1})
		case "control-room":
			switch {
			case boarding:
				shift(p.ID, "day", "07:00", "19:00", duty.Need{duty.Guard: 1})
				shift(p.ID, "night", "19:00", "31:00", duty.Need{duty.Guard: 1})
			case manned:
				shift(p.ID, "open", "07:00", "18:30", duty.Need{duty.Guard: 1})
			}
		case "dormitory":
			if boarding && (tomorrow || !w.facts.empty(d.Add(1))) {
				shift(p.ID, "night", "21:00", "30:40", duty.Need{duty.Warden: 1, duty.Teacher: 1})
			}
		case "duty-leader":
			switch {
			case !manned:
				shift(p.ID, "on-call", "07:00", "31:00", duty.Need{duty.Leader: 1})
				one := out[p.ID+"/on-call"]
				one.OnCall = true
				out[p.ID+"/on-call"] = one
			case boarding:
				shift(p.ID, "whole-day", "07:00", "31:00", duty.Need{duty.Leader: 1})
			default:
				shift(p.ID, "day", "07:00", "18:30", duty.Need{duty.Leader: 1})
			}
		case "lodge": // as it is configured above
			shift(p.ID, "small-hours", "02:15", "03:45", duty.Need{duty.Guard: 1})
			shift(p.ID, "evening", "22:00", "26:30", duty.Need{duty.Guard: 1})
			shift(p.ID, "midnight", "00:00", "01:45", duty.Need{duty.Guard: 1})
		}
	}
	return out
}
