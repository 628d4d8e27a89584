package hub

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/rules"
)

// What watches over an evacuation door and what watches over a button mean the
// same by a school that is open, whatever windows its gates have. 2 to 8 March 2026
// is a week from Monday on.
func TestGateRulesAndSupervisionAgreeOnWhenSchoolIsOpen(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	const asked = "rules: [{id: asked, title: {zh: 开, en: open}, of: [evacuation], kind: hazard, when: school.open}]\n"
	const door = "gates: [{device: e-1, type: evacuation}]\n"
	evening := duty.Setup{Pattern: []duty.Window{{ID: "a", From: 7 * 60, To: 8 * 60, Gate: -1, On: duty.Manned}, {ID: "b", From: 21 * 60, To: 22 * 60, Gate: -1, On: duty.Full}}}
	for _, c := range []struct {
		name, rules string
		duty        map[string]watch.School
		tuesday     string // from when to when it is open then
	}{
		{"nothing is said", door, nil, "07:00-18:30"},
		{"a door without windows", "gates: [{device: e-1, type: evacuation, windows: []}]\n", nil, "07:00-18:30"},
		{"gates that never open", door + "windows: []\n", map[string]watch.School{"s": {Setup: evening}}, "07:00-22:00"},
		{"gates that open earlier and shut later", door + "windows: [{hours: 06:00-07:00}, {hours: 22:00-23:00}]\n", map[string]watch.School{"s": {Setup: evening}}, "06:00-23:00"},
		{"boarders", door, map[string]watch.School{"s": {Setup: duty.Setup{With: []duty.Condition{duty.Boarding}}}}, "07:00-18:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, faults := rules.Parse([]byte(asked + c.rules))
			require.Empty(t, faults)
			h := &Hub{}
			h.who.Store(&roster{
				directory: people.New(people.Lists{Schools: []people.School{{ID: "s", Zone: zone}}}),
				calendars: map[string]*calendar.Calendar{"s": calendar.Default()}, duties: c.duty, rules: map[string]*rules.Set{"s": set},
			})
			r := h.ruled("s")
			p := r.Set.NewPoint("e-1")
			var first, last string
			for at := time.Date(2026, time.March, 2, 0, 0, 0, 0, zone); at.Day() < 9; at = at.Add(10 * time.Minute) {
				p.Step(r.Clock, rules.Post{}, at)
				ruled := slices.ContainsFunc(p.Standing(), func(r *rules.Rule) bool { return r.ID == "asked" })
				require.Equal(t, h.open("s", at), ruled, "%v", at)
				if at.Day() == 3 && ruled {
					last = at.Add(10 * time.Minute).Format("15:04")
					if first == "" {
						first = at.Format("15:04")
					}
				}
			}
			assert.Equal(t, c.tuesday, first+"-"+last)
		})
	}
}
