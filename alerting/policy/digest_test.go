package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// lost is a device that was lost at noon.
func lost(place string) alerting.Incident {
	return alerting.Incident{
		ID: place, School: "ziwei", Kind: "device-lost", Severity: alerting.Low, Mode: devices.Live, State: alerting.StateOpen,
		OpenedAt: noon, RoundAt: noon, Place: alerting.Place{ID: place, Name: alerting.Text{ZH: place, EN: place}},
	}
}

func TestTheSummaryHoldsWhatNobodyTookOnAndNothingConfidential(t *testing.T) {
	change := func(f func(*alerting.Incident)) alerting.Incident {
		i := lost("x")
		f(&i)
		return i
	}
	for what, row := range map[string]struct {
		i  alerting.Incident
		in bool
	}{
		"only shown":                {lost("x"), true},
		"of another school":         {change(func(i *alerting.Incident) { i.School = "other" }), false},
		"over":                      {change(func(i *alerting.Incident) { i.State = alerting.StateResolved }), false},
		"a drill":                   {change(func(i *alerting.Incident) { i.Mode = devices.Drill }), false},
		"made confidential":         {change(func(i *alerting.Incident) { i.Confidential = true }), false},
		"raised silently":           {change(func(i *alerting.Incident) { i.Silent = true }), false},
		"silent, and open too long": {change(func(i *alerting.Incident) { i.Silent, i.Kind, i.RoundAt = true, "hazard", noon.Add(-time.Hour) }), false},
		"bullying":                  {change(func(i *alerting.Incident) { i.Kind = "bullying" }), false},
		"told, and open too long":   {change(func(i *alerting.Incident) { i.Kind, i.RoundAt = "hazard", noon.Add(-time.Hour) }), true},
		"told a moment ago":         {change(func(i *alerting.Incident) { i.Kind = "hazard" }), false},
		"an alarm":                  {change(func(i *alerting.Incident) { i.Kind, i.RoundAt = "fire", noon.Add(-time.Hour) }), false},
		"taken on": {change(func(i *alerting.Incident) {
			i.Acknowledgements = []alerting.Acknowledgement{{Audience: alerting.School, By: "li-si", At: noon}}
		}), false},
	} {
		assert.Equal(t, row.in, len(set().Summarised("ziwei", []alerting.Incident{row.i}, noon.Add(time.Minute))) == 1, what)
	}
	hidden := own(t, "{kinds: {device-lost: {confidentiality: C2}}}")
	assert.Empty(t, hidden.Summarised("ziwei", []alerting.Incident{lost("x")}, noon), "what the school made confidential")
}

func TestTheSummaryCountsByKindAndSaysWhere(t *testing.T) {
	hazard := lost("操场")
	hazard.Kind = "hazard"
	text := policy.DigestText(ziwei, []alerting.Incident{hazard, lost("北门"), lost("南门"), lost("南门")}, noon)
	assert.Equal(t, "【每日汇总】03-02 紫薇小学:4 件无人接手,设备失联 3(北门、南门)、安全隐患 1(操场)。请登录处理", text.ZH)
	assert.Equal(t, "Daily summary, 03-02, Ziwei Primary: 4 taken on by nobody: device lost 3 (北门, 南门), hazard 1 (操场). Please sign in", text.EN)
}

// However much there is, and whatever it is called, it is two text messages.
func TestTheSummaryFitsTwoTextMessages(t *testing.T) {
	school := people.School{ID: "ziwei", Name: alerting.Text{ZH: strings.Repeat("长", 60), EN: strings.Repeat("long ", 20)}}
	var all []alerting.Incident
	for n, kind := range []alerting.Kind{"device-lost", "device-service", "hazard", "post-missed", "patrol-missed", "weather"} {
		for m := range 20 {
			i := lost(fmt.Sprint(n, m, strings.Repeat("很长的地点", 10)))
			i.Kind = kind
			all = append(all, i)
		}
	}
	text := policy.DigestText(school, all, noon)
	assert.LessOrEqual(t, utf8.RuneCountInString(text.ZH), 140)
	assert.LessOrEqual(t, utf8.RuneCountInString(text.EN), 280)
	assert.Contains(t, text.ZH, "120 件无人接手")
	assert.Contains(t, text.ZH, "等")
}

func TestTheSummaryIsReadWithItsFaults(t *testing.T) {
	_, faults := read(t, `{digest: {at: "25:00", duties: [nobody]}}`)
	require.Len(t, faults, 2)
	assert.Equal(t, "policies[0].digest.at", faults[0].Path)
	_, faults = read(t, `{digest: {at: "05:00"}}`)
	require.Len(t, faults, 1)
	assert.Contains(t, faults[0].Message, "05:00 lies in the quiet hours")
	_, faults = read(t, `{digest: {duties: []}}`)
	require.Len(t, faults, 1)
	assert.Contains(t, faults[0].Message, "tells nobody")
}

func TestTheSummaryIsExplained(t *testing.T) {
	o := live("device-lost")
	e := set().Explain(o)
	assert.Contains(t, e.String(), "daily digest: at 08:30 on days with people at school, school safety officer, duty leader")
	assert.NotContains(t, set().Explain(live("fire")).String(), "daily digest: at")
	assert.NotContains(t, set().Explain(live("bullying")).String(), "daily digest: at")
}

// Whoever is off shift is passed over, unless nobody would be left.
func TestWhoAnswersForTheSummaryIsOnShift(t *testing.T) {
	early := contact(alerting.School, "early", paths(sms()), people.DutyOfficer)
	early.Hours = people.Hours{{From: 7 * 60, To: 9 * 60}}
	leader := contact(alerting.School, "head", paths(sms()), people.DutyDutyLeader)
	d := people.New(people.Lists{Schools: []people.School{ziwei}, Contacts: []people.Contact{leader, early}})
	duties := set().Digest("ziwei").Duties
	names := func(all []people.Contact) (out []string) {
		for _, c := range all {
			out = append(out, c.Name)
		}
		return out
	}
	assert.Equal(t, []string{"head"}, names(policy.Compile(d, nil).Answering("ziwei", duties, noon)))
	assert.Equal(t, []string{"early", "head"}, names(policy.Compile(d, nil).Answering("ziwei", duties, noon.Add(-4*time.Hour))))
	assert.Equal(t, []string{"early"}, names(policy.Compile(d, nil).Answering("ziwei", []people.Duty{people.DutyOfficer}, noon)), "nobody else")
}

func TestANoticeThatWaitsIsSaidWithItsNumberAndUntilWhen(t *testing.T) {
	at := time.Date(2026, 3, 2, 0, 40, 0, 0, time.UTC)
	school := people.School{ID: "ziwei", Zone: china}
	assert.Equal(t, "家长通知待审核:第 2 号,08:40 前", policy.ReleaseText(school, devices.Live, 2, at).ZH)
	assert.Equal(t, "Parent notice 2 waits for release, before 08:40", policy.ReleaseText(school, devices.Live, 2, at).EN)
	assert.Equal(t, "【演练】家长通知待审核【演练】", policy.ReleaseText(school, devices.Drill, 0, time.Time{}).ZH)
}
