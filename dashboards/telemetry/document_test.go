package telemetry

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// rendered is a measurement as docs/telemetry.md has it.
func rendered(m Measurement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### `%s`\n\n%s Class: %s.\n\n| tag | meaning | values |\n|---|---|---|\n", m.Name, m.Meaning, m.Class)
	for _, t := range m.Tags {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", t.Name, t.Meaning, t.Bound)
	}
	b.WriteString("\n| field | type | unit | meaning |\n|---|---|---|---|\n")
	for _, f := range m.Fields {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, f.Type, f.Unit, f.Meaning)
	}
	if m.Open {
		fmt.Fprintf(&b, "| any other name | float | the device's own | a further value that a device measures; at most %d names |\n", MaxValueNames)
	}
	return b.String()
}

func TestDocumentSaysWhatIsWritten(t *testing.T) {
	doc, err := os.ReadFile("../../docs/telemetry.md")
	require.NoError(t, err)
	for _, m := range Measurements() {
		assert.Contains(t, string(doc), rendered(m), m.Name)
	}
	assert.Equal(t, len(Measurements()), strings.Count(string(doc), "\n### `"), "no measurement that is not written")
	for _, s := range steps("campushub", DefaultRetention()) {
		assert.Contains(t, string(doc), s.create)
	}
}

// What is written is in the table: names, tags, and the types of fields.
func TestLinesKeepToTheTable(t *testing.T) {
	half := .5
	lines := [][]byte{
		readingLine(nil, reading(1, map[string]float64{"open": 1, "passages_in": 1, "passages_out": 2}), atGate, monday, all),
		stateLine(devices.State{From: gate, Battery: &half, RSSI: &half, Firmware: "1"}, atGate, monday),
		stageLine(Stage{
			School: "no-1", Incident: "i", Mode: devices.Live, State: alerting.Failed, Why: alerting.WhyRefused,
			Delivery: alerting.Delivery{ID: "d", Audience: alerting.Police, Channel: alerting.ChannelMQTT},
		}, monday),
		hubLine("hub", Internals{Commit: new(time.Duration)}, monday),
		coverageLine(PostCoverage{School: "no-1", Class: "gatehouse"}, monday),
		dutyLine(DutyDay{School: "no-1"}, monday),
	}
	for i, m := range Measurements() {
		series, fields, _ := parts(t, string(lines[i]))
		name, tags, _ := strings.Cut(series, ",")
		assert.Equal(t, m.Name, name)
		var want []string
		for _, tag := range m.Tags {
			want = append(want, tag.Name)
		}
		assert.ElementsMatch(t, want, names(tags), name)
		want = nil
		for _, f := range m.Fields {
			want = append(want, f.Name)
			v, ok := valueOf([]byte(fields), f.Name)
			require.True(t, ok, f.Name)
			assert.Equal(t, f.Type, typeOf(v, strings.Contains(fields, f.Name+`="`)), f.Name)
		}
		assert.ElementsMatch(t, want, names(fields), name)
	}
}

func names(list string) (out []string) {
	for part := range strings.SplitSeq(list, ",") {
		name, _, _ := strings.Cut(part, "=")
		out = append(out, name)
	}
	return out
}

func typeOf(v string, quoted bool) FieldType {
	switch {
	case quoted:
		return String
	case v == "true" || v == "false":
		return Boolean
	case strings.HasSuffix(v, "i"):
		return Integer
	}
	return Float
}
