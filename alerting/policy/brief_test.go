package policy_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// manned is a press at a school with long names, whose post is manned.
func manned(event alerting.EventType) policy.Facts {
	f := facts(event, devices.Live)
	f.School.Name.ZH, f.School.Callback = "高新区第二实验小学", "+8651084220110"
	f.Incident.Place.Name.ZH = "综合楼三层"
	f.Incident.OnPost = alerting.Text{ZH: "护学民警1人、保安员2人、教职工1人", EN: "police 1, school guard 2, teacher 1"}
	return f
}

// An alarm keeps to the end what it is, at which school and where, and whom to
// call; what only explains goes first.
func TestALongAlarmIsToldInFewerWords(t *testing.T) {
	f := manned(alerting.EventOpened)
	f.Incident.Facts = []string{alerting.FactViolence, alerting.FactLifeInDanger}
	var got []string
	for _, s := range policy.Shorter(alerting.Police, f) {
		got = append(got, s.ZH)
		assert.NotEmpty(t, s.EN)
	}
	assert.Equal(t, []string{
		"【校园警情】高新区第二实验小学 综合楼三层 一键报警(待定性),08:00:00 报警(已 12 秒),未核实,正在发生、危及生命。回拨+8651084220110",
		"【校园警情】高新区第二实验小学 综合楼三层 一键报警(待定性),08:00:00。回拨+8651084220110",
		"【校园警情】高新区第二… 综合楼三层 一键报警(待定性)。回拨+8651084220110",
	}, got)
	assert.Empty(t, policy.Shorter(alerting.Staff, of("fire", facts(alerting.EventOpened, devices.Live))), "there is nothing to leave out")
}

// With whatever names, reasons and own words, the last of them fits a single
// segment beside a signature of six characters.
func TestTheShortestTextAlwaysFits(t *testing.T) {
	long := strings.Repeat("长", 80)
	for _, mode := range []alerting.Mode{devices.Live, devices.Drill} {
		for _, event := range append([]alerting.EventType{alerting.EventEscalated, alerting.EventClassified, alerting.EventReminded, alerting.EventRevealed}, told...) {
			for _, change := range []func(policy.Facts) policy.Facts{
				late, stuck, silent, confidential,
				func(f policy.Facts) policy.Facts { return f },
				func(f policy.Facts) policy.Facts { return of("uplink-lost", f) },
				func(f policy.Facts) policy.Facts { f.Incident.PressCount, f.Incident.Presses = 0, nil; return f },
			} {
				f := change(facts(event, mode))
				f.School.Name.ZH, f.Incident.Place.Name.ZH, f.Reason, f.School.Callback = long, long, long, "+8651084220110"
				f.Incident.OnPost, f.Level, f.Incident.Updates, f.Incident.RoundAt = alerting.Text{ZH: long, EN: long}, 3, 99, pressed
				f.Actions = policy.Actions{Guards: alerting.Text{ZH: long, EN: long}, Staff: alerting.Text{ZH: long, EN: long}}
				for _, a := range everybody {
					shorter := policy.Shorter(a, f)
					last := policy.Text(a, f)
					if len(shorter) > 0 {
						last = shorter[len(shorter)-1]
					}
					assert.LessOrEqual(t, utf8.RuneCountInString(last.ZH), 70-8, "%s %s %s %v: %s", mode, event, a, f.Incident.Kind, last.ZH)
					before := policy.Text(a, f)
					for _, s := range shorter {
						require.Less(t, utf8.RuneCountInString(s.ZH), utf8.RuneCountInString(before.ZH), "each is shorter than the one before")
						if mode == devices.Drill {
							assert.True(t, strings.HasPrefix(s.ZH, "【演练】") && strings.HasSuffix(s.ZH, "【演练】"), s.ZH)
						}
						if strings.Contains(before.ZH, "请勿回拨") {
							assert.Contains(t, s.ZH, "请勿回拨")
						}
						before = s
					}
				}
			}
		}
	}
}
