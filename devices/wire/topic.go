package wire

import (
	"strings"

	"example.org/campushub/devices"
)

// UpKind is what a client tells the hub.
type UpKind string

// The kinds, each the last level of its topic; receipts have a topic of their
// own.
const (
	UpAlarm   UpKind = "alarm"
	UpCheckIn UpKind = "checkin"
	UpReading UpKind = "reading"
	UpState   UpKind = "state"
	UpReceipt UpKind = "receipt"
)

// UpKinds lists every kind.
func UpKinds() []UpKind {
	return []UpKind{UpAlarm, UpCheckIn, UpReading, UpState, UpReceipt}
}

// MaxDeliveryLength is the longest delivery id, in bytes.
const MaxDeliveryLength = 64

// Up is a topic that a client publishes to.
type Up struct {
	Kind     UpKind
	From     devices.Address // of everything but a receipt
	Delivery string          // of a receipt
}

// ParseUp reads the topic of a client's publish. It refuses everything that
// is not exactly one of the topics up: commands and alerts too.
func ParseUp(topic string) (Up, error) {
	if delivery, ok := strings.CutPrefix(topic, "receipt/"); ok {
		if !validDelivery(delivery) {
			return Up{}, fault(ReasonTopic, "")
		}
		return Up{Kind: UpReceipt, Delivery: delivery}, nil
	}
	rest, ok := strings.CutPrefix(topic, "campus/")
	if !ok {
		return Up{}, fault(ReasonTopic, "")
	}
	last := strings.LastIndexByte(rest, '/')
	if last < 0 {
		return Up{}, fault(ReasonTopic, "")
	}
	kind := UpKind(rest[last+1:])
	switch kind {
	case UpAlarm, UpCheckIn, UpReading, UpState:
	default:
		return Up{}, fault(ReasonTopic, "")
	}
	from, err := devices.ParseAddress(rest[:last])
	if err != nil {
		return Up{}, fault(ReasonTopic, "")
	}
	return Up{Kind: kind, From: from}, nil
}

// AlarmTopic is where a device publishes its presses.
func AlarmTopic(a devices.Address) string { return deviceTopic(a, string(UpAlarm)) }

// CheckInTopic is where a reader publishes the cards held to it.
func CheckInTopic(a devices.Address) string { return deviceTopic(a, string(UpCheckIn)) }

// ReadingTopic is where a device publishes what it measures.
func ReadingTopic(a devices.Address) string { return deviceTopic(a, string(UpReading)) }

// StateTopic is where a device keeps its state, retained; its will goes there
// too.
func StateTopic(a devices.Address) string { return deviceTopic(a, string(UpState)) }

// CommandTopic is where a device hears the hub.
func CommandTopic(a devices.Address) string { return deviceTopic(a, "command") }

// AlertTopic is a terminal's own topic, where it hears of incidents.
func AlertTopic(audience, terminal string) string { return "alert/" + audience + "/" + terminal }

// ReceiptTopic is where the endpoint of a delivery confirms it.
func ReceiptTopic(delivery string) string { return "receipt/" + delivery }

func deviceTopic(a devices.Address, last string) string {
	return "campus/" + a.School + "/" + a.Device + "/" + last
}

// validDelivery: ids are the hub's own, so the bound is loose: letters, digits
// and "-", which no topic treats specially.
func validDelivery(s string) bool {
	if s == "" || len(s) > MaxDeliveryLength {
		return false
	}
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
