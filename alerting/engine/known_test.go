package engine_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

var deputy = alerting.Actor{Name: "deputy", Role: alerting.RoleOfficer}

// known raises an incident of a kind with what is known of it.
func (r *rig) known(k alerting.Kind, facts ...string) alerting.Incident {
	r.t.Helper()
	p := aReport()
	p.ID, p.Kind, p.Facts = uuid.NewString(), k, facts
	i, err := r.Raise(r.t.Context(), p)
	require.NoError(r.t, err)
	return i
}

func (r *rig) learns(incident string, facts ...string) alerting.Incident {
	r.t.Helper()
	i, err := r.Do(r.t.Context(), alerting.Command{Incident: incident, Verb: alerting.VerbVerify, Actor: deputy, Facts: facts})
	require.NoError(r.t, err)
	return i
}

func afterOf(i alerting.Incident, recipient string) time.Duration {
	at := slices.IndexFunc(i.Plan.Legs, func(l alerting.Leg) bool { return l.Recipient == recipient })
	if at < 0 {
		return -1
	}
	return i.Plan.Legs[at].After
}

func TestWhatIsKnownDecidesWhoIsToldAtOnce(t *testing.T) {
	r := start(t, "", nil)
	i := r.known("missing")
	assert.Equal(t, 5*time.Minute, afterOf(i, "desk-1"))
	assert.NotContains(t, r.recipients(), "desk-1")

	young := r.known("missing", alerting.FactUnder10, alerting.FactArmed)

	assert.Zero(t, afterOf(young, "desk-1"))
	assert.Equal(t, []string{alerting.FactArmed, alerting.FactUnder10}, young.Facts)
	m := r.next("desk-1")
	assert.Equal(t, young.ID, m.Incident)
	assert.Contains(t, m.Text.ZH, "未核实,持械、未满 10 岁")
}

func TestAFactThatIsLearntWidensTheRunningPlan(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	i := r.known("missing")
	r.recipients()

	done := r.learns(i.ID, alerting.FactUnder10)

	assert.Zero(t, afterOf(done, "desk-1"))
	m := r.next("desk-1")
	assert.Equal(t, i.ID, m.Incident)
	assert.Contains(t, m.Text.ZH, "未满 10 岁")
	before := len(done.Plan.Legs)
	back, err := r.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbVerify, Actor: officer, Withdrawn: []string{alerting.FactUnder10}})
	require.NoError(t, err)
	assert.Empty(t, back.Facts)
	assert.Len(t, back.Plan.Legs, before, "nobody who was told is dropped")
	assert.Zero(t, afterOf(back, "desk-1"))
	r.stop()

	r = start(t, path, nil)
	again, err := r.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Zero(t, afterOf(again, "desk-1"), "a restart knows it too")
}

func TestAFactIsToldToThoseWhomAnAnswerHadSpared(t *testing.T) {
	r := start(t, "", nil)
	i := r.known("missing")
	_, err := r.do(officer, i.ID, alerting.VerbAcknowledge)
	require.NoError(t, err)
	r.recipients()

	done := r.learns(i.ID, alerting.FactAbduction)

	assert.Equal(t, i.ID, r.next("desk-1").Incident, "the school has it, and the police are told all the same")
	step, ok := done.Plan.Step(alerting.Police, 3)
	require.True(t, ok)
	assert.Equal(t, 2*time.Minute, step.After, "two minutes, and not seven")
	assert.False(t, step.Since.IsZero(), "counted from when it became known")
}

func TestAFactThatThePlanDoesNotAskForChangesNobodysPart(t *testing.T) {
	r := start(t, "", nil)
	i := r.known("missing")
	r.govern(directory(), `{kinds: {missing: {police: 0, severity: critical}}}`)

	done := r.learns(i.ID, alerting.FactInjured)

	assert.Equal(t, i.Plan, done.Plan, "a changed configuration is for the next incident")
	assert.Equal(t, alerting.High, done.Severity)
}

