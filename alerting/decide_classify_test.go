package alerting_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func classify(a alerting.Actor, k alerting.Kind, s alerting.Severity) alerting.Command {
	return alerting.Command{Verb: alerting.VerbClassify, Actor: a, Kind: k, Severity: s}
}

// of begins a story with an incident of a kind, as the small policy has it.
func of(t *testing.T, k alerting.Kind) *story { return opened(t, policyOf(k)) }

func recipients(legs []alerting.Leg) []string {
	var out []string
	for _, l := range legs {
		out = append(out, l.Recipient)
	}
	return out
}

func TestANewKindAddsRecipientsAndDropsNone(t *testing.T) {
	s := of(t, "medical")
	require.Equal(t, []string{"gate-1", "deputy"}, recipients(s.now.Plan.Legs))
	before := s.now

	events := s.do(classify(guard, "attack", ""))

	assert.Equal(t, []string{"desk-1"}, recipients(events[0].Class.Added), "the police are new")
	assert.Equal(t, []string{"gate-1", "deputy", "desk-1"}, recipients(s.now.Plan.Legs))
	assert.EqualValues(t, "attack", s.now.Kind)
	assert.Equal(t, alerting.Critical, s.now.Severity)
	assert.Equal(t, alerting.LeadPolice, s.now.Lead, "the lead follows the kind")
	assert.Equal(t, events[0].At, s.now.LegFrom(s.now.Plan.Legs[2].Key()))
	assert.Equal(t, s.now.OpenedAt, s.now.LegFrom(s.now.Plan.Legs[0].Key()))
	assert.True(t, events[0].Told())
	assert.Equal(t, []string{"gate-1", "deputy"}, recipients(before.Plan.Legs), "a published copy stays as it was")
	assert.Equal(t, alerting.Text{ZH: "定性：某类，等级 特急", EN: "Classified: a kind, critical"}, alerting.Timeline(events)[0].Text)
}

func TestWhoWouldBeToldLaterIsToldSooner(t *testing.T) {
	s := of(t, "fight")
	c := classify(guard, "attack", "")
	events, err := s.tryAt(c, noon.Add(5*time.Second))
	require.NoError(t, err)
	require.Equal(t, []string{"desk-1"}, recipients(events[0].Class.Added), "after a minute becomes at once")
	s.keep(events)
	require.Len(t, s.now.Plan.Legs, 3, "in its place, not beside it")
	assert.Zero(t, s.now.Plan.Legs[0].After)

	later := of(t, "fight")
	events, err = later.tryAt(c, noon.Add(2*time.Minute))
	require.NoError(t, err)
	assert.Empty(t, events[0].Class.Added, "by then they have been told")
}

func TestALaterPlanTakesNothingBack(t *testing.T) {
	s := of(t, "attack")
	s.do(classify(guard, "fight", ""))
	assert.Zero(t, s.now.Plan.Legs[0].After, "the police were told at once and stay so")
	s.do(classify(guard, "hazard", ""))
	assert.Len(t, s.now.Plan.Legs, 3)
	assert.Equal(t, alerting.Critical, s.now.Severity, "severity follows a kind up, never down")
}

