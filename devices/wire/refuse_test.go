package wire_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// decoders holds every decoder that may refuse, by the message's name in the
// AsyncAPI document.
var decoders = map[string]func([]byte) error{
	"checkin": func(b []byte) error { _, err := wire.DecodeCheckIn(gate, b, arrived); return err },
	"reading": func(b []byte) error { _, err := wire.DecodeReading(gate, b, arrived); return err },
	"state":   func(b []byte) error { _, err := wire.DecodeState(gate, b, arrived); return err },
	"command": func(b []byte) error { _, err := wire.DecodeCommand(b); return err },
	"alert":   func(b []byte) error { _, err := wire.DecodeAlert(b); return err },
	"receipt": func(b []byte) error { _, err := wire.DecodeReceipt(b); return err },
}

// refusals are payloads that a decoder refuses because of one field; the
// AsyncAPI document's schemas refuse them too.
var refusals = []struct {
	message string
	payload string
	reason  wire.Reason
	field   string
}{
	{"checkin", `{"post":"north-gate","card":"04a1b2c3"}`, wire.ReasonMissing, "id"},
	{"checkin", `{"id":1,"post":"north-gate","card":"04a1b2c3"}`, wire.ReasonType, "id"},
	{"checkin", `{"id":"1","post":"north-gate","card":"04a1b2c3"}`, wire.ReasonBounds, "id"},
	{"checkin", `{"id":"` + pressID + `","card":"04a1b2c3"}`, wire.ReasonMissing, "post"},
	{"checkin", `{"id":"` + pressID + `","post":"North Gate","card":"04a1b2c3"}`, wire.ReasonBounds, "post"},
	{"checkin", `{"id":"` + pressID + `","post":"north-gate"}`, wire.ReasonMissing, "card"},
	{"checkin", `{"id":"` + pressID + `","post":"north-gate","card":"04a1"}`, wire.ReasonBounds, "card"},
	{"checkin", `{"id":"` + pressID + `","post":"north-gate","card":"04a1b2cz"}`, wire.ReasonBounds, "card"},
	{"checkin", `{"id":"` + pressID + `","post":"north-gate","card":"` + strings.Repeat("a", 33) + `"}`, wire.ReasonBounds, "card"},
	{"checkin", checkInAged("-1"), wire.ReasonBounds, "age_ms"},
	{"checkin", checkInAged("1e30"), wire.ReasonBounds, "age_ms"},
	{"checkin", checkInAged("99999999999999999999"), wire.ReasonBounds, "age_ms"},
	{"checkin", checkInAged("2592000001"), wire.ReasonBounds, "age_ms"},
	{"reading", `{"age_ms":-1,"values":{"open":1}}`, wire.ReasonBounds, "age_ms"},
	{"reading", `{"age_ms":1e17,"values":{"open":1}}`, wire.ReasonBounds, "age_ms"},
	{"reading", `{}`, wire.ReasonMissing, "values"},
	{"reading", `{"values":[1]}`, wire.ReasonType, "values"},
	{"reading", `{"values":{}}`, wire.ReasonBounds, "values"},
	{"reading", `{"values":{"Open":1}}`, wire.ReasonBounds, "values"},
	{"reading", `{"values":{"":1}}`, wire.ReasonBounds, "values"},
	{"reading", `{"values":{"open":true}}`, wire.ReasonType, "values"},
	{"reading", `{"values":{"open":null}}`, wire.ReasonType, "values"},
	{"reading", `{"values":{` + manyValues(wire.MaxValues+1) + `}}`, wire.ReasonBounds, "values"},
	{"state", `{}`, wire.ReasonMissing, "status"},
	{"state", `{"status":true}`, wire.ReasonType, "status"},
	{"state", `{"status":"ONLINE"}`, wire.ReasonBounds, "status"},
	{"command", `{"receipt":1}`, wire.ReasonType, "receipt"},
	{"command", `{"receipt":"press-1"}`, wire.ReasonBounds, "receipt"},
	{"command", `{"receipt":"m-0123"}`, wire.ReasonBounds, "receipt"},
	{"command", `{"indicator":1}`, wire.ReasonType, "indicator"},
	{"command", `{"siren":"on"}`, wire.ReasonType, "siren"},
	{"command", `{"reset":1}`, wire.ReasonType, "reset"},
	{"command", `{"drill":true}`, wire.ReasonType, "drill"},
	{"command", `{"drill":{"for_s":300}}`, wire.ReasonMissing, "drill.id"},
	{"command", `{"drill":{"id":"","for_s":300}}`, wire.ReasonBounds, "drill.id"},
	{"command", `{"drill":{"id":"d"}}`, wire.ReasonMissing, "drill.for_s"},
	{"command", `{"drill":{"id":"d","for_s":-1}}`, wire.ReasonBounds, "drill.for_s"},
	{"command", `{"drill":{"id":"d","for_s":3601}}`, wire.ReasonBounds, "drill.for_s"},
	{"command", `{"drill":{"id":"d","for_s":"300"}}`, wire.ReasonType, "drill.for_s"},
	{"alert", `{"incident":"i","number":1}`, wire.ReasonMissing, "delivery"},
	{"alert", `{"delivery":"a/b","incident":"i","number":1}`, wire.ReasonBounds, "delivery"},
	{"alert", `{"delivery":"d","incident":"","number":1}`, wire.ReasonBounds, "incident"},
	{"alert", `{"delivery":"d","incident":"i"}`, wire.ReasonMissing, "number"},
	{"alert", `{"delivery":"d","incident":"i","number":-1}`, wire.ReasonBounds, "number"},
	{"receipt", `{}`, wire.ReasonMissing, "status"},
	{"receipt", `{"status":1}`, wire.ReasonType, "status"},
	{"receipt", `{"status":"delivered"}`, wire.ReasonBounds, "status"},
}

