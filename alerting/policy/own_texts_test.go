package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

func book(t *testing.T, text string) *texts.Book {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	b, faults := texts.Read(nil, doc.Content[0], "texts")
	require.Empty(t, faults)
	return b
}

func TestASchoolsOwnTextsAreTold(t *testing.T) {
	f := facts(alerting.EventOpened, devices.Drill)
	f.School.Texts = book(t, `
POL-11: {zh: "{school}<({place})>:{kind},不用来<。{warning}>", en: "{school}< ({place})>: {kind}, do not come<. {warning}>"}
PUB-drill: {zh: "演练中", en: "This is a drill"}
POL-12: {zh: "{school} 线路测试", en: "{school}: test of the line"}
STF-02: {zh: "全体撤离", en: "Everybody out"}`)
	assert.Equal(t, alerting.Text{
		ZH: "【演练】紫薇小学(北门):一键报警(待定性),不用来【演练】",
		EN: "[DRILL] Ziwei Primary (North gate): emergency (not yet classified), do not come [DRILL]",
	}, policy.Text(alerting.Police, f), "the hub puts a drill's word at both ends, whatever the text says")
	assert.Equal(t, "【演练】演练中【演练】", policy.PublicText(f).ZH)
	assert.Equal(t, "【测试】紫薇小学 线路测试【测试】", policy.PathCheckText(f.School).ZH)
	assert.Equal(t, "【演练】全体撤离【演练】", policy.Text(alerting.Staff, of("fire", f)).ZH)
	assert.Equal(t, policy.Text(alerting.School, facts(alerting.EventOpened, devices.Drill)), policy.Text(alerting.School, f), "what nobody wrote is as it was")
}

func TestAFullTextMustFitTwoTextMessages(t *testing.T) {
	long := strings.Repeat("长", 36)
	s := people.School{ID: "ziwei", Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}}
	s.Texts = book(t, `
POL-04: {zh: "【续{n}】{school} 请求解除:{reason}。`+long+`", en: "Update {n}: {school}: {reason}"}
SCH-cancel: {zh: "{place}:{reason}`+long+`", en: "{place}: {reason}"}`)
	faults := policy.CheckTexts(s)
	require.Empty(t, faults, "with these names it fits")

	s.Name.ZH = strings.Repeat("名", 12)
	faults = policy.CheckTexts(s)
	require.Len(t, faults, 1)
	assert.Equal(t, "2:9: texts.POL-04: is 148 characters long in Chinese and 122 in English at ziwei: want at most 140 and 280", faults[0].String())
	s.Texts = nil
	assert.Empty(t, policy.CheckTexts(s), "the built-in texts are nobody's fault")
}
