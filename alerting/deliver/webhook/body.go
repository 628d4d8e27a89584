package webhook

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// body is what a webhook receives; the fields are those of a terminal's alert
// with the audience added.
type body struct {
	Delivery  string            `json:"delivery"`
	Incident  string            `json:"incident"`
	Number    int64             `json:"number"`
	Audience  alerting.Audience `json:"audience"`
	Press     string            `json:"press"`
	School    alerting.Place    `json:"school"`
	Place     alerting.Place    `json:"place"`
	Device    string            `json:"device"`
	Kind      alerting.Kind     `json:"kind"`
	Severity  alerting.Severity `json:"severity"`
	Mode      alerting.Mode     `json:"mode"`
	Silent    bool              `json:"silent"`
	State     alerting.State    `json:"state"`
	PressedAt string            `json:"pressed_at"`
	AgeMS     int64             `json:"age_ms"`
	Sound     string            `json:"sound,omitempty"`
	Text      alerting.Text     `json:"text"`
}

const stamp = "2006-01-02T15:04:05.000Z"

func newBody(m deliver.Message) body {
	return body{
		Delivery: m.Delivery, Incident: m.Incident, Number: m.Number, Audience: m.Audience,
		Press: m.Press, School: m.School, Place: m.Place, Device: m.Device, Kind: m.Kind,
		Severity: m.Severity, Mode: m.Mode, Silent: m.Silent, State: m.State,
		PressedAt: m.PressedAt.UTC().Format(stamp), AgeMS: max(m.Age, time.Duration(0)).Milliseconds(),
		Sound: m.Sound(), Text: m.Text,
	}
}
