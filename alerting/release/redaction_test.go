package release_test

import (
	"bufio"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

// secrets is the corpus of what no parent may read.
func secrets(t testing.TB) []string {
	t.Helper()
	file, err := os.Open("testdata/secrets.txt")
	require.NoError(t, err)
	defer file.Close()
	var out []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		s, err := strconv.Unquote(`"` + strings.TrimSuffix(line, "|") + `"`)
		require.NoError(t, err, line)
		out = append(out, s)
	}
	require.Greater(t, len(out), 50)
	return out
}

// stuff writes s into every string of a value, however deep, and one entry
// into every list. What the value is for does not matter: that is the point.
func stuff(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				stuff(v.Field(i), s)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		stuff(v.Index(0), s)
	case reflect.Pointer:
		if v.Type() != reflect.TypeFor[*time.Location]() {
			v.Set(reflect.New(v.Type().Elem()))
			stuff(v.Elem(), s)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		stuff(key, s)
		stuff(value, s)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint64, reflect.Float64:
	default:
		panic("a secret could hide in " + v.Type().String() + ": say how to put one there")
	}
}

// holders counts the strings of a value that hold s, and those that do not.
func holders(v reflect.Value, s string) (with, without int) {
	add := func(v reflect.Value) {
		w, o := holders(v, s)
		with, without = with+w, without+o
	}
	switch v.Kind() {
	case reflect.String:
		if v.String() == s {
			return 1, 0
		}
		return 0, 1
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() != reflect.TypeFor[time.Time]() && v.Type().Field(i).IsExported() {
				add(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			add(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*time.Location]() {
			add(v.Elem())
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			add(k)
			add(v.MapIndex(k))
		}
	}
	return with, without
}

// Whatever field an incident has or will have, the corpus stands in it: only
// what decides about the release does not hold it.
func TestTheCorpusStandsInEveryField(t *testing.T) {
	i := leaky("secret", "attack", devices.Live)
	with, without := holders(reflect.ValueOf(i), "secret")
	assert.Greater(t, with, 40)
	assert.Equal(t, 3, without, "school, kind and mode")
	assert.Equal(t, "secret", i.Place.Name.ZH)
	assert.Equal(t, "secret", i.Timeline[0].Text.ZH)
	assert.Equal(t, "secret", i.Device)
	assert.Equal(t, "secret", string(i.Outcome))
}

// leaky is full of a secret, in everything but what decides about the release.
func leaky(s string, kind alerting.Kind, mode alerting.Mode) alerting.Incident {
	var i alerting.Incident
	stuff(reflect.ValueOf(&i).Elem(), s)
	i.School, i.Kind, i.Mode, i.OpenedAt = "ziwei", kind, mode, opened
	i.PressCount = 1
	return i
}

// compiled keeps the expressions of each kind: they are many.
var compiled sync.Map

type shape struct{ zh, en *regexp.Regexp }

func shapesOf(kind alerting.Kind) []shape {
	if all, ok := compiled.Load(kind); ok {
		return all.([]shape)
	}
	var all []shape
	for _, s := range shapes {
		zh, en := expected(s, kind)
		all = append(all, shape{zh, en})
	}
	compiled.Store(kind, all)
	return all
}

// expected is what the notice of a school may read like, written down apart
// from the code: the words of the agreed texts, and for each blank the only
// things that may stand there.
func expected(words alerting.Text, kind alerting.Kind) (zh, en *regexp.Regexp) {
	clock := `(?:[01]\d|2[0-3]):[0-5]\d`
	build := func(words string, fills map[string]string) *regexp.Regexp {
		p := regexp.QuoteMeta(words)
		for blank, fill := range fills {
			p = strings.ReplaceAll(p, regexp.QuoteMeta(blank), fill)
		}
		return regexp.MustCompile("^" + p + "$")
	}
	var lines alerting.Text
	for _, id := range release.Texts() {
		for _, r := range release.Reasons(id, kind) {
			l, _ := release.ReasonLine(r)
			lines.ZH += regexp.QuoteMeta(l.ZH) + "|"
			lines.EN += regexp.QuoteMeta(l.EN) + " |" + regexp.QuoteMeta(l.EN) + "|"
		}
	}
	return build(words.ZH, map[string]string{"<t>": clock, "<n>": `\d{1,2}`, "<r>": "(?:" + lines.ZH + ")", "<p>": "东门广场", "<d>": `\d{1,2}月\d{1,2}日`, "<k>": "(?:疏散|校内避险|消防|地震避险|安全防范)", "<s>": "紫薇小学"}),
		build(words.EN, map[string]string{"<t>": clock, "<n>": `\d{1,2}`, "<r>": "(?:" + lines.EN + ")", "<p>": "the east square", "<d>": `\d{1,2} [A-Z][a-z]+`, "<k>": "[a-z-]+", "<s>": "Ziwei Primary"})
}

// shapes are the agreed texts with their blanks, for successors and for first
// notices.
var shapes = []alerting.Text{
	{ZH: "【<s>】第1号 <t>:学校正在处置突发情况。请勿前来学校,<t> 前发布下一号通知", EN: "[<s>] No. 1, <t>: the school is dealing with an incident. Please do not come. Next notice before <t>"},
	{ZH: "【<s>】第1号 <t>:请暂缓送学。已到校门口的请带孩子离开,<t> 前再通知", EN: "[<s>] No. 1, <t>: please do not bring children now. If you are at the gate, leave with your child. Next before <t>"},
	{ZH: "【<s>】第<n>号(代替第<n>号)<t>:<r>请继续等候,勿前来,<t> 前再通知", EN: "[<s>] No. <n> (replaces <n>), <t>: <r>Please keep waiting, do not come. Next before <t>"},
	{ZH: "【<s>】第<n>号(代替第<n>号):<r>今日放学推迟,请等通知后再出发,<t> 前再通知", EN: "[<s>] No. <n> (replaces <n>): <r>Dismissal is later today. Wait before you set out. Next before <t>"},
	{ZH: "【<s>】第1号:<r>今日放学推迟,请等通知后再出发,<t> 前再通知", EN: "[<s>] No. 1: <r>Dismissal is later today. Wait before you set out. Next before <t>"},
	{ZH: "【<s>】第<n>号(代替第<n>号):请于 <t> 起到 <p> 接孩子,带好证件或接送卡,听从安排", EN: "[<s>] No. <n> (replaces <n>): collect your child from <t> at <p>, bring your card or identity document"},
	{ZH: "【<s>】第1号:请于 <t> 起到 <p> 接孩子,带好证件或接送卡,听从安排", EN: "[<s>] No. 1: collect your child from <t> at <p>, bring your card or identity document"},
	{ZH: "【<s>】第<n>号(代替第<n>号)<t>:情况已解除,教学秩序恢复,按原时间放学", EN: "[<s>] No. <n> (replaces <n>), <t>: it is over, school goes on, dismissal as usual"},
	{ZH: "【<s>】第<n>号(代替第<n>号)<t>:情况已解除,经清点全体学生安全,按原时间放学", EN: "[<s>] No. <n> (replaces <n>), <t>: it is over, all pupils are counted and safe, dismissal as usual"},
	{ZH: "【<s>】第<n>号更正:第<n>号内容有误,以本号为准:<r>", EN: "[<s>] No. <n>, correction: No. <n> was wrong, this one counts: <r>"},
	{ZH: "【<s>】通知:<d> 开展<k>演练,期间可能有警报声,请勿担心、无需到校", EN: "[<s>] Notice: drill (<k>) on <d>. You may hear alarms; no need to come"},
	{ZH: "【<s>】今日演练已结束,教学正常", EN: "[<s>] Today's drill is over, school as usual"},
	{ZH: "【<s>】第<n>号:<r>今日请改走 <p>", EN: "[<s>] No. <n>: <r>Please use <p> today"},
	{ZH: "【<s>】第<n>号:因天气原因,<d> <r>复课另行通知", EN: "[<s>] No. <n>: because of the weather, <d>: <r>Reopening will be announced"},
}

// isATemplate reports whether a text is one of the agreed ones with nothing
// but allowed fillings, and the mode's word at both ends.
func isATemplate(text alerting.Text, kind alerting.Kind, mode alerting.Mode) bool {
	words := map[alerting.Mode]alerting.Text{devices.Drill: {ZH: "【演练】", EN: "[DRILL]"}, devices.Test: {ZH: "【测试】", EN: "[TEST]"}}
	if w, ok := words[mode]; ok {
		text.ZH = strings.TrimSuffix(strings.TrimPrefix(text.ZH, w.ZH), w.ZH)
		text.EN = strings.TrimSuffix(strings.TrimPrefix(text.EN, w.EN+" "), " "+w.EN)
	}
	for _, s := range shapesOf(kind) {
		if s.zh.MatchString(text.ZH) && s.en.MatchString(text.EN) {
			return true
		}
	}
	return false
}

func TestEveryAgreedTextHasItsShape(t *testing.T) {
	for _, c := range agreed {
		text := alerting.Text{ZH: c.zh, EN: c.en}
		assert.True(t, isATemplate(text, c.kind, modeOf(c.id)), c.id)
		assert.False(t, isATemplate(alerting.Text{ZH: c.zh + "张三", EN: c.en}, c.kind, modeOf(c.id)), c.id)
		assert.False(t, isATemplate(alerting.Text{ZH: c.zh, EN: strings.Replace(c.en, "Ziwei", "Li", 1)}, c.kind, modeOf(c.id)), c.id)
	}
}

// Incidents full of secrets, in every field: of all of them nothing reaches
// any text of any kind.
func TestNothingOfAnIncidentReachesParents(t *testing.T) {
	for _, secret := range secrets(t) {
		for _, c := range agreed {
			s := about(t, c.kind)
			i := leaky(secret, c.kind, modeOf(c.id))
			i.Confidential, i.Silent = false, false
			s.sit = release.Of(i, s.sit.Rule)
			s.sit.Schools, s.sit.Count = []release.School{ziwei}, counted
			if follows(c.id) {
				s.out()
			}
			s.draft(plain, s.content(c.id))
			for _, r := range s.state.Draft.Rendered {
				require.True(t, isATemplate(r.Text, c.kind, s.sit.Mode), "%q: %v", secret, r.Text)
			}
		}
	}
}

// Every blank of every text is tried with every secret, and the people's
// names, reasons and calls beside.
func TestNoSecretFitsAnyBlank(t *testing.T) {
	blanks := map[string]func(c *release.Command, s string){
		"text":   func(c *release.Command, s string) { c.Content.Text = release.TextID(s) },
		"reason": func(c *release.Command, s string) { c.Content.Reason = release.ReasonID(s) },
		"pickup": func(c *release.Command, s string) { c.Content.Pickup = s },
		"date":   func(c *release.Command, s string) { c.Content.Date = s },
		"drill":  func(c *release.Command, s string) { c.Content.Drill = release.DrillName(s) },
		"school": func(c *release.Command, s string) { c.Schools = []string{"ziwei", s} },
	}
	for _, secret := range secrets(t) {
		for _, c := range agreed {
			s := about(t, c.kind)
			s.sit.Mode, s.sit.Count = modeOf(c.id), counted
			if follows(c.id) {
				s.out()
			}
			for name, fill := range blanks {
				cmd := release.Command{Verb: release.VerbDraft, By: head, Content: s.content(c.id)}
				fill(&cmd, secret)
				_, err := s.try(cmd)
				require.Error(t, err, "%s of %s: %q", name, c.id, secret)
				require.NotContains(t, err.Error(), secret, "an answer repeats nothing")
			}
			cmd := release.Command{ID: secret, Verb: release.VerbDraft, By: head, Content: s.content(c.id), Reason: secret}
			cmd.By.Name = secret
			s.do(cmd)
			require.True(t, isATemplate(s.state.Draft.Rendered[0].Text, c.kind, s.sit.Mode))
		}
	}
}

// A school's own names come from its configuration, and even there a class, a
// number to call, a link or a bracket is refused.
func TestWhatAPickUpPlaceMustNotSay(t *testing.T) {
	for _, name := range []string{
		"三年级二班门口", "3班", "(2)班门口", "Grade 5 door", "class 3-2", "打13800138000", "010-5555 1234", "见 www.x.cn", "https://x", "a@b",
		"【演练】东门", "[DRILL] gate", "{school}", "east\ngate", "east\u202egate", "", " ", strings.Repeat("东", release.MaxPickupName+1), "\xff",
	} {
		for _, p := range []alerting.Place{
			{ID: "east", Name: alerting.Text{ZH: name, EN: "the east gate"}}, {ID: "east", Name: alerting.Text{ZH: "东门", EN: name}},
		} {
			require.ErrorIs(t, release.CheckPickup(p), alerting.ErrInvalid, name)
			s := about(t, "crowd")
			s.sit.Schools[0].Pickups = []alerting.Place{p}
			s.refused(alerting.ErrInvalid, release.Command{Verb: release.VerbDraft, By: head, Content: s.content(release.PickUp)})
		}
	}
	for _, name := range []string{"东门广场", "北门3号棚", "Gate 2", "地铁班车站", "第101中学西门", "Yearling Square"} {
		require.NoError(t, release.CheckPickup(alerting.Place{Name: alerting.Text{ZH: name, EN: name}}), name)
	}
}

func TestOnlyPickUpPlacesAreNamed(t *testing.T) {
	school := people.School{ID: "ziwei", Name: ziwei.Name, Callback: "010-5555", Places: []alerting.Place{{ID: "gate-3", Name: alerting.Text{ZH: "教学楼B座", EN: "Building B"}}}}
	s := about(t, "crowd")
	s.sit.Schools = []release.School{release.SchoolOf(school, nil)}
	c := s.content(release.PickUp)
	c.Pickup = "gate-3"
	s.refused(alerting.ErrInvalid, release.Command{Verb: release.VerbDraft, By: head, Content: c})
	for _, id := range release.Texts() {
		if id == release.PickUp || id == release.GateChanged {
			continue
		}
		s := about(t, "weather")
		c := s.content(id)
		c.Pickup = "east"
		_, err := s.try(release.Command{Verb: release.VerbDraft, By: head, Content: c})
		require.Error(t, err, id)
	}
}

func TestLengthIsBounded(t *testing.T) {
	require.NoError(t, release.CheckLength(alerting.Text{ZH: strings.Repeat("校", 140), EN: strings.Repeat("a", 306)}))
	require.ErrorIs(t, release.CheckLength(alerting.Text{ZH: strings.Repeat("校", 141)}), alerting.ErrInvalid)
	require.ErrorIs(t, release.CheckLength(alerting.Text{EN: strings.Repeat("a", 307)}), alerting.ErrInvalid)
}
