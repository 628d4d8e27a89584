package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// assigned is the directory with the school's officer at the station, who has
// a telephone and a mailbox.
func assigned(paths ...alerting.Channel) *people.Directory {
	d := directory()
	c := people.Contact{Name: "assigned", Audience: alerting.Police, Duties: []people.Duty{people.DutyAssignedOfficer}, Schools: []string{school}}
	for _, p := range paths {
		c.Paths = append(c.Paths, people.Path{Channel: p, Via: alerting.ViaInternet, Address: string(p), Gateway: string(p)})
	}
	return people.New(people.Lists{Schools: d.Schools(), Devices: d.Devices(), Accounts: d.AccountsOf(school), Contacts: []people.Contact{c}})
}

// Whoever was not reached by mail hears of the alarm by telephone, also where
// the latest news by then is one that no telephone rings for.
func TestATelephoneFollowsWhateverWasSaidMeanwhile(t *testing.T) {
	for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbVerify} {
		t.Run(string(v), func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := startAs(t, path, assigned(alerting.ChannelSMS, alerting.ChannelVoice))
				defer r.stop()
				p := press("b-1")
				p.Alarm = devices.Intrusion // high: one path after the other
				require.NoError(t, r.Press(p))
				m := r.next("assigned")
				require.Equal(t, alerting.ChannelSMS, m.Channel)
				_, err := r.Do(t.Context(), alerting.Command{Incident: m.Incident, Verb: v, Actor: officer, Reason: "looked", Verify: alerting.VerifiedReal})
				require.NoError(t, err)
				for m.Channel != alerting.ChannelVoice { // what was found is sent as a text message too
					_, m = r.since(time.Now(), "assigned")
				}
			})
		})
	}
}

// A telephone is handed the alarm in fewer words beside the whole of it, as
// only its gateway knows what it can carry; a terminal and a page show all.
func TestATelephoneMayBeToldInFewerWords(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, assigned(alerting.ChannelSMS, alerting.ChannelMail))
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("assigned")
		require.Equal(t, alerting.ChannelSMS, m.Channel)
		require.NotEmpty(t, m.Shorter)
		last := m.Shorter[len(m.Shorter)-1].ZH
		assert.Less(t, len(last), len(m.Text.ZH))
		for _, kept := range []string{m.School.Name.ZH, m.Place.Name.ZH, policy.KindText(m.Kind).ZH} {
			assert.NotEmpty(t, kept)
			assert.Contains(t, last, kept)
		}
		_, mail := r.since(time.Now(), "assigned")
		assert.Equal(t, alerting.ChannelMail, mail.Channel)
		assert.Empty(t, mail.Shorter)
	})
}