// marks are payloads of which one field cannot be read: a press and other
// signals are taken all the same and name it; the document refuses them.
var marks = []struct {
	message, payload, field string
}{
	{"alarm", `{}`, "id"},
	{"alarm", `{"id":1}`, "id"},
	{"alarm", `{"id":"press-1"}`, "id"},
	{"alarm", `{"id":"` + pressID + `","kind":7}`, "kind"},
	{"alarm", `{"id":"` + pressID + `","mode":"exercise"}`, "mode"},
	{"alarm", `{"id":"` + pressID + `","mode":null}`, "mode"},
	{"alarm", `{"id":"` + pressID + `","silent":"true"}`, "silent"},
	{"alarm", `{"id":"` + pressID + `","age_ms":"12"}`, "age_ms"},
	{"alarm", `{"id":"` + pressID + `","age_ms":-1}`, "age_ms"},
	{"alarm", `{"id":"` + pressID + `","age_ms":2592000001}`, "age_ms"},
	{"alarm", `{"id":"` + pressID + `","age_ms":12.5}`, "age_ms"},
	{"checkin", checkInAged(`"soon"`), "age_ms"},
	{"checkin", checkInAged("12.5"), "age_ms"},
	{"checkin", checkInAged(`0,"out":"yes"`), "out"},
	{"checkin", checkInAged(`0,"out":1`), "out"},
	{"reading", `{"age_ms":null,"values":{"open":1}}`, "age_ms"},
	{"reading", `{"seq":-1,"values":{"open":1}}`, "seq"},
	{"reading", `{"seq":1.5,"values":{"open":1}}`, "seq"},
	{"reading", `{"seq":"1","values":{"open":1}}`, "seq"},
	{"reading", `{"seq":9007199254740992,"values":{"open":1}}`, "seq"},
	{"reading", `{"boot":7,"values":{"open":1}}`, "boot"},
	{"reading", `{"boot":"a b","values":{"open":1}}`, "boot"},
	{"reading", `{"boot":"","values":{"open":1}}`, "boot"},
	{"state", `{"status":"online","firmware":1}`, "firmware"},
	{"state", `{"status":"online","firmware":"` + strings.Repeat("1", 65) + `"}`, "firmware"},
	{"state", `{"status":"online","battery":93}`, "battery"},
	{"state", `{"status":"online","battery":-0.1}`, "battery"},
	{"state", `{"status":"online","battery":"full"}`, "battery"},
	{"state", `{"status":"online","tamper":"no"}`, "tamper"},
	{"state", `{"status":"online","rssi_dbm":"-61"}`, "rssi_dbm"},
	{"state", `{"status":"online","rssi_dbm":-201}`, "rssi_dbm"},
	{"state", `{"status":"online","rssi_dbm":51}`, "rssi_dbm"},
	{"state", `{"status":"online","presses_dropped":-1}`, "presses_dropped"},
	{"state", `{"status":"online","checkins_dropped":2147483648}`, "checkins_dropped"},
}

