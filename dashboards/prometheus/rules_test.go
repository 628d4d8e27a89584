package prometheus_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// rule is an alerting rule, as far as this test looks.
type rule struct {
	Alert       string
	Labels      struct{ Severity string }
	Annotations map[string]string
}

func alerts(t *testing.T) (out []rule) {
	t.Helper()
	data, err := os.ReadFile("alerting.yml")
	require.NoError(t, err)
	var file struct {
		Groups []struct{ Rules []rule }
	}
	require.NoError(t, yaml.Unmarshal(data, &file))
	for _, g := range file.Groups {
		out = append(out, g.Rules...)
	}
	require.NotEmpty(t, out)
	return out
}

// promtool runs Prometheus' own tool; a machine without it has not run
// .ci/packages.
func promtool(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "promtool", args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestPromtoolTakesTheRules(t *testing.T) {
	promtool(t, "check", "rules", "recording.yml", "alerting.yml")
}

// Every alert fires on its trouble, alone, and none on a quiet day.
func TestAlertsFireOnWhatTheyAreFor(t *testing.T) {
	promtool(t, "test", "rules", "testdata/fires.yml", "testdata/quiet.yml")
}

func TestEveryAlertIsTriedAndSaysWhatToDo(t *testing.T) {
	tried, err := os.ReadFile("testdata/fires.yml")
	require.NoError(t, err)
	for _, a := range alerts(t) {
		assert.Contains(t, string(tried), `alertname="`+a.Alert+`"`)
		assert.Contains(t, []string{"page", "ticket", "none"}, a.Labels.Severity, a.Alert)
		for _, name := range []string{"summary_zh", "do_zh"} {
			assert.True(t, strings.ContainsFunc(a.Annotations[name], isHan), "%s: %s is Chinese", a.Alert, name)
		}
		for _, name := range []string{"summary_en", "do_en"} {
			assert.NotEmpty(t, a.Annotations[name], a.Alert)
			assert.False(t, strings.ContainsFunc(a.Annotations[name], isHan), "%s: %s is English", a.Alert, name)
		}
	}
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
