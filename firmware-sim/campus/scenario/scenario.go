package scenario

import (
	"time"

	"example.org/campushub/devices"
)

// Scenario is a day on a campus. Times are since midnight.
type Scenario struct {
	Title      string // the first line of the file
	From, To   time.Duration
	Devices    []Device
	Happenings []Happening // by time; those of one time as they were written
}

// Device is one device and its rhythm.
type Device struct {
	ID    string
	Kind  devices.Kind
	Power devices.Power
	State time.Duration // how often it reports its health
	// Reading is how often it measures where nothing happens; 0 is never.
	Reading time.Duration
	// Unacknowledged readings go at QoS 0: nothing is promised of them.
	Unacknowledged bool
}

// Happening is one line of what happens.
type Happening struct {
	At   time.Duration
	Line int
	Do   Action
}

// Action is what happens: one of the types below.
type Action interface{ action() }

// Move is a gate that opens or closes.
type Move struct {
	Gate string
	Open bool
}

// Sense is how a part of a gate stands from then on, or how many people wait
// before it. A gate has those parts alone that something happens to.
type Sense struct {
	Gate  string
	Value string // as a reading calls it
	Is    float64
}

// Passages are people who walk through a gate, evenly over a time.
type Passages struct {
	Gate   string
	In     bool
	Count  int
	Within time.Duration
}

// Card is a card that is held to a reader.
type Card struct {
	Number string // lower-case hexadecimal
	Reader string
}

// Press is a finger on a button.
type Press struct {
	Button string
	Times  int
}

// Deed is what somebody does on a page. Whoever plays the scenario does it.
type Deed struct {
	What   Task
	Device string // that it is about; "" where it is about none
}

// Cut is an uplink without which no device reaches its hub.
type Cut struct{ For time.Duration }

// Outage is something outside the campus that does not work for a time. Whoever
// plays the scenario brings it about.
type Outage struct {
	What What
	For  time.Duration
}

func (Move) action()     {}
func (Sense) action()    {}
func (Passages) action() {}
func (Card) action()     {}
func (Press) action()    {}
func (Deed) action()     {}
func (Cut) action()      {}
func (Outage) action()   {}

// Task is what is done on a page, in the words of the language.
type Task string

// Everything that is done on a page. What begins with the drill is about the
// button that takes part in it, and what follows a press about the button that
// was pressed.
const (
	BringsRoster Task = "the officer brings the roster"
	CallsRoll    Task = "the officer calls the roll"
	BeginsDrill  Task = "the officer begins a drill with"
	EndsDrill    Task = "the officer ends the drill with"
	SignsFor     Task = "the liaison signs for"
	Closes       Task = "the liaison closes"
	TellsParents Task = "the officer tells the parents of"
)

// Tasks lists those that are about a button.
func Tasks() []Task { return []Task{BeginsDrill, EndsDrill, SignsFor, Closes, TellsParents} }

// What is what does not work, in the words of the language.
type What string

// Everything that can be out of order.
const (
	InfluxStopped What = "influxdb is stopped"
	InfluxKilled  What = "influxdb is killed during a batch"
	Influx429     What = "influxdb answers 429"
	Influx503     What = "influxdb answers 503"
	InfluxHangs   What = "influxdb hangs"
	InfluxFull    What = "the disk of influxdb is full"
	HubKilled     What = "the hub is killed"
)

// Whats lists them all.
func Whats() []What {
	return []What{InfluxStopped, InfluxKilled, Influx429, Influx503, InfluxHangs, InfluxFull, HubKilled}
}