func TestLifeInDangerMakesItThePolices(t *testing.T) {
	r := start(t, "", nil)
	i := r.known("welfare")
	require.Equal(t, alerting.LeadSchool, i.Lead)
	r.recipients()

	done := r.learns(i.ID, alerting.FactLifeInDanger)

	assert.Equal(t, alerting.Critical, done.Severity)
	assert.Equal(t, alerting.LeadPolice, done.Lead)
	assert.True(t, done.Confidential)
	m := r.next("desk-1")
	assert.Empty(t, m.Kind, "the desk learns that help is needed, and no more")
	assert.NotContains(t, m.Text.ZH, "危及生命")
}

func TestAKindMayBeChosenTogetherWithWhatIsKnown(t *testing.T) {
	r := start(t, "", nil)
	i := r.raised("medical")
	r.recipients()
	done, err := r.Do(t.Context(), alerting.Command{
		Incident: i.ID, Verb: alerting.VerbClassify, Actor: guard, Kind: "missing", Facts: []string{alerting.FactUnder10},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{alerting.FactUnder10}, done.Facts)
	assert.Equal(t, i.ID, r.next("desk-1").Incident)
	_, err = r.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbClassify, Actor: guard, Kind: "fight", Facts: []string{alerting.FactSensor}})
	require.ErrorIs(t, err, alerting.ErrInvalid, "what the hub finds nobody says")
}

// sensors are the usual people, with gates that report by themselves.
func sensors() *people.Directory {
	d := directory()
	devs := d.Devices()
	for _, id := range []string{"g-1", "g-2"} {
		devs = append(devs, people.Device{Address: devices.Address{School: school, Device: id}, Kind: devices.KindGate, Place: devs[0].Place})
	}
	return people.New(people.Lists{
		Schools: d.Schools(), Devices: devs, Terminals: d.TerminalsOf(school), Accounts: d.AccountsOf(school),
	})
}

// byDay is a policy that knows no night and no quiet hours worth speaking of.
const byDay = `{night: "00:00-00:01", quiet: "00:00-00:01"}`

func TestASecondSensorIsFoundByTheHub(t *testing.T) {
	r := start(t, "", nil)
	r.govern(sensors(), byDay)
	p := press("g-1")
	p.Alarm = devices.Intrusion
	require.NoError(t, r.Press(p))
	one, err := r.Incident(t.Context(), alerting.IncidentID(p.From, p.ID))
	require.NoError(t, err)
	assert.Equal(t, []string{alerting.FactSensor}, one.Facts)
	assert.Equal(t, time.Minute, afterOf(one, "desk-1"), "a lone sensor by day: somebody looks first")

	p = press("g-2")
	p.Alarm = devices.Intrusion
	require.NoError(t, r.Press(p))
	two, err := r.Incident(t.Context(), alerting.IncidentID(p.From, p.ID))
	require.NoError(t, err)
	assert.Equal(t, []string{alerting.FactSensor, alerting.FactSecondSensor}, two.Facts)
	assert.Equal(t, two.ID, r.next("desk-1").Incident)

	b := press("b-1")
	b.Alarm = devices.Intrusion
	require.NoError(t, r.Press(b))
	person, err := r.Incident(t.Context(), alerting.IncidentID(b.From, b.ID))
	require.NoError(t, err)
	assert.Empty(t, person.Facts, "a person pressed")
}

// foundBy is the open incident of a condition, once the engine has it.
func (r *rig) foundBy(c engine.Condition) alerting.Incident {
	r.t.Helper()
	require.NoError(r.t, r.Found(c))
	var out alerting.Incident
	require.Eventually(r.t, func() bool {
		for _, i := range r.Unresolved() {
			if !i.Resolved() && i.Kind == c.Kind && i.Device == c.Object && !slices.ContainsFunc(c.Facts, func(f string) bool { return !slices.Contains(i.Facts, f) }) {
				out = i
				return true
			}
		}
		return false
	}, 20*time.Second, 5*time.Millisecond)
	return out
}

