package duty

import (
	"time"
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
