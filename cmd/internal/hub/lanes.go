package hub

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/board"
	"example.org/campushub/alerting/deliver/terminal"
	"example.org/campushub/broker"
)

// lanes are the ways to the people, each audience's apart from the others'.
type lanes struct {
	report    deliver.Reporter
	router    *deliver.Router
	board     *board.Board
	terminals map[alerting.Audience]*terminal.Terminals
	slow      []lane
}

// told are the audiences that have lanes: parents are told what a person
// released, and never an incident.
func told() []alerting.Audience {
	return []alerting.Audience{alerting.Police, alerting.School, alerting.Guards, alerting.Staff, alerting.District}
}

// atDesks are the audiences that have terminals: a district gets reports.
func atDesks() []alerting.Audience {
	return []alerting.Audience{alerting.Police, alerting.School, alerting.Guards, alerting.Staff}
}

// newLanes gives each audience a lane of its own for each channel, whether
// anybody is reached by it now or not: a reload may add who is.
func newLanes(r deliver.Reporter, m media, log *slog.Logger) *lanes {
	l := &lanes{
		report: r, router: deliver.NewRouter(r), board: board.New(r),
		terminals: map[alerting.Audience]*terminal.Terminals{},
	}
	for _, a := range told() {
		for _, c := range m.channels() {
			slow := deliver.NewLane(deliver.LaneConfig{Attempt: attempt(c.Name())}, a, c, r, log)
			l.slow = append(l.slow, lane{slow, a, c})
			l.router.Add(a, c.Name(), slow)
		}
		l.router.Add(a, alerting.ChannelConsole, l.board)
	}
	return l
}

// lane is a lane, whom it tells, and the channel that it alone uses.
type lane struct {
	*deliver.Lane
	audience alerting.Audience
	channel  deliver.Channel
}

// run carries until ctx ends, and leaves no connection behind.
func (l lane) run(ctx context.Context) error {
	if c, ok := l.channel.(interface{ Close() }); ok {
		defer c.Close()
	}
	return l.Run(ctx)
}

// register has each lane say how many messages wait in it.
func (l *lanes) register(reg prometheus.Registerer) {
	for _, one := range l.slow {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: "campushub", Subsystem: "deliver", Name: "lane_waiting_messages",
			Help:        "Messages that wait in a lane for a worker of their far side.",
			ConstLabels: prometheus.Labels{"audience": string(one.audience), "channel": string(one.channel.Name())},
		}, func() float64 { return float64(one.Waiting()) }))
	}
}

// connect adds the terminals, which need the broker; it comes before any press.
func (l *lanes) connect(b terminal.Broker) {
	for _, a := range atDesks() {
		l.terminals[a] = terminal.New(desks{b, a == alerting.Police}, l.report)
		l.router.Add(a, alerting.ChannelMQTT, l.terminals[a])
	}
}

func (l *lanes) connected(a alerting.Audience, id string) {
	if t, ok := l.terminals[a]; ok {
		t.Connected(id)
	}
}

// desks is the broker as the terminals of one audience see it.
type desks struct {
	terminal.Broker
	first bool // the police: they read before the hub goes on with everybody else
}

// Send writes, and gives way where it is the police who have been told.
func (d desks) Send(topic string, payload []byte, acked func(at time.Time, err error)) error {
	err := d.Broker.Send(topic, payload, acked)
	if errors.Is(err, broker.ErrBusy) {
		return terminal.ErrNoRoom
	}
	if d.first {
		yield()
	}
	return err
}
