package pathcheck

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

var morning = time.Date(2026, 9, 1, 7, 42, 0, 0, time.UTC)

func ms(n int) time.Time { return morning.Add(time.Duration(n) * time.Millisecond) }

func leg(a alerting.Audience, id string) alerting.LegKey {
	return alerting.LegKey{Audience: a, Recipient: id, Channel: alerting.ChannelMQTT}
}

func step(s alerting.PathStage, at time.Time, k alerting.LegKey, reason string) alerting.PathStep {
	return alerting.PathStep{School: "s", Check: "1", Stage: s, Leg: k, At: at, Reason: reason}
}

// whole is a check that went all the way to a desk and a gatehouse.
func whole() Check {
	c := Check{ID: "1", School: "s", PressedAt: morning}
	for _, s := range []alerting.PathStep{
		step(alerting.PathReached, ms(1), alerting.LegKey{}, ""),
		step(alerting.PathHanded, ms(1), leg(alerting.Police, "desk-1"), "no answer yet"),
		step(alerting.PathHanded, ms(1), leg(alerting.Guards, "gate"), "no answer yet"),
		step(alerting.PathStored, ms(3), alerting.LegKey{}, ""),
		step(alerting.PathHanded, ms(9), leg(alerting.Police, "desk-1"), ""),
		step(alerting.PathReceived, ms(12), leg(alerting.Police, "desk-1"), ""),
	} {
		c = c.step(s)
	}
	return c.pressed(morning, ms(4), nil)
}

func TestAWholeWayIsProven(t *testing.T) {
	c := whole()
	assert.Equal(t, 9*time.Millisecond, c.Took(), "the police, the disk and the button have it")
	missing := c.Missing()
	require.Len(t, missing, 1)
	assert.Equal(t, Missing{alerting.PathHanded, leg(alerting.Guards, "gate"), "no answer yet"}, missing[0])
	assert.False(t, c.complete())
	c = c.step(step(alerting.PathReceived, ms(20), leg(alerting.Guards, "gate"), ""))
	assert.Empty(t, c.Missing())
	assert.True(t, c.complete())
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(Check) Check
		stage  alerting.PathStage
		why    string
	}{
		"nothing arrived": {func(Check) Check {
			return Check{PressedAt: morning}.pressed(time.Time{}, ms(5), errors.New("connect: refused"))
		}, alerting.PathReached, "connect: refused"},
		"disk full": {func(c Check) Check {
			c.StoredAt, c.ProvenAt = time.Time{}, time.Time{}
			return c.step(step(alerting.PathStored, ms(3), alerting.LegKey{}, "the disk does not take it"))
		}, alerting.PathStored, "the disk does not take it"},
		"not acknowledged": {func(c Check) Check {
			c.AcknowledgedAt, c.ProvenAt, c.PressFailed = time.Time{}, time.Time{}, "no answer in time"
			return c.prove()
		}, alerting.PathPressed, "no answer in time"},
		"desk unplugged": {func(c Check) Check {
			c.Legs = []Leg{{LegKey: leg(alerting.Police, "desk-1"), Reason: "not connected"}}
			c.ProvenAt = time.Time{}
			return c.prove()
		}, alerting.PathHanded, "not connected"},
		"no desk at all": {func(c Check) Check {
			c.Legs, c.ProvenAt = nil, time.Time{}
			return c.prove()
		}, alerting.PathHanded, "no police terminal is configured, and no page of theirs shows it"},
	} {
		c := tc.change(whole())
		assert.Zero(t, c.Took(), name)
		require.NotEmpty(t, c.Missing(), name)
		assert.Equal(t, tc.stage, c.Missing()[0].Stage, name)
		assert.Equal(t, tc.why, c.Missing()[0].Why, name)
	}
}

// With two desks one that has it proves the way, and the other is said.
func TestOneDeskOfTwoIsEnough(t *testing.T) {
	c := whole().step(step(alerting.PathHanded, ms(5), leg(alerting.Police, "desk-2"), "not connected"))
	assert.NotZero(t, c.Took())
	assert.Contains(t, c.Missing(), Missing{alerting.PathHanded, leg(alerting.Police, "desk-2"), "not connected"})
}

