package deliver

import (
	"time"

	"example.org/campushub/alerting"
)

// Router finds the sink of an audience over a channel. It is fixed once built.
type Router struct {
	sinks  map[route]Sink
	report Reporter
}

type route struct {
	audience alerting.Audience
	channel  alerting.Channel
}

// NewRouter returns a router without sinks that reports to r.
func NewRouter(r Reporter) *Router { return &Router{sinks: map[route]Sink{}, report: r} }

// Add puts a sink in place for an audience over a channel.
func (r *Router) Add(a alerting.Audience, c alerting.Channel, s Sink) {
	r.sinks[route{a, c}] = s
}

// Tell hands the message to its sink. Where there is none, the delivery is
// reported failed: nothing is dropped in silence.
func (r *Router) Tell(m Message) {
	s, ok := r.sinks[route{m.Audience, m.Channel}]
	if !ok {
		r.report.Report(m.Failed("no such channel", alerting.WhyRefused, time.Now()))
		return
	}
	s.Tell(m)
}

// Withdraw has the sink of a delivery end its retries, where it makes any.
func (r *Router) Withdraw(leg alerting.LegKey, p alerting.Progress) {
	if s, ok := r.sinks[route{leg.Audience, leg.Channel}].(Withdrawer); ok {
		s.Withdraw(leg, p)
	}
}

// Cut has the sink of a leg end what is on its way, where it ever waits for it.
func (r *Router) Cut(leg alerting.LegKey, incident string, before int64) {
	if s, ok := r.sinks[route{leg.Audience, leg.Channel}].(Withdrawer); ok {
		s.Cut(leg, incident, before)
	}
}
