package policy_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// shifted is the campus with hours for some of its contacts.
func shifted(t *testing.T, hours map[string]string) *people.Directory {
	t.Helper()
	all := contacts()
	for name, text := range hours {
		i := slices.IndexFunc(all, func(c people.Contact) bool { return c.Name == name })
		require.GreaterOrEqual(t, i, 0, name)
		span, err := people.ParseSpan(text)
		require.NoError(t, err)
		all[i].Hours = people.Hours{span}
	}
	d := campus()
	s, _ := d.School("ziwei")
	return people.New(people.Lists{
		Schools: []people.School{s}, Terminals: d.TerminalsOf("ziwei"), Accounts: d.AccountsOf("ziwei"),
		Webhooks: d.WebhooksOf("ziwei"), Contacts: all,
	})
}

// asked lists "contact level seconds" of an audience, each contact once.
func asked(p alerting.Plan, a alerting.Audience) []string {
	var out []string
	for _, l := range p.Legs {
		s := l.Contact + " " + string(rune('0'+l.Level)) + " " + l.After.String()
		if l.Audience == a && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

func TestWhoeverIsOffShiftIsPassedOverWithoutWaiting(t *testing.T) {
	always := policy.Compile(shifted(t, nil), nil).Open(live("fire")).Plan
	assert.Contains(t, asked(always, alerting.Police), "leader 1 15s")
	assert.Empty(t, always.OffShift)

	p := policy.Compile(shifted(t, map[string]string{"leader": "19:00-07:00"}), nil).Open(live("fire")).Plan
	assert.Equal(t, []alerting.OffShift{{Audience: alerting.Police, Contact: "leader", Duty: "station-leader"}}, p.OffShift)
	got := asked(p, alerting.Police)
	assert.NotContains(t, strings.Join(got, " "), "leader")
	assert.Contains(t, got, "chief 1 15s", "the next level comes when they would have been told")
	assert.Contains(t, got, "neighbour 1 15s")
	step, ok := p.Step(alerting.Police, 1)
	require.True(t, ok)
	assert.Equal(t, 15*time.Second, step.After)
	last, ok := p.Step(alerting.Police, 2)
	require.True(t, ok)
	assert.Equal(t, time.Minute, last.After, "and what is told to everybody once more keeps its time")
	assert.True(t, last.Everybody)
	assert.NotZero(t, last.Repeat)
	_, ok = p.Step(alerting.Police, 3)
	assert.False(t, ok)
	assert.Equal(t, asked(always, alerting.School), asked(p, alerting.School), "nobody else's part changes")

	night := live("fire")
	night.At = midnight
	p = policy.Compile(shifted(t, map[string]string{"leader": "19:00-07:00"}), nil).Open(night).Plan
	assert.Contains(t, asked(p, alerting.Police), "leader 1 15s", "on shift they are asked")
	assert.Empty(t, p.OffShift)
}

func TestALevelWaitsWhereSomebodyOfItIsOnShift(t *testing.T) {
	p := policy.Compile(shifted(t, map[string]string{"neighbour": "19:00-07:00"}), nil).Open(live("fire")).Plan
	assert.Equal(t, "neighbour", p.OffShift[0].Contact)
	got := asked(p, alerting.Police)
	assert.Contains(t, got, "leader 1 15s")
	assert.Contains(t, got, "chief 2 30s")
	assert.NotContains(t, strings.Join(got, " "), "neighbour")
}

// A terminal that nobody wrote down may stand in a dark office: it is told, and
// is nobody who is on shift. A station's desk is always manned.
func TestAMachineIsNobodyOnShift(t *testing.T) {
	d := shifted(t, map[string]string{"officer": "19:00-07:00", "leader-today": "19:00-07:00", "assigned": "19:00-07:00"})
	of := []string{"ziwei"}
	terminals := []people.Terminal{
		{Audience: alerting.School, ID: "office-1", Schools: of, Via: alerting.ViaLAN},
		{Audience: alerting.Police, ID: "desk-2", Schools: of, Via: alerting.ViaLAN},
	}
	p := policy.Compile(people.New(people.Lists{
		Schools: []people.School{ziwei}, Terminals: terminals,
		Contacts: slices.DeleteFunc(slices.Clone(d.ContactsOf("ziwei")), func(c people.Contact) bool { return c.Name == "desk" }),
	}), nil).Open(live("fight", policy.FactViolence)).Plan
	assert.Equal(t, []string{"deputy 0 0s", "mqtt/office-1 0 0s", "principal 1 3m0s"}, asked(p, alerting.School))
	assert.Equal(t, []string{"leader 1 1m30s", "mqtt/desk-2 0 1m0s", "seat 2 2m0s"}, asked(p, alerting.Police))
	step, ok := p.Step(alerting.School, 1)
	require.True(t, ok)
	assert.Equal(t, 3*time.Minute, step.After)
}

// If the first level is off shift, the second is told with the opening.
func TestTheNextLevelTakesThePlaceOfTheFirst(t *testing.T) {
	p := policy.Compile(shifted(t, map[string]string{"officer": "19:00-07:00", "leader-today": "19:00-07:00"}), nil).Open(live("fight")).Plan
	assert.Contains(t, asked(p, alerting.School), "deputy 0 0s")
	for _, l := range p.Legs {
		if l.Contact == "deputy" {
			assert.True(t, l.AtOnce() || l.Path > 0)
		}
	}
}

func TestAnAudienceIsNeverLeftWithoutAnybody(t *testing.T) {
	off := map[string]string{}
	for _, c := range contacts() {
		if c.Audience == alerting.School {
			off[c.Name] = "19:00-07:00"
		}
	}
	s, always := policy.Compile(shifted(t, off), nil), policy.Compile(shifted(t, nil), nil)
	for _, kind := range s.Kinds("ziwei") {
		p, all := s.Open(live(kind)).Plan, always.Open(live(kind)).Plan
		assert.Equal(t, all.Legs, p.Legs, "%s: all are told, though a webhook or a page would be there", kind)
		assert.Equal(t, all.Steps, p.Steps, kind)
		for _, o := range p.OffShift {
			assert.Equal(t, alerting.ToldNobodyElse, o.Told, kind)
		}
	}
	assert.NotEmpty(t, s.Open(live("fire")).Plan.OffShift)
	e := s.Explain(live("fire"))
	assert.Contains(t, e.String(), "off shift, and told all the same: nobody of them is on shift (on shift 19:00-07:00)")
}

func TestPassingOverNeverTakesTheSecondWayToThePolice(t *testing.T) {
	d := shifted(t, map[string]string{"desk": "19:00-07:00"})
	only := people.New(people.Lists{
		Schools: []people.School{ziwei},
		Contacts: slices.DeleteFunc(slices.Clone(d.ContactsOf("ziwei")), func(c people.Contact) bool {
			return c.Audience == alerting.Police && c.Name != "desk" && c.Name != "seat"
		}),
	})
	p := policy.Compile(only, nil).Open(live("emergency")).Plan
	assert.Equal(t, []alerting.OffShift{{Audience: alerting.Police, Contact: "desk", Duty: "station-desk", Told: alerting.ToldOneWay}}, p.OffShift)
	assert.Contains(t, asked(p, alerting.Police), "desk 0 0s")
	p = policy.Compile(only, nil).Open(live("traffic")).Plan
	assert.NotContains(t, asked(p, alerting.Police), "desk 0 0s", "what is not critical needs no second way")
}

// Of what waits for the morning, those are told who are on shift in the morning.
func TestShiftsAreThoseOfTheTimeAtWhichSomebodyIsTold(t *testing.T) {
	o := live("hazard")
	o.At = midnight
	p := policy.Compile(shifted(t, map[string]string{"officer": "06:00-18:00", "leader-today": "22:00-06:00"}), nil).Open(o).Plan
	got := strings.Join(asked(p, alerting.School), ",")
	assert.Contains(t, got, "officer 0")
	assert.Equal(t, "leader-today", p.OffShift[0].Contact)
}

func TestTestsAskNobodysHoursAndDrillsDo(t *testing.T) {
	d := shifted(t, map[string]string{"officer": "19:00-07:00"})
	s, always := policy.Compile(d, nil), policy.Compile(shifted(t, nil), nil)
	assert.Equal(t, always.Open(at("fire", devices.Test)), s.Open(at("fire", devices.Test)))
	drill := s.Open(at("fire", devices.Drill)).Plan
	assert.Equal(t, "officer", drill.OffShift[0].Contact)
	assert.NotContains(t, strings.Join(asked(drill, alerting.School), " "), "officer 0")
}

func TestOffShiftIsExplainedAndFrozen(t *testing.T) {
	s := policy.Compile(shifted(t, map[string]string{"deputy": "sat,sun 08:00-18:00"}), nil)
	e := s.Explain(live("fire"))
	assert.Contains(t, e.String(), "不在班,略过(在班 周六、周日 08:00-18:00) / off shift, passed over (on shift sat,sun 08:00-18:00)")
	assert.Equal(t, s.Open(live("fire")).Plan, e.Plan)
	text, err := json.Marshal(e.Plan)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"off_shift":[{"audience":"school","contact":"deputy","duty":"deputy"}]`)
	never := s.Open(policy.Occasion{School: "ziwei", Place: gate, Kind: "fire", Mode: devices.Live}).Plan
	assert.Empty(t, never.OffShift, "whatever the time of day, nobody is off shift")
}

func warnings(t *testing.T, hours map[string]string) []string {
	t.Helper()
	var out []string
	for _, w := range policy.Check(policy.BuiltIn(), "schools[0]", shifted(t, hours), ziwei, noon).Warnings {
		if strings.Contains(w.Message, "on shift") {
			out = append(out, w.Message)
		}
	}
	return out
}

func TestHoursInWhichNobodyIsOnShiftAreWarnedOf(t *testing.T) {
	assert.Empty(t, warnings(t, nil))
	assert.Empty(t, warnings(t, map[string]string{"guard-1": "07:00-19:00", "guard-2": "19:00-07:00"}), "two shifts meet")
	assert.Equal(t, []string{"nobody of guards is on shift at ziwei: mon 00:00 to mon 07:00, sat 07:00 to sat 24:00, sun 00:00 to sun 24:00; all of them are told then"},
		split(warnings(t, map[string]string{"guard-1": "mon-fri 07:00-19:00", "guard-2": "mon-fri 19:00-07:00"})))
	got := warnings(t, map[string]string{"guard-1": "school 07:00-07:01", "guard-2": "mon-sun 07:01-07:00"})
	assert.Len(t, got, 2, "the week of a term and that of the holidays: %v", got)
	assert.Contains(t, got[1], "in the holidays: mon 07:00 to mon 07:01")
}

// split keeps what is said of a gap over midnight readable in a test.
func split(s []string) []string {
	for i := range s {
		s[i] = strings.ReplaceAll(s[i], "sat 07:00 to sun 24:00", "sat 07:00 to sat 24:00, sun 00:00 to sun 24:00")
	}
	return s
}

func BenchmarkOpenWithHours(b *testing.B) {
	all := contacts()
	all[0].Hours = people.Hours{{From: 0, To: 60}}
	s := policy.Compile(people.New(people.Lists{Schools: []people.School{ziwei}, Contacts: all}), nil)
	o := live("emergency")
	b.ReportAllocs()
	for b.Loop() {
		s.Open(o)
	}
}

func TestALoudspeakerIsNobodyOnShift(t *testing.T) {
	d := shifted(t, map[string]string{"teachers": "19:00-07:00"})
	all := append(d.ContactsOf("ziwei"), contact(alerting.Staff, "speakers", paths(voice()), people.DutyLoudspeaker))
	p := policy.Compile(people.New(people.Lists{Schools: []people.School{ziwei}, Contacts: all}), nil).Open(live("fire")).Plan
	assert.Equal(t, []alerting.OffShift{{Audience: alerting.Staff, Contact: "teachers", Duty: "staff", Told: alerting.ToldNobodyElse}}, p.OffShift)
}
