package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/board"
	"example.org/campushub/alerting/deliver/terminal"
	"example.org/campushub/alerting/deliver/webhook"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/people"
	"example.org/campushub/broker"
)

// lanes are the ways to the people, each audience's apart from the others'.
type lanes struct {
	report    deliver.Reporter
	router    *deliver.Router
	board     *board.Board
	terminals map[alerting.Audience]*terminal.Terminals
	slow      []*deliver.Lane
}

// responders are the audiences that have lanes.
func responders() []alerting.Audience {
	return []alerting.Audience{alerting.Police, alerting.School, alerting.Guards}
}

func newLanes(r deliver.Reporter, who func() *people.Directory, log *slog.Logger) *lanes {
	l := &lanes{
		report: r, router: deliver.NewRouter(r), board: board.New(r),
		terminals: map[alerting.Audience]*terminal.Terminals{},
	}
	for _, a := range responders() {
		hooks := webhook.New(func(name string) (people.Webhook, bool) { return who().Webhook(name) })
		lane := deliver.NewLane(deliver.LaneConfig{}, a, hooks, r, log)
		l.slow = append(l.slow, lane)
		l.router.Add(a, alerting.ChannelWebhook, lane)
		l.router.Add(a, alerting.ChannelConsole, l.board)
	}
	return l
}

// connect adds the terminals, which need the broker; it comes before any press.
func (l *lanes) connect(b terminal.Broker) {
	for _, a := range responders() {
		l.terminals[a] = terminal.New(desks{b, a == alerting.Police}, l.report)
		l.router.Add(a, alerting.ChannelMQTT, l.terminals[a])
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

func (l *lanes) connected(a alerting.Audience, id string) {
	if t, ok := l.terminals[a]; ok {
		t.Connected(id)
	}
}

// desk is the engine as the API sees it, with the board of the console's pages.
type desk struct {
	*engine.Engine
	board *board.Board
}

// ConsoleOpened says that an account has one more live stream.
func (d desk) ConsoleOpened(account string) (closed func()) { return d.board.Opened(account) }

// Sent says that an update was written to a stream of the account.
func (d desk) Sent(account, incident string, number int64) {
	d.board.Sent(account, incident, number, time.Now())
}

// ConfirmConsole records that a page received or read an update.
func (d desk) ConfirmConsole(_ context.Context, account, incident string, number int64, s alerting.DeliveryState) error {
	if !d.board.Confirm(account, incident, number, s, time.Now()) {
		return fmt.Errorf("incident %s: %w: %s was not told", incident, alerting.ErrNotFound, account)
	}
	return nil
}
