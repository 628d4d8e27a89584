package engine_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// raised is a live incident of a kind, by hand.
func (r *rig) raised(k alerting.Kind) alerting.Incident {
	r.t.Helper()
	p := aReport()
	p.Kind = k
	i, err := r.Raise(r.t.Context(), p)
	require.NoError(r.t, err)
	return i
}

func (r *rig) classify(incident string, k alerting.Kind) alerting.Incident {
	r.t.Helper()
	i, err := r.Do(r.t.Context(), alerting.Command{Incident: incident, Verb: alerting.VerbClassify, Actor: alerting.Actor{Name: "deputy", Role: alerting.RoleOfficer}, Kind: k})
	require.NoError(r.t, err)
	return i
}

func TestToClassifyTellsThoseWhoAreNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	i := r.raised("medical")
	assert.NotContains(t, r.recipients(), "desk-1", "the police are not told of an illness")

	done := r.classify(i.ID, "attack")

	assert.EqualValues(t, "attack", done.Kind)
	m := r.next("desk-1")
	assert.Equal(t, i.ID, m.Incident)
	assert.EqualValues(t, "attack", m.Kind)
	r.stop()

	r = start(t, path, nil)
	full, err := r.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.EqualValues(t, "attack", full.Kind)
	r.TerminalUp(alerting.Police, "desk-1")
	assert.Equal(t, i.ID, r.next("desk-1").Incident, "the added ones are in the plan after a restart")
}

// A desk that is told on its page first, and by text message when the page has
// not answered in its share, is told so as well of what only a classification
// brings to it.
func TestWhoIsAddedOnAPageIsTriedOnTheNextPathToo(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		d := directory()
		r := startAs(t, path, people.New(people.Lists{
			Schools: d.Schools(), Devices: d.Devices(), Accounts: d.AccountsOf(school),
			Contacts: []people.Contact{{
				Name: "desk", Audience: alerting.Police, Duties: []people.Duty{people.DutyStationDesk}, Schools: []string{school},
				Paths: []people.Path{
					{Channel: alerting.ChannelConsole, Via: alerting.ViaLAN, Address: "liaison"},
					{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+8613800000000", Gateway: "sms"},
				},
			}},
		}))
		defer r.stop()
		i := r.raised("medical")
		assert.NotContains(t, r.recipients(), "liaison", "the police are not told of an illness")
		began := time.Now()

		r.classify(i.ID, "traffic")

		at, m := r.since(began, "liaison")
		assert.Zero(t, at)
		assert.EqualValues(t, "traffic", m.Kind)
		at, m = r.since(began, "desk")
		assert.Positive(t, at, "not at once: this kind is not critical")
		assert.Equal(t, alerting.ChannelSMS, m.Channel)
	})
}

// deskBehind is a station whose desk is told on its terminal, then on its page,
// then by text message, and a leader whose page has left the configuration.
func deskBehind(withLeader bool) *people.Directory {
	d := directory()
	accounts := d.AccountsOf(school)
	if withLeader {
		accounts = append(accounts, people.Account{Name: "leader", Role: alerting.RoleLiaison, Schools: []string{school}})
	}
	text := func(number string) people.Path {
		return people.Path{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: number, Gateway: "sms"}
	}
	return people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(), Accounts: accounts,
		Terminals: []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: []string{school}}},
		Contacts: []people.Contact{
			{
				Name: "desk", Audience: alerting.Police, Duties: []people.Duty{people.DutyStationDesk}, Schools: []string{school},
				Paths: []people.Path{
					{Channel: alerting.ChannelMQTT, Via: alerting.ViaLAN, Address: "desk-1"},
					{Channel: alerting.ChannelConsole, Via: alerting.ViaLAN, Address: "liaison"}, text("+8613800000000"),
				},
			},
			{
				Name: "head", Audience: alerting.Police, Duties: []people.Duty{people.DutyStationLeader}, Schools: []string{school},
				Paths: []people.Path{{Channel: alerting.ChannelConsole, Via: alerting.ViaLAN, Address: "leader"}, text("+8613800000001")},
			},
		},
	})
}

