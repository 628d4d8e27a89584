package policy_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

var update = flag.Bool("update", false, "write testdata/texts.golden anew")

var (
	pressed = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // 08:00:00 at the school
	china   = time.FixedZone("CST", 8*3600)
)

// The people's own names, which stand in no text.
const (
	policeName = "zhang-san"
	schoolName = "li-si"
)

// facts is what a text about an emergency at the north gate may speak of, 12 s
// after the press.
func facts(event alerting.EventType, mode alerting.Mode) policy.Facts {
	i := alerting.Incident{
		ID: "0123456789abcdef0123456789abcdef", Number: 1007, School: "ziwei", Place: gate, Device: "b-17",
		Kind: "emergency", Severity: alerting.Critical, Mode: mode, State: alerting.StateOpen, Lead: alerting.LeadPolice,
		Verify: alerting.Unverified, PressCount: 1, OpenedAt: pressed, Updates: 1,
		Presses: []alerting.PressRecord{{ID: "p-1", PressedAt: pressed, ReceivedAt: pressed}},
	}
	f := policy.Facts{
		Incident: i, Event: event, Now: pressed.Add(12 * time.Second),
		School: people.School{ID: "ziwei", Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}, Callback: "010-5555", Zone: china},
	}
	switch event {
	case alerting.EventOpened:
		f.Incident.Updates = 0
	case alerting.EventPressed:
		f.Incident.Presses = append(f.Incident.Presses, alerting.PressRecord{
			ID: "p-2", PressedAt: pressed.Add(10 * time.Second), ReceivedAt: pressed.Add(10 * time.Second),
		})
		f.Incident.PressCount = 2
	case alerting.EventAcknowledged:
		f.Incident.Acknowledgements = []alerting.Acknowledgement{{Audience: alerting.Police, By: policeName, At: pressed.Add(9 * time.Second)}}
		f.By = policy.RoleText(alerting.RoleLiaison)
	case alerting.EventCancelRequested:
		f.Incident.CancelRequested = &alerting.CancelRequest{By: schoolName, Reason: "误触"}
		f.By, f.Reason = policy.RoleText(alerting.RoleGuard), "误触"
	case alerting.EventReset:
		f.By, f.Reason = policy.RoleText(alerting.RoleGuard), "已查看"
	case alerting.EventResolved:
		f.Incident.State, f.Incident.Outcome, f.Incident.ResolvedAt = alerting.StateResolved, alerting.OutcomeUnfounded, pressed.Add(time.Hour)
		f.By = policy.RoleText(alerting.RoleLiaison)
	}
	return f
}

// takenOn is the acknowledgement by a school's officer.
func takenOn(mode alerting.Mode) policy.Facts {
	f := facts(alerting.EventAcknowledged, mode)
	f.Incident.Acknowledgements[0].Audience, f.Incident.Acknowledgements[0].By = alerting.School, schoolName
	f.By = policy.RoleText(alerting.RoleOfficer)
	return f
}

func late(f policy.Facts) policy.Facts {
	for n := range f.Incident.Presses {
		f.Incident.Presses[n].ReceivedAt = f.Incident.Presses[n].PressedAt.Add(7*time.Minute + 30*time.Second)
	}
	f.Incident.Late, f.Now = true, pressed.Add(8*time.Minute)
	return f
}

func silent(f policy.Facts) policy.Facts { f.Incident.Silent = true; return f }

func stuck(f policy.Facts) policy.Facts {
	f.Incident.Stuck, f.Incident.PressCount = true, 23
	return f
}

func of(kind alerting.Kind, f policy.Facts) policy.Facts { f.Incident.Kind = kind; return f }

func confidential(f policy.Facts) policy.Facts {
	f.Incident.Kind, f.Incident.Confidential = "bullying", true
	return f
}

var told = []alerting.EventType{
	alerting.EventOpened, alerting.EventPressed, alerting.EventAcknowledged,
	alerting.EventCancelRequested, alerting.EventReset, alerting.EventResolved,
}

