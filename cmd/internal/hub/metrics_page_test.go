package hub_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// metricsPage lists what a hub exposes.
const metricsPage = "../../../docs/metrics.md"

// spelled is how a metric is described: its name, its help and its labels.
var spelled = regexp.MustCompile(`fqName: "(campushub_[^"]+)", help: "(.*?)", (?:unit: "[^"]*", )?constLabels: \{(.*)\}, variableLabels: \{(.*)\}`)

// metricLines are the lines of the page that a registry asks for, by name.
func metricLines(r *prometheus.Registry) map[string]string {
	all := make(chan *prometheus.Desc)
	go func() {
		defer close(all)
		r.Describe(all)
	}()
	out := map[string]string{}
	for d := range all {
		if m := spelled.FindStringSubmatch(d.String()); m != nil {
			var labels []string
			for _, l := range labelName.FindAllString(regexp.MustCompile(`="[^"]*"`).ReplaceAllString(m[3], "")+","+m[4], -1) {
				labels = append(labels, "`"+l+"`")
			}
			out[m[1]] = fmt.Sprintf("| `%s` | %s | %s |", m[1], cmp.Or(strings.Join(labels, ", "), "–"), strings.ReplaceAll(m[2], `\"`, `"`))
		}
	}
	return out
}

// The page has every metric of a hub with its labels and its help, and no other.
func TestThePageOfMetricsIsWhatAHubExposes(t *testing.T) {
	offer := withProvider(t, "http://127.0.0.1:1", "http://127.0.0.1:8080")
	r := start(t, func(yaml string) string {
		return offer(yaml) + "telemetry: {url: \"http://127.0.0.1:1\", database: campushub}\n"
	})
	want := metricLines(r.Registry())
	require.Greater(t, len(want), 60)
	page, err := os.ReadFile(metricsPage)
	require.NoError(t, err)
	var got []string
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "| `campushub_") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		assert.True(t, slices.Contains(got, want[name]), "docs/metrics.md lacks the line\n%s", want[name])
	}
	for _, line := range got {
		assert.Equal(t, want[strings.Split(line, "`")[1]], line, "docs/metrics.md has a line that no hub exposes")
	}
}
