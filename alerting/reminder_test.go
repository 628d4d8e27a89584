package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// signed is an incident of a severity that the police signed at a second.
func signed(t *testing.T, k alerting.Kind, severity alerting.Severity, second int) *story {
	o := policyOf(k)
	o.Severity = severity
	s := opened(t, o)
	events, err := s.tryAt(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison}, noon.Add(time.Duration(second)*time.Second))
	require.NoError(t, err)
	s.keep(events)
	return s
}

// unnumbered is the clock of a school that nobody can call back.
var unnumbered = alerting.ClockRule{CallBack: -1}

type due struct {
	missing      alerting.Missing
	at, escalate int
}

func dues(i alerting.Incident) (out []due) {
	for _, r := range i.Reminders(unnumbered) {
		out = append(out, due{r.Missing, int(r.At.Sub(noon).Seconds()), int(r.Escalate.Sub(noon).Seconds())})
	}
	return out
}

func TestSignedIsNotTheEnd(t *testing.T) {
	for _, c := range []struct {
		name     string
		kind     alerting.Kind
		severity alerting.Severity
		second   int
		want     []due
	}{
		{"critical", "attack", alerting.Critical, 10, []due{{"school", 60, 120}, {"dispatch", 70, 130}, {"police", 300, 360}}},
		{"high, twice", "intrusion", alerting.High, 10, []due{{"school", 120, 240}, {"dispatch", 130, 250}, {"police", 600, 720}}},
		{"low, none", "attack", alerting.Low, 10, nil},
		{"signed late: nothing was due before", "attack", alerting.Critical, 400, []due{{"dispatch", 460, 520}, {"police", 460, 520}, {"school", 460, 520}}},
		{"signed late, high: twice the time", "intrusion", alerting.High, 700, []due{{"dispatch", 820, 940}, {"police", 820, 940}, {"school", 820, 940}}},
		{"nobody of the police is awaited", "medical", alerting.High, 10, []due{{"school", 120, 240}}},
		{"nobody runs", "bullying", alerting.High, 10, nil},
		{"critical, without a clock: a force all the same", "welfare", alerting.Critical, 10, []due{{"dispatch", 70, 130}}},
	} {
		assert.Equal(t, c.want, dues(signed(t, c.kind, c.severity, c.second).now), c.name)
	}
	now := signed(t, "bullying", alerting.High, 10).now
	now.Facts = []string{alerting.FactViolence}
	assert.Equal(t, []due{{"dispatch", 130, 250}}, dues(now), "violence goes on, without a clock: a force all the same")
}

func TestAStampEndsItsReminder(t *testing.T) {
	s := signed(t, "attack", alerting.Critical, 10)
	s.do(alerting.Command{Verb: alerting.VerbDispatch, Actor: liaison, Stage: alerting.ForceLeft})
	assert.Equal(t, []due{{"school", 60, 120}, {"police", 300, 360}}, dues(s.now))
	s.do(arrive(guard, alerting.PartySchool))
	assert.Equal(t, []due{{"police", 300, 360}}, dues(s.now))
	s.do(arrive(guard, alerting.PartyPolice))
	assert.Empty(t, dues(s.now))

	here := signed(t, "attack", alerting.Critical, 10)
	here.do(arrive(guard, alerting.PartyPolice))
	assert.Equal(t, []due{{"school", 60, 120}}, dues(here.now), "who is there need not be sent")
}

func TestOnlyWhoHasItIsReminded(t *testing.T) {
	s := of(t, "attack")
	assert.Empty(t, dues(s.now), "nobody has it: escalation runs by itself")
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: guard})
	all := s.now.Reminders(unnumbered)
	require.Len(t, all, 1)
	assert.Equal(t, alerting.MissingSchool, all[0].Missing)
	assert.Equal(t, alerting.Guards, all[0].Audience)
	assert.Equal(t, "gate", all[0].By)

	again := signed(t, "attack", alerting.Critical, 10)
	again.press(press("p-2", noon.Add(30*time.Second)))
	assert.Empty(t, dues(again.now), "a new round: nobody has that")

	drill := signed(t, "attack", alerting.Critical, 10)
	drill.now.Mode = devices.Drill
	assert.Empty(t, dues(drill.now))
	over := in(t, atResolved, alerting.LeadPolice)
	assert.Empty(t, dues(over.now))
}

