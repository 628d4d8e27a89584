package people_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

func directory() *people.Directory {
	return people.New(people.Lists{
		Schools: []people.School{{ID: "ziwei"}, {ID: "lanhua"}},
		Devices: []people.Device{
			{Address: devices.Address{School: "ziwei", Device: "b-2"}},
			{Address: devices.Address{School: "ziwei", Device: "b-1"}},
			{Address: devices.Address{School: "lanhua", Device: "b-1"}},
		},
		Terminals: []people.Terminal{
			{Audience: alerting.Police, ID: "desk-2", Schools: []string{"ziwei", "lanhua", "ziwei"}},
			{Audience: alerting.Police, ID: "desk-1", Schools: []string{"ziwei"}},
			{Audience: alerting.Guards, ID: "desk-1", Schools: []string{"lanhua"}},
		},
		Accounts: []people.Account{
			{Name: "officer", Role: alerting.RoleOfficer, Schools: []string{"ziwei"}},
			{Name: "deputy", Role: alerting.RoleOfficer, Schools: []string{"ziwei"}, Named: true},
			{Name: "deputy", Role: alerting.RoleOfficer, Schools: []string{"lanhua"}},
		},
		Webhooks: []people.Webhook{{Name: "platform", Schools: []string{"ziwei"}}},
	})
}

func TestRecipientsOfASchool(t *testing.T) {
	d := directory()
	var users []string
	for _, v := range d.TerminalsOf("ziwei") {
		users = append(users, v.User())
	}
	assert.Equal(t, []string{"police/desk-1", "police/desk-2"}, users, "in order, and named twice is told once")
	require.Len(t, d.TerminalsOf("lanhua"), 2)
	assert.Equal(t, "guards/desk-1", d.TerminalsOf("lanhua")[0].User(), "one id in two audiences is two terminals")
	assert.Equal(t, "alert/guards/desk-1", d.TerminalsOf("lanhua")[0].Topic())
	require.Len(t, d.AccountsOf("ziwei"), 1, "the later entry of a name wins")
	assert.Equal(t, "officer", d.AccountsOf("ziwei")[0].Name)
	assert.Len(t, d.AccountsOf("lanhua"), 1)
	assert.Len(t, d.WebhooksOf("ziwei"), 1)
	assert.Empty(t, d.WebhooksOf("lanhua"))
	assert.Empty(t, d.TerminalsOf("nowhere"))
}

func TestLookUp(t *testing.T) {
	d := directory()
	_, ok := d.Terminal("police/desk-1")
	assert.True(t, ok)
	_, ok = d.Terminal("desk-1")
	assert.False(t, ok, "a terminal is named by its user")
	_, ok = d.Account("nobody")
	assert.False(t, ok)
	_, ok = d.Webhook("platform")
	assert.True(t, ok)
	_, ok = d.School("ziwei")
	assert.True(t, ok)
	_, ok = d.Device(devices.Address{School: "lanhua", Device: "b-2"})
	assert.False(t, ok, "a device is one school's")
	var ids []string
	for _, s := range d.Schools() {
		ids = append(ids, s.ID)
	}
	assert.Equal(t, []string{"lanhua", "ziwei"}, ids)
	ids = nil
	for _, v := range d.Devices() {
		ids = append(ids, v.Address.String())
	}
	assert.Equal(t, []string{"lanhua/b-1", "ziwei/b-1", "ziwei/b-2"}, ids)
}

func TestWhoMaySeeAnIncident(t *testing.T) {
	plain := alerting.Incident{School: "ziwei"}
	hidden := alerting.Incident{School: "ziwei", Confidential: true}
	foreign := alerting.Incident{School: "lanhua"}
	for _, role := range alerting.Roles() {
		responder := role == alerting.RoleLiaison || role == alerting.RoleOfficer || role == alerting.RoleGuard
		a := people.Account{Role: role, Schools: []string{"ziwei"}}
		named := people.Account{Role: role, Schools: []string{"ziwei"}, Named: true}
		assert.Equal(t, responder, a.MaySee(plain), role)
		assert.False(t, a.MaySee(hidden), "%s is not named", role)
		assert.Equal(t, responder, named.MaySee(hidden), role)
		assert.False(t, named.MaySee(foreign), role)
	}
}

func TestAnInnerMatterOfASchoolIsKeptFromWhomItsPlanSays(t *testing.T) {
	own := alerting.Incident{School: "ziwei", Plan: alerting.Plan{Unseen: []alerting.Audience{alerting.Police}}}
	for role, sees := range map[alerting.Role]bool{alerting.RoleLiaison: false, alerting.RoleOfficer: true, alerting.RoleGuard: true} {
		assert.Equal(t, sees, people.Account{Role: role, Schools: []string{"ziwei"}, Named: true}.MaySee(own), role)
	}
}

func TestSchoolWithoutZoneIsInUTC(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	assert.Equal(t, time.UTC, people.School{}.Location())
	assert.Equal(t, zone, people.School{Zone: zone}.Location())
}
