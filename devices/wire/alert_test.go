package wire_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

func fullAlert() wire.Alert {
	return wire.Alert{
		Delivery: "5f0c6b0c7a3a4a51b8f3f6f0f1a2b3c4", Incident: "0b6d2a1e9c8f4d37a5e2c1b0f9d8e7c6",
		Number: 3, Press: pressID,
		School: wire.SchoolRef{ID: "riverside-primary", Name: devices.Text{ZH: "河畔小学", EN: "Riverside Primary"}},
		Place:  devices.Place{ID: "north-gate", Name: devices.Text{ZH: "北门", EN: "North gate"}},
		Device: "b-1", Kind: "emergency", Severity: "critical", Mode: devices.Live, Silent: true, State: "open",
		PressedAt: arrived, AgeMS: 12,
		Text: devices.Text{ZH: "河畔小学北门一键报警", EN: "Riverside Primary, north gate: panic button"},
	}
}

func TestAlertIsWrittenAsTheContractSays(t *testing.T) {
	assert.JSONEq(t, `{
		"delivery":"5f0c6b0c7a3a4a51b8f3f6f0f1a2b3c4","incident":"0b6d2a1e9c8f4d37a5e2c1b0f9d8e7c6","number":3,
		"press":"019a7c3e-5b1f-7c4e-9d2a-3f6b8c0d1e2f",
		"school":{"id":"riverside-primary","name":{"zh":"河畔小学","en":"Riverside Primary"}},
		"place":{"id":"north-gate","name":{"zh":"北门","en":"North gate"}},
		"device":"b-1","kind":"emergency","severity":"critical","mode":"live","silent":true,"state":"open",
		"pressed_at":"2026-09-01T07:31:02.135Z","age_ms":12,
		"text":{"zh":"河畔小学北门一键报警","en":"Riverside Primary, north gate: panic button"}}`,
		string(wire.AppendAlert(nil, fullAlert())))
}

func TestAlertComesBackAsItWent(t *testing.T) {
	for _, sound := range append(sounds(), "") {
		a := fullAlert()
		a.Sound = sound
		got, err := wire.DecodeAlert(wire.AppendAlert(nil, a))
		require.NoError(t, err)
		assert.Equal(t, a, got)
	}
}

func TestAlertIsAppended(t *testing.T) {
	assert.True(t, strings.HasPrefix(string(wire.AppendAlert([]byte("before"), fullAlert())), `before{"delivery"`))
}

func TestAlertIsValidJSONWhateverItsStringsHold(t *testing.T) {
	for text, want := range map[string]string{
		`"quoted" \ back`:        `"quoted" \ back`,
		`back\slash`:             `back\slash`,
		`only "quotes"`:          `only "quotes"`,
		"only a \x1f":            "only a \x1f",
		"line\nbreak\ttab\r\x00": "line\nbreak\ttab\r\x00",
		"\x7f\u2028<&>":          "\x7f\u2028<&>",
		"bad \xff\xfe utf-8":     "bad \ufffd\ufffd utf-8",
		"half \xe6\xb2":          "half \ufffd\ufffd",
		"🚨":                      "🚨",
	} {
		a := fullAlert()
		a.Text = devices.Text{ZH: text, EN: text}
		payload := wire.AppendAlert(nil, a)
		var v struct{ Text devices.Text }
		require.NoError(t, json.Unmarshal(payload, &v), "%s", payload)
		assert.Equal(t, devices.Text{ZH: want, EN: want}, v.Text)
		got, err := wire.DecodeAlert(payload)
		require.NoError(t, err)
		assert.Equal(t, v.Text, got.Text)
	}
}

func TestLongestAlertFitsThePayload(t *testing.T) {
	for _, c := range []string{"a", "报", "🚨", "\x01", "\xff", `"`} {
		long := strings.Repeat(c, 5000)
		text := devices.Text{ZH: long, EN: long}
		a := wire.Alert{
			Delivery: long, Incident: long, Number: -1 << 63, Press: long, School: wire.SchoolRef{ID: long, Name: text},
			Place: devices.Place{ID: long, Name: text}, Device: long, Kind: long, Severity: long,
			Mode: devices.Mode(long), State: long, PressedAt: arrived, AgeMS: -1 << 63, Text: text, Sound: long,
		}
		payload := wire.AppendAlert(nil, a)
		assert.True(t, json.Valid(payload))
		assert.LessOrEqual(t, len(payload), wire.MaxPayload)
	}
}

func TestCutTextEndsInAnEllipsisBetweenCharacters(t *testing.T) {
	a := fullAlert()
	a.Text.ZH = strings.Repeat("报", 1000)
	got, err := wire.DecodeAlert(wire.AppendAlert(nil, a))
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(got.Text.ZH, "报…"))
	assert.LessOrEqual(t, len(got.Text.ZH), 1024)
	assert.Greater(t, len(got.Text.ZH), 1018)
	assert.Equal(t, a.Text.EN, got.Text.EN)
}

func TestTextIsCutFromTheFirstByteBeyondTheLimit(t *testing.T) {
	a := fullAlert()
	a.Text = devices.Text{ZH: strings.Repeat("x", 1024), EN: strings.Repeat("x", 1025)}
	got, err := wire.DecodeAlert(wire.AppendAlert(nil, a))
	require.NoError(t, err)
	assert.Equal(t, a.Text.ZH, got.Text.ZH)
	assert.Equal(t, strings.Repeat("x", 1021)+"…", got.Text.EN)
}

func TestHalfAnAlertIsShown(t *testing.T) {
	got, err := wire.DecodeAlert([]byte(`{"delivery":"d","incident":"i","number":1,"mode":"?","school":7,"place":{"id":[]},"text":{"zh":1,"en":"x"}}`))
	require.NoError(t, err)
	assert.Equal(t, wire.Alert{Delivery: "d", Incident: "i", Number: 1, Mode: devices.Live, Text: devices.Text{EN: "x"}}, got)
}

func TestAppendTime(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	at := time.Date(2026, time.September, 1, 7, 31, 2, 999_999_999, shanghai)
	assert.Equal(t, "2026-08-31T23:31:02.999Z", string(wire.AppendTime(nil, at)))
	assert.Equal(t, "2026-01-01T00:00:00.000Z", string(wire.AppendTime(nil, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))))
}