// audiences are those who act on the incident itself.
var audiences = []alerting.Audience{alerting.Police, alerting.School, alerting.Guards}

// everybody is whoever has a sentence.
var everybody = append(slices.Clone(audiences), alerting.Staff, alerting.District)

func TestTextsAreTheAgreedOnes(t *testing.T) {
	const live = devices.Live
	for _, c := range []struct {
		name, zh, en string
		audience     alerting.Audience
		facts        policy.Facts
	}{
		{"new", "【校园警情】紫薇小学 北门 一键报警(待定性),08:00:00 报警(已 12 秒),未核实。回拨010-5555",
			"School alarm: Ziwei Primary, North gate, emergency (not yet classified), pressed 08:00:00 (12 s), unverified. Call 010-5555",
			alerting.Police, facts(alerting.EventOpened, live)},
		{"second press", "【续1】紫薇小学 北门 08:00:10 再次报警,等级 特急",
			"Update 1: Ziwei Primary, North gate, pressed again 08:00:10, now critical",
			alerting.Police, facts(alerting.EventPressed, live)},
		{"stuck button", "【续1】紫薇小学 北门 08:00:10 按钮反复触发,共 23 次,等级 特急",
			"Update 1: Ziwei Primary, North gate, button repeats itself, 23 presses, latest 08:00:10, now critical",
			alerting.Police, stuck(facts(alerting.EventPressed, live))},
		{"cancel asked", "【续1】紫薇小学 请求解除:误触。警情仍有效,请核实",
			"Update 1: Ziwei Primary asks to stand down: 误触. Still open, please verify",
			alerting.Police, facts(alerting.EventCancelRequested, live)},
		{"closed", "【办结】紫薇小学 北门:未发现异常(善意报警),09:00:00",
			"Closed: Ziwei Primary, North gate: nothing found (pressed in good faith), 09:00:00",
			alerting.Police, facts(alerting.EventResolved, live)},
		{"late, open", "【补报】紫薇小学 北门 一键报警(待定性) 08:00:00 报警,通路中断,7 分钟后送达,尚未办结",
			"Late: Ziwei Primary, North gate, emergency (not yet classified), pressed 08:00:00, arrived 7 min later, still open",
			alerting.Police, late(facts(alerting.EventOpened, live))},
		{"late second press", "【续1】紫薇小学 北门 08:00:10 再次报警(补报,7 分钟后送达),等级 特急",
			"Update 1: Ziwei Primary, North gate, pressed again 08:00:10 (late, arrived 7 min later), now critical",
			alerting.Police, late(facts(alerting.EventPressed, live))},
		{"drill", "【演练】紫薇小学 北门 一键报警(待定性),无需出警【演练】",
			"[DRILL] Ziwei Primary, North gate, emergency (not yet classified), no response needed [DRILL]",
			alerting.Police, facts(alerting.EventOpened, devices.Drill)},
		{"test", "【测试】紫薇小学 报警通路测试,无需处理【测试】", "[TEST] Ziwei Primary, path test, nothing to do [TEST]",
			alerting.Police, facts(alerting.EventOpened, devices.Test)},
		{"silent", "【校园警情】紫薇小学 北门 一键报警(待定性),08:00:00 报警(已 12 秒),未核实。静默报警,请勿回拨",
			"School alarm: Ziwei Primary, North gate, emergency (not yet classified), pressed 08:00:00 (12 s), unverified. Silent alarm: do not call back",
			alerting.Police, silent(facts(alerting.EventOpened, live))},
		{"confidential, referred", "【校园警情·保密】紫薇小学 请求协助,请联系 010-5555", "Confidential: Ziwei Primary asks for help, call 010-5555",
			alerting.Police, confidential(facts(alerting.EventOpened, live))},
		{"signed", "【续1】紫薇小学 北门:警方已签收", "Update 1: Ziwei Primary, North gate: signed by the police",
			alerting.Police, facts(alerting.EventAcknowledged, live)},
		{"taken on", "【续1】紫薇小学 北门:学校安全员已接手", "Update 1: Ziwei Primary, North gate: taken on by the school officer",
			alerting.Police, takenOn(live)},

		{"new", "【特急】北门 一键报警(待定性),08:00:00。关闭校门,到位支援,保持距离",
			"Critical: North gate, emergency (not yet classified), 08:00:00. Close the gate, support, keep distance",
			alerting.School, facts(alerting.EventOpened, live)},
		{"signed", "警方 08:00:09 已签收,派出所值班民警", "Police signed 08:00:09, station desk",
			alerting.School, planned(people.DutyStationDesk, facts(alerting.EventAcknowledged, live))},
		{"signed over a platform", "警方 08:00:09 已签收", "Police signed 08:00:09", alerting.School, planned(people.DutyPlatform, facts(alerting.EventAcknowledged, live))},
		{"signed by who is not in the plan", "警方 08:00:09 已签收", "Police signed 08:00:09", alerting.School, facts(alerting.EventAcknowledged, live)},
		{"taken on", "北门 一键报警(待定性):学校安全员已接手", "North gate, emergency (not yet classified): taken on by the school officer",
			alerting.School, takenOn(live)},
		{"confidential", "你有一件保密事件待处理,请登录查看", "A confidential matter waits for you, please sign in",
			alerting.School, confidential(facts(alerting.EventOpened, live))},
		{"closed", "北门 一键报警(待定性) 已办结:未发现异常(善意报警)", "North gate, emergency (not yet classified) closed: nothing found (pressed in good faith)",
			alerting.School, facts(alerting.EventResolved, live)},

		{"new", "北门 非法闯入。关门,查验,两人同行", "North gate, intrusion. Close, check, in twos",
			alerting.Guards, of("intrusion", facts(alerting.EventOpened, live))},
		{"signed", "警方已签收,3 秒前。继续关闭校门,到位支援,保持距离", "Police signed 3 s ago. Keep on: close the gate, support, keep distance",
			alerting.Guards, facts(alerting.EventAcknowledged, live)},
		{"end", "解除。恢复岗位,检查校门", "All clear. Back to post, check the gate", alerting.Guards, facts(alerting.EventResolved, live)},
		{"confidential", "北门 校内求助。两人到场,分开双方,护送", "North gate, help needed. Two go, part them, escort",
			alerting.Guards, confidential(facts(alerting.EventOpened, live))},

		{"way cut", "【通路中断】紫薇小学 自 08:00:00 起报警通路未证实,请电联 010-5555", "Way not proven: Ziwei Primary since 08:00:00. Please telephone 010-5555",
			alerting.Police, of("uplink-lost", facts(alerting.EventOpened, live))},
		{"way cut", "【特急】报警通路中断,08:00:00。有事直接拨 110,并告知各岗位", "Critical: alarm way is cut, 08:00:00. Dial 110, and tell the posts",
			alerting.School, of("uplink-lost", facts(alerting.EventOpened, live))},
		{"way cut", "报警通路中断,有事直接拨 110", "Alarm way is cut: dial 110",
			alerting.Guards, of("uplink-lost", facts(alerting.EventOpened, live))},
		{"way cut, signed", "警方已签收,3 秒前。继续用电话报警,拨打 110", "Police signed 3 s ago. Keep on: call 110 by telephone",
			alerting.Guards, of("uplink-lost", facts(alerting.EventAcknowledged, live))},

		{"lock in", "【校内避险】学生就近进室内,锁门拉帘,离开门窗,静音,等通知", "Lock in: pupils indoors, lock, curtains, away from doors, silent, wait",
			alerting.Staff, of("attack", facts(alerting.EventOpened, live))},
		{"still", "【立即疏散】按路线到集合点,清点人数后上报", "Evacuate now by your route, count, report",
			alerting.Staff, of("fire", facts(alerting.EventAcknowledged, live))},
		{"end", "【解除】恢复上课。有情况报值班领导", "All clear, lessons go on. Tell the duty leader of any trouble",
			alerting.Staff, facts(alerting.EventResolved, live)},

		{"first report", "【首报】紫薇小学 08:00:00 北门 一键报警(待定性),未核实,处置中。联系 010-5555",
			"First report: Ziwei Primary, 08:00:00, North gate, emergency (not yet classified), unverified, in hand. 010-5555",
			alerting.District, facts(alerting.EventOpened, live)},
		{"follow-up", "【续报1】紫薇小学 08:00:00 北门 一键报警(待定性):未核实。联系 010-5555",
			"Follow-up 1: Ziwei Primary, 08:00:00, North gate, emergency (not yet classified): unverified. 010-5555",
			alerting.District, facts(alerting.EventAcknowledged, live)},
		{"follow-up, of what stays with police and school", "【续报1】紫薇小学 08:00:00 北门 暴力侵害:未核实。联系 010-5555",
			"Follow-up 1: Ziwei Primary, 08:00:00, North gate, attack: unverified. 010-5555",
			alerting.District, knowing(false, 0, of("attack", facts(alerting.EventVerified, live)))},
		{"follow-up, of what does not", "【续报1】紫薇小学 08:00:00 北门 火情:未核实,可见明火、有人被困。家长通知第 2 号已发布。联系 010-5555",
			"Follow-up 1: Ziwei Primary, 08:00:00, North gate, fire: unverified, flames are visible, people are trapped. Parent notice 2 is out. 010-5555",
			alerting.District, knowing(true, 2, of("fire", facts(alerting.EventVerified, live)))},
		{"follow-up, with a notice out", "【续报1】紫薇小学 08:00:00 北门 暴力侵害:未核实。家长通知第 1 号已发布。联系 010-5555",
			"Follow-up 1: Ziwei Primary, 08:00:00, North gate, attack: unverified. Parent notice 1 is out. 010-5555",
			alerting.District, knowing(false, 1, of("attack", facts(alerting.EventNotice, live)))},
		{"final", "【终报】紫薇小学 一键报警(待定性) 09:00:00 办结:未发现异常(善意报警)",
			"Final: Ziwei Primary, emergency (not yet classified), closed 09:00:00: nothing found (pressed in good faith)",
			alerting.District, facts(alerting.EventResolved, live)},
		{"confidential", "紫薇小学 有一件保密事件。请联系 010-5555", "Ziwei Primary: a confidential matter. Call 010-5555",
			alerting.District, confidential(facts(alerting.EventOpened, live))},
	} {
		assert.Equal(t, alerting.Text{ZH: c.zh, EN: c.en}, policy.Text(c.audience, c.facts), "%s: %s", c.audience, c.name)
	}
}

