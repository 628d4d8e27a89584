package duty

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// Call is a roll call of the posts (岗位点名).
type Call struct {
	ID      string
	At      time.Time
	People  []string // who is asked
	Replies []Reply
	// puts is when it was put to whom, and lost whom nothing brought it to, as Heard
	// knows it.
	puts map[string]time.Time
	lost map[string]bool
}

// Reply is what a person answered.
type Reply struct {
	Person       string
	Help         bool // 需支援; otherwise 正常
	At, Received time.Time
}

// Called is how a person stands to a roll call.
type Called string

// The states.
const (
	Asked      Called = "asked"
	AskedAgain Called = "asked-again"
	Well       Called = "well"       // 正常
	NeedsHelp  Called = "needs-help" // 需支援
	Unanswered Called = "unanswered" // 未应答
	Unreached  Called = "unreached"  // 未送达: they were never asked, and are not silent
)

// CallState is a roll call at one moment.
type CallState struct {
	People map[string]Called
	// Over says that nobody is waited for any more.
	Over bool
	Next time.Time // when it changes by itself; zero where it is over
}

// stands is for how long an answer is waited for after the windows: what a hub
// that was away finds out later still is a matter for whoever called the roll.
const stands = time.Hour

// asked is when a person was asked: from then on they have both windows to
// answer. Whoever was not is waited for from the call's beginning.
func (c Call) asked(person string) time.Time {
	if at, ok := c.puts[person]; ok && at.After(c.At) {
		return at
	}
	return c.At
}

// due is when whoever was asked and has not answered is raised.
func (c Call) due(t Times, person string) time.Time {
	return c.asked(person).Add(t.CallFirst + t.CallSecond)
}

// Awaits reports whether an answer of a person is still waited for at now, also
// a late one.
func (c Call) Awaits(t Times, person string, now time.Time) bool {
	switch c.State(t, now).People[person] {
	case Asked, AskedAgain:
		return true
	case Unanswered, Unreached:
		return now.Before(c.due(t, person).Add(stands))
	}
	return false
}

// Heard is a roll call with what is known beyond its replies: whoever holds a
// card to a reader, or checks in, after the roll was called is well; and with
// whom it was put to.
func (w Watch) Heard(c Call) Call {
	c.Replies, c.puts, c.lost = slices.Clone(c.Replies), map[string]time.Time{}, map[string]bool{}
	for _, who := range c.People {
		if at, ok := w.put(c.key(who)); ok {
			c.puts[who] = at
		}
		c.lost[who] = w.lost(c.key(who))
	}
	for _, a := range w.Answers {
		if slices.Contains(c.People, a.Person) && a.At.After(c.At) && !a.At.After(a.Received) {
			c.Replies = append(c.Replies, Reply{Person: a.Person, At: a.At, Received: a.Received})
		}
	}
	return c
}

// unanswered raises everybody to whom a roll call was put and who has said
// nothing, at the post where they were.
func (m moment) unanswered() []Raise {
	var out []Raise
	for _, c := range m.Calls {
		heard := m.Heard(c)
		state := heard.State(m.Setup.Times, m.now)
		for _, who := range c.People {
			if state.People[who] != Unanswered || !m.now.Before(heard.due(m.Setup.Times, who).Add(stands)) {
				continue
			}
			// It is named by the call's beginning, which no change of the windows moves.
			out = append(out, Raise{
				Kind: KindLoneWorker, Object: "roll-call/" + c.ID + "/" + who, Due: c.At, Severity: alerting.High,
				Post: m.postOf(who, c.At), People: []string{who}, Call: c.ID,
			})
		}
	}
	return out
}

// What a roll call could not be put to is raised under these names: those whose
// ways failed, and those of whom nobody knows when both windows are over.
const (
	unreached      = "/unreached"
	unreachedLater = "/unreached-later"
)

// unreached raises one incident for all to whom a roll call could not be put
// within its first window, and one for whoever is found not to have been reached
// when it is over: nobody knows how they are, and somebody is to telephone them.
// The first window is what their ways may take.
func (m moment) unreached() []Raise {
	var out []Raise
	for _, c := range m.Calls {
		from := c.At.Add(m.Setup.Times.CallFirst)
		if m.now.Before(from) || !m.now.Before(from.Add(stands)) {
			continue
		}
		heard := m.Heard(c)
		missing := heard.unreached(m.Setup.Times, m.now)
		for _, end := range []string{unreached, unreachedLater} {
			people := slices.DeleteFunc(slices.Clone(missing), func(who string) bool { return heard.lost[who] != (end == unreached) })
			if len(people) > 0 {
				out = append(out, Raise{
					Kind: KindLoneWorker, Object: "roll-call/" + c.ID + end, Due: c.At, Severity: alerting.Low,
					Post: m.postOf(people[0], c.At), People: people, Call: c.ID, Unreached: true,
				})
			}
		}
	}
	return out
}

// unreached lists whom it was not put to, in the order of the call.
func (c Call) unreached(t Times, now time.Time) []string {
	state := c.State(t, now)
	return slices.DeleteFunc(slices.Clone(c.People), func(who string) bool { return state.People[who] != Unreached })
}

// PutAfterAll reports whether an object is that of whom the call could not be put
// to, and whether that is over: not before both windows are, as another of its
// people may be lost until then.
func (w Watch) PutAfterAll(c Call, object string, now time.Time) (reached, is bool) {
	if name := "roll-call/" + c.ID; object != name+unreached && object != name+unreachedLater {
		return false, false
	}
	t := w.Setup.Times
	return !now.Before(c.At.Add(t.CallFirst+t.CallSecond)) && len(w.Heard(c).unreached(t, now)) == 0, true
}

// postOf is the post that a person had last checked in at by t, else of no id.
func (m moment) postOf(who string, t time.Time) Post {
	var out Post
	var last time.Time
	for _, p := range m.Setup.Posts {
		for _, c := range m.checkins[p.ID] {
			if c.Person == who && !c.Out && !c.made().After(t) && !c.made().Before(last) {
				out, last = p, c.made()
			}
		}
	}
	return out
}

// State says how a roll call stands at now, for what Heard made of it. Help
// that was asked for stands: a later word that all is well does not take it
// back. An answer after the windows still counts.
func (c Call) State(t Times, now time.Time) CallState {
	out := CallState{People: map[string]Called{}, Over: true}
	for _, p := range c.People {
		if out.People[p] = c.reply(p, now); out.People[p] != "" {
			continue
		}
		var next time.Time
		if out.People[p], next = c.waiting(t, p, now); !next.IsZero() {
			out.Over = false
			if out.Next.IsZero() || next.Before(out.Next) {
				out.Next = next
			}
		}
	}
	return out
}

// waiting is how a person stands who has not answered, and when that changes;
// zero where it does not.
func (c Call) waiting(t Times, person string, now time.Time) (Called, time.Time) {
	_, put := c.puts[person]
	second, end := c.asked(person).Add(t.CallFirst), c.due(t, person)
	switch {
	case c.lost[person]:
		return Unreached, time.Time{}
	case now.Before(second):
		return Asked, second
	case now.Before(end):
		return AskedAgain, end
	case put:
		return Unanswered, time.Time{}
	}
	return Unreached, time.Time{}
}

func (c Call) reply(person string, now time.Time) Called {
	var out Called
	for _, r := range c.Replies {
		switch {
		case r.Person != person || r.Received.After(now) || r.At.Before(c.At):
		case r.Help:
			return NeedsHelp
		default:
			out = Well
		}
	}
	return out
}
