package wire_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// routed reads the words of one type of the alert router, on which this package
// does not depend, from its source: a new one cannot be forgotten here.
func routed(t testing.TB, kind string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../alerting/words.go", nil, 0)
	require.NoError(t, err)
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := v.Type.(*ast.Ident); ok && name.Name == kind {
			word, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			out = append(out, word)
		}
		return true
	})
	require.Len(t, out, 3, kind)
	return out
}

// samples are encoded messages of every kind: least, full and awkward ones.
func samples(t testing.TB) map[string][][]byte {
	battery, rssi, siren := 0.93, -61.0, false
	var out = map[string][][]byte{
		"alarm": {},
		"checkin": {
			wire.EncodeCheckIn(devices.CheckIn{ID: pressID, Post: "north-gate", Card: "04a1b2c3", Age: time.Hour}),
			wire.EncodeCheckIn(devices.CheckIn{ID: pressID, Post: "north-gate", Card: "04a1b2c3", Out: true}),
		},
		"reading": {
			wire.EncodeReading(devices.Reading{Values: map[string]float64{"open": 1}}),
			wire.EncodeReading(devices.Reading{
				Age: time.Second, Seq: 7, Boot: "a1b2",
				Values: map[string]float64{"open": 0, "passages_in": 3, "temperature_celsius": -1.5e-9, "x": 1e300},
			}),
		},
		"state": {
			wire.EncodeState(devices.State{Status: devices.Offline}),
			wire.EncodeState(devices.State{Status: devices.Online, Firmware: "1.2.0", Battery: &battery, Tamper: true, RSSI: &rssi, PressesDropped: 1, CheckInsDropped: 2}),
		},
		"command": {
			wire.EncodeCommand(devices.Command{}),
			wire.EncodeCommand(devices.Command{Siren: &siren}),
			wire.EncodeCommand(devices.Command{Receipt: wire.DecodeAlarm(button, nil, arrived).ID}),
			wire.EncodeCommand(devices.Command{
				Receipt: pressID, Reset: true, Siren: &siren, Drill: &devices.DrillWindow{ID: "d", For: time.Hour},
			}),
		},
		"alert":   {wire.AppendAlert(nil, wire.Alert{Delivery: "d", Incident: "i", Severity: "low", Mode: devices.Test, State: "open"})},
		"receipt": {wire.EncodeReceipt(devices.Received), wire.EncodeReceipt(devices.Read)},
	}
	for _, a := range devices.Alarms() {
		out["alarm"] = append(out["alarm"], wire.EncodeAlarm(pressed(func(p *devices.Press) { p.Alarm = a })))
	}
	for _, m := range devices.Modes() {
		out["alarm"] = append(out["alarm"], wire.EncodeAlarm(pressed(func(p *devices.Press) { p.Mode, p.Silent = m, true })))
	}
	for _, i := range wire.CommandedIndicators() {
		out["command"] = append(out["command"], wire.EncodeCommand(devices.Command{Indicator: i}))
	}
	for _, sound := range sounds() {
		a := fullAlert()
		a.Sound = sound
		out["alert"] = append(out["alert"], wire.AppendAlert(nil, a))
	}
	for _, s := range routed(t, "Severity") {
		for _, state := range routed(t, "State") {
			a := fullAlert()
			a.Severity, a.State = s, state
			out["alert"] = append(out["alert"], wire.AppendAlert(nil, a))
		}
	}
	return out
}

func sounds() []string { return []string{wire.SoundOnce, wire.SoundNone} }

func document(t *testing.T) schema {
	t.Helper()
	var doc map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(wire.Document()), &doc))
	return schema{document: doc, carried: map[string]bool{}}
}

func (s schema) at(path string) map[string]any { return s.resolve("#/" + path) }

func TestEveryEncodedSampleIsAsTheDocumentSays(t *testing.T) {
	doc := document(t)
	all := samples(t)
	for message := range doc.at("components/messages") {
		require.NotEmpty(t, all[message], "the document has a message that nothing encodes: %s", message)
	}
	for message, payloads := range all {
		for _, payload := range payloads {
			var v any
			require.NoError(t, json.Unmarshal(payload, &v), "%s", payload)
			assert.Empty(t, doc.check(doc.at("components/schemas/"+message), v, message), "%s", payload)
			assertDecodes(t, message, payload)
		}
		for _, path := range doc.properties(doc.at("components/schemas/"+message), message) {
			assert.True(t, doc.carried[path], "the document has a field that nothing encodes: %s", path)
		}
	}
}

func TestTheDocumentHasTheFieldsThatAreRead(t *testing.T) {
	doc := document(t)
	for object, fields := range wire.FieldsOf() {
		described := doc.at("components/schemas/" + object + "/properties")
		assert.ElementsMatch(t, fields, slices.Collect(maps.Keys(described)), object)
	}
	for message := range doc.at("components/messages") {
		assert.Contains(t, wire.FieldsOf(), message)
	}
}

