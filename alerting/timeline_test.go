package alerting_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// eventTypes reads every event type from the source, so that a new one cannot
// be forgotten here.
func eventTypes(t *testing.T) []alerting.EventType {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	require.NoError(t, err)
	var out []alerting.EventType
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := v.Type.(*ast.Ident); ok && kind.Name == "EventType" {
			word, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			out = append(out, alerting.EventType(word))
		}
		return true
	})
	require.GreaterOrEqual(t, len(out), 13)
	return out
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func TestEveryEventHasWordsInBothLanguages(t *testing.T) {
	for _, kind := range eventTypes(t) {
		if kind == alerting.EventNoted {
			continue // a person's own words
		}
		for _, audience := range alerting.Audiences() {
			e := alerting.Event{
				Type: kind, At: noon, Actor: liaison, Audience: audience, Reason: "x", Outcome: alerting.OutcomeReal,
				Press: &alerting.PressRecord{}, Opening: &alerting.Opening{},
			}
			line := alerting.Timeline([]alerting.Event{e})[0]
			assert.True(t, hasHan(line.Text.ZH), "%s in Chinese: %q", kind, line.Text.ZH)
			assert.NotEmpty(t, line.Text.EN, kind)
			assert.False(t, hasHan(line.Text.EN), "%s in English: %q", kind, line.Text.EN)
			assert.NotEqual(t, string(kind), line.Text.EN, "a code is no sentence")
			assert.NotContains(t, line.Text.ZH, "确认")
			assert.Equal(t, noon, line.At)
			assert.Equal(t, "desk", line.Actor)
			assert.Equal(t, kind, line.Event)
		}
	}
}

func TestTimelineTellsTheStoryInItsOrder(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	s.press(press("p-2", noon.Add(1)))
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: officer})
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: guard})
	s.do(alerting.Command{Verb: alerting.VerbNote, Actor: guard, Text: "北门已关"})
	s.do(alerting.Command{Verb: alerting.VerbCancel, Actor: guard, Reason: "误触"})
	s.do(alerting.Command{Verb: alerting.VerbReset, Actor: guard, Reason: "已查看"})
	s.do(alerting.Command{Verb: alerting.VerbResolve, Actor: liaison, Outcome: alerting.OutcomeUnfounded})

	var zh, en []string
	for _, line := range alerting.Timeline(s.events) {
		zh, en = append(zh, line.Text.ZH), append(en, line.Text.EN)
	}
	assert.Equal(t, []string{
		"按键报警", "再次报警", "警方已签收", "学校已接手", "岗位已接手", "北门已关",
		"请求解除：误触", "人工复位：已查看", "办结：未发现异常（善意报警）",
	}, zh)
	assert.Equal(t, []string{
		"Alarm pressed", "Pressed again", "Acknowledged by the police", "Taken on by the school", "Taken on by the guards", "北门已关",
		"Asked to stand down: 误触", "Latch reset: 已查看", "Resolved: nothing found (pressed in good faith)",
	}, en)
}

func TestOpeningSaysHowItCameAbout(t *testing.T) {
	say := func(e alerting.Event) alerting.Text { return alerting.Timeline([]alerting.Event{e})[0].Text }
	malformed := say(alerting.Event{Type: alerting.EventOpened, Opening: &alerting.Opening{Malformed: true}, Press: &alerting.PressRecord{}})
	assert.Contains(t, malformed.ZH, "无法识别")
	assert.Contains(t, malformed.EN, "could not be read")
	raised := say(alerting.Event{Type: alerting.EventOpened, Opening: &alerting.Opening{}, Reason: "journal"})
	assert.Contains(t, raised.ZH, "系统上报")
	assert.Contains(t, raised.EN, "Raised by the hub")
}

func TestWhatADeviceSaidAndNobodyCouldReadIsSaid(t *testing.T) {
	unread := &alerting.PressRecord{Mistyped: []string{"age_ms", "mode", "colour"}}
	for _, e := range []alerting.Event{
		{Type: alerting.EventOpened, Opening: &alerting.Opening{}, Press: unread},
		{Type: alerting.EventPressed, Press: unread},
	} {
		said := alerting.Timeline([]alerting.Event{e})[0].Text
		assert.Contains(t, said.EN, "; the device's age could not be read")
		assert.Contains(t, said.EN, "; the device's mode could not be read: taken for live")
		assert.Contains(t, said.EN, "; the device's colour could not be read", "of a version to come")
		assert.Equal(t, 3, strings.Count(said.ZH, "无法识别"), said.ZH)
	}
	plain := alerting.Timeline([]alerting.Event{{Type: alerting.EventPressed, Press: &alerting.PressRecord{}}})[0].Text
	assert.Equal(t, "Pressed again", plain.EN)
}

func TestEveryOutcomeHasWords(t *testing.T) {
	for _, m := range []alerting.Mode{"live", "drill", "test"} {
		for _, o := range alerting.Outcomes(m, alerting.LeadPolice) {
			words := alerting.OutcomeText(o)
			assert.True(t, hasHan(words.ZH), o)
			assert.NotEmpty(t, words.EN, o)
		}
	}
}

// 确认 means "verified as real" to the police and is no word for acknowledging;
// nothing was "sent successfully", no alarm is taken back, and none is doubted. None
// of these words stands in the alarm path, nor in its texts and policy.
func TestForbiddenWordIsNowhere(t *testing.T) {
	read := map[string]int{}
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Name() == "testdata" {
			return filepath.SkipDir
		}
		kind := filepath.Ext(path)
		if err != nil || d.IsDir() || !slices.Contains([]string{".go", ".yaml"}, kind) || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		read[kind]++
		for _, word := range []string{"确认", "发送成功", "撤警", "取消报警", "疑似", "假警"} {
			assert.NotContains(t, string(source), word, path)
		}
		return nil
	})
	require.NoError(t, err)
	assert.Greater(t, read[".go"], 20)
	assert.GreaterOrEqual(t, read[".yaml"], 2, "texts and policy")
}

func TestSeverityRises(t *testing.T) {
	assert.Equal(t, alerting.High, alerting.Low.Raised())
	assert.Equal(t, alerting.Critical, alerting.High.Raised())
	assert.Equal(t, alerting.Critical, alerting.Critical.Raised())
	assert.Equal(t, []int{0, 1, 2, -1}, []int{
		alerting.Low.Rank(), alerting.High.Rank(), alerting.Critical.Rank(), alerting.Severity("grave").Rank(),
	})
}

func TestEveryRoleHasItsAudience(t *testing.T) {
	for role, want := range map[alerting.Role]alerting.Audience{
		alerting.RoleLiaison: alerting.Police, alerting.RoleOfficer: alerting.School, alerting.RoleGuard: alerting.Guards,
		alerting.RoleVolunteer: alerting.Staff, alerting.RoleStaff: alerting.Staff,
		alerting.RoleDistrict: alerting.District, alerting.RoleParent: alerting.Parents, alerting.RoleAdmin: "",
	} {
		assert.Equal(t, want, role.Audience(), role)
		assert.Equal(t, role == alerting.RoleLiaison || role == alerting.RoleOfficer || role == alerting.RoleGuard, role.SeesIncidents(), role)
	}
	assert.Len(t, alerting.Roles(), 8)
}
