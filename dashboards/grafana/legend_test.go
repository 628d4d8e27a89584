package grafana_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/dashboards/grafana"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
	"example.org/campushub/devices/wire"
)

// called is everything that the answer to a question can be called, and whether
// that is more than names.
func called(t *testing.T, q grafana.Target) (all []string, said bool) {
	t.Helper()
	if q.Format == "table" || q.ResultFormat == "table" {
		return columns(q), true
	}
	return legends(t, q)
}

// names are labels whose values somebody gave a thing, or that are no words of
// ours to translate: an alert's name and a broker's reason are what the runbook
// and the log have.
var names = []string{"school", "instance", "hub", "device", "place", "alertname", "reason"}

func words[T ~string](of ...T) (out []string) {
	for _, one := range of {
		out = append(out, string(one))
	}
	return out
}

// codes are the values of every other label, by what is asked for.
func codes(q grafana.Target, label string) []string {
	of := func(metric string) bool { return strings.Contains(q.Query+q.Expr, metric) }
	switch {
	case label == "audience":
		return words(alerting.Audiences()...)
	case label == "channel":
		return words(alerting.Channels()...)
	case label == "mode":
		return words(devices.Modes()...)
	case label == "part":
		return words(drill.Parts()...)
	case label == "grade":
		return words(drill.Excellent, drill.Good, drill.Passed, drill.Failed, drill.NotGraded)
	case label == "missing":
		return words(alerting.Missings()...)
	case label == "report":
		return words(append(alerting.ReportStages(), alerting.ReportWritten)...)
	case label == "limit":
		return []string{"target", "limit"}
	case label == "stage":
		return words(alerting.Handed, alerting.Received, alerting.Read)
	case label == "result":
		return []string{"taken", "refused", "needs_restart"}
	case label == "state" && of("campushub_supervision_devices"):
		return words(supervision.States()...)
	case label == "state" && of("campushub_duty_people"):
		return []string{"present", "late", "missed", "called-away", "roving", "unseen"}
	case label == "kind" && of("campushub_hub_signals_total"):
		return []string{"checkin", "reading", "state"}
	case label == "kind" && of("campushub_broker_messages_received_total"):
		return words(wire.UpKinds()...)
	case label == "class" && of("post_coverage"):
		return []string{"main-gate", "second-gate", "crossing", "examination-gate", "gatehouse", "control-room", "dormitory", "duty-leader"}
	case label == "class" && of("campushub_telemetry_"):
		return []string{"alarm", "reading"}
	case label == "what":
		return words(supervision.DeviceLost, supervision.DeviceBack, supervision.ButtonLastly, supervision.Several, supervision.SeveralOver,
			supervision.Cut, supervision.CutOver, supervision.Tamper, supervision.Service, supervision.ServiceOver, supervision.Stall)
	}
	return nil
}

// A hole of a legend, as each of the two data sources writes it.
var hole = regexp.MustCompile(`\{\{(\w+)\}\}|\$tag_(\w+)|\$(col)\b`)

// fields are what a question in InfluxQL calls its columns.
var fields = regexp.MustCompile(`AS "([^"]+)"`)

// legends are everything that a question's series can be called, and whether
// that is more than names.
func legends(t *testing.T, q grafana.Target) (all []string, said bool) {
	t.Helper()
	all = []string{q.LegendFormat + q.Alias}
	said = regexp.MustCompile(`\pL`).MatchString(hole.ReplaceAllString(all[0], ""))
	for _, m := range hole.FindAllStringSubmatch(all[0], -1) {
		label := m[1] + m[2] + m[3]
		values := codes(q, label)
		switch {
		case label == "col":
			for _, f := range fields.FindAllStringSubmatch(q.Query, -1) {
				values = append(values, f[1])
			}
			said = true
		case slices.Contains(names, label):
			values = []string{"n-1"}
		default:
			said = true
		}
		require.NotEmpty(t, values, "say what %s can be in %s", label, q.Query+q.Expr)
		all = filledIn(all, m[0], values)
	}
	return all, said
}

func filledIn(all []string, hole string, values []string) (out []string) {
	for _, text := range all {
		for _, v := range values {
			out = append(out, strings.Replace(text, hole, v, 1))
		}
	}
	return out
}

// columns are those of a table.
func columns(q grafana.Target) []string {
	if q.Expr != "" {
		by := regexp.MustCompile(`by \(([^)]*)\)`).FindStringSubmatch(q.Expr)
		return append(strings.Split(by[1], ", "), "Time", "Value")
	}
	out := []string{"Time"}
	selected, grouped, _ := strings.Cut(q.Query, " FROM ")
	for one := range strings.SplitSeq(strings.TrimPrefix(selected, "SELECT "), ", ") {
		if f := fields.FindStringSubmatch(one); f != nil {
			one = f[1]
		}
		out = append(out, strings.Trim(one, `"`))
	}
	if _, tags, ok := strings.Cut(grouped, "GROUP BY "); ok {
		for one := range strings.SplitSeq(tags, ", ") {
			out = append(out, strings.Trim(one, `"`))
		}
	}
	return out
}

// Whatever a panel writes beside a line, a bar or above a column is in both
// languages, whichever code the data source answers with; names stay names.
func TestLegendsAndColumnsAreInBothLanguages(t *testing.T) {
	shown := 0
	for _, d := range all(t) {
		for _, p := range d.Panels {
			for _, q := range p.Targets {
				known, said := called(t, q)
				for _, name := range known {
					got, err := p.Named(name)
					require.NoError(t, err)
					assert.NotEmpty(t, got, "%s: %s: a series without a name", d.File, p.Title)
					if said {
						bilingual(t, got)
						shown++
					}
				}
			}
		}
	}
	assert.Greater(t, shown, 200)
}

// Nothing is renamed that nobody asks for: a code that has changed would be
// shown as it is.
func TestNoOverrideIsLeftBehind(t *testing.T) {
	for _, d := range all(t) {
		for _, p := range d.Panels {
			var known []string
			for _, q := range p.Targets {
				all, _ := called(t, q)
				known = append(known, all...)
			}
			for _, o := range p.FieldConfig.Overrides {
				assert.Contains(t, known, o.Matcher.Options, "%s: %s", d.File, p.Title)
			}
		}
	}
}
