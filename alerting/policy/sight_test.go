package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// lived is an incident of the kind of which much is known: facts, somebody
// else's note, a reason, a classification with a fact.
func lived(kind alerting.Kind, o alerting.Opening) alerting.Incident {
	counsellor := alerting.Actor{Name: "counsellor", Role: alerting.RoleOfficer}
	o.Device, o.Kind = "b-1", kind
	events := []alerting.Event{
		{Type: alerting.EventOpened, Seq: 1, Incident: "i", School: "ziwei", At: noon, Opening: &o,
			Press: &alerting.PressRecord{ID: "p", PressedAt: noon, ReceivedAt: noon}},
		{Type: alerting.EventVerified, Seq: 2, Incident: "i", School: "ziwei", At: noon, Actor: counsellor, Verify: alerting.VerifiedReal, Facts: []string{"injured"}},
		{Type: alerting.EventNoted, Seq: 3, Incident: "i", School: "ziwei", At: noon, Actor: counsellor, Text: "note"},
		{Type: alerting.EventAcknowledged, Seq: 4, Incident: "i", School: "ziwei", At: noon, Actor: counsellor, Audience: alerting.School, Number: 1},
		{Type: alerting.EventCancelRequested, Seq: 5, Incident: "i", School: "ziwei", At: noon, Actor: counsellor, Reason: "reason"},
		{Type: alerting.EventNoted, Seq: 6, Incident: "i", School: "ziwei", At: noon, Actor: alerting.Actor{Name: "own"}, Text: "own note"},
	}
	i := alerting.Fold(events)
	i.Timeline = alerting.Timeline(events)
	for _, a := range alerting.Audiences() {
		i.Deliveries = append(i.Deliveries, alerting.Delivery{ID: string(a), Audience: a})
	}
	return i
}

// tells reports whether a line of the timeline holds the words.
func tells(i alerting.Incident, words string) bool {
	return slices.ContainsFunc(i.Timeline, func(e alerting.Entry) bool { return strings.Contains(e.Text.ZH, words) })
}

// fields are what there is to read of an incident, each by whether it is there.
var fields = []struct {
	name string
	has  func(alerting.Incident) bool
}{
	{"id", func(i alerting.Incident) bool { return i.ID != "" }},
	{"severity", func(i alerting.Incident) bool { return i.Severity != "" }},
	{"place", func(i alerting.Incident) bool { return i.Place.ID != "" }},
	{"who", func(i alerting.Incident) bool { return len(i.Acknowledgements) > 0 && tells(i, "接手") }},
	{"kind", func(i alerting.Incident) bool { return i.Kind != "" }},
	{"device", func(i alerting.Incident) bool { return i.Device != "" }},
	{"reason", func(i alerting.Incident) bool {
		return i.CancelRequested != nil && i.CancelRequested.Reason != "" || tells(i, "reason")
	}},
	{"all deliveries", func(i alerting.Incident) bool { return len(i.Deliveries) == len(alerting.Audiences()) }},
	{"facts", func(i alerting.Incident) bool { return len(i.Facts) > 0 }},
	{"facts in the timeline", func(i alerting.Incident) bool { return tells(i, "有人受伤") }},
	{"notes", func(i alerting.Incident) bool {
		return slices.ContainsFunc(i.Timeline, func(e alerting.Entry) bool { return e.Text.ZH == "note" })
	}},
	{"own note", func(i alerting.Incident) bool { return tells(i, "own note") }},
}

func readable(i alerting.Incident) (out []string) {
	for _, f := range fields {
		if f.has(i) {
			out = append(out, f.name)
		}
	}
	return out
}

// TestWhoReadsWhat is the table of audience, confidentiality and field.
func TestWhoReadsWhat(t *testing.T) {
	var (
		bare    = []string{"id", "severity"}
		answers = []string{"id", "severity", "place", "who", "own note"}
		action  = []string{"id", "severity", "place", "who", "kind", "device", "reason", "all deliveries", "own note"}
		whole   []string
	)
	for _, f := range fields {
		whole = append(whole, f.name)
	}
	c0, c1 := alerting.Kind("fire"), alerting.Kind("attack")
	plain, danger := live("welfare"), live("welfare", policy.FactLifeInDanger)
	for _, c := range []struct {
		role     alerting.Role
		named    bool // the account is
		other    bool // another account of the audience is
		c0, c1   []string
		c2, life []string
	}{
		{alerting.RoleLiaison, false, false, whole, whole, bare, answers},
		{alerting.RoleLiaison, false, true, whole, whole, bare, bare},
		{alerting.RoleLiaison, true, false, whole, whole, whole, whole},
		{alerting.RoleOfficer, false, false, whole, whole, bare, answers},
		{alerting.RoleOfficer, false, true, whole, whole, bare, bare},
		{alerting.RoleOfficer, true, false, whole, whole, whole, whole},
		{alerting.RoleGuard, false, false, whole, action, bare, bare},
		{alerting.RoleGuard, false, true, whole, action, bare, bare},
		{alerting.RoleGuard, true, false, whole, action, whole, whole},
		{alerting.RoleVolunteer, false, false, bare, bare, bare, bare},
		{alerting.RoleStaff, true, false, bare, bare, bare, bare},
		{alerting.RoleDistrict, true, false, bare, bare, bare, bare},
		{alerting.RoleParent, true, false, bare, bare, bare, bare},
		{alerting.RoleAdmin, true, false, bare, bare, bare, bare},
	} {
		accounts := []people.Account{{Name: "own", Role: c.role, Schools: []string{"ziwei"}, Named: c.named}}
		if c.other {
			accounts = append(accounts, people.Account{Name: "other", Role: c.role, Schools: []string{"ziwei"}, Named: true})
		}
		d := people.New(people.Lists{Schools: []people.School{ziwei}, Accounts: accounts})
		for _, compiled := range []bool{false, true} {
			if compiled {
				d = d.WithPolicy(policy.Compile(d, nil))
			}
			own, _ := d.Account("own")
			for class, got := range map[string]struct {
				o    policy.Occasion
				want []string
			}{"C0": {live(c0), c.c0}, "C1": {live(c1), c.c1}, "C2": {plain, c.c2}, "C2, life in danger": {danger, c.life}} {
				i := lived(got.o.Kind, policy.Open(d, got.o))
				assert.Equal(t, got.want, readable(policy.Seen(d, own, i)), "%s, named %v, other named %v, %s, compiled %v", c.role, c.named, c.other, class, compiled)
				assert.Equal(t, whole, readable(i), "what is left out is left out of a copy")
			}
		}
	}
}

func TestASchoolsOwnClassDecidesWhatGuardsRead(t *testing.T) {
	rules, faults := read(t, "kinds: {attack: {confidentiality: C0}, fire: {confidentiality: C1}}")
	require.Empty(t, faults)
	d := campus()
	d = d.WithPolicy(policy.Compile(d, map[string]*policy.Rules{"ziwei": rules}))
	guard, _ := d.Account("guard")
	for kind, spared := range map[alerting.Kind]bool{"attack": false, "fire": true, "intrusion": true, "crowd": false} {
		i := lived(kind, policy.Open(d, live(kind)))
		assert.Equal(t, spared, policy.Spared(d, guard, i), kind)
		assert.Equal(t, spared, len(policy.Seen(d, guard, i).Facts) == 0, kind)
	}
}
