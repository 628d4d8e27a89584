package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

func naming(kind alerting.Kind, names ...policy.Named) policy.Occasion {
	o := live(kind)
	o.Named = names
	return o
}

func TestWhomTheRosterNamesIsToldWhereThePolicyAsksForTheDuty(t *testing.T) {
	s := policy.Compile(campus(), nil)
	without := s.Open(live("post-missed")).Plan
	assert.ElementsMatch(t, []string{"guard-1 0 0s"}, asked(without, alerting.Guards))
	assert.Empty(t, without.Rostered)

	p := s.Open(naming("post-missed", policy.Named{Duty: people.DutySubstitute, Contact: "guard-2"}, policy.Named{Duty: people.DutyDutyLeader, Contact: "deputy"})).Plan

	assert.ElementsMatch(t, []string{"guard-1 0 0s", "guard-2 0 0s"}, asked(p, alerting.Guards), "the named one beside those who always have the duty")
	assert.ElementsMatch(t, []string{"officer 0 1m0s", "leader-today 1 11m0s", "deputy 1 11m0s"}, asked(p, alerting.School), "at the level of a duty leader")
	require.Len(t, p.Rostered, 2)
	assert.Equal(t, alerting.Rostered{Audience: alerting.Guards, Duty: "substitute", Title: people.DutySubstitute.Title(), Contact: "guard-2"}, p.Rostered[0])
	assert.Equal(t, 1, p.Rostered[1].Level)
	assert.Equal(t, []policy.Named{{Duty: people.DutySubstitute, Contact: "guard-2"}, {Duty: people.DutyDutyLeader, Contact: "deputy"}}, policy.NamedIn(p))
	assert.Equal(t, without, s.Open(live("post-missed")).Plan, "for one occasion alone")
}

func TestWhomTheRosterNamesIsSaidToBeUntoldWhereThatIsSo(t *testing.T) {
	p := policy.Compile(campus(), nil).Open(naming("post-missed",
		policy.Named{Duty: people.DutySubstitute}, policy.Named{Duty: people.DutySubstitute}, policy.Named{Duty: people.DutyRostered, Contact: "guard-2"},
		policy.Named{Duty: people.DutySubstitute, Contact: "teachers"}, policy.Named{Duty: people.DutySubstitute, Contact: "gone"},
	)).Plan

	var untold []alerting.Untold
	for _, r := range p.Rostered {
		untold = append(untold, r.Untold)
	}
	assert.Equal(t, []alerting.Untold{
		alerting.UntoldNoContact, alerting.UntoldNoContact, alerting.UntoldByPolicy, alerting.UntoldByPolicy, alerting.UntoldNoContact,
	}, untold, "a group's robot is no way to one person")
	assert.ElementsMatch(t, []string{"guard-1 0 0s"}, asked(p, alerting.Guards))
}

// Somebody of the school who stands in at a post is told as a guard is, by
// their own ways, and keeps their part.
func TestWhoIsOfAnotherAudienceIsToldAsTheDutyIs(t *testing.T) {
	p := policy.Compile(campus(), nil).Open(naming("post-missed", policy.Named{Duty: people.DutySubstitute, Contact: "officer"})).Plan

	assert.ElementsMatch(t, []string{"guard-1 0 0s", "officer 0 0s"}, asked(p, alerting.Guards))
	assert.ElementsMatch(t, []string{"officer 0 1m0s", "leader-today 1 11m0s"}, asked(p, alerting.School))
	for _, l := range p.Legs {
		if l.Audience == alerting.Guards && l.Contact == "officer" {
			assert.NotEqual(t, alerting.ChannelWeCom, l.Channel)
		}
	}
}

func TestTheRosterCountsMoreThanHours(t *testing.T) {
	s := policy.Compile(shifted(t, map[string]string{"guard-2": "mon-fri 18:00-19:00"}), nil)
	o := naming("post-missed", policy.Named{Duty: people.DutySubstitute, Contact: "guard-2"})
	require.Equal(t, noon, o.At)
	assert.Contains(t, asked(s.Open(o).Plan, alerting.Guards), "guard-2 0 0s")
}