// On an examination day what the hub finds makes no sound while it is low; once
// it is graver, and whatever somebody presses for, does.
func TestExaminationsAreNotDisturbedByWhatIsLow(t *testing.T) {
	r := start(t, "", nil)
	var examined atomic.Bool
	r.FollowExaminations(func(string, time.Time) bool { return examined.Load() })
	r.govern(directory(), byDay)
	c := engine.Condition{School: school, Kind: "hazard", Object: "g-1", Facts: []string{alerting.FactSensor, alerting.FactStillOpen}}
	require.NoError(t, r.Found(c))
	assert.Empty(t, r.next("officer").Sound(), "on any other day")

	examined.Store(true)
	c.Object = "g-2"
	require.NoError(t, r.Found(c))
	m := r.next("officer")
	assert.Equal(t, "none", m.Sound())
	assert.Equal(t, alerting.Low, m.Severity)
	grave := engine.Condition{School: school, Kind: "hazard", Object: "g-3", Facts: []string{alerting.FactSensor, alerting.FactUrgent}}
	require.NoError(t, r.Found(grave))
	m = r.next("officer")
	assert.Equal(t, alerting.High, m.Severity)
	assert.Empty(t, m.Sound())

	p := press("b-1")
	p.Alarm = devices.Hazard
	require.NoError(t, r.Press(p))
	m = r.next("officer")
	assert.Equal(t, alerting.Low, m.Severity)
	assert.Empty(t, m.Sound(), "a person's word")
}

func TestAConditionIsRaisedOnceAndGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	c := engine.Condition{School: school, Kind: "lone-worker", Object: "gatehouse"}
	i := r.foundBy(c)
	assert.Equal(t, alerting.High, i.Severity)
	assert.Equal(t, 2*time.Minute, afterOf(i, "desk-1"))
	r.stop()

	r = start(t, path, nil)
	c.Facts = []string{alerting.FactSecondWindow}
	grave := r.foundBy(c)
	assert.Equal(t, i.ID, grave.ID, "the same one, also after a restart")
	assert.Equal(t, alerting.Critical, grave.Severity)
	require.NoError(t, r.Found(c))
	_, err := r.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Len(t, r.Unresolved(), 1)

	for name, bad := range map[string]engine.Condition{
		"a person's kind": {School: school, Kind: "attack", Object: "x"},
		"no kind":         {School: school, Kind: "weather-war", Object: "x"},
		"a fault":         {School: school, Kind: alerting.KindHubFault, Object: "x"},
		"a person's fact": {School: school, Kind: "tamper", Object: "x", Facts: []string{alerting.FactArmed}},
	} {
		require.ErrorIs(t, r.Found(bad), alerting.ErrInvalid, name)
	}
}

// TestEveryFactOfThePolicyIsReachable walks the policy's data: each variant of
// each kind is brought about as people and the hub bring it about, and the plan
// that is frozen is the one that the variant asks for. A fact that nobody can
// set fails here.
func TestEveryFactOfThePolicyIsReachable(t *testing.T) {
	r := start(t, "", nil)
	set := r.govern(sensors(), byDay)
	n := 0
	for _, k := range set.Kinds(school) {
		for _, v := range set.Variants(school, k) {
			for _, when := range v.When {
				n++
				set := r.govern(sensors(), hours(slices.Contains(when, policy.FactNight)))
				i := r.bring(k, when)
				known := slices.DeleteFunc(slices.Clone(when), func(f policy.Fact) bool { return f == policy.FactNight })
				e := set.Explain(policy.Occasion{School: school, Place: i.Place, Kind: k, Mode: i.Mode, At: i.OpenedAt, Facts: known})
				name := fmt.Sprint(k, " ", when)
				assert.Contains(t, e.Variants, v.Title, name)
				sameDeeds(t, name, e.Plan, i.Plan)
				assert.Equal(t, e.Severity, i.Severity, name)
				r.closeAll()
			}
		}
	}
	assert.Greater(t, n, 9, "the data has that many")
}

// hours is a policy without night and quiet hours, or one where it is night now.
func hours(night bool) string {
	if !night {
		return byDay
	}
	now := time.Now().UTC()
	return fmt.Sprintf(`{night: "%s-%s", quiet: "00:00-00:01"}`, now.Add(-time.Hour).Format("15:04"), now.Add(time.Hour).Format("15:04"))
}

