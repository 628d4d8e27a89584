package engine_test

import (
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// manned is the directory with people behind the desk: a station leader with
// two paths over one network, one after the other, and the school's deputy.
func manned() *people.Directory { return mannedOver(alerting.ViaCellular) }

// mannedOver is the same with the leader's second path over the given way.
func mannedOver(second alerting.Via) *people.Directory {
	d := directory()
	var terminals []people.Terminal
	for _, u := range []string{"police/desk-1", "guards/sign-1"} {
		v, _ := d.Terminal(u)
		terminals = append(terminals, v)
	}
	return people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(), Terminals: terminals, Accounts: d.AccountsOf(school),
		Contacts: []people.Contact{
			{
				Name: "leader", Audience: alerting.Police, Duties: []people.Duty{people.DutyStationLeader}, Schools: []string{school},
				Paths: []people.Path{
					{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+8613800000000", Gateway: "sms"},
					{Channel: alerting.ChannelMail, Via: second, Address: "leader@example.org", Gateway: "mail"},
				},
			},
			{
				Name: "vice", Audience: alerting.School, Duties: []people.Duty{people.DutyDeputy}, Schools: []string{school},
				Paths: []people.Path{{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+8613900000000", Gateway: "sms"}},
			},
		},
	})
}

// since is when, counted from began, the next message to the recipient came.
func (r *rig) since(began time.Time, recipient string) (time.Duration, deliver.Message) {
	r.t.Helper()
	for {
		select {
		case m := <-r.told:
			if m.Recipient == recipient {
				return time.Since(began), m
			}
		case <-time.After(10 * time.Minute):
			require.FailNow(r.t, "nobody told "+recipient)
		}
	}
}

func TestNobodySignsAndTheLevelsFollow(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		r.people.Store(manned())
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))

		at, m := r.since(began, "leader")
		assert.Equal(t, 15*time.Second, at)
		assert.Equal(t, alerting.ChannelSMS, m.Channel)
		assert.Contains(t, m.Text.ZH, "升级·第1级")
		r.Report(m.Progress(alerting.Received, "", time.Now()))
		at, m = r.since(began, "vice")
		assert.Equal(t, 30*time.Second, at)
		assert.Contains(t, m.Text.ZH, "请立即接手")
		first := m.Delivery

		at, m = r.since(began, "desk-1")
		assert.Equal(t, time.Minute, at, "everybody once more")
		assert.Contains(t, m.Text.ZH, "升级·第3级")
		at, again := r.since(began, "desk-1")
		assert.Equal(t, 2*time.Minute, at, "and every minute")
		assert.NotEqual(t, m.Delivery, again.Delivery, "each telling is a delivery of its own")
		assert.Greater(t, again.Number, m.Number)

		i, err := r.do(liaison, m.Incident, alerting.VerbAcknowledge)
		require.NoError(t, err)
		require.Len(t, i.Escalation, 1, "the school's goes on")
		assert.Equal(t, alerting.School, i.Escalation[0].Audience)
		for _, c := range []alerting.Command{
			{Verb: alerting.VerbDispatch, Stage: alerting.ForceSent},
			{Verb: alerting.VerbArrive, Party: alerting.PartySchool},
			{Verb: alerting.VerbArrive, Party: alerting.PartyPolice},
		} {
			c.Incident, c.Actor = m.Incident, liaison
			_, err = r.Do(t.Context(), c)
			require.NoError(t, err)
		}
		r.recipients()
		time.Sleep(10 * time.Minute)
		for _, who := range r.recipients() {
			assert.NotEqual(t, "desk-1", who, "a signature ends the police's")
		}
		assert.NotEmpty(t, first)
	})
}

// Whoever a later level asks for is told over two independent ways together,
// too: nothing waits for the share of the first.
func TestALevelOfACriticalIncidentBeginsOnTwoWays(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		r.people.Store(mannedOver(alerting.ViaInternet))
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))
		first, m := r.since(began, "leader")
		second, n := r.since(began, "leader")
		assert.Equal(t, []time.Duration{15 * time.Second, 15 * time.Second}, []time.Duration{first, second})
		assert.ElementsMatch(t, []alerting.Channel{alerting.ChannelSMS, alerting.ChannelMail}, []alerting.Channel{m.Channel, n.Channel})
		assert.Contains(t, m.Text.ZH, "升级·第1级")
		assert.Contains(t, n.Text.ZH, "升级·第1级")
	})
}

