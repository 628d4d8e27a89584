package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// at is a figure of one school.
func (r *rig) at(of, name string, labels ...string) (sum float64) {
	r.t.Helper()
	want := map[string]string{"school": of}
	for i := 0; i < len(labels); i += 2 {
		want[labels[i]] = labels[i+1]
	}
	found := r.series(name, want)
	require.NotEmpty(r.t, found, "%s of %s", name, of)
	for _, m := range found {
		sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
	}
	return sum
}

// neighbours is the usual school with whom its levels ask for, and one beside
// it where nothing happens.
func neighbours() *people.Directory {
	d := manned()
	contact := func(name string, a alerting.Audience, duty people.Duty) people.Contact {
		return people.Contact{
			Name: name, Audience: a, Duties: []people.Duty{duty}, Schools: []string{school}, Named: true,
			Paths: []people.Path{{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+8613900000001", Gateway: "sms"}},
		}
	}
	return people.New(people.Lists{
		Schools: append(d.Schools(), people.School{ID: "next-door"}), Devices: d.Devices(), Accounts: d.AccountsOf(school),
		Contacts: []people.Contact{
			contact("leader", alerting.Police, people.DutyStationLeader), contact("second", alerting.School, people.DutySecondDeputy),
		},
	})
}

// What happens at a school is counted there, from 0 on, and nowhere else.
func TestASchoolsFiguresAreItsOwn(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, neighbours())
		defer r.stop()
		for name, series := range map[string]int{
			"school_incidents_unresolved": 2, "school_presses_total": 6, "school_escalations_total": 10, "school_reminders_total": 8,
			"school_audiences_missed_total": 40,
		} {
			assert.Len(t, r.series(name, nil), series, name)
		}
		require.NoError(t, r.Press(press("b-1")))
		drill := press("b-1")
		drill.Mode = devices.Drill
		require.NoError(t, r.Press(drill))
		time.Sleep(40 * time.Second)

		assert.InDelta(t, 1, r.at(school, "school_presses_total", "mode", "live"), 0)
		assert.InDelta(t, 1, r.at(school, "school_presses_total", "mode", "drill"), 0)
		assert.Positive(t, r.at(school, "school_incidents_unresolved"))
		for name, of := range map[string]string{"school_escalations_total": "escalations_total", "school_audiences_missed_total": "audiences_missed_total"} {
			assert.Positive(t, r.at(school, name), name)
			assert.InDelta(t, r.sum(of, "mode", "live"), r.at(school, name), 0, "%s: of what is live", name)
		}
		for _, name := range []string{"school_incidents_unresolved", "school_presses_total", "school_escalations_total", "school_audiences_missed_total"} {
			assert.Zero(t, r.at("next-door", name), name)
		}
	})
}

// Nobody learns from a school's figures that there is something confidential,
// nor how it goes on; the whole hub's have it.
func TestWhatIsConfidentialIsInNoSchoolsFigures(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, neighbours())
		defer r.stop()
		hidden := press("b-1")
		hidden.Alarm = devices.Bullying
		require.NoError(t, r.Press(hidden))
		time.Sleep(10 * time.Minute)

		assert.InDelta(t, 1, r.count("presses_total", map[string]string{"mode": "live"}), 0)
		assert.Positive(t, r.sum("escalations_total", "mode", "live"))
		assert.Positive(t, r.series("incidents_unresolved", nil)[0].GetGauge().GetValue())
		for _, name := range []string{"school_presses_total", "school_escalations_total", "school_reminders_total", "school_audiences_missed_total"} {
			assert.Zero(t, r.sum(name), name)
		}
		assert.Zero(t, r.at(school, "school_incidents_unresolved"))
	})
}

// What turns out to be confidential leaves the figures.
func TestWhatTurnsConfidentialLeavesTheFigures(t *testing.T) {
	r := start(t, "", nil)
	i := r.raised("attack")
	unresolved := func(want float64) {
		t.Helper()
		require.Eventually(t, func() bool { return r.at(school, "school_incidents_unresolved") == want }, time.Minute, 5*time.Millisecond)
	}
	unresolved(1)
	r.classify(i.ID, "bullying")
	unresolved(0)
	assert.InDelta(t, 1, r.at(school, "school_presses_total"), 0, "it was counted before")
	require.NotEmpty(t, r.Unresolved())
}
