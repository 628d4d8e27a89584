package release_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

// agreed are the texts as they were agreed, word for word. The kind is one
// that the text may go out for, with the first of its reason lines.
var agreed = []struct {
	id     release.TextID
	kind   alerting.Kind
	zh, en string
}{
	{release.Holding, "attack",
		"【紫薇小学】第1号 08:01:学校正在处置突发情况。请勿前来学校,08:31 前发布下一号通知",
		"[Ziwei Primary] No. 1, 08:01: the school is dealing with an incident. Please do not come. Next notice before 08:31"},
	{release.HoldingArrival, "attack",
		"【紫薇小学】第1号 08:01:请暂缓送学。已到校门口的请带孩子离开,08:31 前再通知",
		"[Ziwei Primary] No. 1, 08:01: please do not bring children now. If you are at the gate, leave with your child. Next before 08:31"},
	{release.Waiting, "attack",
		"【紫薇小学】第2号(代替第1号)08:01:公安机关正在现场处置。请继续等候,勿前来,08:31 前再通知",
		"[Ziwei Primary] No. 2 (replaces 1), 08:01: Police are on site. Please keep waiting, do not come. Next before 08:31"},
	{release.DismissalLater, "crowd",
		"【紫薇小学】第2号(代替第1号):校门口人流较大,实行错峰。今日放学推迟,请等通知后再出发,08:31 前再通知",
		"[Ziwei Primary] No. 2 (replaces 1): The gate is crowded; times are staggered. Dismissal is later today. Wait before you set out. Next before 08:31"},
	{release.PickUp, "attack",
		"【紫薇小学】第2号(代替第1号):请于 09:01 起到 东门广场 接孩子,带好证件或接送卡,听从安排",
		"[Ziwei Primary] No. 2 (replaces 1): collect your child from 09:01 at the east square, bring your card or identity document"},
	{release.AllClear, "attack",
		"【紫薇小学】第2号(代替第1号)08:01:情况已解除,教学秩序恢复,按原时间放学",
		"[Ziwei Primary] No. 2 (replaces 1), 08:01: it is over, school goes on, dismissal as usual"},
	{release.AllSafe, "attack",
		"【紫薇小学】第2号(代替第1号)08:01:情况已解除,经清点全体学生安全,按原时间放学",
		"[Ziwei Primary] No. 2 (replaces 1), 08:01: it is over, all pupils are counted and safe, dismissal as usual"},
	{release.Correction, "fire",
		"【紫薇小学】第2号更正:第1号内容有误,以本号为准:消防部门正在处置,师生已疏散。",
		"[Ziwei Primary] No. 2, correction: No. 1 was wrong, this one counts: The fire service is on site; everybody has left the building."},
	{release.DrillAhead, "attack",
		"【演练】【紫薇小学】通知:3月3日 开展疏散演练,期间可能有警报声,请勿担心、无需到校【演练】",
		"[DRILL] [Ziwei Primary] Notice: drill (evacuation) on 3 March. You may hear alarms; no need to come [DRILL]"},
	{release.DrillOver, "attack",
		"【演练】【紫薇小学】今日演练已结束,教学正常【演练】",
		"[DRILL] [Ziwei Primary] Today's drill is over, school as usual [DRILL]"},
	{release.GateChanged, "traffic",
		"【紫薇小学】第2号:校门外道路临时管制。今日请改走 东门广场",
		"[Ziwei Primary] No. 2: The road outside is closed for now. Please use the east square today"},
	{release.ClosedWeather, "weather",
		"【紫薇小学】第2号:因天气原因,3月3日 提前放学。复课另行通知",
		"[Ziwei Primary] No. 2: because of the weather, 3 March: Early dismissal. Reopening will be announced"},
}

// written is the text of a draft about the kind, at the number at which the
// text can stand.
func written(t *testing.T, kind alerting.Kind, mode alerting.Mode, id release.TextID) alerting.Text {
	t.Helper()
	s := about(t, kind)
	s.sit.Mode, s.sit.Count = mode, counted
	if follows(id) {
		s.out()
	}
	s.draft(plain, s.content(id))
	require.Len(t, s.state.Draft.Rendered, 1)
	return s.state.Draft.Rendered[0].Text
}

// follows reports whether a text can come after another one: neither the first
// ones nor those of a drill, before which there is none.
func follows(id release.TextID) bool {
	return id != release.Holding && id != release.HoldingArrival && modeOf(id) == devices.Live
}

