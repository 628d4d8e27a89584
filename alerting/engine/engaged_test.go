package engine_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

const neighbour = "lanhua"

// beats is two schools whose police have two officers assigned to both; the first
// one has a page of their own.
func beats() *people.Directory {
	both := []string{school, neighbour}
	place := alerting.Place{ID: "gate", Name: alerting.Text{ZH: "校门", EN: "Gate"}}
	lists := people.Lists{Accounts: []people.Account{
		{Name: "beat-page", Role: alerting.RoleLiaison, Schools: both},
		{Name: "liaison", Role: alerting.RoleLiaison, Schools: both},
	}}
	for _, s := range both {
		lists.Schools = append(lists.Schools, people.School{ID: s, Name: alerting.Text{ZH: s, EN: s}})
		for _, id := range []string{"b-1", "b-2"} {
			lists.Devices = append(lists.Devices, people.Device{
				Address: devices.Address{School: s, Device: id}, Kind: devices.KindButton, Power: devices.PowerMains, Place: place,
			})
		}
	}
	officer := func(name string, paths ...people.Path) people.Contact {
		return people.Contact{
			Name: name, Audience: alerting.Police, Duties: []people.Duty{people.DutyAssignedOfficer}, Schools: both,
			Paths: append(paths,
				people.Path{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: name, Gateway: "sms"},
				people.Path{Channel: alerting.ChannelVoice, Via: alerting.ViaInternet, Address: name, Gateway: "voice"}),
		}
	}
	lists.Contacts = []people.Contact{
		officer("beat", people.Path{Channel: alerting.ChannelConsole, Via: alerting.ViaInternet, Address: "beat-page"}), officer("other"),
	}
	return people.New(lists)
}

// pressedAt presses a button of a school, and says who of the two officers was
// told and how the incident stands.
func (r *rig) pressedAt(at, button string, alarm devices.Alarm) (alerting.Incident, []string) {
	r.t.Helper()
	r.recipients()
	p := press(button)
	p.From.School, p.Alarm = at, alarm
	require.NoError(r.t, r.Press(p))
	var officers []string
	for _, who := range r.recipients() {
		if (who == "beat" || who == "other") && !slices.Contains(officers, who) {
			officers = append(officers, who)
		}
	}
	slices.Sort(officers)
	return r.whole(alerting.IncidentID(p.From, p.ID)), officers
}

// ended has the police reset a button and close its incident.
func (r *rig) ended(incident string) {
	r.t.Helper()
	for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
		_, err := r.Do(r.t.Context(), alerting.Command{Incident: incident, Verb: v, Actor: liaison, Outcome: alerting.OutcomeReal, Reason: "over"})
		require.NoError(r.t, err)
	}
}

// An officer who has signed for an attack at one school is passed over at the
// other, for as long as it is open and over a restart; at the same school they are
// told of all.
func TestAnOfficerOnAnotherIncidentIsPassedOver(t *testing.T) {
	for by, actor := range map[string]alerting.Actor{
		"their page":      {Name: "beat-page", Role: alerting.RoleLiaison},
		"their telephone": {Name: "beat", Role: alerting.RoleLiaison, Channel: alerting.ChannelSMS},
	} {
		t.Run(by, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := startAs(t, path, beats())
				both := []string{"beat", "other"}
				attack, told := r.pressedAt(neighbour, "b-1", devices.Emergency)
				assert.Equal(t, both, told)
				_, told = r.pressedAt(school, "b-1", devices.Emergency)
				assert.Equal(t, both, told, "nobody has signed yet")
				_, err := r.do(actor, attack.ID, alerting.VerbAcknowledge)
				require.NoError(t, err)

				i, told := r.pressedAt(school, "b-2", devices.Emergency)
				assert.Equal(t, []string{"other"}, told)
				require.Len(t, i.Plan.OffShift, 1)
				assert.Equal(t, "beat", i.Plan.OffShift[0].Contact)
				assert.Equal(t, alerting.OnIncident, i.Plan.OffShift[0].Why)
				assert.Contains(t, i.Timeline[0].Text.EN, "Passed over: the school's liaison officer (beat, on another critical incident)")
				assert.Contains(t, i.Timeline[0].Text.ZH, "略过：联络民警（法治副校长）（beat，正在处置另一起特急事件）")
				_, told = r.pressedAt(neighbour, "b-2", devices.Emergency)
				assert.Equal(t, both, told, "what comes to the school at which they are is theirs")
				r.stop()

				r = startAs(t, path, beats())
				defer r.stop()
				r.ended(i.ID)
				i, told = r.pressedAt(school, "b-2", devices.Emergency)
				assert.Equal(t, []string{"other"}, told, "a restart forgets nobody's signature")
				r.ended(i.ID)
				r.ended(attack.ID)
				i, told = r.pressedAt(school, "b-2", devices.Emergency)
				assert.Equal(t, both, told, "it is closed")
				assert.Empty(t, i.Plan.OffShift)
			})
		})
	}
}