// knowing is what somebody who looked knows, and which notice to parents is out.
func knowing(open bool, notice int, f policy.Facts) policy.Facts {
	f.Incident.Facts, f.Open, f.Incident.Notice = []string{alerting.FactFlames, alerting.FactTrapped}, open, notice
	return f
}

// planned has the plan reach whoever signed, for a duty, and somebody else.
func planned(d people.Duty, f policy.Facts) policy.Facts {
	by := f.Incident.Acknowledgements[0].By
	f.Incident.Plan.Legs = []alerting.Leg{
		{Audience: alerting.Police, Recipient: "another", Duty: string(people.DutyCommandSeat)},
		{Audience: alerting.School, Recipient: by, Duty: string(people.DutyOfficer)},
		{Audience: alerting.Police, Recipient: "+86", Contact: by, Duty: string(d)},
	}
	return f
}

// TestEveryText holds every sentence of every audience, event and mode.
func TestEveryText(t *testing.T) {
	var b strings.Builder
	for _, mode := range devices.Modes() {
		for _, event := range told {
			for _, c := range []struct {
				name string
				make func(policy.Facts) policy.Facts
			}{
				{"", func(f policy.Facts) policy.Facts { return f }}, {" silent", silent}, {" late", late}, {" stuck", stuck}, {" confidential", confidential},
			} {
				f := c.make(facts(event, mode))
				for _, a := range everybody {
					write(&b, fmt.Sprintf("%s %s%s %s", mode, event, c.name, a), policy.Text(a, f))
				}
				write(&b, fmt.Sprintf("%s %s%s public", mode, event, c.name), policy.PublicText(f))
			}
		}
	}
	const golden = "testdata/texts.golden"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String())
}