func modeOf(id release.TextID) alerting.Mode {
	if id == release.DrillAhead || id == release.DrillOver {
		return devices.Drill
	}
	return devices.Live
}

func TestTextsAreTheAgreedOnes(t *testing.T) {
	seen := map[release.TextID]bool{}
	for _, c := range agreed {
		got := written(t, c.kind, modeOf(c.id), c.id)
		assert.Equal(t, c.zh, got.ZH, c.id)
		assert.Equal(t, c.en, got.EN, c.id)
		seen[c.id] = true
	}
	for _, id := range release.Texts() {
		assert.True(t, seen[id], "%s is agreed upon", id)
	}
}

func TestAFirstNoticeNamesNoneBeforeIt(t *testing.T) {
	for _, c := range []struct {
		id     release.TextID
		kind   alerting.Kind
		zh, en string
	}{
		{release.DismissalLater, "crowd", "第1号:校门口", "No. 1: The gate"},
		{release.PickUp, "attack", "第1号:请于", "No. 1: collect"},
		{release.GateChanged, "crowd", "第1号:校门口", "No. 1: The gate"},
		{release.ClosedWeather, "weather", "第1号:因天气", "No. 1: because"},
	} {
		s := about(t, c.kind)
		s.draft(plain, s.content(c.id))
		got := s.state.Draft.Rendered[0].Text
		assert.Contains(t, got.ZH, c.zh)
		assert.Contains(t, got.EN, c.en)
		assert.NotContains(t, got.ZH+got.EN, "代替")
	}
}

func TestWaitingWithoutAReasonReadsWhole(t *testing.T) {
	s := about(t, "attack")
	s.out()
	c := s.content(release.Waiting)
	c.Reason = ""
	s.draft(plain, c)
	assert.Equal(t, alerting.Text{
		ZH: "【紫薇小学】第2号(代替第1号)08:01:请继续等候,勿前来,08:31 前再通知",
		EN: "[Ziwei Primary] No. 2 (replaces 1), 08:01: Please keep waiting, do not come. Next before 08:31",
	}, s.state.Draft.Rendered[0].Text)
}

func TestDrillAndTestCarryTheirWordAtBothEnds(t *testing.T) {
	for _, c := range agreed {
		for mode, word := range map[alerting.Mode]alerting.Text{
			devices.Drill: {ZH: "【演练】", EN: "[DRILL]"},
			devices.Test:  {ZH: "【测试】", EN: "[TEST]"},
		} {
			if (mode == devices.Drill) != (modeOf(c.id) == devices.Drill) {
				continue // refused, see below
			}
			got := written(t, c.kind, mode, c.id)
			assert.True(t, strings.HasPrefix(got.ZH, word.ZH) && strings.HasSuffix(got.ZH, word.ZH), got.ZH)
			assert.True(t, strings.HasPrefix(got.EN, word.EN) && strings.HasSuffix(got.EN, word.EN), got.EN)
		}
	}
}

func TestTextsFitAMessage(t *testing.T) {
	for _, c := range agreed {
		got := written(t, c.kind, modeOf(c.id), c.id)
		assert.LessOrEqual(t, utf8.RuneCountInString(got.ZH), release.OneSegment, "%s: one segment: %s", c.id, got.ZH)
		assert.LessOrEqual(t, utf8.RuneCountInString(got.EN), release.MaxLengthEN, c.id)
	}
}

func TestATextThatNoMessageHoldsIsRefused(t *testing.T) {
	s := about(t, "attack")
	s.sit.Schools[0].Name.ZH = strings.Repeat("校", release.MaxSchoolName)
	s.draft(plain, s.holding())
	s.sit.Schools[0].Name.ZH = strings.Repeat("校", release.MaxSchoolName+1)
	s.refused(alerting.ErrInvalid, release.Command{Verb: release.VerbDraft, By: plain, Content: s.content(release.HoldingArrival)})
}

var placeholder = regexp.MustCompile(`[{}]`)

func TestNoPlaceholderIsLeft(t *testing.T) {
	for _, c := range agreed {
		got := written(t, c.kind, modeOf(c.id), c.id)
		assert.NotRegexp(t, placeholder, got.ZH+got.EN, c.id)
	}
}

func TestDrillTextsOnlyInADrill(t *testing.T) {
	for _, id := range []release.TextID{release.DrillAhead, release.DrillOver} {
		for _, mode := range []alerting.Mode{devices.Live, devices.Test, ""} {
			s := about(t, "weather")
			s.sit.Mode = mode
			s.refused(alerting.ErrConflict, release.Command{Verb: release.VerbDraft, By: plain, Content: s.content(id)})
		}
	}
}