// marked is what a decoder says that it could not read.
func marked(t *testing.T, message, payload string) []string {
	t.Helper()
	var fields []string
	var err error
	switch message {
	case "alarm":
		p := wire.DecodeAlarm(button, []byte(payload), arrived)
		if fields = p.Mistyped; p.Malformed {
			fields = append(fields, "id")
		}
	case "checkin":
		var c devices.CheckIn
		c, err = wire.DecodeCheckIn(gate, []byte(payload), arrived)
		fields = c.Mistyped
	case "reading":
		var r devices.Reading
		r, err = wire.DecodeReading(gate, []byte(payload), arrived)
		fields = r.Mistyped
	case "state":
		var s devices.State
		s, err = wire.DecodeState(gate, []byte(payload), arrived)
		fields = s.Mistyped
	}
	require.NoError(t, err)
	return fields
}

func TestWhatCannotBeReadIsMarked(t *testing.T) {
	for _, c := range marks {
		assert.Equal(t, []string{c.field}, marked(t, c.message, c.payload), c.payload)
	}
}

// soundless are alerts whose sound is none of the vocabulary: they sound as
// their severity says, which is the safe side.
var soundless = []string{
	`{"delivery":"d","incident":"i","number":1,"sound":"loud"}`,
	`{"delivery":"d","incident":"i","number":1,"sound":false}`,
	`{"delivery":"d","incident":"i","number":1,"sound":""}`,
}

func TestAnUnknownSoundIsAsTheSeveritySays(t *testing.T) {
	for _, payload := range soundless {
		a, err := wire.DecodeAlert([]byte(payload))
		require.NoError(t, err)
		assert.Equal(t, wire.Alert{Delivery: "d", Incident: "i", Number: 1, Mode: devices.Live}, a, payload)
	}
}

func manyValues(n int) string {
	var names []string
	for i := range n {
		names = append(names, `"v`+strings.Repeat("x", i)+`":1`)
	}
	return strings.Join(names, ",")
}

func TestRefusals(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.message+" "+c.payload[:min(40, len(c.payload))], func(t *testing.T) {
			assertReason(t, c.reason, c.field, decoders[c.message]([]byte(c.payload)))
		})
	}
}

func TestRefusalsOfTheWholeMessage(t *testing.T) {
	for message, decode := range decoders {
		for payload, reason := range map[string]wire.Reason{
			"":                        wire.ReasonSyntax,
			"null":                    wire.ReasonSyntax,
			"[]":                      wire.ReasonSyntax,
			"{} {}":                   wire.ReasonSyntax,
			"{\"a\":\"\xff\"}":        wire.ReasonEncoding,
			`{"a":` + nested(8) + `}`: wire.ReasonDepth,
			strings.Repeat(" ", 4097): wire.ReasonTooLarge,
		} {
			t.Run(message+" "+string(reason), func(t *testing.T) {
				assertReason(t, reason, "", decode([]byte(payload)))
			})
		}
	}
}

func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

