package devices

import "time"

// Kind is what a device is.
type Kind string

// The kinds of device.
const (
	KindButton    Kind = "button"     // a one-press alarm button
	KindReader    Kind = "reader"     // a card reader at a guard post
	KindGate      Kind = "gate"       // a gate with contact and counter
	KindFirePanel Kind = "fire-panel" // the dry contact of a fire panel: always live
)

// Kinds lists every device kind.
func Kinds() []Kind { return []Kind{KindButton, KindReader, KindGate, KindFirePanel} }

// Power is a device's supply; it decides how soon silence means lost.
type Power string

// The supplies.
const (
	PowerMains   Power = "mains"
	PowerBattery Power = "battery"
)

// LostAfter is how long a device of this supply may be silent before it
// counts as lost: 20 s on mains (EN 50136 SP6), 90 s on battery (EN 50136 DP4).
func (p Power) LostAfter() time.Duration {
	if p == PowerBattery {
		return 90 * time.Second
	}
	return 20 * time.Second
}

// KeepAlive is the MQTT keep-alive that firmware of this supply asks for.
func (p Power) KeepAlive() time.Duration {
	if p == PowerBattery {
		return 55 * time.Second
	}
	return 8 * time.Second
}

// Text is one sentence in the two languages of the console.
type Text struct {
	ZH string `json:"zh" yaml:"zh"`
	EN string `json:"en" yaml:"en"`
}

// Place is where a device hangs or an incident happens.
type Place struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
}
