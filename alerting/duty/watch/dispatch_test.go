package watch_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/devices"
)

// both has a guard and a teacher check in at the south gate in time.
func (r *rig) both(more ...duty.Entry) {
	r.t.Helper()
	r.roster(append(more, owes(r.t, "zhao", duty.Guard), owes(r.t, "qian", duty.Teacher))...)
	r.until("07:15:00")
	require.NoError(r.t, r.CheckIn(card("04a1b2c3")))
	require.NoError(r.t, r.CheckIn(card("04a1b2c4")))
}

// attack is an alarm at a place.
func (r *rig) attack(id, place string, mode devices.Mode) string {
	r.t.Helper()
	i, err := r.engine.Raise(r.t.Context(), alerting.Report{
		ID: id, School: school, Place: alerting.Place{ID: place, Name: alerting.Text{ZH: "操场", EN: "Field"}}, Kind: "attack", Mode: mode, By: zhao, At: time.Now(),
	})
	require.NoError(r.t, err)
	return i.ID
}

func (r *rig) do(incident string, by alerting.Actor, c alerting.Command) {
	r.t.Helper()
	c.Incident, c.Actor = incident, by
	_, err := r.engine.Do(r.t.Context(), c)
	require.NoError(r.t, err)
	time.Sleep(3 * time.Second)
	synctest.Wait()
}

// stands is how somebody stands at the south gate, and what they are called
// away to.
func (r *rig) stands(who string) (duty.Status, string) {
	r.t.Helper()
	b, _ := r.Board(school, time.Now())
	for _, p := range b.Posts[0].Shifts[0].People {
		if p.Person == who {
			return p.Status, p.Incident
		}
	}
	require.FailNow(r.t, "nobody of that name")
	return "", ""
}

var arrives = alerting.Command{Verb: alerting.VerbArrive, Party: alerting.PartySchool}

func TestAGuardWhoGoesToAnIncidentIsAwayUntilTheyCheckInAgain(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.both()
		r.until("07:45:00")
		i := r.attack("1", "field", devices.Live)
		r.do(i, zhao, arrives)
		status, to := r.stands("zhao")
		assert.Equal(t, duty.AwayNow, status)
		assert.Equal(t, i, to)
		b, _ := r.Board(school, time.Now())
		assert.Equal(t, [3]int{1, 1, 0}, [3]int{b.Posts[0].Shifts[0].Present, b.Posts[0].Shifts[0].Away, b.Posts[0].Shifts[0].Missing})
		r.until("07:45:20")
		assert.Equal(t, []string{"attack critical", "post-uncovered high"}, r.open(), "the cover says so")
		r.stop()

		r = start(t, dir)
		defer r.stop()
		r.until("07:50:00")
		status, to = r.stands("zhao")
		assert.Equal(t, []any{duty.AwayNow, i}, []any{status, to}, "on the disk")
		liaison := alerting.Actor{Name: "liaison", Role: alerting.RoleLiaison}
		r.do(i, liaison, alerting.Command{Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal})
		status, _ = r.stands("zhao")
		assert.Equal(t, duty.AwayNow, status, "nobody has seen them at the gate")
		assert.Equal(t, []string{"post-uncovered high"}, r.open())
		held := card("04a1b2c3")
		held.ID = "back"
		require.NoError(t, r.CheckIn(held))
		time.Sleep(3 * time.Second)
		status, _ = r.stands("zhao")
		assert.Equal(t, duty.Present, status)
		assert.Empty(t, r.open())
		done, err := r.Changes(t.Context(), school)
		require.NoError(t, err)
		require.Len(t, done, 3, "and the import")
		assert.Equal(t, [4]string{watch.CameBack, alerting.ActorHub, watch.WentAway, "guard"}, [4]string{done[0].What, done[0].By, done[1].What, done[1].By})
	})
}

func TestWhoIsNotCalledAwayByAStamp(t *testing.T) {
	for name, c := range map[string]struct {
		place string
		mode  devices.Mode
		with  alerting.Command
		by    alerting.Actor
	}{
		"the incident is at the post": {"south-gate", devices.Live, arrives, zhao},
		"a test":                      {"field", devices.Test, arrives, zhao},
		"somebody else arrived":       {"field", devices.Live, alerting.Command{Verb: alerting.VerbArrive, Party: alerting.PartyAmbulance}, zhao},
		"there already":               {"field", devices.Live, alerting.Command{Verb: alerting.VerbArrive, Party: alerting.PartySchool, OnPost: true}, zhao},
		"nobody on the roster":        {"field", devices.Live, arrives, alerting.Actor{Name: "officer", Role: alerting.RoleOfficer}},
		"a desk sends a force":        {"field", devices.Live, alerting.Command{Verb: alerting.VerbDispatch, Stage: alerting.ForceSent}, alerting.Actor{Name: "liaison", Role: alerting.RoleLiaison}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, dir string) {
				r := start(t, dir)
				defer r.stop()
				r.both()
				r.until("07:30:00")
				r.do(r.attack("1", c.place, c.mode), c.by, c.with)
				status, _ := r.stands("zhao")
				assert.Equal(t, duty.Present, status)
			})
		})
	}
}

// A guard who never came does not hide that by stamping an incident.
func TestAStampHidesNobodyWhoIsMissed(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		r.until("07:30:00")
		r.do(r.attack("1", "field", devices.Live), zhao, arrives)
		status, _ := r.stands("zhao")
		assert.Equal(t, duty.Missed, status)
	})
}

// Police who are out at an incident are not missed, and are expected again when
// it is over.
func TestPoliceOnAnIncidentAreCalledAwayAndNotMissed(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.reload(func(of *watch.School) {
			of.People = append(of.People, watch.Person{Name: "sun", Account: "liaison"})
		})
		r.both(owes(t, "sun", duty.Police))
		liaison := alerting.Actor{Name: "liaison", Role: alerting.RoleLiaison}
		r.until("07:16:00")
		i := r.attack("1", "field", devices.Live)
		r.do(i, liaison, alerting.Command{Verb: alerting.VerbDispatch, Stage: alerting.ForceLeft})
		status, to := r.stands("sun")
		assert.Equal(t, []any{duty.AwayNow, i}, []any{status, to})
		r.until("07:30:00")
		assert.Equal(t, []string{"attack critical"}, r.open(), "neither missed nor uncovered: others stand there")
		r.do(i, liaison, alerting.Command{Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal})
		status, _ = r.stands("sun")
		assert.Equal(t, duty.Missed, status, "expected again, and not there")
	})
}

// An officer sends a guard by name; the guard's next shift expects them whatever
// became of the incident.
func TestWhoeverIsSentByNameIsExpectedAtTheNextShift(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		later := owes(t, "zhao", duty.Guard)
		later.Window = "afternoon"
		r.both(later)
		r.until("07:45:00")
		i := r.attack("1", "field", devices.Live)
		require.NoError(t, r.Away(t.Context(), school, "officer", "zhao", i, false, func(duty.Entry) bool { return true }))
		status, to := r.stands("zhao")
		assert.Equal(t, []any{duty.AwayNow, i}, []any{status, to})
		r.do(i, alerting.Actor{Name: "liaison", Role: alerting.RoleLiaison}, alerting.Command{Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal})
		r.until("08:30:00")
		status, _ = r.stands("zhao")
		assert.Equal(t, duty.AwayNow, status)
		r.until("15:00:00")
		status, _ = r.stands("zhao")
		assert.Equal(t, duty.Due, status)
	})
}