// What has been handed is not taken back by a late report, and a guard's
// terminal never proves the way to the police.
func TestNothingPassedIsTakenBack(t *testing.T) {
	c := whole().step(step(alerting.PathHanded, ms(30), leg(alerting.Police, "desk-1"), "not connected"))
	assert.Equal(t, 9*time.Millisecond, c.Took())
	only := Check{PressedAt: morning, ReachedAt: ms(1), StoredAt: ms(2)}.pressed(morning, ms(3), nil).
		step(step(alerting.PathReceived, ms(4), leg(alerting.Guards, "gate"), ""))
	assert.Zero(t, only.Took())
}

func TestPaidChannelsAreToldOnceADayFromNine(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	day := func(d, h int) time.Time { return time.Date(2026, 9, d, h, 5, 0, 0, shanghai) }
	w := way{}
	assert.False(t, w.everywhere(day(1, 8), shanghai), "too early")
	assert.True(t, w.everywhere(day(1, 9), shanghai))
	w = w.begin(Check{PressedAt: day(1, 9), Everywhere: true}, time.Minute)
	assert.False(t, w.everywhere(day(1, 21), shanghai), "once a day")
	assert.False(t, w.everywhere(day(2, 8), shanghai))
	assert.True(t, w.everywhere(day(2, 9), shanghai))
	again := restored(day(1, 12), day(1, 12), Records{Everywhere: &Check{PressedAt: day(1, 9)}})
	assert.False(t, again.everywhere(day(1, 12), shanghai), "a restart tells nobody twice")
}

// on is who is connected.
type on map[string]bool

func (o on) Terminal(user string) bool   { return o[user] }
func (o on) Console(account string) bool { return o[account] }

func TestCoverageCountsPeopleAndIndependentPaths(t *testing.T) {
	d := people.New(people.Lists{
		Schools: []people.School{{ID: "s"}},
		Terminals: []people.Terminal{
			{Audience: alerting.Police, ID: "desk-1", Schools: []string{"s"}, Via: alerting.ViaInternet},
			{Audience: alerting.Guards, ID: "gate", Schools: []string{"s"}, Via: alerting.ViaLAN},
			{Audience: alerting.Guards, ID: "sign", Schools: []string{"s"}, Via: alerting.ViaLAN, Public: true},
		},
		Accounts: []people.Account{
			{Name: "officer", Role: alerting.RoleOfficer, Schools: []string{"s"}},
			{Name: "parent", Role: alerting.RoleParent, Schools: []string{"s"}},
			{Name: "liaison", Role: alerting.RoleLiaison, Schools: []string{"s"}, Via: alerting.ViaInternet},
		},
		Contacts: []people.Contact{{Name: "leader", Audience: alerting.Police, Schools: []string{"s"}, Paths: []people.Path{
			{Channel: alerting.ChannelMQTT, Via: alerting.ViaInternet, Address: "desk-1"},
			{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+86"},
		}}},
	})
	for name, tc := range map[string]struct {
		on       on
		answered map[string]bool
		people   int
		vias     int
		enough   bool
	}{
		"nobody":                        {nil, nil, 0, 0, false},
		"a sign and a parent count not": {on{"guards/sign": true, "parent": true}, nil, 0, 0, false},
		"two over one path":             {on{"guards/gate": true, "officer": true}, nil, 2, 1, false},
		"one person over two paths":     {on{"police/desk-1": true}, map[string]bool{"sms leader": true}, 1, 2, false},
		"two over two":                  {on{"police/desk-1": true, "guards/gate": true}, nil, 2, 2, true},
		"a page over another path":      {on{"guards/gate": true, "liaison": true}, nil, 2, 2, true},
		"a gateway that failed":         {on{"guards/gate": true}, map[string]bool{"sms leader": false}, 1, 1, false},
		"a gateway that answered":       {on{"guards/gate": true}, map[string]bool{"sms leader": true}, 2, 2, true},
	} {
		c := cover(d, "s", tc.on, tc.answered, morning)
		assert.Equal(t, tc.people, c.Responders, name)
		assert.Len(t, c.Vias, tc.vias, name)
		assert.Equal(t, tc.enough, c.Enough(), name)
	}
}
