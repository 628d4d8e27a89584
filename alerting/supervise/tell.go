package supervise

import (
	"errors"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// What incidents that are about no single device name as theirs.
const (
	ObjectUplink  = "uplink"  // the school's link
	ObjectSeveral = "several" // devices that were lost one after another
)

// said is what the engine is told: that a condition was found, or has ended.
type said struct {
	condition engine.Condition
	ended     bool
}

// tell says what was found, behind what the engine had no room for.
func (s *Supervisor) tell(found []supervision.Finding) {
	for _, f := range found {
		s.note(f)
		next, ok := s.wording(f)
		if !ok {
			continue
		}
		if len(s.unsaid) >= unsaid {
			s.metrics.dropped.Inc()
			s.log.Error("the engine has no room, and too much waits for it", "school", f.School, "found", f.What)
			continue
		}
		s.unsaid = append(s.unsaid, next)
	}
	s.saying()
}

// saying hands over what waits, in order, as far as there is room.
func (s *Supervisor) saying() {
	for len(s.unsaid) > 0 {
		err := s.say(s.unsaid[0])
		if errors.Is(err, alerting.ErrUnavailable) {
			return // the next step says it again
		}
		if err != nil {
			s.log.Error("the engine does not take what was found", "error", err)
		}
		s.unsaid = s.unsaid[1:]
	}
	s.unsaid = nil
}

func (s *Supervisor) say(x said) error {
	if x.ended {
		return s.deps.Engine.Ended(x.condition)
	}
	return s.deps.Engine.Found(x.condition)
}

// wording is what a finding is to the engine; ok is false where nobody is told.
func (s *Supervisor) wording(f supervision.Finding) (_ said, ok bool) {
	c := engine.Condition{School: f.School, Object: f.Device.Address.Device}
	if d, known := s.deps.People().Device(f.Device.Address); known {
		c.Place = d.Place
	}
	switch f.What {
	case supervision.DeviceLost, supervision.DeviceBack:
		c.Kind = lostKind(f.Device.Kind)
	case supervision.ButtonLastly:
		c.Kind, c.Facts = lostKind(f.Device.Kind), []string{alerting.FactLasting}
	case supervision.Several, supervision.SeveralOver:
		c.Kind, c.Object = "device-lost", ObjectSeveral
	case supervision.Cut, supervision.CutOver:
		c.Kind, c.Object = "uplink-lost", ObjectUplink
	case supervision.Tamper:
		c.Kind = "tamper"
	case supervision.Service, supervision.ServiceOver:
		c.Kind = "device-service"
	default:
		return said{}, false
	}
	return said{c, over(f.What)}, true
}

func over(w supervision.What) bool {
	switch w {
	case supervision.DeviceBack, supervision.SeveralOver, supervision.CutOver, supervision.ServiceOver:
		return true
	}
	return false
}

func lostKind(k devices.Kind) alerting.Kind {
	if k == devices.KindButton {
		return "button-lost"
	}
	return "device-lost"
}

// note writes down what was found, for whoever runs the hub.
func (s *Supervisor) note(f supervision.Finding) {
	s.metrics.found.WithLabelValues(string(f.What)).Inc()
	switch f.What {
	case supervision.Stall:
		s.log.Warn("the hub was held up: nobody's silence counts", "for", f.For, "devices", f.Count)
	case supervision.Cut, supervision.Several:
		s.log.Warn("devices of a school are lost together", "school", f.School, "found", f.What, "since", f.Since, "devices", f.Count)
	case supervision.CutOver, supervision.SeveralOver:
		s.log.Info("devices of a school are back", "school", f.School, "found", f.What)
	case supervision.ServiceOver:
	default:
		s.log.Info("device", "device", f.Device.Address.String(), "found", f.What, "needs", f.Needs)
	}
}
