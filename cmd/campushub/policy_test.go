package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/devices"
)

var update = flag.Bool("update", false, "write the golden files of testdata anew")

// command runs a command line and returns what it says.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// explain asks about half past seven on a school day.
func explain(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := command(t, append([]string{"policy", "explain", "--at", "2026-11-23T07:40:00+08:00"}, args...)...)
	require.Zero(t, code, errs)
	return out
}

func TestDemonstrationIsExplained(t *testing.T) {
	for name, args := range map[string][]string{
		"fire":      {"--kind", "fire", "--school", "ziwei-primary", "--mode", "live"},
		"drill":     {"--kind", "fire", "--mode", "drill"},
		"emergency": nil,
	} {
		path := filepath.Join("testdata", "explain-"+name+".golden")
		got := explain(t, args...)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(want), got, name)
	}
}

// Asked about no mode, it says both; and a drill tells parents nothing of what
// a real one would.
func TestBothModesAreExplainedWhereNoneIsNamed(t *testing.T) {
	both := explain(t, "--kind", "fire")
	live, drill, found := strings.Cut(both, strings.Repeat("=", 60)+"\n\n")
	require.True(t, found, both)
	assert.Equal(t, explain(t, "--kind", "fire", "--mode", "live"), strings.TrimSuffix(live, "\n"))
	assert.Equal(t, explain(t, "--kind", "fire", "--mode", "drill"), drill)
	assert.Contains(t, live, "家长 / parents: R2 先期告知由一人发布")
	assert.NotContains(t, drill, "R2")
	assert.Contains(t, drill, "家长 / parents: R1 仅演练预告和演练结束两条")
	assert.Contains(t, explain(t, "--kind", "fire", "--mode", "test"), "家长 / parents: 不告知 / not told")
}

func TestExplanationAsJSON(t *testing.T) {
	var e policy.Explanation
	require.NoError(t, json.Unmarshal([]byte(explain(t, "--kind", "missing", "--fact", "under-10", "--json")), &e))
	assert.Equal(t, "missing", string(e.Kind))
	assert.Len(t, e.Variants, 1)
	assert.NotEmpty(t, e.Plan.Legs)
	assert.Zero(t, e.Plan.Legs[0].After)
	assert.Equal(t, "2026-11-23T07:40:00+08:00", e.At.Format("2006-01-02T15:04:05Z07:00"))
}

func TestASchoolsOwnPolicyIsExplained(t *testing.T) {
	const file = "../internal/config/testdata/good/contacts.yaml"
	text := explain(t, "--config", file, "--school", "ziwei-primary", "--kind", "fight")
	assert.Contains(t, text, "城北派出所值班室 / North station desk · 派出所值班民警 / station desk")
	assert.Contains(t, text, "警方 / police: 30 秒后无人接手即通知 / told after 30 s if nobody has taken it on")
	assert.NotContains(t, text, "desk-1 /", "a contact stands for its terminal")
}

func TestUnknownQuestionsAreAnswered(t *testing.T) {
	const file = "../internal/config/testdata/good/contacts.yaml"
	for want, args := range map[string][]string{
		`school "": want ziwei-primary or haitang-middle`: {"--config", file},
		`school "x": want ziwei-primary`:                  {"--school", "x"},
		`kind "fires": want attack, bullying`:             {"--kind", "fires"},
		`fact "young": want night, closed-day`:            {"--fact", "young"},
		`place "roof": want north-gate, `:                 {"--place", "roof"},
	} {
		code, out, errs := command(t, append([]string{"policy", "explain"}, args...)...)
		assert.Equal(t, 1, code)
		assert.Empty(t, out)
		assert.Contains(t, errs, want)
	}
	code, _, errs := command(t, "policy", "explain", "--config", "testdata/nothing.yaml")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "no such file")
}

// What the command prints is the plan that an incident of the same
// configuration opens with, for every kind, live and as a drill, with every
// fact that its policy asks for.
func TestWhatIsPrintedIsWhatIsOpened(t *testing.T) {
	const file = "../internal/config/testdata/good/contacts.yaml"
	cfg, err := config.Load(file)
	require.NoError(t, err)
	d := cfg.Directory()
	at, err := time.Parse(time.RFC3339, "2026-11-23T07:40:00+08:00")
	require.NoError(t, err)
	set := policy.Of(d)
	for _, k := range set.Kinds("ziwei-primary") {
		for _, mode := range []alerting.Mode{devices.Live, devices.Drill} {
			for n := range 1 + len(policy.Asks(d, "ziwei-primary", k)) {
				facts := policy.Asks(d, "ziwei-primary", k)[:n]
				args := []string{"--config", file, "--school", "ziwei-primary", "--kind", string(k), "--mode", string(mode), "--json"}
				for _, f := range facts {
					args = append(args, "--fact", string(f))
				}
				var e policy.Explanation
				require.NoError(t, json.Unmarshal([]byte(explain(t, args...)), &e))
				o := policy.Open(d, policy.Occasion{School: "ziwei-primary", Kind: k, Mode: mode, At: at, Facts: facts})
				want, err := json.Marshal(o.Plan)
				require.NoError(t, err)
				got, err := json.Marshal(e.Plan)
				require.NoError(t, err)
				assert.JSONEq(t, string(want), string(got), "%s %s %v", k, mode, facts)
			}
		}
	}
}

// What an examination day changes is explained by the school's calendar: a test
// makes no sound, nor does what is low and the hub found, no drill is made, and
// what a person raises is as ever. The fact may be given in its place.
func TestAnExaminationDayIsExplained(t *testing.T) {
	const file = "../internal/config/testdata/good/calendar.yaml"
	ask := func(day string, args ...string) string {
		code, out, errs := command(t, append([]string{"policy", "explain", "--config", file, "--school", "ziwei-primary", "--at", day + "T09:00:00+08:00"}, args...)...)
		require.Zero(t, code, errs)
		return out
	}
	const quiet, no = "考试日 examination day: 照常通知,无声 / told as on any day, without a sound\n", "考试日 examination day: 考试日不安排、不开始演练 / no drill on an examination day\n"
	assert.Contains(t, ask("2026-06-29", "--mode", "test"), quiet)
	assert.Contains(t, ask("2026-06-29", "--mode", "drill"), no)
	assert.Contains(t, ask("2026-06-29", "--mode", "live", "--kind", "post-missed"), quiet)
	assert.Contains(t, ask("2026-06-29", "--mode", "live", "--kind", "hazard", "--fact", "sensor"), quiet)
	assert.Contains(t, ask("2026-07-01", "--mode", "test", "--fact", "examination"), quiet)
	for _, other := range []string{
		ask("2026-07-01", "--mode", "test"), ask("2026-07-01", "--mode", "drill"), ask("2026-07-01", "--mode", "live", "--kind", "post-missed"),
		ask("2026-06-29", "--mode", "live"), ask("2026-06-29", "--mode", "live", "--kind", "hazard"), ask("2026-06-29", "--mode", "live", "--kind", "tamper", "--fact", "alarm-device"),
	} {
		assert.NotContains(t, other, "考试日 examination day")
	}
	assert.Contains(t, ask("2026-06-29", "--mode", "test", "--json"), `"zh": "照常通知,无声"`)
	assert.NotContains(t, ask("2026-07-01", "--mode", "test", "--json"), "examination")
}