func TestEveryExampleDecodes(t *testing.T) {
	doc := document(t)
	for message, m := range doc.at("components/messages") {
		examples := m.(map[string]any)["examples"].([]any)
		require.NotEmpty(t, examples, message)
		assert.Equal(t, "#/components/schemas/"+message, m.(map[string]any)["payload"].(map[string]any)["$ref"])
		for _, e := range examples {
			v := e.(map[string]any)["payload"]
			assert.Empty(t, doc.check(doc.at("components/schemas/"+message), v, message))
			payload, err := json.Marshal(v)
			require.NoError(t, err)
			assertDecodes(t, message, payload)
		}
	}
}

// assertDecodes: without a fault, and without a mark.
func assertDecodes(t *testing.T, message string, payload []byte) {
	t.Helper()
	if message == "alarm" {
		p := wire.DecodeAlarm(button, payload, arrived)
		assert.False(t, p.Malformed, "%s", payload)
		assert.Empty(t, p.Mistyped, "%s", payload)
		return
	}
	assert.NoError(t, decoders[message](payload), "%s", payload)
}

func TestTheDocumentRefusesWhatTheCodecRefuses(t *testing.T) {
	for _, c := range refusals {
		assertDocumentRefuses(t, c.message, c.payload, c.field)
	}
	for _, c := range marks {
		assertDocumentRefuses(t, c.message, c.payload, c.field)
	}
	for _, payload := range soundless {
		assertDocumentRefuses(t, "alert", payload, "sound")
	}
}

// assertDocumentRefuses: because of that very field.
func assertDocumentRefuses(t *testing.T, message, payload, field string) {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal([]byte(payload), &v))
	doc, path := document(t), message+"."+field
	object, name := path[:strings.LastIndexByte(path, '.')], path[strings.LastIndexByte(path, '.')+1:]
	faults := doc.check(doc.at("components/schemas/"+message), v, message)
	assert.True(t, slices.ContainsFunc(faults, func(f string) bool {
		return strings.HasPrefix(f, path+":") || strings.HasPrefix(f, path+".") || f == object+": no "+name
	}), "%s: %v", payload, faults)
}

func TestTopicsAreTheDocuments(t *testing.T) {
	want := map[string]string{
		"alarm":   wire.AlarmTopic(devices.Address{School: "{school}", Device: "{device}"}),
		"checkin": wire.CheckInTopic(devices.Address{School: "{school}", Device: "{device}"}),
		"reading": wire.ReadingTopic(devices.Address{School: "{school}", Device: "{device}"}),
		"state":   wire.StateTopic(devices.Address{School: "{school}", Device: "{device}"}),
		"command": wire.CommandTopic(devices.Address{School: "{school}", Device: "{device}"}),
		"alert":   wire.AlertTopic("{audience}", "{terminal}"),
		"receipt": wire.ReceiptTopic("{delivery}"),
	}
	doc := document(t)
	got := map[string]string{}
	sends := map[string]bool{}
	for name, c := range doc.at("channels") {
		address := c.(map[string]any)["address"].(string)
		got[name] = address
		for parameter := range c.(map[string]any)["parameters"].(map[string]any) {
			assert.Contains(t, address, "{"+parameter+"}")
		}
	}
	assert.Equal(t, want, got)

	for _, o := range doc.at("operations") {
		channel := strings.TrimPrefix(o.(map[string]any)["channel"].(map[string]any)["$ref"].(string), "#/channels/")
		sends[channel] = o.(map[string]any)["action"] == "send"
	}
	for _, up := range wire.UpKinds() {
		assert.True(t, sends[string(up)], "clients send %s", up)
		delete(sends, string(up))
	}
	assert.Equal(t, map[string]bool{"command": false, "alert": false}, sends)
}

func TestEnumsAreTheVocabularys(t *testing.T) {
	doc := document(t)
	property := func(message, name string) []any {
		return doc.at("components/schemas/" + message + "/properties/" + name)["enum"].([]any)
	}
	assert.Equal(t, words(devices.Alarms()), doc.at("components/schemas/kind")["enum"])
	assert.Equal(t, words(devices.Modes()), doc.at("components/schemas/mode")["enum"])
	assert.Equal(t, words([]devices.Status{devices.Online, devices.Offline}), property("state", "status"))
	assert.Equal(t, words(wire.CommandedIndicators()), property("command", "indicator"))
	assert.Equal(t, words([]devices.ReceiptStatus{devices.Received, devices.Read}), property("receipt", "status"))
	assert.Equal(t, words(routed(t, "Severity")), property("alert", "severity"))
	assert.Equal(t, words(routed(t, "State")), property("alert", "state"))
	assert.Equal(t, words(sounds()), property("alert", "sound"))
	assert.EqualValues(t, wire.MaxAge.Milliseconds(), doc.at("components/schemas/age")["maximum"])
	assert.EqualValues(t, wire.MaxDrillWindow/time.Second, doc.at("components/schemas/command/properties/drill/properties/for_s")["maximum"])
	assert.EqualValues(t, wire.MaxValues, doc.at("components/schemas/reading/properties/values")["maxProperties"])
}

func words[W ~string](list []W) []any {
	var out []any
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}