func write(b *strings.Builder, name string, t alerting.Text) {
	fmt.Fprintf(b, "%s\n  %s\n  %s\n", name, t.ZH, t.EN)
}

// everyText calls check with every text of every kind, event, mode and colour.
func everyText(check func(name string, f policy.Facts, t alerting.Text)) {
	for _, row := range table {
		for _, mode := range devices.Modes() {
			for _, event := range told {
				for _, made := range []policy.Facts{
					facts(event, mode), silent(facts(event, mode)), late(facts(event, mode)), stuck(facts(event, mode)),
				} {
					f := made
					f.Incident.Kind, f.Incident.Confidential = row.kind, row.confidential
					for _, a := range everybody {
						check(fmt.Sprintf("%s %s %s %s", row.kind, mode, event, a), f, policy.Text(a, f))
					}
					if !f.Incident.Silent {
						check(fmt.Sprintf("%s %s %s public", row.kind, mode, event), f, policy.PublicText(f))
					}
				}
			}
		}
	}
}

// A place's name may begin with any letter; what the product says begins a
// sentence as English does.
func TestEnglishSentencesBeginWithACapital(t *testing.T) {
	lower := regexp.MustCompile(`(^|[.!?] |\[(DRILL|TEST)\] )[a-z]`)
	everyText(func(name string, _ policy.Facts, text alerting.Text) {
		assert.False(t, lower.MatchString(text.EN), "%s: %s", name, text.EN)
	})
}