// bring opens an incident of a kind of which the facts are known, by the way
// that there is.
func (r *rig) bring(k alerting.Kind, when []policy.Fact) alerting.Incident {
	r.t.Helper()
	var said, found []string
	for _, f := range when {
		switch {
		case slices.Contains(alerting.Facts(), string(f)):
			said = append(said, string(f))
		case slices.Contains(alerting.FoundFacts(), string(f)):
			found = append(found, string(f))
		case slices.Contains(alerting.FaultFacts(), string(f)):
			return r.faulty(string(f))
		default:
			require.Equal(r.t, policy.FactNight, f, "%s: nobody can set it", k)
		}
	}
	var i alerting.Incident
	switch {
	case slices.Contains(found, alerting.FactSecondSensor):
		r.foundBy(engine.Condition{School: school, Kind: k, Object: "g-2", Place: aReport().Place})
		i = r.foundBy(engine.Condition{School: school, Kind: k, Object: "g-1", Place: aReport().Place})
	case slices.Contains(found, alerting.FactAlarmDevice):
		i = r.foundBy(engine.Condition{School: school, Kind: k, Object: "b-1", Place: aReport().Place})
	case len(found) > 0 || !slices.Contains(alerting.Kinds(), k):
		i = r.foundBy(engine.Condition{School: school, Kind: k, Object: "thing", Place: aReport().Place, Facts: found})
	default:
		return r.known(k, said...)
	}
	if len(said) > 0 {
		i = r.learns(i.ID, said...)
	}
	assert.Subset(r.t, i.Facts, slices.Concat(said, found), "%s", k)
	return i
}

// sameDeeds holds that two plans tell the same, at the same times: one that was
// widened has it in another order, counts from when it was, and names whoever
// was told before by the duty that asked first.
func sameDeeds(t *testing.T, name string, want, got alerting.Plan) {
	t.Helper()
	nameless := func(legs []alerting.Leg) []alerting.Leg {
		out := slices.Clone(legs)
		for i := range out {
			out[i].Duty = ""
		}
		return out
	}
	assert.ElementsMatch(t, nameless(want.Legs), nameless(got.Legs), name)
	steps := slices.Clone(got.Steps)
	for i := range steps {
		steps[i].Since = time.Time{}
	}
	assert.ElementsMatch(t, want.Steps, steps, name)
}

// closeAll has every open incident closed by whoever leads it.
func (r *rig) closeAll() {
	r.t.Helper()
	for _, i := range r.Unresolved() {
		by := liaison
		if i.Lead == alerting.LeadSchool {
			by = deputy
		}
		outcome := alerting.Outcomes(i.Mode, i.Lead)[0]
		for _, c := range []alerting.Command{
			{Verb: alerting.VerbReset, Reason: "looked"}, {Verb: alerting.VerbResolve, Outcome: outcome},
		} {
			c.Incident, c.Actor = i.ID, by
			_, err := r.Do(r.t.Context(), c)
			require.NoError(r.t, err)
		}
	}
}

func TestASensorOnAClosedDayCallsThePoliceAtOnce(t *testing.T) {
	r := start(t, "", nil)
	var closed atomic.Bool
	r.FollowDays(func(string, time.Time) bool { return closed.Load() })
	r.govern(sensors(), byDay)
	open := r.foundBy(engine.Condition{School: school, Kind: "intrusion", Object: "g-1", Place: aReport().Place})
	assert.Equal(t, time.Minute, afterOf(open, "desk-1"))
	r.closeAll()
	closed.Store(true)
	shut := r.foundBy(engine.Condition{School: school, Kind: "intrusion", Object: "g-2", Place: aReport().Place})
	assert.Contains(t, shut.Facts, alerting.FactClosedDay)
	assert.Zero(t, afterOf(shut, "desk-1"))
}

