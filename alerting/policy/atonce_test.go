package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// over is a path that runs over something else.
func over(p people.Path, via alerting.Via) people.Path { p.Via = via; return p }

// officer is a school that the police assigned an officer to, with these paths.
func officer(p ...people.Path) *people.Directory {
	return people.New(people.Lists{Schools: []people.School{ziwei}, Contacts: []people.Contact{
		contact(alerting.Police, "assigned", p, people.DutyAssignedOfficer),
	}})
}

// The assigned officer is told of what is critical by text and call together,
// whatever the two run over: a receipt for the text keeps no call back. What is
// high takes one path after the other.
func TestTheAssignedOfficerIsTextedAndCalledAtOnce(t *testing.T) {
	net := alerting.ViaInternet
	mail := people.Path{Channel: alerting.ChannelMail, Via: net, Address: "x@example.org"}
	for name, c := range map[string]struct {
		paths    []people.Path
		critical []string
		high     []string
	}{
		"one gateway":        {paths(sms(), voice()), []string{"sms/0", "voice/0"}, []string{"sms/0", "voice/1"}},
		"both over internet": {paths(over(sms(), net), over(voice(), net)), []string{"sms/0", "voice/0"}, []string{"sms/0", "voice/1"}},
		"two ways":           {paths(over(sms(), net), voice()), []string{"sms/0", "voice/0"}, []string{"sms/0", "voice/1"}},
		"mail first":         {paths(over(mail, net), sms(), voice()), []string{"mail/0", "sms/0", "voice/0"}, []string{"mail/0", "sms/1", "voice/2"}},
		"mail over the same": {paths(mail, over(sms(), net), over(voice(), net)), []string{"sms/0", "voice/0", "mail/1"}, []string{"mail/0", "sms/1", "voice/2"}},
		"push is an extra":   {paths(push(), sms(), voice()), []string{"sms/0", "voice/0", "push/1"}, []string{"push/0", "sms/1", "voice/2"}},
		"no telephone line":  {paths(sms(), mail), []string{"mail/0", "sms/0"}, []string{"sms/0", "mail/1"}},
	} {
		s := policy.Compile(officer(c.paths...), nil)
		told := func(kind alerting.Kind) (out []string) {
			for _, l := range legsFor(s, live(kind), alerting.Police) {
				out = append(out, fmt.Sprintf("%s/%d", l.Channel, l.Path))
			}
			return out
		}
		assert.Equal(t, c.critical, told("emergency"), name)
		assert.Equal(t, c.high, told("intrusion"), name)
	}
}

// What is told at once is told by two independent ways of a critical alarm, also
// where the policy names one channel; of any other by that which it names.
func TestWhatAPolicyTellsAtOnce(t *testing.T) {
	const text = "escalation: {E1: {police: {levels: [{after: 0, duties: [station-desk, assigned-officer], at_once: {assigned-officer: [voice]}}]}}, " +
		"E2: {school: {levels: [{after: 0, duties: [duty-leader]}, {after: 60, duties: [deputy], at_once: {deputy: [sms, voice]}}]}}}"
	assert.Equal(t, []string{
		"0@0 desk mqtt/0", "0@0 console/liaison console/0", "0@0 desk sms/0", "0@0 assigned voice/0", "0@0 assigned push/1", "0@0 assigned sms/2",
	}, ofLevel(legsFor(own(t, text), live("emergency"), alerting.Police), 0), "the desk has no part in it")
	assert.Equal(t, []string{"1@60 deputy sms/0", "1@60 officer sms/0", "1@60 deputy voice/0", "1@60 officer voice/0", "1@60 officer console/1", "1@60 officer wecom/2"},
		ofLevel(legsFor(own(t, text), live("medical"), alerting.School), 1), "at a later level of what is high, too")
}

// A level that joins one whose people are off shift brings what it tells at once.
func TestWhatIsToldAtOnceJoinsALevelWhosePeopleAreOffShift(t *testing.T) {
	rules, faults := read(t, "escalation: {E2: {school: {levels: [{after: 0, duties: [duty-leader], at_once: {duty-leader: [sms, voice]}}, {after: 30, duties: [principal], at_once: {principal: [sms, voice]}}]}}}")
	require.Empty(t, faults)
	s := policy.Compile(shifted(t, map[string]string{"leader-today": "19:00-07:00"}), map[string]*policy.Rules{"ziwei": rules})
	assert.Equal(t, []string{"0@0 principal sms/0", "0@0 principal voice/0"}, brief(legsFor(s, live("intrusion"), alerting.School)))
}

func TestExplanationSaysWhatIsToldTogether(t *testing.T) {
	s := policy.Compile(officer(sms(), voice()), nil)
	text := s.Explain(live("emergency")).String()
	assert.Contains(t, text, "1. 短信 / text message (移动网络 / cellular), 同时 / together, 提交 / handed 3 s, 送达 / received 15 s, 最迟 / at the latest 15 s\n"+
		"      1. 语音电话 / voice call (移动网络 / cellular), 同时 / together, 提交 / handed 10 s, 送达 / received 20 s")
	assert.NotContains(t, s.Explain(live("intrusion")).String(), "together,")
	drill := at("emergency", devices.Drill)
	drill.Filed = true
	assert.Contains(t, s.Explain(drill).String(), "同时 / together")
}

// Whom a school's own policy has rung at once must have a telephone; that the
// built-in one would ring nobody is a warning.
func TestAChannelThatNobodyHasIsSaid(t *testing.T) {
	const level = "{after: 0, duties: [station-desk, assigned-officer], at_once: {assigned-officer: [sms, voice]}}"
	silent := append(without("assigned"), contact(alerting.Police, "assigned", paths(sms()), people.DutyAssignedOfficer))
	assert.Empty(t, said(checked(t, policeLevels(60, level), contacts())))
	assert.Contains(t, said(checked(t, policeLevels(60, level), silent)),
		"policies[0].escalation.E1.police.levels[0].at_once.assigned-officer[1]: nobody who answers for assigned-officer at ziwei has voice: nobody would be told by it at once")
	assert.Empty(t, said(checked(t, policeLevels(60, level), without("assigned"))), "who is missing is another finding")

	found := checked(t, "{}", silent)
	assert.Empty(t, said(found))
	var warned []string
	for _, w := range found.Warnings {
		warned = append(warned, w.Message)
		assert.NotEmpty(t, w.Do)
	}
	assert.Equal(t, "E1 level 0 tells assigned-officer by sms and voice at once, and nobody who answers for that at ziwei has voice", strings.Join(warned, "\n"))
}
