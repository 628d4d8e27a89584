package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// loud is the directory with loudspeakers that can be called.
func loud() *people.Directory {
	d := directory()
	return people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(), Accounts: d.AccountsOf(school),
		Contacts: []people.Contact{{
			Name: "speakers", Audience: alerting.Staff, Duties: []people.Duty{people.DutyLoudspeaker}, Schools: []string{school},
			Paths: []people.Path{{Channel: alerting.ChannelVoice, Via: alerting.ViaLAN, Address: "+861055550000", Gateway: "calls"}},
		}},
	})
}

func about(alarm devices.Alarm, silent bool) devices.Press {
	p := press("b-1")
	p.Alarm, p.Silent = alarm, silent
	return p
}

// From the press to the words in the corridors, and to the end.
func TestLoudspeakersSayWhatToDoAndWhenItIsOver(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, loud())
		defer r.stop()
		require.NoError(t, r.Press(about(devices.Fire, false)))
		m := r.next("speakers")
		assert.Equal(t, alerting.ChannelVoice, m.Channel)
		assert.Equal(t, "全体师生请注意,请按疏散路线有序撤离,不要拥挤,不要返回。", m.Text.ZH)
		assert.Empty(t, m.Place)
		assert.Empty(t, m.Kind)
		assert.Empty(t, m.Device)
		do := func(c alerting.Command) {
			c.Incident, c.Actor = m.Incident, officer
			_, err := r.Do(t.Context(), c)
			require.NoError(t, err)
		}
		do(alerting.Command{Verb: alerting.VerbAcknowledge, Number: m.Number})
		do(alerting.Command{Verb: alerting.VerbReset, Reason: "looked"})
		do(alerting.Command{Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal})
		assert.Equal(t, "警报解除,请听老师安排。", r.next("speakers").Text.ZH, "nothing in between is said aloud")
	})
}

func TestLoudspeakersLockInWhenAPressTurnsOutToBeAnAttack(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, loud())
		defer r.stop()
		require.NoError(t, r.Press(about(devices.Emergency, false)))
		id := r.next("officer").Incident
		_, err := r.Do(t.Context(), alerting.Command{Incident: id, Verb: alerting.VerbClassify, Kind: "attack", Actor: officer})
		require.NoError(t, err)
		m := r.next("speakers")
		assert.Equal(t, "Attention. Go to the nearest room, lock the door, keep quiet, wait.", m.Text.EN)
	})
}

func TestLoudspeakersAreSilentWhereSomebodyCouldBeGivenAway(t *testing.T) {
	for name, p := range map[string]devices.Press{
		"silent": about(devices.Fire, true), "another kind": about(devices.Medical, false), "not yet classified": about(devices.Emergency, false),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := startAs(t, path, loud())
				defer r.stop()
				require.NoError(t, r.Press(p))
				r.next("officer")
				time.Sleep(2 * time.Minute)
				for {
					select {
					case m := <-r.told:
						assert.NotEqual(t, "speakers", m.Recipient)
						continue
					default:
					}
					break
				}
			})
		})
	}
}
