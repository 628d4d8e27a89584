package hub

import (
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/rules/lookout"
	"example.org/campushub/alerting/supervise"
	"example.org/campushub/alerting/trial"
	"example.org/campushub/broker"
	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// signals is what the broker hands its signals to.
type signals struct {
	engine     *engine.Engine
	lanes      *lanes
	drills     *exercise.Exercises
	trials     *trial.Desk
	duty       *watch.Watcher
	supervisor *supervise.Supervisor
	gates      *lookout.Lookout
	record     measured
	alarms     *alarms
	log        *slog.Logger
	count      *prometheus.CounterVec
}

func newSignals(e *engine.Engine, l *lanes, m measured, a *alarms, log *slog.Logger, reg prometheus.Registerer) (*signals, error) {
	s := &signals{
		engine: e, lanes: l, record: m, alarms: a, log: log.With("component", "signals"),
		count: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "hub", Name: "signals_total",
			Help: "Signals taken in, by kind: checkin, reading, state.",
		}, []string{"kind"}),
	}
	for _, kind := range []string{"checkin", "reading", "state"} {
		s.count.WithLabelValues(kind) // there from the start, so that the first one is a rise
	}
	return s, reg.Register(s.count)
}

// Press returns when the press is durable. That of the hub's own device opens
// nothing.
func (s *signals) Press(p devices.Press) error {
	if isPathCheck(p) {
		return s.engine.Probe(p)
	}
	s.alarms.note()
	return s.engine.Press(p)
}

// CheckIn counts a check-in and hands it to the watch of the posts. It never
// blocks: an alarm of the same device waits behind nothing.
func (s *signals) CheckIn(c devices.CheckIn) error {
	s.count.WithLabelValues("checkin").Inc()
	return s.duty.CheckIn(c)
}

// Reading counts a reading and records it. One that the device wants
// acknowledged is in the spool when Reading returns; on a slow disk it waits
// 20 ms at most, once.
func (s *signals) Reading(r devices.Reading) error {
	s.count.WithLabelValues("reading").Inc()
	s.record.Reading(r)
	s.gates.Reading(r)
	return nil
}

// State counts a state, records it, and has it looked at.
func (s *signals) State(state devices.State) error {
	s.count.WithLabelValues("state").Inc()
	s.record.State(state)
	s.supervisor.State(state)
	s.gates.State(state)
	return nil
}

// Confirm passes a terminal's receipt on; a device has no deliveries, so its
// receipt is one from somebody who was not told.
func (s *signals) Confirm(user, delivery string, status devices.ReceiptStatus, at time.Time) {
	state := alerting.Received
	if status == devices.Read {
		state = alerting.Read
	}
	audience, id, _ := strings.Cut(user, "/")
	if s.drillConfirmed(alerting.Audience(audience), id, delivery, state, at) || s.trialConfirmed(alerting.Audience(audience), id, delivery, state, at) {
		return
	}
	s.engine.Confirm(alerting.Audience(audience), id, delivery, state, at)
}

// Up has everything unresolved sent to whoever has just subscribed.
func (s *signals) Up(p broker.Principal, _ time.Time) {
	if p.Terminal == "" {
		s.engine.DeviceUp(p.Device)
		return
	}
	audience, id, _ := strings.Cut(p.Terminal, "/")
	s.lanes.connected(alerting.Audience(audience), id)
	s.engine.TerminalUp(alerting.Audience(audience), id)
	s.drills.TerminalUp(alerting.Audience(audience), id)
}

// Down records that a device is away. Nothing else is needed: the next message
// finds nobody there, and a device that does not come back is lost by its
// silence.
func (s *signals) Down(p broker.Principal, at time.Time) {
	if p.Terminal == "" {
		s.record.State(devices.State{From: p.Device, Status: devices.Offline, ReceivedAt: at})
	}
}

// Seen takes note that a device is alive. It stands in the way of every packet,
// alarms too, and stores one number.
func (s *signals) Seen(from devices.Address, at time.Time) { s.supervisor.Seen(from, at) }

// commander sends commands to devices through the broker.
type commander struct {
	broker *broker.Broker
	log    *slog.Logger
}

// Command writes without blocking. A device that is away gets its present
// state when it comes back, so that is no fault.
func (c commander) Command(to devices.Address, cmd devices.Command) {
	err := c.broker.Send(wire.CommandTopic(to), wire.EncodeCommand(cmd), nil)
	if err != nil && !errors.Is(err, broker.ErrNotConnected) {
		c.log.Warn("command was not sent", "component", "signals", "device", to.String(), "error", err)
	}
}
