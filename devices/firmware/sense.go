package firmware

import (
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/devices/firmware/debounce"
)

// How long a contact of a gate must rest, where its mechanics take longer than
// a switch's. It is also the least time between two changes that are told.
const (
	// restMotor: the end contacts of an arm, a bollard or a bolt chatter while the
	// motor starts and stops.
	restMotor = 200 * time.Millisecond
	// restPath: somebody who walks through a way out does not block it.
	restPath = 2 * time.Second
)

// The input pins of a gate.
const (
	pinOpen = iota
	pinIn
	pinOut
	pinRelease
	pinBarrier
	pinVehicle
	pinBollards
	pinLock
	pinPath
	pinTamper
	gatePins
)

// GatePins are a gate's inputs; what a gate does not have is nil, and no
// reading speaks of it. Each is a contact to ground. Those of a state are wired
// so that a cut wire says what people have to look at, never that all is well.
type GatePins struct {
	Contact  gpio.PinIn // closed while the gate is shut
	In, Out  gpio.PinIn // close once for each passage
	Release  gpio.PinIn // closes once for each release; held or stuck it is one
	Barrier  gpio.PinIn // closed while the barrier's arm is down
	Vehicle  gpio.PinIn // the loop in the lane: closes once for each vehicle
	Bollards gpio.PinIn // closed while the bollards are up
	Lock     gpio.PinIn // closed while an evacuation door can be opened from inside
	Path     gpio.PinIn // closed while nothing stands in its way
	Tamper   gpio.PinIn // closed while the gate's own housing is
	Area     Area       // counts who waits
}

// Area counts the people in a gate's waiting area: a camera, or a mat.
type Area interface {
	// People is how many are there now. It answers within a second.
	People() (int, error)
}

func (p GatePins) all() [gatePins]gpio.PinIn {
	return [gatePins]gpio.PinIn{
		pinOpen: p.Contact, pinIn: p.In, pinOut: p.Out, pinRelease: p.Release, pinBarrier: p.Barrier, pinVehicle: p.Vehicle,
		pinBollards: p.Bollards, pinLock: p.Lock, pinPath: p.Path, pinTamper: p.Tamper,
	}
}

// sense is what a gate makes of one of its inputs.
type sense struct {
	debounce.Contact
	is    meaning
	there bool // the gate has it
	known bool // its pin has been read
	count int  // closings since the reading before, where those are counted
}

// meaning is how an input is told.
type meaning struct {
	value   string        // its name in a reading
	closed  float64       // of a state: the value while the contact is closed, and 1 or 0 while it is open
	counts  bool          // closings are counted: no state
	gathers bool          // it may wait for others of its kind
	rest    time.Duration // 0 is debounce.Rest
}

func meanings() [gatePins]meaning {
	return [gatePins]meaning{
		pinOpen:     {value: "open"},
		pinIn:       {value: "passages_in", counts: true, gathers: true},
		pinOut:      {value: "passages_out", counts: true, gathers: true},
		pinRelease:  {value: "released", counts: true},
		pinBarrier:  {value: "barrier_up", rest: restMotor},
		pinVehicle:  {value: "vehicles", counts: true},
		pinBollards: {value: "bollards_up", closed: 1, rest: restMotor},
		pinLock:     {value: "locked", rest: restMotor},
		pinPath:     {value: "blocked", rest: restPath},
		pinTamper:   {value: "tamper"},
	}
}

// take notes the level that the pin has now. The first one is how things stand
// and no event: a contact that was closed before is no passage.
func (s *sense) take(in pinInput, now time.Time) (changed bool) {
	if !s.known {
		s.known, s.Contact = true, debounce.New(s.is.rest, in.closed)
	}
	_, changed = s.Step(in.closed, now)
	return changed
}

// say is the value for a reading; what was counted is told once.
func (s *sense) say() float64 {
	if s.is.counts {
		n := s.count
		s.count = 0
		return float64(n)
	}
	if s.Closed() {
		return s.is.closed
	}
	return 1 - s.is.closed
}