func TestDrillAndTestCarryTheirWordAtBothEnds(t *testing.T) {
	marks := map[alerting.Mode][2]string{devices.Drill: {"【演练】", "[DRILL]"}, devices.Test: {"【测试】", "[TEST]"}}
	everyText(func(name string, f policy.Facts, text alerting.Text) {
		if m, marked := marks[f.Incident.Mode]; marked {
			for n, s := range []string{text.ZH, text.EN} {
				assert.True(t, strings.HasPrefix(s, m[n]) && strings.HasSuffix(s, m[n]), "%s: %s", name, s)
			}
			return
		}
		for _, word := range []string{"演练", "测试", "DRILL", "TEST", "drill", "test,"} {
			assert.NotContains(t, text.ZH+text.EN, word, name)
		}
	})
}

func TestEveryTextSpeaksBothLanguagesAndNamesNobody(t *testing.T) {
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	everyText(func(name string, f policy.Facts, text alerting.Text) {
		assert.True(t, han(text.ZH), "%s: %s", name, text.ZH)
		assert.NotEmpty(t, text.EN, name)
		if f.Event != alerting.EventCancelRequested { // a person's own words are not translated
			assert.False(t, han(text.EN), "%s: %s", name, text.EN)
		}
		all := text.ZH + text.EN
		for _, word := range []string{"确认", policeName, schoolName, f.Incident.ID, "b-17", "north-gate", "发送成功", "撤警", "取消报警", "疑似", "假警"} {
			assert.NotContains(t, all, word, name)
		}
	})
}

func TestConfidentialTextsSayNoKind(t *testing.T) {
	everyText(func(name string, f policy.Facts, text alerting.Text) {
		if f.Incident.Confidential {
			words := policy.KindText(f.Incident.Kind)
			assert.NotContains(t, text.ZH, words.ZH, name)
			assert.NotContains(t, text.EN, words.EN, name)
		}
	})
}