func TestAReminderComesOnceAndThenEscalationBeginsAgain(t *testing.T) {
	s := signed(t, "attack", alerting.Critical, 10)
	i := s.now
	i.Plan.Steps = ladder()[:2] // the police's
	step := func() (alerting.Reminder, int, bool) {
		r, at, renew, ok := i.DueReminder(unnumbered)
		require.True(t, ok)
		n := alerting.Notice{Type: alerting.EventReminded, Audience: r.Audience, Reason: string(r.Missing), Number: i.RoundOf(r.Audience)}
		if renew {
			n = alerting.Notice{Type: alerting.EventRenewed, Audience: r.Audience, Reason: string(r.Missing)}
		}
		notice(t, &i, n, at)
		return r, int(at.Sub(noon).Seconds()), renew
	}

	r, at, renew := step()
	assert.Equal(t, alerting.MissingSchool, r.Missing)
	assert.Equal(t, 60, at)
	assert.False(t, renew)
	r, at, renew = step()
	assert.Equal(t, alerting.MissingDispatch, r.Missing)
	assert.Equal(t, 70, at)
	assert.False(t, renew)
	assert.True(t, i.AcknowledgedBy(alerting.Police), "a reminder takes nothing back")

	r, at, renew = step()
	assert.Equal(t, alerting.MissingSchool, r.Missing)
	assert.Equal(t, 120, at)
	assert.True(t, renew)
	assert.False(t, i.AcknowledgedBy(alerting.Police), "somebody has to take it on again")
	assert.Equal(t, alerting.StateAcknowledged, i.State, "the button's light says what is true: the police have signed")
	next, ok := i.NextEscalation()
	require.True(t, ok)
	assert.Equal(t, alerting.Police, next.Audience)
	assert.Equal(t, 120+15, int(next.NextAt.Sub(noon).Seconds()), "the levels count from the renewal")
	_, _, _, ok = i.DueReminder(unnumbered)
	assert.False(t, ok, "nobody has it: nobody is reminded")

	act(t, &i, alerting.RoleLiaison, alerting.VerbAcknowledge, noon.Add(130*time.Second))
	assert.True(t, i.AcknowledgedBy(alerting.Police))
	r, _, renew, ok = i.DueReminder(unnumbered)
	require.True(t, ok)
	assert.False(t, renew, "reminders begin anew: %s", r.Missing)
}

// called is a call to the school that somebody stamped at a second.
func called(by alerting.Role, to alerting.Callee, second int) func(*alerting.Incident) {
	return func(i *alerting.Incident) {
		i.Calls = append(i.Calls, alerting.Call{To: to, Role: by, At: noon.Add(time.Duration(second) * time.Second)})
	}
}

