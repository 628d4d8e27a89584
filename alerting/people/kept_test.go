package people

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
)

func TestAChangeMayNotTakeTheLastAdministrator(t *testing.T) {
	admin := func(name string, schools ...string) Account {
		return Account{Name: name, Role: alerting.RoleAdmin, Schools: schools, PasswordHash: "hash of " + name}
	}
	guard := Account{Name: "guard", Role: alerting.RoleGuard, Schools: []string{"a"}, PasswordHash: "x"}
	off := func(a Account) Account { a.Off = Disabled; return a }
	given := func(a Account) Kept {
		return Kept{Passwords: map[string]NewPassword{a.Name: {Replaces: a.Fingerprint(), Hash: "drawn", Initial: true}}}
	}
	one, two, ofA, ofB := admin("one"), admin("two"), admin("of-a", "a"), admin("of-b", "b")
	vouched := admin("vouched")
	vouched.Identity = Identity{Issuer: "https://id.example", Subject: "1"}
	type accounts = []Account
	for name, c := range map[string]struct {
		was, now      accounts
		before, after Kept
		want          bool
	}{
		"one of two is suspended":                 {was: accounts{one, two}, now: accounts{one, two}, after: Kept{Suspended: []string{"one"}}},
		"the only one is":                         {was: accounts{one, guard}, now: accounts{one, guard}, after: Kept{Suspended: []string{"one"}}, want: true},
		"the second of two is":                    {was: accounts{one, two}, now: accounts{one, two}, before: Kept{Suspended: []string{"two"}}, after: Kept{Suspended: []string{"two", "one"}}, want: true},
		"the other is disabled before a reload":   {was: accounts{one, two}, now: accounts{one, two}, before: Kept{Disabled: []string{"two"}}, after: Kept{Disabled: []string{"two"}, Suspended: []string{"one"}}, want: true},
		"the other is disabled":                   {was: accounts{one, off(two)}, now: accounts{one, off(two)}, after: Kept{Suspended: []string{"one"}}, want: true},
		"the other has a drawn password":          {was: accounts{one, two}, now: accounts{one, two}, before: given(two), after: Kept{Passwords: given(two).Passwords, Suspended: []string{"one"}}, want: true},
		"the other has none at all":               {was: accounts{one, {Name: "two", Role: alerting.RoleAdmin}}, now: accounts{one, {Name: "two", Role: alerting.RoleAdmin}}, after: Kept{Suspended: []string{"one"}}, want: true},
		"a provider vouches for the other":        {was: accounts{one, vouched}, now: accounts{one, vouched}, before: given(vouched), after: Kept{Passwords: given(vouched).Passwords, Suspended: []string{"one"}}},
		"the only one is given a drawn password":  {was: accounts{one}, now: accounts{one}, after: given(one), want: true},
		"a school's is no other for the hub":      {was: accounts{one, ofA}, now: accounts{one, ofA}, after: Kept{Suspended: []string{"one"}}, want: true},
		"the hub's is another for a school":       {was: accounts{one, ofA}, now: accounts{one, ofA}, after: Kept{Suspended: []string{"of-a"}}},
		"a school's is none for another school":   {was: accounts{ofA, ofB}, now: accounts{ofA, ofB}, after: Kept{Suspended: []string{"of-a"}}, want: true},
		"the hub's is made one of a school":       {was: accounts{one}, now: accounts{admin("one", "a")}, want: true},
		"somebody else is suspended":              {was: accounts{one, guard}, now: accounts{one, guard}, after: Kept{Suspended: []string{"guard"}}},
		"there was nobody before":                 {was: accounts{off(one), guard}, now: accounts{off(one), guard}, after: Kept{Suspended: []string{"guard"}}},
		"the configuration disables the only one": {was: accounts{one}, now: accounts{off(one)}, want: true},
	} {
		assert.Equal(t, c.want, Unadministered(c.was, c.before, c.now, c.after), name)
	}
}
