package console

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
)

// way is the head line that every page of a responder carries: when the way to
// the police was last proven. Of several schools it speaks of the one whose
// proof is the oldest.
type way struct {
	*page
	Checked bool // false: nobody proves it
	Known   bool // there is a school to speak of
	pathcheck.Status
	name  alerting.Text
	shown bool // the school's name: the reader has several
}

func (c *Console) wayOf(p *page) way {
	w := way{page: p}
	var all []pathcheck.Status
	all, w.Checked = c.api.Service().Ways(p.Account)
	if len(all) == 0 {
		return w
	}
	w.Status = slices.MinFunc(all, func(a, b pathcheck.Status) int {
		return cmp.Or(rank(a, p.now)-rank(b, p.now), a.ProvenAt.Compare(b.ProvenAt))
	})
	w.Known, w.shown = true, len(p.Account.Schools) > 1
	school, _ := p.people.School(w.School)
	w.name = school.Name
	return w
}

// rank puts a way that is known to be broken before one of which nothing is
// known yet.
func rank(s pathcheck.Status, now time.Time) int {
	switch {
	case s.Proven(now):
		return 2
	case s.Waiting(now):
		return 1
	}
	return 0
}

// Shows reports whether the page's being seen says something of the way: the
// reader is of the police.
func (w way) Shows() bool { return w.Known && w.Account.Role == alerting.RoleLiaison }

// Good reports whether the way was proven within the last three minutes.
func (w way) Good() bool { return w.Known && w.Status.Proven(w.now) }

// Text is the head line as it stands now; the script counts it up.
func (w way) Text() string {
	switch {
	case !w.Known || (w.ProvenAt.IsZero() && w.Waiting(w.now)):
		return w.named(w.Say("way.never"))
	case w.Good():
		age := max(w.now.Sub(w.ProvenAt), 0)
		key, n := "way.seconds", int(age.Seconds())
		if age >= time.Minute {
			key, n = "way.minutes", int(age.Minutes())
		}
		return w.named(w.Say("way.proven", "age", w.Say(key, "n", n), "took", w.TookText()))
	}
	return w.named(w.Say("way.lost", "time", w.LostClock()))
}

// TookText is how long the press of the last proof took.
func (w way) TookText() string { return w.Say("way.took", "n", max(w.Took.Milliseconds(), 1)) }

// LostClock is since when the way is not proven, in the school's own time.
func (w way) LostClock() string {
	return w.since().In(w.zoneOf(w.School)).Format(time.TimeOnly)
}

func (w way) since() time.Time {
	if w.ProvenAt.IsZero() {
		return w.Began
	}
	return w.ProvenAt
}

// Words are the sentences for the script, which fills in age and time.
func (w way) ProvenWords() string { return w.named(w.Say("way.proven", "took", w.TookText())) }

// LostWords is the same for a way that is not proven.
func (w way) LostWords() string { return w.named(w.Say("way.lost", "time", w.LostClock())) }

// Proof is when the way was last proven, for the script; "" where it never was.
func (w way) Proof() string {
	if w.ProvenAt.IsZero() {
		return ""
	}
	return rfc3339(w.ProvenAt)
}

func (w way) named(s string) string {
	if !w.shown || !w.Known {
		return s
	}
	return w.page.Text(w.name) + " · " + s
}

// Remark says what stands beside the line: what is missing, or that too few
// people could be reached; Warn reports whether somebody should look.
func (w way) Remark() string {
	switch {
	case !w.Checked:
		return w.Say("way.off")
	case !w.Known || w.Last == nil:
		return ""
	}
	var said []string
	for _, m := range w.Missing() {
		if s := w.missing(m); !slices.Contains(said, s) {
			said = append(said, s)
		}
	}
	if !w.Coverage.At.IsZero() && !w.Coverage.Enough() {
		said = append(said, w.coverage())
	}
	return strings.Join(said, " · ")
}

// coverage says who could be reached at the last look.
func (w way) coverage() string {
	return w.Say("way.coverage", "people", w.many("way.people", w.Coverage.Responders), "paths", w.many("way.paths", len(w.Coverage.Vias)))
}

// Warn reports whether the remark asks somebody to look.
func (w way) Warn() bool { return w.Known && w.Remark() != "" }

func (w way) missing(m pathcheck.Missing) string {
	if m.Leg.Recipient != "" {
		return w.Say("way.missing.handed", "who", w.Say("audience."+string(m.Leg.Audience))+" "+m.Leg.Recipient)
	}
	return w.Say("way.missing." + string(m.Stage))
}

// Why is the technical reason, one step away.
func (w way) Why() string {
	if w.Last == nil {
		return ""
	}
	var out []string
	for _, m := range w.Missing() {
		out = append(out, m.Why)
	}
	return strings.Join(slices.Compact(out), "; ")
}