// Of a confidential incident each event has a sentence of its own, and what is
// signed, reset or closed asks for nobody: it is no new call for help.
func TestConfidentialTextsFollowTheEvent(t *testing.T) {
	escalated := confidential(facts(alerting.EventEscalated, devices.Live))
	escalated.Level, escalated.Incident.RoundAt = 2, pressed
	unfollowed := escalated
	unfollowed.Incident.Renewed = []alerting.Renewal{{Audience: alerting.Police, Number: 1009}}
	reminded := confidential(facts(alerting.EventReminded, devices.Live))
	reminded.Missing = alerting.MissingDispatch
	by := func(e alerting.EventType) policy.Facts { return confidential(facts(e, devices.Live)) }
	for _, c := range []struct {
		audience alerting.Audience
		facts    policy.Facts
		zh, en   string
	}{
		{alerting.Police, by(alerting.EventAcknowledged), "【续1·保密】紫薇小学:警方已签收", "Update 1, confidential: Ziwei Primary: signed by the police"},
		{alerting.Police, confidential(takenOn(devices.Live)), "【续1·保密】紫薇小学:学校安全员已接手", "Update 1, confidential: Ziwei Primary: taken on by the school officer"},
		{alerting.Police, by(alerting.EventCancelRequested), "【续1·保密】紫薇小学 请求解除。仍有效,请核实,请联系 010-5555", "Update 1, confidential: Ziwei Primary asks to stand down. Still open, please verify, call 010-5555"},
		{alerting.Police, by(alerting.EventReset), "【续1·保密】紫薇小学:按钮已复位,尚未办结", "Update 1, confidential: Ziwei Primary: button reset, not closed"},
		{alerting.Police, by(alerting.EventResolved), "【办结·保密】紫薇小学 09:00:00 已办结,无需处理", "Closed, confidential: Ziwei Primary, 09:00:00, nothing more to do"},
		{alerting.Police, escalated, "【升级·第2级·保密】紫薇小学 请求协助,已 12 秒无人签收,请联系 010-5555", "Level 2, confidential: Ziwei Primary asks for help, nobody signed for 12 s, call 010-5555"},
		{alerting.Police, unfollowed, "【升级·第2级·保密】紫薇小学 签收后未见处置,请核实,请联系 010-5555", "Level 2, confidential: Ziwei Primary: signed and nothing followed, please check, call 010-5555"},
		{alerting.Police, reminded, "【提醒·保密】紫薇小学 已签收," + alerting.MissingText(alerting.MissingDispatch).ZH, "Reminder, confidential: Ziwei Primary, signed, " + alerting.MissingText(alerting.MissingDispatch).EN},
		{alerting.School, by(alerting.EventAcknowledged), "保密事件:警方 08:00:09 已签收", "Confidential matter: police signed 08:00:09"},
		{alerting.School, confidential(takenOn(devices.Live)), "保密事件:学校安全员已接手", "Confidential matter: taken on by the school officer"},
		{alerting.School, by(alerting.EventCancelRequested), "保密事件请求解除,仍有效,请登录查看", "Confidential matter: asked to stand down. Still open, please sign in"},
		{alerting.School, by(alerting.EventReset), "保密事件:按钮已复位,尚未办结", "Confidential matter: button reset, still open"},
		{alerting.School, by(alerting.EventResolved), "保密事件已办结,无需处理", "Confidential matter closed, nothing more to do"},
		{alerting.School, escalated, "你有一件保密事件,已 12 秒无人接手,请立即登录接手", "A confidential matter waits for you, nobody has it for 12 s: sign in and take it on now"},
		{alerting.School, reminded, "【提醒】保密事件:" + alerting.MissingText(alerting.MissingDispatch).ZH, "Reminder: confidential matter: " + alerting.MissingText(alerting.MissingDispatch).EN},
		{alerting.District, by(alerting.EventResolved), "紫薇小学 的保密事件已办结", "Ziwei Primary: the confidential matter is closed"},
	} {
		text := policy.Text(c.audience, c.facts)
		assert.Equal(t, alerting.Text{ZH: c.zh, EN: c.en}, text, "%s: %s", c.audience, c.facts.Event)
		for _, hidden := range []string{"北门", "North", "校内求助", "误触", "善意"} {
			assert.NotContains(t, text.ZH+text.EN, hidden, "%s: %s", c.audience, c.facts.Event)
		}
		if e := c.facts.Event; e == alerting.EventResolved || e == alerting.EventReset || e == alerting.EventAcknowledged {
			for _, call := range []string{"请求协助", "请联系", "待处理", "asks for help"} {
				assert.NotContains(t, text.ZH+text.EN, call, "%s: %s", c.audience, e)
			}
		}
	}
}

