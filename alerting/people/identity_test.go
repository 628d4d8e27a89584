package people_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Whoever chooses a name at the provider reaches no account that is somebody's.
func TestAnAccountIsVouchedForByItsLinkElseByItsName(t *testing.T) {
	const here = "https://login.example.org"
	wang := people.Identity{Issuer: here, Subject: "u-1"}
	d := people.New(people.Lists{Schools: []people.School{{ID: "ziwei"}}, Accounts: []people.Account{
		{Name: "li-wei", Role: alerting.RoleOfficer, Schools: []string{"ziwei"}},
		{Name: "wang-fang", Role: alerting.RoleLiaison, Schools: []string{"ziwei"}, Identity: wang},
		{Name: "zhao-min", Role: alerting.RoleGuard, Schools: []string{"ziwei"}, Off: people.Suspended},
	}})
	for _, c := range []struct {
		who        people.Identity
		name, want string
	}{
		{wang, "", "wang-fang"},
		{wang, "li-wei", "wang-fang"},
		{people.Identity{Issuer: here, Subject: "u-2"}, "li-wei", "li-wei"},
		{people.Identity{Issuer: here, Subject: "u-2"}, "wang-fang", ""},
		{people.Identity{Issuer: here, Subject: "u-2"}, "", ""},
		{people.Identity{Issuer: "https://other.example.org", Subject: "u-1"}, "", ""},
		{people.Identity{}, "", ""},
		{people.Identity{}, "wang-fang", ""},
		{people.Identity{Issuer: here, Subject: "u-3"}, "zhao-min", "zhao-min"}, // and is off
	} {
		a, ok := d.Vouched(c.who, c.name)
		assert.Equal(t, c.want, a.Name, "%v %s", c.who, c.name)
		assert.Equal(t, c.want != "", ok)
	}
	assert.Empty(t, people.Identity{}.Fingerprint())
	assert.NotEqual(t, wang.Fingerprint(), people.Identity{Issuer: here, Subject: "u-2"}.Fingerprint())
}
