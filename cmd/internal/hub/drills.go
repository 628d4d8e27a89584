package hub

import (
	"errors"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/trial"
	"example.org/campushub/broker"
	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// newDrills builds the exercise; it is connected once the broker is there.
func newDrills(h *Hub) *exercise.Exercises {
	x := exercise.New(exercise.Deps{Store: h.office, People: h.people, Days: h.drillDay, Log: h.log})
	h.registry.MustRegister(x.Collector())
	return x
}

// connectDrills puts the exercise between the alarms and the devices, and lets
// the alarms know the school days.
func (h *Hub) connectDrills() {
	h.drills.Connect(h.engine, pager{h.broker}, h.lanes.router)
	h.engine.Exercised(h.drills)
	h.engine.FollowDays(h.closed)
	h.engine.FollowExaminations(h.examined)
}

// pager tells a device of its drill; it says where the device was not told.
type pager struct{ broker *broker.Broker }

var errAway = errors.New("not connected")

// Tell writes without blocking.
func (p pager) Tell(to devices.Address, c devices.Command) error {
	err := p.broker.Send(wire.CommandTopic(to), wire.EncodeCommand(c), nil)
	if errors.Is(err, broker.ErrNotConnected) {
		return errAway
	}
	return err
}

// reports parts what became of an incident's deliveries from what became of a
// drill's texts, and of the tests of ways.
type reports struct {
	engine deliver.Reporter
	drills *exercise.Exercises
	trials *trial.Desk
}

// Report never blocks.
func (r reports) Report(p alerting.Progress) {
	switch {
	case exercise.Owns(p.Incident):
		r.drills.Report(p)
		return
	case trial.Owns(p.Incident):
		r.trials.Report(p)
		return
	}
	r.engine.Report(p)
}

// drillConfirmed passes on the receipt of a drill's text; false where it is
// none of a drill.
func (s *signals) drillConfirmed(a alerting.Audience, id, delivery string, state alerting.DeliveryState, at time.Time) bool {
	if !exercise.Owns(delivery) {
		return false
	}
	s.drills.Confirm(a, id, delivery, state, at)
	return true
}
