package hub_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dashboards is where the rules and the pages for Grafana lie.
const dashboards = "../../../dashboards"

var (
	described = regexp.MustCompile(`fqName: "([^"]+)".*constLabels: \{(.*)\}, variableLabels: \{(.*)\}`)
	labelName = regexp.MustCompile(`[a-z_]+`)
	// A metric, and what is said of its labels.
	mentioned = regexp.MustCompile(`\b((?:campushub|process|go)_[a-z0-9_]+)(\{[^}]*\})?`)
	matcher   = regexp.MustCompile(`(\w+)\s*(?:=~|!=|!~|=)`)
)

// exposed are the names of all that a hub exposes, each with its labels.
func exposed(r *prometheus.Registry) map[string][]string {
	all := make(chan *prometheus.Desc)
	go func() {
		defer close(all)
		r.Describe(all)
	}()
	out := map[string][]string{}
	for d := range all {
		if m := described.FindStringSubmatch(d.String()); m != nil {
			out[m[1]] = slices.Concat(out[m[1]], labelName.FindAllString(m[2]+","+m[3], -1), []string{"instance", "job", "le"})
		}
	}
	return out
}

// family is the name under which a series is described.
func family(series string, known map[string][]string) string {
	if _, ok := known[series]; ok {
		return series
	}
	for _, part := range []string{"_bucket", "_sum", "_count"} {
		if base, cut := strings.CutSuffix(series, part); cut {
			return base
		}
	}
	return series
}

// No rule and no panel names a metric or a label that a hub does not have.
func TestRulesAndPanelsNameWhatAHubExposes(t *testing.T) {
	r := start(t, func(yaml string) string {
		return yaml + "telemetry: {url: \"http://127.0.0.1:1\", database: campushub}\n"
	})
	known := exposed(r.Registry())
	require.Contains(t, slices.Collect(maps.Keys(known)), "campushub_engine_presses_total")
	for _, pattern := range []string{"prometheus/*.yml", "prometheus/testdata/*.yml", "grafana/*.json"} {
		files, err := filepath.Glob(filepath.Join(dashboards, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, m := range mentioned.FindAllStringSubmatch(strings.ReplaceAll(string(text), `\"`, `"`), -1) {
				labels, ok := known[family(m[1], known)]
				if !assert.True(t, ok, "%s names %s, which no hub exposes", file, m[1]) {
					continue
				}
				for _, l := range matcher.FindAllStringSubmatch(m[2], -1) {
					assert.Contains(t, labels, l[1], "%s: a label of %s", file, m[0])
				}
			}
		}
	}
}