func TestPublicTextIsThePolicysOwn(t *testing.T) {
	for _, mode := range devices.Modes() {
		for _, event := range told {
			plain := policy.PublicText(facts(event, mode))
			everyText(func(_ string, f policy.Facts, _ alerting.Text) {
				switch {
				case f.Event != event || f.Incident.Mode != mode:
				case f.Incident.Silent:
					assert.Empty(t, policy.PublicText(f), "others can see a sign")
				default:
					assert.Equal(t, plain, policy.PublicText(f), "nothing of the incident changes it")
				}
			})
			for _, word := range []string{"北门", "North", "紫薇", "Ziwei", "010", "08:", "警", "police", "特急", "关闭"} {
				if mode == devices.Test && word == "警" {
					continue // 报警通路测试 is the name of the test itself
				}
				assert.NotContains(t, plain.ZH+plain.EN, word)
			}
		}
	}
}

func TestSilentAlarmsAskForSilence(t *testing.T) {
	for _, a := range audiences {
		for _, event := range []alerting.EventType{alerting.EventOpened, alerting.EventPressed} {
			for _, make := range []func(policy.Facts) policy.Facts{silent, func(f policy.Facts) policy.Facts { return late(silent(f)) }} {
				text := policy.Text(a, make(facts(event, devices.Live)))
				assert.Contains(t, text.ZH, "请勿回拨", "%s %s", a, event)
				assert.Contains(t, text.EN, "do not call back", "%s %s", a, event)
				assert.NotContains(t, text.ZH+text.EN, "010-5555", "%s %s: no number to call", a, event)
			}
		}
	}
	assert.NotContains(t, policy.Text(alerting.Police, facts(alerting.EventOpened, devices.Live)).ZH, "请勿回拨")
	hidden := policy.Text(alerting.Police, silent(confidential(facts(alerting.EventOpened, devices.Live))))
	assert.NotContains(t, hidden.ZH+hidden.EN, "010-5555")
}

func TestLatePressesSaySo(t *testing.T) {
	for _, a := range audiences {
		for _, event := range []alerting.EventType{alerting.EventOpened, alerting.EventPressed} {
			text := policy.Text(a, late(facts(event, devices.Live)))
			assert.Contains(t, text.ZH, "补报", "%s %s", a, event)
			assert.Contains(t, strings.ToLower(text.EN), "late", "%s %s", a, event)
			assert.Contains(t, text.ZH, "08:00:", "%s %s: the time of pressing", a, event)
			fresh := policy.Text(a, facts(event, devices.Live))
			assert.NotContains(t, fresh.ZH, "补报")
		}
	}
}

func TestUpdatesAreNumberedByWhatWasTold(t *testing.T) {
	f := facts(alerting.EventReset, devices.Live)
	f.Incident.Updates, f.Incident.Number = 4, 2031
	text := policy.Text(alerting.Police, f)
	assert.True(t, strings.HasPrefix(text.ZH, "【续4】"), text.ZH)
	assert.True(t, strings.HasPrefix(text.EN, "Update 4: "), text.EN)
}

func TestAgeIsInMinutesFromOneMinuteOn(t *testing.T) {
	for age, want := range map[time.Duration]string{
		-time.Second: "(已 0 秒)", 0: "(已 0 秒)", 59*time.Second + 999*time.Millisecond: "(已 59 秒)",
		time.Minute: "(已 1 分钟)", 119 * time.Second: "(已 1 分钟)", 3 * time.Hour: "(已 180 分钟)",
	} {
		f := facts(alerting.EventOpened, devices.Live)
		f.Now = pressed.Add(age)
		assert.Contains(t, policy.Text(alerting.Police, f).ZH, want)
	}
}

