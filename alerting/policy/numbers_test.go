package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// The sources of the times in which somebody is to be told.
const (
	published = "GB/T 28181-2016, 5.3: 2 s from a device to a centre, 4 s to a user's terminal"
	carriers  = "handed within 3 s, received within 15 s, a telephone rings within 10 s, and is answered before the next path begins: our judgement, to be measured at each gateway"
	judged    = "our judgement: no rule names it; nothing waits for it, for it is never one of the two ways of a critical alarm, or has another behind it"
)

// TestEveryChannelHasItsTimes holds the target of every channel for handing
// over, where it has one of its own, and target, share and limit to the
// endpoint's receipt.
func TestEveryChannelHasItsTimes(t *testing.T) {
	ms := time.Millisecond
	rows := []struct {
		channel                      alerting.Channel
		handed, target, share, limit time.Duration
		source                       string
	}{
		{alerting.ChannelMQTT, 0, 500 * ms, seconds(1), seconds(2), published},
		{alerting.ChannelConsole, 0, 500 * ms, seconds(1), seconds(2), published},
		{alerting.ChannelWebhook, 0, 500 * ms, seconds(1), seconds(2), published},
		{alerting.ChannelSMS, seconds(3), seconds(15), seconds(10), seconds(15), carriers},
		{alerting.ChannelVoice, seconds(10), seconds(20), seconds(20), seconds(30), carriers},
		{alerting.ChannelMail, 0, seconds(5), seconds(10), seconds(60), judged},
		{alerting.ChannelPush, 0, seconds(2), seconds(3), seconds(10), judged},
		{alerting.ChannelWeCom, 0, seconds(2), seconds(3), seconds(10), judged},
		{alerting.ChannelDingTalk, 0, seconds(2), seconds(3), seconds(10), judged},
		{alerting.ChannelFeishu, 0, seconds(2), seconds(3), seconds(10), judged},
	}
	var covered []alerting.Channel
	for _, row := range rows {
		covered = append(covered, row.channel)
		l := firstOf(t, alerting.Police, row.channel)
		assert.Equal(t, [4]time.Duration{row.handed, row.target, row.share, row.limit}, [4]time.Duration{l.Handing, l.Budget, l.Share, l.Limit}, "%s: %s", row.channel, row.source)
	}
	assert.ElementsMatch(t, alerting.Channels(), covered)
	for _, a := range []alerting.Audience{alerting.School, alerting.Guards, alerting.Staff, alerting.District} {
		l := firstOf(t, a, alerting.ChannelMQTT)
		assert.Equal(t, [4]time.Duration{0, seconds(1), seconds(2), seconds(4)}, [4]time.Duration{l.Handing, l.Budget, l.Share, l.Limit}, "%s: %s", a, published)
	}
}

// firstOf is how a contact is told first of a crowd, by the channel before any other.
func firstOf(t *testing.T, a alerting.Audience, c alerting.Channel) alerting.Leg {
	t.Helper()
	other := alerting.ChannelSMS
	if c == other {
		other = alerting.ChannelVoice
	}
	duty := map[alerting.Audience]people.Duty{
		alerting.Police: people.DutyStationDesk, alerting.School: people.DutyOfficer, alerting.Guards: people.DutyGuard,
		alerting.Staff: people.DutyStaff, alerting.District: people.DutyBureauDuty,
	}[a]
	d := people.New(people.Lists{Schools: []people.School{ziwei}, Contacts: []people.Contact{
		contact(a, "somebody", []people.Path{{Channel: c, Address: "a"}, {Channel: other, Address: "b"}}, duty),
	}})
	rules, faults := read(t, "kinds: {crowd: {district: 0}}")
	require.Empty(t, faults)
	for _, l := range policy.Compile(d, map[string]*policy.Rules{"ziwei": rules}).Open(live("crowd")).Plan.Legs {
		if l.Audience == a && l.Channel == c {
			return l
		}
	}
	require.FailNow(t, "nobody is told", "%s by %s", a, c)
	return alerting.Leg{}
}
