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

// due is when whoever has not answered is raised.
func (c Call) due(t Times) time.Time { return c.At.Add(t.CallFirst + t.CallSecond) }

// Awaits reports whether an answer of a person is still waited for at now, also
// a late one.
func (c Call) Awaits(t Times, person string, now time.Time) bool {
	switch c.State(t, now).People[person] {
	case Asked, AskedAgain:
		return true
	case Unanswered:
		return now.Before(c.due(t).Add(stands))
	}
	return false
}

// Heard is a roll call with what is known beyond its replies: whoever holds a
// card to a reader, or checks in, after the roll was called is well.
func (w Watch) Heard(c Call) Call {
	c.Replies = slices.Clone(c.Replies)
	for _, a := range w.Answers {
		if slices.Contains(c.People, a.Person) && a.At.After(c.At) && !a.At.After(a.Received) {
			c.Replies = append(c.Replies, Reply{Person: a.Person, At: a.At, Received: a.Received})
		}
	}
	return c
}

// unanswered raises everybody who was asked twice by a roll call and has said
// nothing, at the post where they were.
func (m moment) unanswered() []Raise {
	var out []Raise
	for _, c := range m.Calls {
		due := c.due(m.Setup.Times)
		if m.now.Before(due) || !m.now.Before(due.Add(stands)) {
			continue
		}
		state := m.Heard(c).State(m.Setup.Times, m.now)
		for _, who := range c.People {
			if state.People[who] != Unanswered {
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

// State says how a roll call stands at now. Help that was asked for stands: a
// later word that all is well does not take it back. An answer after the
// windows still counts.
func (c Call) State(t Times, now time.Time) CallState {
	out := CallState{People: map[string]Called{}}
	second, end := c.At.Add(t.CallFirst), c.At.Add(t.CallFirst+t.CallSecond)
	waiting := Asked
	switch {
	case !now.Before(end):
		waiting, out.Over = Unanswered, true
	case !now.Before(second):
		waiting, out.Next = AskedAgain, end
	default:
		out.Next = second
	}
	open := 0
	for _, p := range c.People {
		if out.People[p] = c.reply(p, now); out.People[p] == "" {
			out.People[p] = waiting
			open++
		}
	}
	if open == 0 {
		out.Over, out.Next = true, time.Time{}
	}
	return out
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