// A page stands between the terminal and the telephone, and the last that
// everybody was told is no reason to look at a page: the telephone is told all
// the same.
func TestTheTelephoneBehindAPageIsToldWhateverCameLast(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, deskBehind(true))
		defer r.stop()
		i := r.raised("traffic")
		r.next("desk-1")
		_, err := r.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbVerify, Actor: guard, Verify: alerting.VerifiedReal})
		require.NoError(t, err)
		began := time.Now()
		at, m := r.since(began, "desk")
		assert.Equal(t, alerting.ChannelSMS, m.Channel)
		assert.Less(t, at, 30*time.Second, "before the next level")
	})
}

func TestAPathThatHasLeftTheConfigurationIsPassedOver(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, deskBehind(true))
		defer r.stop()
		r.raised("traffic")
		began := time.Now()
		r.people.Store(deskBehind(false))
		at, m := r.since(began, "head")
		assert.Equal(t, alerting.ChannelSMS, m.Channel)
		assert.Equal(t, 30*time.Second, at.Round(time.Second), "when their level begins")
	})
}

// Of a contact's two ways that begin together one has left the configuration:
// the other is told once.
func TestWhoIsPassedOverIsToldOnce(t *testing.T) {
	d := directory()
	r := startAs(t, "", people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(), Accounts: d.AccountsOf(school),
		Contacts: []people.Contact{{
			Name: "desk", Audience: alerting.Police, Duties: []people.Duty{people.DutyStationDesk}, Schools: []string{school},
			Paths: []people.Path{
				{Channel: alerting.ChannelConsole, Via: alerting.ViaLAN, Address: "gone"},
				{Channel: alerting.ChannelSMS, Via: alerting.ViaLAN, Address: "+8613800000000", Gateway: "sms"},
			},
		}},
	}))
	require.NoError(t, r.Press(press("b-1")))
	assert.Equal(t, alerting.ChannelSMS, r.next("desk").Channel)
	assert.NotContains(t, r.recipients(), "desk")
}

// Somebody has made the incident of a button confidential: whoever was told of
// it is told no more. Who presses the button again needs them.
func TestAPressAfterAConcealmentIsAnAlarmOfItsOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	first := press("b-1")
	require.NoError(t, r.Press(first))
	concealed := r.next("desk-1").Incident
	_, err := r.Do(t.Context(), alerting.Command{Incident: concealed, Verb: alerting.VerbClassify, Actor: guard, Kind: "bullying"})
	require.ErrorIs(t, err, alerting.ErrForbidden, "a wrong tap ends no alarm that the police lead")
	r.classify(concealed, "bullying")
	require.Equal(t, alerting.ConcealedText(), r.next("desk-1").Text)

	require.NoError(t, r.Press(first), "the same press, sent again")
	second := press("b-1")
	require.NoError(t, r.Press(second))
	m := r.next("desk-1")
	assert.Equal(t, alerting.IncidentID(second.From, second.ID), m.Incident)
	assert.EqualValues(t, "emergency", m.Kind)
	assert.Equal(t, "north-gate", m.Place.ID)
	for len(r.lights) > 0 {
		<-r.lights
	}
	_, err = r.Do(t.Context(), alerting.Command{Incident: concealed, Verb: alerting.VerbReset, Actor: alerting.Actor{Name: "deputy", Role: alerting.RoleOfficer}, Reason: "looked"})
	require.NoError(t, err)
	l := r.nextLight()
	assert.False(t, l.Reset, "the button's latest alarm is open")
	assert.NotEqual(t, devices.IndicatorIdle, l.Indicator)
	r.stop()

	r = start(t, path, nil)
	require.NoError(t, r.Press(press("b-1")))
	i, err := r.Incident(t.Context(), m.Incident)
	require.NoError(t, err)
	assert.Equal(t, 2, i.PressCount, "a third press joins the second's, also after a restart")
	i, err = r.Incident(t.Context(), concealed)
	require.NoError(t, err)
	assert.Equal(t, 1, i.PressCount)
}