func TestVerificationIsSaidInItsOwnWords(t *testing.T) {
	for v, want := range map[alerting.Verification]string{
		alerting.Unverified: "未核实", alerting.VerifiedReal: "属实", alerting.VerifiedFalse: "误报",
		alerting.VerifiedNoFind: "未发现异常", "": "未核实",
	} {
		f := facts(alerting.EventOpened, devices.Live)
		f.Incident.Verify = v
		assert.Contains(t, policy.Text(alerting.Police, f).ZH, ","+want+"。", v)
	}
}

func TestSchoolWithoutCallbackHasNone(t *testing.T) {
	f := facts(alerting.EventOpened, devices.Live)
	f.School.Callback = ""
	text := policy.Text(alerting.Police, f)
	assert.True(t, strings.HasSuffix(text.ZH, "未核实"), text.ZH)
	assert.True(t, strings.HasSuffix(text.EN, "unverified"), text.EN)
}

func TestParentsHaveNoSentenceHere(t *testing.T) {
	for _, a := range []alerting.Audience{alerting.Parents, "", "invented"} {
		for _, mode := range devices.Modes() {
			assert.Empty(t, policy.Text(a, facts(alerting.EventOpened, mode)), a)
		}
	}
}

func TestIncidentOfTheHubHasItsOpeningsTime(t *testing.T) {
	f := facts(alerting.EventOpened, devices.Live)
	f.Incident.Kind, f.Incident.Presses, f.Incident.PressCount = alerting.KindHubFault, nil, 0
	assert.Equal(t, "【特急】北门 系统故障,08:00:00。到场查看并报告", policy.Text(alerting.School, f).ZH)
	f.School.Zone = nil
	assert.Contains(t, policy.Text(alerting.School, f).ZH, "00:00:00", "no zone is UTC")
}

// The school reads who raised it where a person did, the bureau whether the
// police have been told, and staff of a request to stand down that their line
// holds, and not the same once more.
func TestTextsSayWhoAndWhatHasBeenDone(t *testing.T) {
	f := of("attack", facts(alerting.EventOpened, devices.Live))
	assert.Equal(t, "【特急】北门 暴力侵害,08:00:00。持械阻隔,关门,学生撤离,勿单独上前", policy.Text(alerting.School, f).ZH)
	f.By = policy.RoleText(alerting.RoleGuard)
	assert.Equal(t, "【特急】北门 暴力侵害,08:00:00。保安员报警。持械阻隔,关门,学生撤离,勿单独上前", policy.Text(alerting.School, f).ZH)
	assert.Contains(t, policy.Text(alerting.School, f).EN, "08:00:00. Raised by the guard. Shields")

	assert.NotContains(t, policy.Text(alerting.District, f).ZH, "已报警", "nobody of the police was told")
	f.Incident.Plan.Legs = []alerting.Leg{{Audience: alerting.Police, Recipient: "desk-1"}}
	assert.Contains(t, policy.Text(alerting.District, f).ZH, "未核实,已报警,处置中")
	f.Incident.Mode = devices.Drill
	assert.NotContains(t, policy.Text(alerting.District, f).ZH, "已报警")

	asked := of("attack", facts(alerting.EventCancelRequested, devices.Live))
	assert.Equal(t, "尚未解除,请继续:【校内避险】学生就近进室内,锁门拉帘,离开门窗,静音,等通知", policy.Text(alerting.Staff, asked).ZH)
}

// Whoever is told of a fault reads what is wrong, and not only that something
// is.
func TestAFaultSaysWhatIsWrong(t *testing.T) {
	for _, cause := range alerting.FaultFacts() {
		f := of(alerting.KindHubFault, facts(alerting.EventOpened, devices.Live))
		f.Incident.Facts = []string{cause}
		for _, a := range []alerting.Audience{alerting.Police, alerting.School} {
			text := policy.Text(a, f)
			assert.Contains(t, text.ZH, ","+alerting.FactText(cause).ZH, "%s %s", a, cause)
			assert.Contains(t, text.EN, ", "+alerting.FactText(cause).EN, "%s %s", a, cause)
		}
	}
}