// Who stands at a place is what was so when the alarm began, for every text that
// follows, and of an alarm at another place nothing.
func TestWhoeverIsOnPostIsFrozenWithTheAlarm(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	two := alerting.Text{ZH: "保安员2人", EN: "school guard 2"}
	var at atomic.Pointer[alerting.Text]
	at.Store(&two)
	r := start(t, path, nil)
	r.FollowPosts(func(s, place string) alerting.Text {
		if s == school && place == aReport().Place.ID {
			return *at.Load()
		}
		return alerting.Text{}
	})
	i := r.known("attack")
	assert.Equal(t, two, i.OnPost)
	told := r.next("desk-1").Text
	assert.Contains(t, told.ZH, "。在岗保安员2人")
	assert.Contains(t, told.EN, ". On post: school guard 2")
	at.Store(&alerting.Text{ZH: "无人", EN: "nobody"})
	again, err := r.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Equal(t, two, again.OnPost)
	r.stop()

	r = start(t, path, nil)
	again, err = r.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Equal(t, two, again.OnPost, "also after a restart")
	c := engine.Condition{School: school, Kind: "tamper", Object: "b-1"}
	assert.Empty(t, r.foundBy(c).OnPost)
}

// On an examination day a test is told as ever, without a sound, also where it
// began the day before; and a test that a person would start is refused under a
// code of its own. What is real is neither.
func TestExaminationsAreNotDisturbedByTests(t *testing.T) {
	r := start(t, "", nil)
	var examined atomic.Bool
	r.FollowExaminations(func(s string, _ time.Time) bool { return s == school && examined.Load() })
	tested := func() (alerting.Incident, []string) {
		p := press("b-1")
		p.Mode = devices.Test
		require.NoError(t, r.Press(p))
		told := r.nextEach(pressTo("officer", p.ID), func(m deliver.Message) bool { return m.Recipient == "sign-1" })
		r.recipients()
		for _, i := range r.Unresolved() {
			if i.Mode == devices.Test {
				return i, []string{told[0].Sound(), told[1].Sound()}
			}
		}
		return alerting.Incident{}, nil
	}
	i, sounds := tested()
	assert.Equal(t, []string{"", ""}, sounds, "on any other day")
	assert.Empty(t, i.Facts)

	examined.Store(true)
	i, sounds = tested()
	assert.Equal(t, []string{"none", "none"}, sounds)
	assert.Equal(t, []string{alerting.FactExamination}, i.Facts)
	p := press("b-2")
	p.Mode = devices.Test
	require.NoError(t, r.Press(p))
	assert.Equal(t, "none", r.next("officer").Sound(), "one that begins on the day")
	r.recipients()

	live := press("b-1")
	require.NoError(t, r.Press(live))
	for _, m := range r.nextEach(pressTo("officer", live.ID), func(m deliver.Message) bool { return m.Recipient == "sign-1" }, pressTo("desk-1", live.ID)) {
		assert.Empty(t, m.Sound(), "%s hears what is real", m.Recipient)
	}
	of, err := r.Incident(t.Context(), alerting.IncidentID(live.From, live.ID))
	require.NoError(t, err)
	assert.Empty(t, of.Facts)
	assert.NotEmpty(t, of.Plan.Steps, "and it escalates")
	r.recipients()

	report := alerting.Report{ID: uuid.NewString(), School: school, Place: alerting.Place{ID: "gate"}, Kind: "emergency", Mode: devices.Test, By: guard, At: time.Now()}
	_, err = r.Raise(t.Context(), report)
	var own *alerting.Refusal
	require.ErrorAs(t, err, &own)
	assert.Equal(t, "examination-test", own.Code)
	require.ErrorIs(t, err, alerting.ErrConflict)
	report.Mode = devices.Live
	_, err = r.Raise(t.Context(), report)
	require.NoError(t, err, "an alarm is never refused")

	examined.Store(false)
	i, sounds = tested()
	assert.Equal(t, []string{"", ""}, sounds, "the day after")
	assert.Empty(t, i.Facts)
}

// What is wrong with a device, and low, waits for its sound as all that is low.
func TestExaminationsAreNotDisturbedByAStuckButton(t *testing.T) {
	r := start(t, "", nil)
	r.FollowExaminations(func(string, time.Time) bool { return true })
	for range alerting.StuckPresses + 1 {
		require.NoError(t, r.Press(press("b-1")))
	}
	for {
		if m := r.next("officer"); m.Kind == alerting.KindHubFault {
			assert.Equal(t, alerting.Low, m.Severity)
			assert.Equal(t, "none", m.Sound())
			return
		}
	}
}