// Nobody of the police is left in the plan: no line says that a level told them.
func TestWhoWasHushedIsNotEscalatedTo(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, manned())
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		id := r.next("desk-1").Incident
		i := r.classify(id, "bullying")
		assert.NotContains(t, audiencesOf(i.Escalation), alerting.Police)
		time.Sleep(10 * time.Minute)
		full, err := r.Incident(t.Context(), id)
		require.NoError(t, err)
		for _, e := range full.Timeline {
			if e.Event == alerting.EventEscalated {
				assert.NotContains(t, e.Text.EN, "police")
			}
		}
	})
}

func audiencesOf(all []alerting.Escalation) (out []alerting.Audience) {
	for _, e := range all {
		out = append(out, e.Audience)
	}
	return out
}

func TestWhatTurnsConfidentialIsHushed(t *testing.T) {
	r := start(t, "", nil)
	i := r.raised("attack")
	r.next("desk-1")
	r.recipients()

	r.classify(i.ID, "bullying")

	m := r.next("desk-1")
	assert.Equal(t, alerting.ConcealedText(), m.Text)
	assert.Empty(t, m.Place.ID)
	assert.Empty(t, m.Kind)
	assert.Empty(t, m.Device)
	_, err := r.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbAcknowledge, Actor: officer})
	require.NoError(t, err)
	r.TerminalUp(alerting.Police, "desk-1")
	_, err = r.Incident(t.Context(), i.ID) // the engine has come past the terminal's turn
	require.NoError(t, err)
	assert.NotContains(t, r.recipients(), "desk-1", "one line, and nothing after it")

	r.classify(i.ID, "attack")
	assert.Equal(t, i.ID, r.next("desk-1").Incident, "an attack is told to whoever has to act on it")
}

// What is hushed in a drill says that it is one: also the last line of it.
func TestTheLastLineOfADrillSaysThatItIsOne(t *testing.T) {
	d := directory()
	r := startAs(t, "", people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(), Accounts: d.AccountsOf(school),
		Terminals: []people.Terminal{{Audience: alerting.Guards, ID: "gatehouse-1", Schools: []string{school}}},
	}))
	p := press("b-1")
	p.Mode = devices.Drill
	require.NoError(t, r.Press(p))
	r.next("gatehouse-1")

	r.classify(alerting.IncidentID(p.From, p.ID), "bullying")

	assert.Equal(t, alerting.Text{
		ZH: "【演练】该事件转为保密处理,请勿传播【演练】", EN: "[DRILL] This incident is confidential from now on: pass nothing on [DRILL]",
	}, r.next("gatehouse-1").Text)
}

// Whoever has to act on an attack is told of it, also where it began as a
// confidential matter: that help is needed, and no more. When it turns out to
// be such a matter after all they are told nothing else.
func TestWhoHasToActLearnsNothingOfAConfidentialMatter(t *testing.T) {
	r := startAs(t, "", assigned(alerting.ChannelSMS))
	deputy := alerting.Actor{Name: "deputy", Role: alerting.RoleOfficer}
	i := r.raised("bullying")
	assert.NotContains(t, r.recipients(), "assigned")
	r.classify(i.ID, "attack")
	m := r.next("assigned")
	assert.Contains(t, m.Text.ZH, "保密")
	assert.Empty(t, m.Kind)
	assert.Empty(t, m.Place.ID)
	assert.Equal(t, alerting.Critical, m.Severity, "which no text of it says; the telephone rings by it")

	r.classify(i.ID, "welfare")
	m = r.next("assigned")
	assert.Equal(t, alerting.ConcealedText(), m.Text)
	assert.Empty(t, m.Kind)
	r.recipients()
	for _, c := range []alerting.Command{
		{Verb: alerting.VerbVerify, Verify: alerting.VerifiedReal}, {Verb: alerting.VerbCancel, Reason: "looked"},
	} {
		c.Incident, c.Actor = i.ID, deputy
		_, err := r.Do(t.Context(), c)
		require.NoError(t, err)
	}
	told := r.recipients()
	assert.NotContains(t, told, "assigned", "one line, and nothing after it")
	assert.Contains(t, told, "deputy", "who is named")
}

func TestALinkReachesBackIntoTheJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	old, now := r.raised("attack"), r.raised("fire")
	_, err := r.do(liaison, old.ID, alerting.VerbResolve)
	require.NoError(t, err)
	r.stop()

	r = start(t, path, nil)
	link := alerting.Command{Incident: now.ID, Verb: alerting.VerbLink, Actor: officer, Other: old.ID}
	done, err := r.Do(t.Context(), link)
	require.NoError(t, err)
	assert.Equal(t, []string{old.ID}, done.Links)
	require.Eventually(t, func() bool {
		o, err := r.Incident(t.Context(), old.ID)
		return err == nil && len(o.Links) == 1 && o.Stored
	}, 20*time.Second, 10*time.Millisecond)
	link.Other = "nowhere"
	_, err = r.Do(t.Context(), link)
	require.ErrorIs(t, err, alerting.ErrNotFound)
	link.Other = ""
	_, err = r.Do(t.Context(), link)
	require.ErrorIs(t, err, alerting.ErrInvalid)
}

func TestNotADrillIsToldLikeAPress(t *testing.T) {
	r := start(t, "", nil)
	r.govern(directory(), policeDrill)
	p := press("b-1")
	p.Mode, p.Alarm = devices.Drill, devices.Attack
	require.NoError(t, r.Press(p))
	drill := alerting.IncidentID(p.From, p.ID)
	r.next("desk-1")
	r.recipients()

	done, err := r.Do(t.Context(), alerting.Command{Incident: drill, Verb: alerting.VerbReal, Actor: guard})

	require.NoError(t, err)
	assert.Equal(t, devices.Drill, done.Mode)
	require.Len(t, done.Links, 1)
	m := r.next("desk-1")
	assert.Equal(t, done.Links[0], m.Incident)
	assert.Equal(t, devices.Live, m.Mode)
	live, err := r.Incident(t.Context(), m.Incident)
	require.NoError(t, err)
	assert.Equal(t, drill, live.DrillOf)

	again, err := r.Do(t.Context(), alerting.Command{Incident: drill, Verb: alerting.VerbReal, Actor: officer})
	require.NoError(t, err)
	assert.Equal(t, done.Links, again.Links, "one live incident, however often it is said")
	open := r.Unresolved()
	require.Eventually(t, func() bool { open = r.Unresolved(); return len(open) == 2 }, 20*time.Second, 10*time.Millisecond)
}

// Whom the policy leaves to a person's decision is told when somebody decides
// so, as of something new, and is in the plan over a restart.
func TestToReferTellsWhomThePolicyLeavesToAPerson(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	i := r.raised("hazard")
	assert.NotContains(t, r.recipients(), "desk-1", "the police are told of a hazard when a person decides so")
	refer := func(who alerting.Actor, to alerting.Audience) (alerting.Incident, error) {
		return r.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbRefer, Actor: who, Audience: to, Reason: "the wall leans over the street"})
	}
	_, err := refer(guard, alerting.Police)
	require.ErrorIs(t, err, alerting.ErrForbidden)
	_, err = refer(officer, alerting.Guards)
	require.ErrorIs(t, err, alerting.ErrConflict)

	done, err := refer(officer, alerting.Police)

	require.NoError(t, err)
	require.Len(t, done.Referred, 1)
	m := r.next("desk-1")
	assert.Equal(t, i.ID, m.Incident)
	assert.EqualValues(t, "hazard", m.Kind)
	assert.NotEmpty(t, m.Text.ZH)
	again, err := refer(officer, alerting.Police)
	require.NoError(t, err)
	assert.Equal(t, done.Number, again.Number, "it is so already")
	r.stop()

	r = start(t, path, nil)
	full, err := r.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Len(t, full.Referred, 1)
	r.TerminalUp(alerting.Police, "desk-1")
	assert.Equal(t, i.ID, r.next("desk-1").Incident)
}