func TestSeverityRisesFreelyAndFallsByTheLeadsHandAlone(t *testing.T) {
	for _, c := range []struct {
		name  string
		actor alerting.Actor
		from  alerting.Kind
		to    alerting.Kind
		asked alerting.Severity
		want  alerting.Severity // "" is refused
	}{
		{"a guard raises", guard, "medical", "medical", alerting.Critical, alerting.Critical},
		{"a guard raises above the kind", guard, "hazard", "medical", alerting.Critical, alerting.Critical},
		{"a guard stays below the new kind", guard, "medical", "attack", alerting.High, ""},
		{"a guard lowers", guard, "attack", "attack", alerting.High, ""},
		{"the officer lowers what the police lead", officer, "attack", "medical", alerting.High, ""},
		{"the lead lowers", liaison, "attack", "attack", alerting.High, alerting.High},
		{"the lead lowers with the kind", liaison, "attack", "hazard", alerting.Low, alerting.Low},
		{"the police lower what the school leads", liaison, "medical", "medical", alerting.Low, ""},
		{"the school's lead lowers", officer, "medical", "medical", alerting.Low, alerting.Low},
	} {
		s := of(t, c.from)
		events, err := s.try(classify(c.actor, c.to, c.asked))
		if c.want == "" {
			require.ErrorIs(t, err, alerting.ErrForbidden, c.name)
			continue
		}
		require.NoError(t, err, c.name)
		require.Len(t, events, 1, c.name)
		assert.Equal(t, c.want, events[0].Class.Severity, c.name)
	}
	s := of(t, "attack")
	s.do(classify(liaison, "attack", alerting.High))
	assert.Empty(t, s.do(classify(guard, "attack", "")), "the same kind again does not raise it again")
}

func TestWhatBecomesConfidentialStaysSo(t *testing.T) {
	s := of(t, "emergency")
	for _, who := range []alerting.Actor{guard, officer} {
		_, err := s.try(classify(who, "bullying", ""))
		require.ErrorIs(t, err, alerting.ErrForbidden, "the police lead it")
	}
	events := s.do(classify(liaison, "bullying", ""))

	k := events[0].Class
	assert.True(t, k.Conceals)
	assert.True(t, s.now.Confidential)
	assert.Equal(t, []string{"deputy"}, recipients(s.now.Plan.Legs), "whoever is not named may be told no more of it")
	assert.Equal(t, []string{"desk-1", "gate-1"}, recipients(s.now.Hushed), "and gets one line")
	assert.Len(t, k.Hushed, 2)
	assert.Contains(t, alerting.Timeline(events)[0].Text.ZH, alerting.Typeset(alerting.ConcealedText().ZH))

	again := s.do(classify(liaison, "attack", ""))
	assert.True(t, s.now.Confidential, "there is no way back")
	assert.False(t, again[0].Class.Conceals)
	assert.True(t, again[0].Class.Confidential, "the record says so too")
	forged := s.now
	forged.Apply(alerting.Event{Type: alerting.EventClassified, Class: &alerting.Classification{Kind: "attack"}})
	assert.True(t, forged.Confidential, "whatever an event says")
	assert.ElementsMatch(t, []string{"deputy", "desk-1", "gate-1"}, recipients(s.now.Plan.Legs), "an attack is told to whoever has to act on it")
	assert.ElementsMatch(t, []string{"desk-1", "gate-1"}, recipients(again[0].Class.Added))
	assert.Empty(t, s.now.Hushed)

	back := s.do(classify(liaison, "bullying", ""))
	assert.True(t, back[0].Class.Conceals, "once it is no attack any more, those who had to act are told no more of it")
	assert.Equal(t, []string{"deputy"}, recipients(s.now.Plan.Legs))
	assert.ElementsMatch(t, []string{"desk-1", "gate-1"}, recipients(s.now.Hushed))
}

func TestAnIncidentIsNotMadeInvisibleToAll(t *testing.T) {
	s := of(t, "emergency")
	o := policyOf("bullying")
	o.Plan.Legs = nil
	c := classify(guard, "bullying", "")
	_, err := alerting.Step(&s.now, alerting.Input{Command: &c, Opening: o}, noon)
	require.ErrorIs(t, err, alerting.ErrConflict)
}

// What the school leads anybody at the place may make confidential, and what
// the police lead whoever is named for such matters.
func TestWhoMakesAnIncidentConfidential(t *testing.T) {
	s := of(t, "fight")
	assert.True(t, s.do(classify(guard, "bullying", ""))[0].Class.Conceals)
	s = of(t, "emergency")
	c := classify(officer, "bullying", "")
	events, err := alerting.Step(&s.now, alerting.Input{Command: &c, Opening: policyOf("bullying"), Named: true}, noon)
	require.NoError(t, err)
	assert.True(t, events[0].Class.Conceals)
}

