package wire_test

import (
	"encoding/json"
	"testing"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// jsonAlert is the alert as encoding/json writes it, to measure ours beside.
type jsonAlert struct {
	Delivery string `json:"delivery"`
	Incident string `json:"incident"`
	Number   int64  `json:"number"`
	Press    string `json:"press"`
	School   struct {
		ID   string       `json:"id"`
		Name devices.Text `json:"name"`
	} `json:"school"`
	Place     devices.Place `json:"place"`
	Device    string        `json:"device"`
	Kind      string        `json:"kind"`
	Severity  string        `json:"severity"`
	Mode      devices.Mode  `json:"mode"`
	Silent    bool          `json:"silent"`
	State     string        `json:"state"`
	PressedAt string        `json:"pressed_at"`
	AgeMS     int64         `json:"age_ms"`
	Text      devices.Text  `json:"text"`
}

func BenchmarkAppendAlert(b *testing.B) {
	a := fullAlert()
	dst := make([]byte, 0, wire.MaxPayload)
	b.ReportAllocs()
	for b.Loop() {
		dst = wire.AppendAlert(dst[:0], a)
	}
}

func BenchmarkAppendAlertEncodingJSON(b *testing.B) {
	var a jsonAlert
	if err := json.Unmarshal(wire.AppendAlert(nil, fullAlert()), &a); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeAlarm(b *testing.B) {
	payload := wire.EncodeAlarm(pressed(nil))
	b.ReportAllocs()
	for b.Loop() {
		if wire.DecodeAlarm(button, payload, arrived).Malformed {
			b.Fatal("malformed")
		}
	}
}

func BenchmarkDecodeAlarmEncodingJSON(b *testing.B) {
	payload := wire.EncodeAlarm(pressed(nil))
	b.ReportAllocs()
	for b.Loop() {
		var v struct {
			ID     string `json:"id"`
			Kind   string `json:"kind"`
			Mode   string `json:"mode"`
			Silent bool   `json:"silent"`
			AgeMS  int64  `json:"age_ms"`
		}
		if err := json.Unmarshal(payload, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseUp(b *testing.B) {
	topic := wire.AlarmTopic(button)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.ParseUp(topic); err != nil {
			b.Fatal(err)
		}
	}
}