// Of what is confidential the police learn that help is wanted, and no more.
func TestWhatIsConfidentialIsReferredMasked(t *testing.T) {
	r := start(t, "", nil)
	i := r.raised("bullying")
	r.recipients()

	_, err := r.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbRefer, Actor: officer, Audience: alerting.Police, Reason: "serious"})

	require.NoError(t, err)
	m := r.next("desk-1")
	assert.Equal(t, i.ID, m.Incident)
	assert.Empty(t, m.Kind)
	assert.Empty(t, m.Place.ID)
	assert.NotContains(t, m.Text.ZH, "欺凌")
	assert.NotContains(t, m.Text.ZH, "serious")
}

// Whoever was cut off knows only that there is something they pass on to nobody.
// A referral tells them anew, and a receipt for that last line is none for it.
func TestWhoWasCutOffIsToldAnewByAReferral(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	i := r.raised("attack")
	r.next("desk-1")
	r.classify(i.ID, "bullying")
	last := r.next("desk-1")
	require.Equal(t, alerting.ConcealedText(), last.Text)
	r.Report(last.Progress(alerting.Received, "", time.Now()))

	_, err := r.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbRefer, Actor: officer, Audience: alerting.Police, Reason: "serious"})

	require.NoError(t, err)
	m := r.next("desk-1")
	assert.Equal(t, i.ID, m.Incident)
	assert.Greater(t, m.Number, last.Number)
	assert.NotEqual(t, last.Text, m.Text)
	r.stop()

	r = start(t, path, nil)
	r.TerminalUp(alerting.Police, "desk-1")
	assert.Equal(t, m.Delivery, r.next("desk-1").Delivery, "and over a start")
}

// The police are to be told of a guard who does not answer after two minutes; by
// then it has become graver. They hear of it for the first time, and read what
// an alarm says; a liaison's page is told as their terminal is.
func TestWhoeverIsToldLaterReadsWhatItIs(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		d := manned()
		r := startAs(t, path, people.New(people.Lists{
			Schools: d.Schools(), Devices: d.Devices(), Terminals: d.TerminalsOf(school),
			Accounts: append(d.AccountsOf(school), people.Account{Name: "beat", Role: alerting.RoleLiaison, Schools: []string{school}, Named: true}),
		}))
		defer r.stop()
		c := engine.Condition{School: school, Kind: "lone-worker", Object: "gatehouse"}
		require.NoError(t, r.Found(c))
		time.Sleep(time.Minute)
		c.Facts = []string{alerting.FactSecondWindow}
		require.NoError(t, r.Found(c))
		synctest.Wait()
		assert.NotContains(t, r.recipients(), "desk-1")
		time.Sleep(time.Minute)
		synctest.Wait()
		told := map[string]deliver.Message{}
		for range len(r.told) {
			m := <-r.told
			told[m.Recipient] = m
		}
		for _, who := range []string{"desk-1", "beat"} {
			require.Contains(t, told, who)
			assert.Equal(t, alerting.Critical, told[who].Severity)
			assert.Contains(t, told[who].Text.EN, "School alarm: ", who)
			assert.Contains(t, told[who].Text.EN, "Call 010-5555", who)
		}
	})
}
