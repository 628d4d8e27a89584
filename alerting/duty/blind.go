package duty

import (
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// Blind is a time in which a post cannot be seen: what people do at its card
// reader does not arrive. Whoever has not checked in by then may stand there.
type Blind struct {
	Post     string    // "" is every post of the school: its link is cut
	From, To time.Time // To is zero while it lasts
}

// Link reports whether it is the school's link, and no single reader.
func (b Blind) Link() bool { return b.Post == "" }

// Sight is what cannot be seen at one moment, as the hub's supervision knows it.
type Sight struct {
	// Link is since when the school's link is cut; zero where it holds.
	Link time.Time
	// Posts are those of which no card reader is heard any more, and since when.
	Posts map[string]time.Time
}

// Blinds are the times in which posts of a school could not be seen, in the
// order in which they began. They are never written to.
type Blinds []Blind

// Bounds of what is remembered.
const (
	// blindKept is for how long one that is over is remembered: a shift of the day
	// before may still run.
	blindKept = 48 * time.Hour
	// mostBlind overflows by forgetting the earliest that are over.
	mostBlind = 1000
	// leastAgain is how long whoever stands at a post that is seen again has at the
	// least: devices come back by a back-off of their own (30 s in our firmware), and
	// what they kept comes after that.
	leastAgain = time.Minute
)

// Again is how long whoever stands at a post has, once it is seen again, to hold
// their card once more: as long as they have at the start of a shift.
func (t Times) Again() time.Duration { return max(t.Grace+t.Settle, leastAgain) }

// Follow is what is remembered after a look at now. What begins again before
// whoever is there had the time to check in goes on; changed says that there is
// something to write down.
func (b Blinds) Follow(s Sight, t Times, now time.Time) (next Blinds, changed bool) {
	lost := maps.Clone(s.Posts)
	if lost == nil {
		lost = map[string]time.Time{}
	}
	if !s.Link.IsZero() {
		lost[""] = s.Link
	}
	next = slices.Clone(b)
	for i := range next {
		if !next[i].To.IsZero() {
			continue
		}
		if _, still := lost[next[i].Post]; !still {
			next[i].To, changed = now, true
		}
		delete(lost, next[i].Post)
	}
	for _, post := range slices.Sorted(maps.Keys(lost)) {
		next, changed = next.begin(post, sooner(lost[post], now), t), true
	}
	if kept := next.kept(now); len(kept) < len(next) {
		next, changed = kept, true
	}
	if !changed {
		return b, false
	}
	slices.SortStableFunc(next, func(a, b Blind) int { return a.From.Compare(b.From) })
	return next, true
}

func (b Blinds) begin(post string, since time.Time, t Times) Blinds {
	for i := range b {
		if b[i].Post == post && since.Before(b[i].To.Add(t.Again())) {
			b[i].From, b[i].To = sooner(b[i].From, since), time.Time{}
			return b
		}
	}
	return append(b, Blind{Post: post, From: since})
}

func (b Blinds) kept(now time.Time) Blinds {
	over := func(o Blind) bool { return !o.To.IsZero() }
	out := slices.DeleteFunc(slices.Clone(b), func(o Blind) bool { return over(o) && o.To.Before(now.Add(-blindKept)) })
	for len(out) > mostBlind {
		i := slices.IndexFunc(out, over)
		if i < 0 { // as many as the school has posts
			break
		}
		out = slices.Delete(out, i, i+1)
	}
	return out
}

// doubtful reports whether t lies where it cannot be told who is at a post: while
// the post is not seen, and until whoever stands there had the time to check in
// again.
func (b Blind) doubtful(post string, t time.Time, times Times) bool {
	return (b.Link() || b.Post == post) && !t.Before(b.From) && (b.To.IsZero() || t.Before(b.To.Add(times.Again())))
}

// blind is the time, of those that bear on a post at now, that began first; that
// of the link where it is cut.
func (m moment) blind(post string) (out Blind, ok bool) {
	for _, b := range m.Blinds {
		if b.doubtful(post, m.now, m.Setup.Times) && (!ok || b.Link() && !out.Link()) {
			out, ok = b, true
		}
	}
	return out, ok
}

// clear is the first instant from t on at which it can be told who is at a post;
// known is false where that is still to come.
func (m moment) clear(post string, t time.Time) (from time.Time, known bool) {
	for _, b := range m.Blinds {
		switch {
		case !b.doubtful(post, t, m.Setup.Times):
		case b.To.IsZero():
			return time.Time{}, false
		default:
			t = b.To.Add(m.Setup.Times.Again())
		}
	}
	return t, !t.After(m.now)
}

// doubted reports whether it cannot be told how a shift stands that runs: it is
// below its minimum, or nobody is known to be there, and whoever is missed may
// stand there unseen.
func (m moment) doubted(s Shift) bool {
	if m.now.Before(s.From) || !m.now.Before(s.To) || s.OnCall || !m.Roster.Covers(s.Date) {
		return false
	}
	if _, blind := m.blind(s.PostID); !blind {
		return false
	}
	if since := m.low(s); !since.IsZero() {
		if _, known := m.clear(s.PostID, since); !known {
			return true
		}
	}
	unseen := slices.ContainsFunc(m.Roster.Of(s.ShiftKey), func(e Entry) bool { return m.person(s, e, m.now).Status == Unseen })
	_, all := m.present(s, m.now)
	return unseen && (all == 0 || len(m.short(s, m.now)) > 0)
}

// unseen is what is raised of a shift of which it cannot be told how it stands:
// once for each shift and time in which its post is not seen. Where the school's
// link is cut, Raises makes one of all.
func (m moment) unseen(s Shift) (Raise, bool) {
	if !m.doubted(s) {
		return Raise{}, false
	}
	b, _ := m.blind(s.PostID)
	r := Raise{Kind: KindPostUnseen, Object: s.String() + "/unseen", Due: b.From, Severity: alerting.Low, Post: s.Post, Shift: s, Short: m.short(s, m.now), Blind: b}
	_, r.Present = m.present(s, m.now)
	if s.Pupils && !m.now.Before(s.Critical) && len(r.Short) > 0 {
		r.Severity = alerting.High
	}
	r.Down = m.down(s.From.Add(-m.Setup.Times.Open), m.now)
	return r, true
}

// Link begins the object of what is raised of a school whose link is cut; the time
// from which it is due follows.
const Link = "link/"

const linkDue = "2006-01-02T15:04"

// LinkDue is from when what an object says of a cut link is due.
func LinkDue(object string, zone *time.Location) (time.Time, error) {
	return time.ParseInLocation(Link+linkDue, object, zone)
}

// LinkObject is what a raise of a cut link is about that is due from an instant on.
func LinkObject(due time.Time, zone *time.Location) string {
	return Link + due.In(zone).Format(linkDue)
}

// LinkDues are from when on what is raised of a cut link can have been due by an
// instant: when the shifts of its day and the day before began.
func (w Watch) LinkDues(by time.Time) []time.Time {
	var out []time.Time
	for _, s := range w.at(by).shifts {
		if !s.From.After(by) && !slices.ContainsFunc(out, s.From.Equal) {
			out = append(out, s.From)
		}
	}
	return out
}

// linked makes one of what cannot be told because the school's link is cut: for
// the shifts that began last.
func linked(all []Raise, zone *time.Location) []Raise {
	var one *Raise
	out := slices.DeleteFunc(all, func(r Raise) bool {
		if r.Kind != KindPostUnseen || !r.Blind.Link() {
			return false
		}
		if one == nil {
			one = &Raise{Kind: KindPostUnseen, Severity: alerting.Low, Blind: r.Blind}
		}
		if one.Due.Before(r.Shift.From) {
			one.Due = r.Shift.From
		}
		if r.Severity == alerting.High {
			one.Severity = alerting.High
		}
		one.Present, one.Down = one.Present+r.Present, one.Down || r.Down
		return true
	})
	if one != nil {
		one.Object = LinkObject(one.Due, zone)
		out = append(out, *one)
	}
	return out
}

// Sees reports whether it can be told who is at a post at now; of "", whether the
// school's link holds.
func (w Watch) Sees(post string, now time.Time) bool {
	return !slices.ContainsFunc(w.Blinds, func(b Blind) bool { return b.doubtful(post, now, w.Setup.Times) })
}
