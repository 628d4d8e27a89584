package wire_test

import (
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// seed gives a fuzz target every sample and every refused payload of a
// message, and what is wrong with any message.
func seed(f *testing.F, message string) {
	for _, payload := range samples(f)[message] {
		f.Add(payload)
	}
	for _, c := range refusals {
		if c.message == message {
			f.Add([]byte(c.payload))
		}
	}
	for _, payload := range []string{
		"", "{}", "null", `{"id":"` + pressID + `"}`, `{"id":"\u0000","id":1}`, "{\"a\":\"\xff\"}", `{"a":` + nested(9) + `}`,
		`{"age_ms":-1,"seq":1e400,"battery":1E-9}`, `{"\ud800":"\udc00"}`, `{"a":"\u00`, `{"a":1}{`, "\ufeff{}",
	} {
		f.Add([]byte(payload))
	}
}

func FuzzDecodeAlarm(f *testing.F) {
	seed(f, "alarm")
	f.Fuzz(func(t *testing.T, payload []byte) {
		p := wire.DecodeAlarm(button, payload, arrived)
		require.Contains(t, devices.Alarms(), p.Alarm)
		require.Contains(t, devices.Modes(), p.Mode)
		require.True(t, p.Age >= 0 && p.Age <= wire.MaxAge)
		if p.Malformed {
			require.Regexp(t, `^m-[0-9a-f]{32}$`, p.ID)
			return
		}
		p.Mistyped = nil
		require.Equal(t, p, wire.DecodeAlarm(button, wire.EncodeAlarm(p), arrived))
	})
}

func FuzzDecodeCheckIn(f *testing.F) {
	seed(f, "checkin")
	f.Fuzz(func(t *testing.T, payload []byte) {
		roundTrip(t, payload, func(b []byte) (devices.CheckIn, error) {
			return wire.DecodeCheckIn(gate, b, arrived)
		}, wire.EncodeCheckIn)
	})
}

func FuzzDecodeReading(f *testing.F) {
	seed(f, "reading")
	f.Fuzz(func(t *testing.T, payload []byte) {
		roundTrip(t, payload, func(b []byte) (devices.Reading, error) {
			return wire.DecodeReading(gate, b, arrived)
		}, wire.EncodeReading)
	})
}

func FuzzDecodeState(f *testing.F) {
	seed(f, "state")
	f.Fuzz(func(t *testing.T, payload []byte) {
		roundTrip(t, payload, func(b []byte) (devices.State, error) {
			return wire.DecodeState(gate, b, arrived)
		}, wire.EncodeState)
	})
}

func FuzzDecodeCommand(f *testing.F) {
	seed(f, "command")
	f.Fuzz(func(t *testing.T, payload []byte) {
		roundTrip(t, payload, wire.DecodeCommand, wire.EncodeCommand)
	})
}

func FuzzDecodeReceipt(f *testing.F) {
	seed(f, "receipt")
	f.Fuzz(func(t *testing.T, payload []byte) {
		roundTrip(t, payload, wire.DecodeReceipt, wire.EncodeReceipt)
	})
}

// FuzzDecodeAlert starts from what a terminal reads: it need not come back
// whole, for long texts are cut, but then it must not change any more.
func FuzzDecodeAlert(f *testing.F) {
	seed(f, "alert")
	f.Fuzz(func(t *testing.T, payload []byte) {
		a, err := wire.DecodeAlert(payload)
		if err != nil {
			assertRefused(t, err)
			return
		}
		once := wire.AppendAlert(nil, a)
		require.True(t, json.Valid(once), "%s", once)
		require.LessOrEqual(t, len(once), wire.MaxPayload)
		if year := a.PressedAt.UTC().Year(); year < 0 || year > 9999 {
			return // no time that RFC 3339 can write
		}
		b, err := wire.DecodeAlert(once)
		require.NoError(t, err)
		require.Equal(t, string(once), string(wire.AppendAlert(nil, b)))
	})
}

// FuzzAppendAlert starts from what the hub writes.
func FuzzAppendAlert(f *testing.F) {
	f.Add("d", "河畔小学", "line\nbreak", int64(1), int64(1_788_000_000_000))
	f.Add("\xff", "\x00\x1f\x7f", `"\`, int64(-1), int64(-1))
	f.Fuzz(func(t *testing.T, id, name, text string, number, at int64) {
		a := wire.Alert{
			Delivery: id, Incident: id, Number: number, Press: id,
			School: wire.SchoolRef{ID: id, Name: devices.Text{ZH: name, EN: text}},
			Place:  devices.Place{ID: id, Name: devices.Text{ZH: text, EN: name}},
			Device: id, Kind: name, Severity: text, Mode: devices.Mode(name), State: text,
			PressedAt: time.UnixMilli(at), AgeMS: number, Text: devices.Text{ZH: name + text, EN: text + name},
		}
		payload := wire.AppendAlert(nil, a)
		require.True(t, json.Valid(payload), "%s", payload)
		require.True(t, utf8.Valid(payload))
		require.LessOrEqual(t, len(payload), wire.MaxPayload)
		var v struct {
			Text devices.Text
			Age  int64 `json:"age_ms"`
		}
		require.NoError(t, json.Unmarshal(payload, &v))
		require.Equal(t, number, v.Age)
		if utf8.ValidString(text) && utf8.ValidString(name) && len(text+name) < 100 {
			require.Equal(t, a.Text, v.Text)
		}
	})
}

// FuzzScan holds the scanner to encoding/json: a receipt is refused for its
// syntax exactly where that finds no object.
func FuzzScan(f *testing.F) {
	seed(f, "receipt")
	seed(f, "alert")
	seed(f, "reading")
	f.Fuzz(func(t *testing.T, payload []byte) {
		_, err := wire.DecodeReceipt(payload)
		reason := wire.Reason("")
		if err != nil {
			reason = assertRefused(t, err)
		}
		switch reason {
		case wire.ReasonTooLarge:
			require.Greater(t, len(payload), wire.MaxPayload)
		case wire.ReasonEncoding:
			require.False(t, utf8.Valid(payload))
		case wire.ReasonSyntax:
			require.False(t, isObject(payload), "%q", payload)
		case wire.ReasonDepth, wire.ReasonDuplicate:
			// Found before the end, so what follows may be anything.
		default:
			require.True(t, isObject(payload), "%q", payload)
			var v map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(payload, &v))
			var status string
			if json.Unmarshal(v["status"], &status) == nil && (status == "received" || status == "read") {
				require.NoError(t, err, "%q", payload)
			}
		}
	})
}

func FuzzParseUp(f *testing.F) {
	for _, topic := range []string{
		wire.AlarmTopic(button), wire.StateTopic(gate), wire.ReceiptTopic("d-1"), "campus/s/d/alarm/x", "receipt//", "$SYS/a", "",
	} {
		f.Add(topic)
	}
	f.Fuzz(func(t *testing.T, topic string) {
		up, err := wire.ParseUp(topic)
		if err != nil {
			require.Equal(t, wire.ReasonTopic, assertRefused(t, err))
			return
		}
		written := map[wire.UpKind]func(devices.Address) string{
			wire.UpAlarm: wire.AlarmTopic, wire.UpCheckIn: wire.CheckInTopic,
			wire.UpReading: wire.ReadingTopic, wire.UpState: wire.StateTopic,
			wire.UpReceipt: func(devices.Address) string { return wire.ReceiptTopic(up.Delivery) },
		}
		require.Equal(t, topic, written[up.Kind](up.From))
	})
}

func isObject(payload []byte) bool {
	var v map[string]json.RawMessage
	return json.Unmarshal(payload, &v) == nil && v != nil
}

// roundTrip: what was read once is written, and read again the same.
func roundTrip[T any](t *testing.T, payload []byte, decode func([]byte) (T, error), encode func(T) []byte) {
	t.Helper()
	v, err := decode(payload)
	if err != nil {
		assertRefused(t, err)
		return
	}
	require.LessOrEqual(t, len(payload), wire.MaxPayload)
	written := encode(v)
	require.True(t, json.Valid(written), "%s", written)
	again, err := decode(written)
	require.NoError(t, err, "%s", written)
	require.Equal(t, v, again)
}

func assertRefused(t *testing.T, err error) wire.Reason {
	t.Helper()
	var refused *wire.Error
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, wire.Reasons(), refused.Reason)
	return refused.Reason
}
