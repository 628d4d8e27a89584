package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// TestEveryWordIsTheOneThatWasReviewed holds what the holes of the texts are
// filled with, word for word: what is known of an incident, and what guards,
// staff and volunteers do about each kind. The texts themselves are held beside
// them, in package texts.
func TestEveryWordIsTheOneThatWasReviewed(t *testing.T) {
	var b strings.Builder
	say := func(of, code string, words alerting.Text) {
		require.NotEmpty(t, words.ZH, "%s %s", of, code)
		require.NotEmpty(t, words.EN, "%s %s", of, code)
		fmt.Fprintf(&b, "%s %s: %s / %s\n", of, code, words.ZH, words.EN)
	}
	kinds := slices.Sorted(slices.Values(set().Kinds("ziwei")))
	for _, k := range kinds {
		say("kind", string(k), policy.KindText(k))
	}
	for _, s := range []alerting.Severity{alerting.Critical, alerting.High, alerting.Low} {
		say("severity", string(s), policy.SeverityText(s))
	}
	for _, v := range alerting.Verifications() {
		say("verify", string(v), policy.VerifyText(v))
	}
	for _, f := range slices.Concat(alerting.Facts(), alerting.FoundFacts(), alerting.FaultFacts()) {
		say("fact", f, alerting.FactText(f))
	}
	for _, o := range []alerting.Outcome{
		alerting.OutcomeReal, alerting.OutcomeTransferred, alerting.OutcomeUnfounded, alerting.OutcomeAccidental, alerting.OutcomePrank,
		alerting.OutcomeDeviceFault, alerting.OutcomeUnfiledTest, alerting.OutcomeMalicious, alerting.OutcomeDrill, alerting.OutcomeTest,
	} {
		say("outcome", string(o), alerting.OutcomeText(o))
	}
	for _, m := range []alerting.Missing{alerting.MissingDispatch, alerting.MissingPolice, alerting.MissingSchool} {
		say("missing", string(m), alerting.MissingText(m))
	}
	for _, p := range alerting.Parties() {
		say("arrived", string(p), alerting.PartyText(p))
	}
	for _, r := range []alerting.Role{alerting.RoleLiaison, alerting.RoleOfficer, alerting.RoleGuard} {
		say("role", string(r), policy.RoleText(r))
	}
	for _, a := range alerting.Audiences() {
		say("audience", string(a), policy.AudienceText(a))
	}
	duties := []people.Duty{}
	for _, a := range alerting.Audiences() {
		for _, d := range people.Duties(a) {
			if !slices.Contains(duties, d) {
				duties = append(duties, d)
				say("duty", string(d), d.Title())
			}
		}
	}
	for _, k := range kinds {
		say("guards do", string(k), policy.ActionText(nil, k))
		say("staff do", string(k), policy.StaffText(nil, k))
		f := policy.Facts{School: ziwei, Event: alerting.EventOpened, Incident: alerting.Incident{Kind: k, Mode: "live", Severity: alerting.High}}
		if words, ok := policy.VolunteerText(f); ok {
			say("volunteers are told", string(k), words)
		}
	}
	golden(t, "testdata/words.golden", b.String())
}
