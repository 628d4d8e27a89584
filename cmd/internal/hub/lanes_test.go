package hub

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/people"
)

// heard keeps what is reported.
type heard struct{ all []alerting.Progress }

func (r *heard) Report(p alerting.Progress) { r.all = append(r.all, p) }

func TestEveryAudienceHasALaneOfItsOwnForEachChannel(t *testing.T) {
	who := people.New(people.Lists{})
	r := &heard{}
	l := newLanes(r, newMedia(func() *people.Directory { return who }, nil, nil), slog.New(slog.DiscardHandler))
	l.connect(nil)
	channels := map[deliver.Channel]bool{}
	for _, lane := range l.slow {
		channels[lane.channel] = true
	}
	const slow = 8 // all channels but terminals and pages
	assert.Len(t, channels, slow*len(told()), "no two lanes share a channel, and so its connections")
	for _, a := range told() {
		for _, c := range alerting.Channels() {
			if c == alerting.ChannelMQTT {
				continue // it needs a broker
			}
			l.router.Tell(deliver.Message{Audience: a, Channel: c})
		}
	}
	for _, p := range r.all {
		assert.NotEqual(t, "no such channel", p.Reason)
	}
	require.Len(t, l.terminals, 4, "police, school, guards and staff have terminals")
	l.router.Tell(deliver.Message{Audience: alerting.Parents, Channel: alerting.ChannelSMS})
	assert.Equal(t, "no such channel", r.all[len(r.all)-1].Reason, "no incident is told to parents")
}

func TestAnAttemptHasTheTimeThatItsChannelNeeds(t *testing.T) {
	for c, least := range map[alerting.Channel]time.Duration{
		alerting.ChannelMail: 5 * time.Second, alerting.ChannelWebhook: 4 * time.Second,
		alerting.ChannelSMS: 3 * time.Second, alerting.ChannelVoice: 3 * time.Second,
		alerting.ChannelWeCom: 3 * time.Second, alerting.ChannelDingTalk: 3 * time.Second, alerting.ChannelFeishu: 3 * time.Second,
	} {
		assert.GreaterOrEqual(t, attempt(c), least, c)
	}
}

// A contact answers for an incident that they are told of, and no other.
func TestWhoseIncidentItIs(t *testing.T) {
	leader := people.Contact{Name: "leader", Audience: alerting.Police, Schools: []string{"ziwei"}}
	told := alerting.Incident{School: "ziwei", Plan: alerting.Plan{Legs: []alerting.Leg{
		{Audience: alerting.Police, Recipient: "leader", Contact: "leader", Channel: alerting.ChannelSMS},
	}}}
	assert.True(t, concerns(told, leader))
	hushed := told
	hushed.Plan.Legs, hushed.Hushed = nil, told.Plan.Legs
	assert.False(t, concerns(hushed, leader), "it became confidential")
	elsewhere := told
	elsewhere.School = "haitang"
	assert.False(t, concerns(elsewhere, leader), "they answer for that school no more")
	vice := leader
	vice.Audience = alerting.School
	assert.False(t, concerns(told, vice))
	named := told
	named.Plan.Rostered = []alerting.Rostered{{Audience: alerting.Police, Contact: "leader"}}
	assert.True(t, concerns(named, vice), "the roster named them for the other audience")
	for a, role := range map[alerting.Audience]alerting.Role{
		alerting.Police: alerting.RoleLiaison, alerting.School: alerting.RoleOfficer, alerting.Guards: alerting.RoleGuard,
		alerting.Staff: "", alerting.District: "", alerting.Parents: "",
	} {
		assert.Equal(t, role, roleOf(a), a)
		assert.Equal(t, role != "", roleOf(a).SeesIncidents())
	}
}