func TestPathAfterPath(t *testing.T) {
	for name, end := range map[string]struct {
		state alerting.DeliveryState
		wait  time.Duration // until the leader's second path begins; 0 is never
	}{
		"no receipt":            {alerting.Handed, 10 * time.Second},
		"failed":                {alerting.Failed, time.Nanosecond},
		"not connected":         {alerting.Planned, time.Nanosecond},
		"received by the phone": {alerting.Received, 0},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := start(t, path, nil)
				defer r.stop()
				r.people.Store(manned())
				began := time.Now()
				require.NoError(t, r.Press(press("b-1")))
				_, m := r.since(began, "leader")
				told := time.Now()
				r.Report(m.Progress(end.state, "because", time.Now()))

				at, next := r.since(told, "leader")
				if end.wait == 0 {
					assert.Equal(t, alerting.ChannelSMS, next.Channel)
					assert.Equal(t, 45*time.Second, at, "only with the level that tells everybody")
					return
				}
				assert.Equal(t, alerting.ChannelMail, next.Channel)
				assert.Less(t, at-end.wait, time.Millisecond)
			})
		})
	}
}

func TestEscalationGoesOnAfterARestart(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		r.people.Store(manned())
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))
		time.Sleep(10 * time.Second)
		r.stop()
		time.Sleep(2 * time.Second)

		r = startAs(t, path, manned())
		at, leader := r.since(began, "leader")
		assert.Equal(t, 15*time.Second, at, "due at its stored time")
		r.stop()
		forget(t, path)

		time.Sleep(10 * time.Minute)
		r = startAs(t, path, manned())
		defer r.stop()
		resumed := time.Now()
		at, again := r.since(resumed, "leader")
		assert.Zero(t, at)
		assert.Equal(t, leader.Delivery, again.Delivery, "a level whose telling was not stored is told again as the same delivery")
		at, _ = r.since(resumed, "vice")
		assert.Zero(t, at, "what became due meanwhile is due now")
	})
}

func TestWhoAnsweredALevelIsNotToldAgainByARestart(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		r.people.Store(manned())
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))
		_, m := r.since(began, "leader")
		r.Report(m.Progress(alerting.Received, "", time.Now()))
		time.Sleep(time.Second)
		r.stop()

		r = startAs(t, path, manned())
		defer r.stop()
		time.Sleep(time.Second)
		assert.NotContains(t, r.recipients(), "leader")
	})
}

func TestNobodyIsCalledToHearThatSomebodyAnswered(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		r.people.Store(manned())
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))
		_, m := r.since(began, "leader")
		r.recipients()
		_, err := r.do(liaison, m.Incident, alerting.VerbAcknowledge)
		require.NoError(t, err)
		told := r.recipients()
		assert.Contains(t, told, "desk-1")
		assert.NotContains(t, told, "leader")
	})
}

func TestABrokenDiskDelaysNoLevelForLong(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		var broken atomic.Bool
		r := startWith(t, journal.Config{Path: path, Fault: func(s journal.Stage) error {
			if broken.Load() && s != journal.StageCommitted {
				return errDisk
			}
			return nil
		}})
		defer r.stop()
		r.people.Store(manned())
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))
		broken.Store(true)

		at, _ := r.since(began, "leader")
		assert.GreaterOrEqual(t, at, 15*time.Second)
		assert.LessOrEqual(t, at, 17*time.Second)
		broken.Store(false)
		time.Sleep(time.Minute)
	})
}

// A call that nobody answers has failed, whichever comes first: the gateway's
// acceptance or its word that the line was busy. The next path begins at once.
func TestABusyCallStartsTheNextPathAtOnce(t *testing.T) {
	for name, overtaken := range map[string]bool{"after the acceptance": false, "before it": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := start(t, path, nil)
				defer r.stop()
				r.people.Store(manned())
				require.NoError(t, r.Press(press("b-1")))
				_, m := r.since(time.Now(), "leader")
				busy := func() error {
					return r.Hear(t.Context(), alerting.LegKey{}, m.Progress(alerting.Failed, "busy", time.Now()))
				}
				if !overtaken {
					r.Report(m.Progress(alerting.Handed, "", time.Now()))
				}
				said := time.Now()
				require.NoError(t, busy())
				if overtaken {
					r.Report(m.Progress(alerting.Handed, "", time.Now()))
				}
				at, next := r.since(said, "leader")
				assert.Equal(t, alerting.ChannelMail, next.Channel)
				assert.Less(t, at, time.Millisecond)
				d := r.delivery(m)
				assert.Equal(t, alerting.Failed, d.State)
				assert.Equal(t, "busy", d.Reason)
				assert.NotNil(t, d.HandedAt)

				require.NoError(t, r.Hear(t.Context(), alerting.LegKey{}, m.Progress(alerting.Read, "", time.Now())))
				require.NoError(t, busy())
				assert.Equal(t, alerting.Read, r.delivery(m).State, "what was read never fails")
			})
		})
	}
}

