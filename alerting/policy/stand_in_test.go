package policy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// pages lists whose pages of an audience an opening's plan tells.
func pages(o alerting.Opening, a alerting.Audience) []string {
	var out []string
	for _, l := range legsOf(o, a) {
		if l.Channel == alerting.ChannelConsole {
			out = append(out, l.Recipient)
		}
	}
	slices.Sort(out)
	return out
}

func TestWhereNobodyIsNamedOthersAreToldOnTheirPages(t *testing.T) {
	var (
		danger   = live("welfare", policy.FactLifeInDanger)
		violence = live("bullying", policy.FactViolence)
		plain    = live("bullying")
		both     = []alerting.Audience{alerting.Police, alerting.School}
	)
	seat := people.Account{Name: "seat", Role: alerting.RoleLiaison, Named: true}
	head := people.Account{Name: "head", Role: alerting.RoleOfficer, Named: true}
	for _, c := range []struct {
		name           string
		named          []people.Account
		o              policy.Occasion
		asked          []alerting.Audience
		police, school []string
	}{
		{"life in danger, nobody named", nil, danger, both, []string{"liaison"}, []string{"officer"}},
		{"life in danger, police named", []people.Account{seat}, danger, both, []string{"seat"}, []string{"officer"}},
		{"life in danger, school named", []people.Account{head}, danger, both, []string{"liaison"}, []string{"head"}},
		{"violence, nobody named", nil, violence, both[:1], []string{"liaison"}, nil},
		{"violence, both named", []people.Account{seat, head}, violence, both[:1], []string{"seat"}, []string{"head"}},
		{"no danger, nobody named", nil, plain, nil, nil, nil},
		{"no danger, both named", []people.Account{seat, head}, plain, nil, nil, []string{"head"}},
		{"not confidential", nil, live("attack"), nil, []string{"liaison"}, []string{"officer"}},
	} {
		o := policy.Open(campusOf(c.named...), c.o)
		assert.Equal(t, c.asked, o.Asked, c.name)
		assert.Equal(t, c.police, pages(o, alerting.Police), c.name)
		assert.Equal(t, c.school, pages(o, alerting.School), c.name)
		if o.Confidential {
			assert.Empty(t, pages(o, alerting.Guards), "%s: nothing waits for a guard's answer", c.name)
		}
	}
}

func TestCheckReportsWhereNobodyNamedCouldAnswer(t *testing.T) {
	const path = "policies[0]: "
	police := path + "bullying, welfare: confidential, told to police, and nobody named of police at ziwei could acknowledge or resolve it" +
		" (until then others do, who see where it is and no more): want a liaison's account with named: true"
	school := path + "bullying, welfare: confidential, told to school, and nobody named of school at ziwei could acknowledge or resolve it" +
		" (until then others do where life is in danger, who see where it is and no more; the rest nobody can answer): want an officer's account with named: true"
	seat := people.Account{Name: "seat", Role: alerting.RoleLiaison, Named: true}
	head := people.Account{Name: "head", Role: alerting.RoleOfficer, Named: true}
	for _, c := range []struct {
		policy string
		named  []people.Account
		want   []string
	}{
		{"{}", nil, []string{police, school}},
		{"{}", []people.Account{seat}, []string{school}},
		{"{}", []people.Account{head}, []string{police}},
		{"{}", []people.Account{seat, head}, nil},
		{"{kinds: {bullying: {variants: {violence: {police: decide}}}, welfare: {variants: {life-in-danger: {police: decide, lead: school}}}}}", []people.Account{head}, nil},
	} {
		rules, faults := read(t, c.policy)
		require.Empty(t, faults)
		var got []string
		for _, w := range policy.Check(rules, "policies[0]", campusOf(c.named...), ziwei, noon).Warnings {
			if w.Line == 0 {
				w.Message = "no line: " + w.Message
			}
			if m := w.Path + ": " + w.Message; slices.Contains([]string{police, school}, m) || slices.Contains(c.want, m) {
				got = append(got, m)
			}
		}
		assert.Equal(t, c.want, got, c.policy)
	}
}
