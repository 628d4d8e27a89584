package engine

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// aging is how a message reads that a lane sends later than it was made: nothing
// in it is news but how long ago it was. It is called when the briefing is long
// over, by the lane's own goroutines: it has facts of its own.
func (b *briefing) aging(leg alerting.Leg, m deliver.Message, shared bool) func(time.Time) deliver.Message {
	later := *b
	later.view = &later.facts.Incident
	return func(at time.Time) deliver.Message {
		told := later
		told.facts.Now, told.texts = at, map[alerting.Audience]alerting.Text{}
		out := m
		out.Age += max(at.Sub(m.Made), 0)
		out.Text = told.text(leg.Audience)
		out.Shorter = told.shorter(leg, out.Text)
		if shared {
			out.Text = told.shared(leg.Audience)
		}
		return out
	}
}