func TestAFarSideSpeaksOfItsOwnDeliveriesAlone(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("desk-1")
		own := alerting.LegKey{Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT}
		foreign := own
		foreign.Recipient = "desk-2"
		p := m.Progress(alerting.Received, "", time.Now())
		require.ErrorIs(t, r.Hear(t.Context(), foreign, p), alerting.ErrNotFound)
		p.Incident = "another"
		require.ErrorIs(t, r.Hear(t.Context(), own, p), alerting.ErrNotFound)
		p.Delivery = "another"
		require.ErrorIs(t, r.Hear(t.Context(), alerting.LegKey{}, p), alerting.ErrNotFound)
		assert.Equal(t, alerting.Planned, r.delivery(m).State)
		require.NoError(t, r.Hear(t.Context(), own, m.Progress(alerting.Received, "", time.Now())))
		assert.Equal(t, alerting.Received, r.delivery(m).State)
	})
}

// delivery is what became of a message, by now.
func (r *rig) delivery(m deliver.Message) alerting.Delivery {
	r.t.Helper()
	i, err := r.Incident(r.t.Context(), m.Incident)
	require.NoError(r.t, err)
	for _, d := range i.Deliveries {
		if d.ID == m.Delivery {
			return d
		}
	}
	require.FailNow(r.t, "no delivery "+m.Delivery)
	return alerting.Delivery{}
}

// byChannel takes the next n messages to a recipient, by their channels.
func (r *rig) byChannel(began time.Time, recipient string, n int) (at []time.Duration, all map[alerting.Channel]deliver.Message) {
	all = map[alerting.Channel]deliver.Message{}
	for range n {
		when, m := r.since(began, recipient)
		at, all[m.Channel] = append(at, when), m
	}
	return at, all
}

// The assigned officer's telephone rings with the press although the text has
// come: whoever sleeps hears no text. It rings again with every repeat, until the
// police have signed.
func TestATextThatCameKeepsNoCallFromTheAssignedOfficer(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, assigned(alerting.ChannelSMS, alerting.ChannelVoice))
		defer r.stop()
		began := time.Now()
		p := press("b-1")
		require.NoError(t, r.Press(p))
		both := []alerting.Channel{alerting.ChannelSMS, alerting.ChannelVoice}
		for _, due := range []time.Duration{0, time.Minute, 2 * time.Minute} {
			at, all := r.byChannel(began, "assigned", 2)
			assert.Equal(t, []time.Duration{due, due}, at)
			assert.ElementsMatch(t, both, slices.Collect(maps.Keys(all)))
			r.Report(all[alerting.ChannelSMS].Progress(alerting.Received, "", time.Now()))
			r.Report(all[alerting.ChannelVoice].Progress(alerting.Failed, "busy", time.Now()))
		}
		r.takenOn(alerting.IncidentID(p.From, p.ID))
		r.recipients()
		time.Sleep(10 * time.Minute)
		assert.NotContains(t, r.recipients(), "assigned")
	})
}

// channelsOf takes what was told until now, and returns by what the recipient was.
func (r *rig) channelsOf(recipient string) (out []alerting.Channel) {
	for {
		select {
		case m := <-r.told:
			if m.Recipient == recipient {
				out = append(out, m.Channel)
			}
		default:
			return out
		}
	}
}

// What was high and is classified as an attack has the officer called, too: the
// text that told the intrusion was received, and no path waits behind it any more.
func TestAClassificationRingsWhomItsPlanTellsAtOnce(t *testing.T) {
	for name, signed := range map[string]bool{"nobody signed": false, "the police had signed": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := startAs(t, path, assigned(alerting.ChannelSMS, alerting.ChannelVoice))
				defer r.stop()
				p := press("b-1")
				p.Alarm = devices.Intrusion
				require.NoError(t, r.Press(p))
				id := alerting.IncidentID(p.From, p.ID)
				_, first := r.since(time.Now(), "assigned")
				require.Equal(t, alerting.ChannelSMS, first.Channel)
				r.Report(first.Progress(alerting.Received, "", time.Now()))
				if signed {
					_, err := r.do(liaison, id, alerting.VerbAcknowledge)
					require.NoError(t, err)
				}
				time.Sleep(5 * time.Second)
				_, err := r.Do(t.Context(), alerting.Command{Incident: id, Verb: alerting.VerbClassify, Actor: liaison, Kind: "attack"})
				require.NoError(t, err)
				time.Sleep(time.Second)
				told := r.channelsOf("assigned")
				want := []alerting.Channel{alerting.ChannelSMS, alerting.ChannelVoice}
				if signed {
					want = want[:1]
				}
				assert.ElementsMatch(t, want, told)
			})
		})
	}
}
