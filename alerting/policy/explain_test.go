package policy_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// TestEveryLineIsExplained holds the explanation of every line, at a school
// that has somebody for every duty, and one drill and one test.
func TestEveryLineIsExplained(t *testing.T) {
	s := policy.Compile(campus(), nil)
	var b strings.Builder
	explain := func(o policy.Occasion) {
		b.WriteString(strings.Repeat("=", 60) + "\n")
		b.WriteString(s.Explain(o).String())
	}
	for _, row := range table {
		o := live(row.kind)
		if row.night {
			o.At = midnight
		}
		for _, f := range strings.Fields(row.facts) {
			o.Facts = append(o.Facts, policy.Fact(f))
		}
		explain(o)
	}
	explain(at("emergency", devices.Drill))
	explain(at("emergency", devices.Test))
	night := live("hazard")
	night.At = midnight
	explain(night)
	golden(t, "testdata/explained.golden", b.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func TestExplanationIsThePlanThatIsFrozen(t *testing.T) {
	s := policy.Compile(campus(), nil)
	for _, kind := range append(s.Kinds("ziwei"), "invented") {
		for _, mode := range devices.Modes() {
			for _, when := range []time.Time{noon, midnight} {
				for _, facts := range [][]policy.Fact{nil, policy.AllFacts()} {
					o := at(kind, mode, facts...)
					o.At, o.Filed = when, true
					e := s.Explain(o)
					require.Equal(t, s.Open(o).Plan, e.Plan, "%s %s", kind, mode)
					require.ElementsMatch(t, e.Plan.Legs, legsIn(e), "%s %s: every leg stands in the explanation once", kind, mode)
				}
			}
		}
	}
}

func legsIn(e policy.Explanation) []alerting.Leg {
	out := []alerting.Leg{}
	for _, a := range e.Audiences {
		for _, l := range a.Levels {
			for _, p := range l.People {
				out = append(out, p.Legs...)
			}
		}
	}
	return out
}

func TestExplanationNamesNobodysNumber(t *testing.T) {
	s := policy.Compile(campus(), nil)
	for _, kind := range s.Kinds("ziwei") {
		e := s.Explain(live(kind))
		text, err := json.Marshal(e)
		require.NoError(t, err)
		assert.NotContains(t, string(text)+e.String(), "+86139", "roles, not numbers: it is shown to anybody who may ask")
	}
}

func TestExplanationSaysWhoIsMissing(t *testing.T) {
	text := set().Explain(live("emergency")).String()
	assert.Contains(t, text, "无人(未配置:带班所领导) / nobody (not configured: station leader on duty)")
	assert.Contains(t, text, "以上所有人再次通知,此后每 60 秒一次,直到接手 / everybody above again, then every 60 s until taken on")
}

func TestExplanationOfASchoolThatNobodyConfigured(t *testing.T) {
	o := live("emergency")
	o.School = "nowhere"
	e := policy.Compile(people.New(people.Lists{}), nil).Explain(o)
	assert.Empty(t, e.Plan.Legs)
	assert.Equal(t, alerting.Critical, e.Severity)
	assert.NotEmpty(t, e.String())
}
