package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/people"
)

// partly is a school whose officer has a terminal and whose deputy a telephone,
// and a guards' terminal that never answers.
func partly() *people.Directory {
	d := directory()
	return people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(), Accounts: d.AccountsOf(school),
		Terminals: []people.Terminal{
			{Audience: alerting.School, ID: "office", Schools: []string{school}},
			{Audience: alerting.Guards, ID: "lodge", Schools: []string{school}},
		},
		Contacts: []people.Contact{{
			Name: "today", Audience: alerting.School, Duties: []people.Duty{people.DutyDutyLeader}, Schools: []string{school},
			Paths: []people.Path{{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+8613900000001", Gateway: "texts"}},
		}},
	})
}

// From the limit that the guards' terminal missed to the words at the school's.
func TestTheSchoolIsToldWhomToTelephone(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, partly())
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("office")
		for _, s := range []alerting.DeliveryState{alerting.Handed, alerting.Received} {
			r.Report(alerting.Progress{Incident: m.Incident, Delivery: m.Delivery, State: s, At: time.Now()})
		}
		var last deliver.Message
		for last.Text.ZH != "2 人未送达,请改用电话:派出所值班民警、最小应急单元" {
			last = r.next("office")
		}
		assert.Equal(t, "2 not reached, telephone: station desk, minimum response unit", last.Text.EN)
		for {
			select {
			case m := <-r.told:
				if m.Recipient == "today" {
					assert.NotContains(t, m.Text.ZH, "未送达", "who has not heard of the alarm is told the alarm first")
				}
				continue
			default:
			}
			break
		}
	})
}
