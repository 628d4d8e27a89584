package telemetry

import (
	"fmt"
	"os"
	"regexp"
	"slices"
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

// The task for InfluxDB 2 thins out what the statements for 1.8 do, and leaves out
// whatever has no mean.
func TestTheTaskOfInfluxDB2ThinsOutTheSame(t *testing.T) {
	data, err := os.ReadFile("../../docs/telemetry.md")
	require.NoError(t, err)
	_, task, ok := strings.Cut(string(data), "option task = ")
	require.True(t, ok)
	task, _, ok = strings.Cut(task, "```")
	require.True(t, ok)
	var thins []string
	for _, s := range steps("campushub", DefaultRetention()) {
		if _, what, ok := strings.Cut(s.create, " BEGIN SELECT "); ok {
			thins = append(thins, what)
		}
	}
	require.Len(t, thins, 3)
	assert.Equal(t, 3, strings.Count(task, "|> to("))
	all := regexp.MustCompile(`/\^.*\$/`).FindString(thins[0])
	assert.Contains(t, task, "r._measurement =~ "+all)
	left := regexp.MustCompile(`_field !~ /\^\((.*)\)\$/`).FindStringSubmatch(task)
	require.NotNil(t, left)
	out := strings.Split(left[1], "|")
	assert.Contains(t, task, `not (r._measurement == "device" and r._field == "tamper")`)
	for _, m := range Measurements() {
		if !strings.Contains(all, m.Name) {
			continue
		}
		for _, f := range m.Fields {
			number := f.Type == Float || f.Type == Integer
			assert.Equal(t, !number && m.Name+f.Name != "devicetamper", slices.Contains(out, f.Name), "%s of %s", f.Name, m.Name)
		}
	}
	for _, name := range regexp.MustCompile(`sum\("(\w+)"\)`).FindAllStringSubmatch(thins[1], -1) {
		assert.Contains(t, task, `r._field == "`+name[1]+`"`)
	}
	for _, name := range regexp.MustCompile(`AS "(\w+)"`).FindAllStringSubmatch(thins[2], -1) {
		assert.Contains(t, task, `name: "`+name[1]+`"`)
	}
}

// What is written is in the table: names, tags, and the types of fields.
func TestLinesKeepToTheTable(t *testing.T) {
	half, said := .5, map[string]float64{
		"open": 1, "passages_in": 1, "passages_out": 2, "released": 1, "tamper": 0, "barrier_up": 1, "vehicles": 3, "bollards_up": 1,
		"locked": 0, "blocked": 0, "waiting": 12,
	}
	lines := [][]byte{
		readingLine(nil, reading(1, said), atGate, monday, all),
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
