package api

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/alerting/people"
)

type ways []pathcheck.Status

func (w ways) Statuses() []pathcheck.Status { return w }

func (w ways) Shown(school, check, account string, _ time.Time) {
	w[0].Outside.Why = strings.Join([]string{school, check, account}, " ")
}

// A page of the police says that it shows the last check of one of its schools;
// nobody else's says anything, and of no other check.
func TestOnlyAPageOfThePoliceProvesTheWay(t *testing.T) {
	w := ways{{School: "s", Last: &pathcheck.Check{ID: "c-1"}}, {School: "other", Last: &pathcheck.Check{ID: "c-2"}}}
	s := &Service{paths: w}
	police := people.Account{Name: "desk", Role: alerting.RoleLiaison, Schools: []string{"s"}}
	require.ErrorIs(t, s.ShownCheck(people.Account{Role: alerting.RoleOfficer, Schools: []string{"s"}}, "c-1", time.Now()), alerting.ErrForbidden)
	require.ErrorIs(t, s.ShownCheck(police, "c-0", time.Now()), alerting.ErrNotFound)
	require.ErrorIs(t, s.ShownCheck(police, "c-2", time.Now()), alerting.ErrNotFound, "another's school")
	require.NoError(t, s.ShownCheck(police, "c-1", time.Now()))
	assert.Equal(t, "s c-1 desk", w[0].Outside.Why)
}

// Whoever acts on incidents, and whoever runs the hub, knows the ways of their
// own schools; nobody else knows any.
func TestOnlyRespondersOfTheSchoolKnowItsWay(t *testing.T) {
	s := &Service{paths: ways{{School: "a"}, {School: "b"}}}
	for role, want := range map[alerting.Role]int{
		alerting.RoleLiaison: 1, alerting.RoleOfficer: 1, alerting.RoleGuard: 1, alerting.RoleAdmin: 1,
		alerting.RoleParent: 0, alerting.RoleVolunteer: 0, alerting.RoleStaff: 0,
	} {
		found, checked := s.Ways(people.Account{Role: role, Schools: []string{"a"}})
		assert.True(t, checked, role)
		require.Len(t, found, want, role)
	}
	_, checked := (&Service{}).Ways(people.Account{Role: alerting.RoleOfficer, Schools: []string{"a"}})
	assert.False(t, checked, "off is said, not hidden")
}

func TestTheStateOfAWay(t *testing.T) {
	now := time.Now()
	for want, w := range map[string]pathcheck.Status{
		"waiting":  {Began: now.Add(-time.Second)},
		"proven":   {Began: now.Add(-time.Hour), ProvenAt: now.Add(-time.Minute)},
		"unproven": {Began: now.Add(-time.Hour), ProvenAt: now.Add(-4 * time.Minute)},
	} {
		assert.Equal(t, want, pathCheckOf(w, now).State)
	}
	assert.Equal(t, "unproven", pathCheckOf(pathcheck.Status{Began: now, Last: &pathcheck.Check{}}, now).State, "one that failed is no waiting")
}
