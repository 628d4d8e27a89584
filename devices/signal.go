package devices

import "time"

// Mode says whether a signal is meant: live, or part of a drill or a test.
// It travels from the device to the evidence and is never converted.
type Mode string

// The modes. An unreadable mode is live.
const (
	Live  Mode = "live"
	Drill Mode = "drill"
	Test  Mode = "test"
)

// Modes lists every mode.
func Modes() []Mode { return []Mode{Live, Drill, Test} }

// Alarm is what a person says the press is about.
type Alarm string

// The alarms that people raise. An unknown one is an emergency.
const (
	Emergency Alarm = "emergency" // not yet classified
	Attack    Alarm = "attack"
	Intrusion Alarm = "intrusion"
	Fire      Alarm = "fire"
	Medical   Alarm = "medical"
	Health    Alarm = "health"
	Fight     Alarm = "fight"
	Bullying  Alarm = "bullying"
	Welfare   Alarm = "welfare"
	Missing   Alarm = "missing"
	Traffic   Alarm = "traffic"
	Drowning  Alarm = "drowning"
	Crowd     Alarm = "crowd"
	Weather   Alarm = "weather"
	Hazard    Alarm = "hazard"
)

// Alarms lists every alarm that people raise.
func Alarms() []Alarm {
	return []Alarm{
		Emergency, Attack, Intrusion, Fire, Medical, Health, Fight, Bullying,
		Welfare, Missing, Traffic, Drowning, Crowd, Weather, Hazard,
	}
}

// Press is one alarm signal of one device.
type Press struct {
	// ID is the UUID that the device drew at the moment of pressing, in lower
	// case; "m-" and a hash where the payload was malformed. Scoped by From.
	ID     string
	From   Address
	Alarm  Alarm
	Mode   Mode
	Silent bool
	// Age is the time from press to publish as the device measured it.
	Age time.Duration
	// ReceivedAt is when the hub had read the publish; it carries the hub's
	// monotonic reading.
	ReceivedAt time.Time
	// Malformed marks a payload that could not be read as an alarm.
	Malformed bool
	// Mistyped names optional fields that were there, could not be read and took
	// their defaults; nil where there are none.
	Mistyped []string
}

// PressedAt is the moment of pressing on the hub's clock.
func (p Press) PressedAt() time.Time { return p.ReceivedAt.Add(-p.Age) }

// CheckIn is a card held to a post's reader.
type CheckIn struct {
	ID         string // UUID
	From       Address
	Post       string
	Card       string // lower-case hexadecimal
	Out        bool   // the holder said at the reader that they leave; else the hub decides
	Age        time.Duration
	ReceivedAt time.Time
	Mistyped   []string // as a press's
}

// Reading is a set of measured values.
type Reading struct {
	From       Address
	Age        time.Duration
	Seq        uint64 // counted within Boot; 0 where the device does not count
	Boot       string // names one run of the firmware; "" where it does not say
	Values     map[string]float64
	ReceivedAt time.Time
	Mistyped   []string // as a press's
	// Promised says that the device waits for an acknowledgement: QoS 1 or 2.
	Promised bool
}

// Status is what a device says of itself.
type Status string

// The two states of a device.
const (
	Online  Status = "online"
	Offline Status = "offline"
)

// State is a device's own report of its health.
type State struct {
	From     Address
	Status   Status
	Firmware string
	Battery  *float64 // 0 to 1; nil where the device has none or did not say
	Tamper   bool
	RSSI     *float64 // dBm
	// PressesDropped and CheckInsDropped are what the device had no room for, since
	// it was new.
	PressesDropped  int
	CheckInsDropped int

	ReceivedAt time.Time
	Mistyped   []string // as a press's
}

// Indicator is what the light on a button shows.
type Indicator string

// The indicator's states.
const (
	IndicatorIdle         Indicator = "idle"
	IndicatorSent         Indicator = "sent" // set by the firmware itself, never commanded
	IndicatorStored       Indicator = "stored"
	IndicatorAcknowledged Indicator = "acknowledged" // by the police
	IndicatorFailed       Indicator = "failed"
)

// DrillWindow announces that the device's next press is a drill; one of no
// length says that it is not, whatever was announced before.
type DrillWindow struct {
	ID  string        `json:"id"`
	For time.Duration `json:"-"` // at most an hour; 0 ends the window
}

// Command is what the hub tells a device.
type Command struct {
	// Receipt is the id of the press that the command answers: the hub's own
	// proof that this press is durable.
	Receipt   string
	Indicator Indicator
	Siren     *bool
	Reset     bool
	Drill     *DrillWindow
}

// ReceiptStatus is what an endpoint confirms of a delivery.
type ReceiptStatus string

// The receipts.
const (
	Received ReceiptStatus = "received"
	Read     ReceiptStatus = "read"
)
