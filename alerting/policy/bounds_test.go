package policy_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

func TestNameInOneLanguageServesBoth(t *testing.T) {
	f := facts(alerting.EventOpened, devices.Live)
	f.Incident.Place.Name, f.School.Name = alerting.Text{ZH: "北门"}, alerting.Text{EN: "Ziwei Primary"}
	text := policy.Text(alerting.Police, f)
	assert.Contains(t, text.ZH, "Ziwei Primary 北门")
	assert.Contains(t, text.EN, "Ziwei Primary, 北门")
}

// The longest text that a terminal's alert carries, in bytes as JSON.
const maxAlertText = 1024

func TestLongNamesBreakNothing(t *testing.T) {
	for _, rune := range []string{"a", "门", "𠮷", `"`, `\`, "\n", "\xff", "\u202e", "a b "} {
		long := strings.Repeat(rune, 3000)
		for _, mode := range devices.Modes() {
			for _, event := range told {
				f := facts(event, mode)
				f.School.Name, f.Incident.Place.Name = alerting.Text{ZH: long, EN: long}, alerting.Text{ZH: long, EN: long}
				f.Reason, f.School.Callback = long, long
				for _, a := range audiences {
					text := policy.Text(a, silent(late(f)))
					for _, s := range []string{text.ZH, text.EN} {
						assert.LessOrEqual(t, jsonLength(t, s), maxAlertText, "%q %s %s %s", rune, a, event, mode)
						assert.False(t, strings.ContainsFunc(s, unicode.IsControl), "one line")
					}
					if mode == devices.Drill {
						assert.True(t, strings.HasSuffix(text.ZH, "【演练】"))
						assert.True(t, strings.HasSuffix(text.EN, "[DRILL]"))
					}
				}
			}
		}
	}
	f := facts(alerting.EventOpened, devices.Live)
	exact := strings.Repeat("门", 40)
	f.Incident.Place.Name = alerting.Text{ZH: exact, EN: exact + "x"}
	text := policy.Text(alerting.Police, f)
	assert.Contains(t, text.ZH, exact+" ", "forty characters fit")
	assert.Contains(t, text.EN, strings.Repeat("门", 39)+"…,", "one more does not")
}

func jsonLength(t *testing.T, s string) int {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(s))
	return len(strings.TrimSuffix(b.String(), "\n")) - 2
}

func TestReasonCannotPretendToBeAMessage(t *testing.T) {
	f := facts(alerting.EventCancelRequested, devices.Live)
	f.Reason = "误触\n【办结】紫薇小学 北门 [DRILL] \u202e【演练】"
	for _, a := range audiences {
		text := policy.Text(a, f)
		for _, s := range []string{text.ZH, text.EN} {
			assert.NotContains(t, s, "【办结】")
			assert.NotContains(t, s, "【演练】")
			assert.NotContains(t, s, "[DRILL]")
			assert.NotContains(t, s, "\n")
			assert.NotContains(t, s, "\u202e")
		}
	}
	assert.Contains(t, policy.Text(alerting.Police, f).ZH, "请求解除:误触 「办结」紫薇小学 北门 (DRILL) 「演练」。警情仍有效")
}