func TestOnlyKnownKindsAreChosen(t *testing.T) {
	for _, k := range []alerting.Kind{"", "earthquake", alerting.KindHubFault} {
		_, err := of(t, "emergency").try(classify(guard, k, ""))
		require.ErrorIs(t, err, alerting.ErrInvalid, k)
	}
	_, err := of(t, "emergency").try(classify(guard, "attack", "grave"))
	require.ErrorIs(t, err, alerting.ErrInvalid)
	c := classify(guard, "attack", "")
	s := of(t, "emergency")
	_, err = alerting.Step(&s.now, alerting.Input{Command: &c, Opening: policyOf("fight")}, noon)
	require.ErrorIs(t, err, alerting.ErrInvalid, "a plan of another kind is no plan")
	assert.Len(t, alerting.Kinds(), len(devices.Alarms()))
}

// Whatever is classified how often and by whom: nobody who may be told drops
// out, nobody begins later, and a fall in severity is the lead's.
func TestClassifyingKeepsItsPromises(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 7))
		s := of(t, pick(r, alerting.Kinds()))
		at := noon
		for range 12 {
			at = at.Add(time.Duration(r.IntN(90)) * time.Second)
			before := s.now
			c := classify(pick(r, []alerting.Actor{liaison, officer, guard}), pick(r, alerting.Kinds()), pick(r, []alerting.Severity{"", alerting.Low, alerting.High, alerting.Critical}))
			events, err := s.tryAt(c, at)
			s.keep(events)
			if err != nil {
				require.Equal(t, before, s.now)
				continue
			}
			now := s.now
			require.False(t, before.Confidential && !now.Confidential, "seed %d", seed)
			if now.Severity.Rank() < before.Severity.Rank() {
				lead := map[alerting.Lead]alerting.Role{alerting.LeadPolice: alerting.RoleLiaison, alerting.LeadSchool: alerting.RoleOfficer}[before.Lead]
				require.Equal(t, lead, c.Actor.Role, "seed %d", seed)
			}
			require.Len(t, slices.CompactFunc(sorted(now.Plan.Legs), func(a, b alerting.Leg) bool { return a.Key() == b.Key() }), len(now.Plan.Legs), "one leg a key")
			for _, l := range before.Plan.Legs {
				k := slices.IndexFunc(now.Plan.Legs, func(n alerting.Leg) bool { return n.Key() == l.Key() })
				mayEnd := !before.Confidential || slices.Contains(before.Exposed, l.Key())
				if policyOf(now.Kind).Confidential && mayEnd && k < 0 {
					require.True(t, slices.ContainsFunc(now.Hushed, func(h alerting.Leg) bool { return h.Key() == l.Key() }))
					continue
				}
				require.GreaterOrEqual(t, k, 0, "seed %d: %s dropped out", seed, l.Recipient)
				require.False(t, now.LegFrom(l.Key()).Add(now.Plan.Legs[k].After).After(before.LegFrom(l.Key()).Add(l.After)), "seed %d: %s begins later", seed, l.Recipient)
			}
			if policyOf(now.Kind).Confidential {
				require.Equal(t, recipients(policyOf("bullying").Plan.Legs), recipients(now.Plan.Legs), "seed %d: of what is confidential the named are told alone", seed)
				require.Empty(t, now.Exposed, "seed %d", seed)
			}
			for _, l := range policyOf(now.Kind).Plan.Legs {
				require.Contains(t, recipients(now.Plan.Legs), l.Recipient, "seed %d: the kind's own recipients are told", seed)
			}
		}
	}
}

func sorted(legs []alerting.Leg) []alerting.Leg {
	return slices.SortedFunc(slices.Values(legs), func(a, b alerting.Leg) int {
		if a.Recipient < b.Recipient {
			return -1
		}
		return 1
	})
}
