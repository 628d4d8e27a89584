package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
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
				require.NoError(t, r.Press(press("b-1")))
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
