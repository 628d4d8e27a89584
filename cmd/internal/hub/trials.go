package hub

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/alerting/trial"
)

// trialConfirmed passes on the receipt of a test of a terminal; false where it is
// none of a test.
func (s *signals) trialConfirmed(a alerting.Audience, id, delivery string, state alerting.DeliveryState, at time.Time) bool {
	if !trial.Owns(delivery) {
		return false
	}
	from := alerting.LegKey{Audience: a, Recipient: id, Channel: alerting.ChannelMQTT}
	s.trials.Confirm(from, alerting.Progress{Incident: delivery, Delivery: delivery, State: state, At: at})
	return true
}

// watched has it remembered which ways a path check has found to work.
type watched struct {
	*pathcheck.Checker
	trials *trial.Desk
}

// Step never blocks.
func (w watched) Step(s alerting.PathStep) {
	w.Checker.Step(s)
	switch {
	case s.Stage == alerting.PathReceived && s.Reason == "":
		w.trials.Heard(s.Leg, alerting.Received, s.At, trial.ByCheck, "")
	case s.Stage == alerting.PathHanded && s.Reason == "":
		w.trials.Heard(s.Leg, alerting.Handed, s.At, trial.ByCheck, "")
	case s.Stage == alerting.PathHanded && s.Reason != alerting.NoAnswerYet:
		w.trials.Heard(s.Leg, alerting.Failed, s.At, trial.ByCheck, s.Reason)
	}
}