// full has every field of a content; none of its values is one that content
// chooses by itself.
var full = release.Content{
	Reason: release.LateStart, Pickup: "gate", Next: opened.Add(40 * time.Minute),
	Collect: opened.Add(2 * time.Hour), Date: "2026-03-05", Drill: release.FireDrill,
}

var fields = map[string]func(dst *release.Content, src release.Content){
	"reason":  func(d *release.Content, s release.Content) { d.Reason = s.Reason },
	"pickup":  func(d *release.Content, s release.Content) { d.Pickup = s.Pickup },
	"next":    func(d *release.Content, s release.Content) { d.Next = s.Next },
	"collect": func(d *release.Content, s release.Content) { d.Collect = s.Collect },
	"date":    func(d *release.Content, s release.Content) { d.Date = s.Date },
	"drill":   func(d *release.Content, s release.Content) { d.Drill = s.Drill },
}

func TestATextTakesWhatItAsksForAndNothingElse(t *testing.T) {
	for _, c := range agreed {
		s := about(t, c.kind)
		s.sit.Mode, s.sit.Count = modeOf(c.id), counted
		if follows(c.id) {
			s.out()
		}
		good := s.content(c.id)
		s.draft(plain, good)
		for name, set := range fields {
			bare, more := good, good
			set(&bare, release.Content{})
			set(&more, full)
			optional := name == "reason" && (c.id == release.Waiting || c.id == release.DismissalLater)
			switch {
			case bare == good: // not asked for: nothing may be given
				s.refused(alerting.ErrInvalid, release.Command{Verb: release.VerbDraft, By: plain, Content: more})
			case optional:
				s.draft(plain, bare)
			default:
				s.refused(alerting.ErrInvalid, release.Command{Verb: release.VerbDraft, By: plain, Content: bare})
			}
		}
	}
}

func TestReasonLinesByKindAndText(t *testing.T) {
	allowed := map[alerting.Kind]map[release.TextID]int{
		"emergency": {release.Waiting: 1, release.Correction: 1},
		"attack":    {release.Waiting: 1, release.Correction: 1},
		"intrusion": {release.Waiting: 1, release.Correction: 1},
		"fire":      {release.Waiting: 1, release.Correction: 1},
		"health":    {release.Waiting: 1, release.Correction: 1},
		"traffic":   {release.Waiting: 1, release.Correction: 1, release.GateChanged: 1},
		"crowd":     {release.DismissalLater: 1, release.Correction: 1, release.GateChanged: 1},
		"weather":   {release.ClosedWeather: 3, release.Correction: 3},
	}
	kinds := []alerting.Kind{alerting.KindHubFault, "post-missed", "no-such-kind"}
	for _, a := range devices.Alarms() {
		kinds = append(kinds, alerting.KindOf(a))
	}
	for _, kind := range kinds {
		for _, id := range release.Texts() {
			assert.Len(t, release.Reasons(id, kind), allowed[kind][id], "%s in %s", kind, id)
		}
	}
}

func TestRegistrationSaysNothingElse(t *testing.T) {
	got, err := release.RenderRegistered(ziwei)
	require.NoError(t, err)
	assert.Equal(t, alerting.Text{
		ZH: "【紫薇小学】您已登记接收校园安全通知。请以本渠道为准",
		EN: "[Ziwei Primary] You are registered for safety notices. Trust this channel",
	}, got)
	s := about(t, "weather")
	s.refused(alerting.ErrInvalid, release.Command{Verb: release.VerbDraft, By: head, Content: release.Content{Text: release.Registered}})
}

func TestNoKindBorrowsAnothersReason(t *testing.T) {
	lines := []release.ReasonID{
		release.PoliceOnSite, release.FireService, release.UnwellInCare, release.RoadClosed,
		release.Staggered, release.NoSchool, release.LateStart, release.EarlyDismissal,
	}
	for _, c := range agreed {
		s := about(t, c.kind)
		s.sit.Mode, s.sit.Count = modeOf(c.id), counted
		if follows(c.id) {
			s.out()
		}
		for _, line := range lines {
			cmd := release.Command{Verb: release.VerbDraft, By: head, Content: s.content(c.id)}
			cmd.Content.Reason = line
			if slices.Contains(release.Reasons(c.id, c.kind), line) {
				s.do(cmd)
				continue
			}
			s.refused(alerting.ErrInvalid, cmd)
		}
	}
}