func TestTheSecondMissedRoundInARowGoesToTheDutyLeaderAtOnce(t *testing.T) {
	s := policy.Compile(campus(), nil)
	assert.ElementsMatch(t, []string{"officer 0 0s", "leader-today 1 10m0s"}, asked(s.Open(live("patrol-missed")).Plan, alerting.School))
	o := live("patrol-missed", policy.FactSecondRound)
	o.Named = []policy.Named{{Duty: people.DutyDutyLeader, Contact: "deputy"}}
	assert.ElementsMatch(t, []string{"officer 0 0s", "leader-today 0 0s", "deputy 0 0s"}, asked(s.Open(o).Plan, alerting.School))
}

func TestAContactIsFoundByAccountOrNumber(t *testing.T) {
	d := people.New(people.Lists{
		Schools:  []people.School{ziwei},
		Accounts: []people.Account{{Name: "guard", Role: alerting.RoleGuard, Schools: []string{"ziwei"}}},
		Contacts: []people.Contact{
			contact(alerting.School, "deputy", paths(sms()), people.DutyDeputy),
			contact(alerting.Guards, "relief", paths(sms()), people.DutyGuard),
		},
	})
	find := func(as people.Duty, account, phone string) string {
		return policy.ContactOf(d, "ziwei", as, account, phone)
	}
	assert.Equal(t, "relief", find(people.DutySubstitute, "", "+8613900000001"))
	assert.Equal(t, "deputy", find(people.DutyDutyLeader, "", "+8613900000001"), "of two with one number it is the duty's own")
	assert.Equal(t, "console/guard", find(people.DutySubstitute, "guard", ""), "a page that nobody wrote down as a contact")
	assert.Empty(t, find(people.DutySubstitute, "", ""))
	assert.Empty(t, find(people.DutySubstitute, "nobody", "+8613900000002"))
	p := policy.Open(d, policy.Occasion{School: "ziwei", Kind: "post-missed", Mode: "live", At: noon, Named: []policy.Named{{Duty: people.DutySubstitute, Contact: "console/guard"}}}).Plan
	assert.Equal(t, []string{"console/guard 0 0s"}, asked(p, alerting.Guards), "a directory without a policy of its own, too")
}

// A button that is lost is told to the guards who stand there, and to all of
// them where nobody is known to.
func TestALostButtonIsToldToWhoeverStandsThere(t *testing.T) {
	d := campusOf()
	all := []string{"guard-1 0 0s", "mqtt/gatehouse-1 0 0s", "console/guard 0 0s"}
	there := func(contacts ...string) (out []policy.Named) {
		for _, c := range contacts {
			out = append(out, policy.Named{Duty: people.DutyRostered, Contact: c})
		}
		return out
	}
	s := policy.Compile(d, nil)
	for name, c := range map[string]struct {
		named []policy.Named
		want  []string
	}{
		"nobody is known to":    {nil, all},
		"a guard":               {there("guard-1"), []string{"guard-1 0 0s", "guard-2 0 0s"}},
		"one with an account":   {there("console/guard"), []string{"console/guard 0 0s", "guard-2 0 0s"}},
		"one without a contact": {there(""), all},
		"one who has gone":      {there("gone"), all},
		"one of two reached":    {there("", "guard-1"), []string{"guard-1 0 0s", "guard-2 0 0s"}},
	} {
		for _, facts := range [][]policy.Fact{nil, {policy.FactLasting}} {
			o := live("button-lost", facts...)
			o.Named = c.named
			assert.ElementsMatch(t, c.want, asked(s.Open(o).Plan, alerting.Guards), "%s %v", name, facts)
		}
	}
	assert.True(t, policy.AsksThere(d.WithPolicy(s), live("button-lost")))
	assert.False(t, policy.AsksThere(d.WithPolicy(s), live("tamper")))
	other := naming("tamper", there("guard-1")...)
	assert.ElementsMatch(t, asked(s.Open(live("tamper")).Plan, alerting.Guards), asked(s.Open(other).Plan, alerting.Guards), "a line that does not ask")
}