func TestKnownFieldTwiceIsRefused(t *testing.T) {
	for message, payload := range map[string]string{
		"checkin": `{"card":"04a1b2c3","card":"04a1b2c4"}`,
		"reading": `{"seq":1,"seq":1}`,
		"state":   `{"status":"online","status":"offline"}`,
		"command": `{"reset":true,"reset":false}`,
		"alert":   `{"number":1,"number":2}`,
		"receipt": `{"status":"read","status":"received"}`,
	} {
		err := decoders[message]([]byte(payload))
		var refused *wire.Error
		require.ErrorAs(t, err, &refused, message)
		assert.Equal(t, wire.ReasonDuplicate, refused.Reason, message)
	}
	_, err := wire.DecodeReading(gate, []byte(`{"values":{"open":1,"open":0}}`), arrived)
	assertReason(t, wire.ReasonDuplicate, "values", err)
}

func checkInAged(age string) string {
	return `{"id":"` + pressID + `","post":"north-gate","card":"04A1B2C3","age_ms":` + age + `}`
}

func TestAnAgeThatNoFloatHoldsIsRefused(t *testing.T) {
	_, err := wire.DecodeCheckIn(gate, []byte(checkInAged("1e999")), arrived)
	assertReason(t, wire.ReasonBounds, "age_ms", err)
}

func TestMistypedOptionalFieldsTakeTheirDefaultsAndAreNamed(t *testing.T) {
	for _, age := range []string{`"soon"`, "null", "12.5", "-0.5"} {
		c, err := wire.DecodeCheckIn(gate, []byte(checkInAged(age)), arrived)
		require.NoError(t, err)
		assert.Equal(t, devices.CheckIn{
			ID: pressID, From: gate, Post: "north-gate", Card: "04a1b2c3", ReceivedAt: arrived, Mistyped: []string{"age_ms"},
		}, c, age)
	}

	r, err := wire.DecodeReading(gate, []byte(`{"age_ms":"x","seq":-1,"boot":"a b","values":{"open":1}}`), arrived)
	require.NoError(t, err)
	assert.Equal(t, devices.Reading{
		From: gate, Values: map[string]float64{"open": 1}, ReceivedAt: arrived, Mistyped: []string{"age_ms", "seq", "boot"},
	}, r)

	s, err := wire.DecodeState(gate, []byte(`{"status":"online","firmware":1,"battery":93,"tamper":"no","rssi_dbm":"-61"}`), arrived)
	require.NoError(t, err)
	assert.Equal(t, devices.State{
		From: gate, Status: devices.Online, ReceivedAt: arrived, Mistyped: []string{"firmware", "battery", "tamper", "rssi_dbm"},
	}, s)
}

func TestNewerHubsIndicatorIsIgnoredAndItsReceiptCounts(t *testing.T) {
	for _, indicator := range []string{"evacuate", "sent", strings.Repeat("x", 100)} {
		c, err := wire.DecodeCommand([]byte(`{"receipt":"` + pressID + `","indicator":"` + indicator + `"}`))
		require.NoError(t, err)
		assert.Equal(t, devices.Command{Receipt: pressID}, c)
	}
}

func TestDrillWindowIsCarriedInSeconds(t *testing.T) {
	c, err := wire.DecodeCommand([]byte(`{"drill":{"id":"autumn-drill","for_s":300}}`))
	require.NoError(t, err)
	assert.Equal(t, &devices.DrillWindow{ID: "autumn-drill", For: 5 * time.Minute}, c.Drill)
}

func TestAWindowOfNoLengthEndsTheDrillAtTheDevice(t *testing.T) {
	over := devices.Command{Drill: &devices.DrillWindow{ID: "autumn-drill"}}
	assert.JSONEq(t, `{"drill":{"id":"autumn-drill","for_s":0}}`, string(wire.EncodeCommand(over)))
	c, err := wire.DecodeCommand(wire.EncodeCommand(over))
	require.NoError(t, err)
	assert.Equal(t, over, c)
}