func TestWhoeverSignedCallsTheSchoolBack(t *testing.T) {
	for name, c := range map[string]struct {
		kind     alerting.Kind
		severity alerting.Severity
		change   func(*alerting.Incident)
		rule     alerting.ClockRule
		want     int // 0 is never
	}{
		"a minute after signing":      {kind: "attack", severity: alerting.Critical, want: 70},
		"of what is high as well":     {kind: "intrusion", severity: alerting.High, want: 70},
		"also where nobody runs":      {kind: "bullying", severity: alerting.High, want: 70},
		"by the policy":               {kind: "attack", severity: alerting.Critical, rule: alerting.ClockRule{CallBack: 90 * time.Second}, want: 100},
		"a school without a number":   {kind: "attack", severity: alerting.Critical, rule: unnumbered},
		"what is low":                 {kind: "attack", severity: alerting.Low},
		"silent: a telephone rings":   {kind: "attack", severity: alerting.Critical, change: func(i *alerting.Incident) { i.Silent = true }},
		"a drill":                     {kind: "attack", severity: alerting.Critical, change: func(i *alerting.Incident) { i.Mode = devices.Drill }},
		"a test":                      {kind: "attack", severity: alerting.Critical, change: func(i *alerting.Incident) { i.Mode = devices.Test }},
		"called":                      {kind: "attack", severity: alerting.Critical, change: called(alerting.RoleLiaison, alerting.CallSchool, 30)},
		"called before signing":       {kind: "attack", severity: alerting.Critical, change: called(alerting.RoleLiaison, alerting.CallSchool, 5)},
		"called before it was raised": {kind: "attack", severity: alerting.Critical, change: called(alerting.RoleLiaison, alerting.CallSchool, -60), want: 70},
		"called somebody else":        {kind: "attack", severity: alerting.Critical, change: called(alerting.RoleLiaison, alerting.CallAmbulance, 30), want: 70},
		"called by somebody else":     {kind: "attack", severity: alerting.Critical, change: called(alerting.RoleOfficer, alerting.CallSchool, 30), want: 70},
		"there": {kind: "attack", severity: alerting.Critical, change: func(i *alerting.Incident) {
			i.Arrivals = append(i.Arrivals, alerting.Arrival{Party: alerting.PartyPolice, At: noon.Add(20 * time.Second)})
		}},
	} {
		i := signed(t, c.kind, c.severity, 10).now
		if c.change != nil {
			c.change(&i)
		}
		got := 0
		for _, r := range i.Reminders(c.rule) {
			if r.Missing == alerting.MissingCallBack {
				got = int(r.At.Sub(noon).Seconds())
				assert.Equal(t, alerting.Police, r.Audience, name)
				assert.Zero(t, r.Escalate, "%s: nobody else is told", name)
			}
		}
		assert.Equal(t, c.want, got, name)
	}
}

func TestWhatIsDueInOneMomentIsOneReminder(t *testing.T) {
	i := signed(t, "attack", alerting.Critical, 10).now
	var rule alerting.ClockRule
	var got []string
	for now := noon; now.Before(noon.Add(110 * time.Second)); now = now.Add(time.Second) {
		r, at, renew, ok := i.DueReminder(rule)
		require.True(t, ok)
		if at.After(now) {
			continue
		}
		require.False(t, renew)
		missing := i.DueTogether(rule, r, now)
		got = append(got, string(missing))
		notice(t, &i, alerting.Notice{Type: alerting.EventReminded, Audience: r.Audience, Reason: string(missing), Number: i.RoundOf(r.Audience)}, now)
	}
	assert.Equal(t, []string{"school", "dispatch,call-back"}, got, "each once")
	assert.Equal(t, alerting.Text{ZH: "尚未派警、尚未回拨学校", EN: "no force sent yet, school not called back yet"}, alerting.MissingText("dispatch,call-back"))
	r, _, renew, ok := i.DueReminder(rule)
	require.True(t, ok)
	assert.True(t, renew)
	assert.Equal(t, alerting.MissingSchool, r.Missing, "a call that was not made escalates nothing")
}

func TestHowLateNewsIsTold(t *testing.T) {
	for _, c := range []struct {
		age      time.Duration
		resolved bool
		want     alerting.Lateness
		sounds   bool
		repeats  bool
		callBack bool
	}{
		{0, false, alerting.AsLive, true, true, false},
		{-time.Minute, false, alerting.AsLive, true, true, false},
		{5*time.Minute - 1, false, alerting.AsLive, true, true, false},
		{5 * time.Minute, false, alerting.LateOpen, true, false, false},
		{48 * time.Hour, false, alerting.LateOpen, true, false, false},
		{time.Minute, true, alerting.AsLive, true, true, false},
		{5 * time.Minute, true, alerting.LateClosed, false, false, true},
	} {
		l := alerting.Plan{}.LatenessOf(c.age, c.resolved)
		assert.Equal(t, c.want, l, "%s resolved %v", c.age, c.resolved)
		assert.Equal(t, []bool{c.sounds, c.repeats, c.callBack}, []bool{l.Sounds(), l.Repeats(), l.CallBack()})
	}
}
