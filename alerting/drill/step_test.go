package drill_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/devices"
)

func TestADrillFromPlanToReturn(t *testing.T) {
	s := planned(t, evacuation())
	started := s.do(drill.Command{Verb: drill.VerbStart, By: officer})
	require.Len(t, started, 2)
	assert.Equal(t, []drill.TextID{"VOI-03"}, started[0].Texts)
	assert.Equal(t, drill.EventWindow, started[1].Type)

	s.wait(10 * time.Minute)
	stopped := s.stop()
	require.Len(t, stopped, 1)
	assert.Empty(t, stopped[0].Texts, "the end sends nobody back")
	assert.True(t, stopped[0].Clear)

	s.counted(counted)
	back := s.do(drill.Command{Verb: drill.VerbReturn, By: officer, School: "ziwei"})
	assert.Equal(t, []drill.TextID{"VOI-03", "GRD-05", "STF-05"}, back[0].Texts)
	assert.Equal(t, drill.Returned, s.state.Phase)
	assert.Equal(t, s.state, s.recorded())
	assert.Equal(t, s.state, drill.Fold(s.events))
}

func TestNothingSendsAnybodyBackButAPersonAfterTheHeadCount(t *testing.T) {
	back := drill.Command{Verb: drill.VerbReturn, By: officer, School: "ziwei"}
	s := running(t, evacuation())
	s.refused(alerting.ErrConflict, back) // while it runs
	s.stop()
	for _, c := range []drill.Count{{}, {Complete: true}, {Expected: 400}, {Complete: true, Expected: 400, Missing: 1}} {
		s.counted(map[string]drill.Count{"ziwei": c})
		s.refused(alerting.ErrConflict, back)
	}
	s.counted(counted)
	for _, p := range []drill.Person{liaison, guard, who("t", alerting.RoleStaff), {Actor: alerting.Actor{Name: alerting.ActorHub}, Schools: []string{"ziwei"}}} {
		c := back
		c.By = p
		s.refused(alerting.ErrForbidden, c)
	}
	s.do(back)

	s = running(t, evacuation())
	s.wait(24 * time.Hour)
	for range 10 {
		for _, e := range s.tick() {
			assert.NotContains(t, e.Texts, drill.StaffEnd)
			assert.NotContains(t, e.Texts, drill.VoiceDrill)
		}
		s.wait(time.Hour)
	}
	assert.Equal(t, drill.Stopped, s.state.Phase, "by its time, and still outside")
}

func TestEachSchoolGoesBackByItself(t *testing.T) {
	s := running(t, joint())
	s.stop()
	s.do(drill.Command{Verb: drill.VerbReturn, By: officer, School: "lanhua"})
	assert.Equal(t, drill.Stopped, s.state.Phase)
	assert.Empty(t, s.do(drill.Command{Verb: drill.VerbReturn, By: officer, School: "lanhua"}), "once")
	s.do(drill.Command{Verb: drill.VerbReturn, By: officer, School: "ziwei"})
	assert.Equal(t, drill.Returned, s.state.Phase)
}

func TestNoDrillOnAnExaminationDay(t *testing.T) {
	exam := map[string]drill.Day{"lanhua": {Examination: true}}
	s := &story{t: t, now: ten.Add(-time.Hour), in: drill.Input{Days: exam}}
	s.refused(alerting.ErrConflict, drill.Command{Verb: drill.VerbPlan, By: officer, Plan: joint()})
	s.do(drill.Command{Verb: drill.VerbPlan, By: officer, Plan: evacuation()}) // the other school has none

	s = planned(t, joint())
	s.in.Days = exam
	s.refused(alerting.ErrConflict, drill.Command{Verb: drill.VerbStart, By: officer})
	s.in.Days = nil
	s.do(drill.Command{Verb: drill.VerbStart, By: officer})
	s.in.Days = exam
	s.refused(alerting.ErrConflict, drill.Command{Verb: drill.VerbConfirm, By: second})
}

func TestADrillStartsAtItsTimeAndNotDuringAnIncident(t *testing.T) {
	for after, want := range map[time.Duration]error{
		-drill.StartBefore - 1: alerting.ErrConflict, -drill.StartBefore: nil, 0: nil,
		drill.StartAfter: nil, drill.StartAfter + 1: alerting.ErrConflict,
	} {
		s := planned(t, evacuation())
		s.now = ten.Add(after)
		_, err := s.try(drill.Command{Verb: drill.VerbStart, By: officer})
		require.ErrorIs(t, err, want, after)
	}
	s := planned(t, evacuation())
	s.in.LiveOpen = true
	_, err := s.try(drill.Command{Verb: drill.VerbStart, By: officer})
	require.ErrorIs(t, err, alerting.ErrConflict)
	assert.ErrorContains(t, err, "a drill cannot begin now", "and not why: the officer may not know of it")
	assert.NotContains(t, err.Error(), "live")
	late := &story{t: t, now: ten.Add(time.Hour)}
	late.refused(alerting.ErrInvalid, drill.Command{Verb: drill.VerbPlan, By: officer, Plan: evacuation()})
}

func TestSeveralSchoolsNeedASecondPersonOfTheSameRole(t *testing.T) {
	confirm := drill.Command{Verb: drill.VerbConfirm, By: second}
	s := planned(t, joint())
	s.refused(alerting.ErrConflict, confirm) // nobody asked
	s.do(drill.Command{Verb: drill.VerbStart, By: officer})
	assert.Equal(t, drill.Pending, s.state.Phase)
	s.refused(alerting.ErrConflict, drill.Command{Verb: drill.VerbStart, By: second})
	s.refused(alerting.ErrForbidden, drill.Command{Verb: drill.VerbConfirm, By: officer})
	s.refused(alerting.ErrForbidden, drill.Command{Verb: drill.VerbConfirm, By: liaison})
	s.in.LiveOpen = true
	s.refused(alerting.ErrConflict, confirm)
	s.in.LiveOpen = false
	s.wait(5 * time.Minute)
	s.do(confirm)
	assert.Equal(t, drill.Running, s.state.Phase)
	assert.Equal(t, officer.Actor, s.state.StartedBy)
	assert.Equal(t, second.Actor, s.state.ConfirmedBy)
}

func TestAStartThatNobodyConfirmsLapses(t *testing.T) {
	s := planned(t, joint())
	s.do(drill.Command{Verb: drill.VerbStart, By: officer})
	s.wait(5 * time.Minute)
	assert.Empty(t, s.tick())
	s.wait(time.Second)
	s.refused(alerting.ErrConflict, drill.Command{Verb: drill.VerbConfirm, By: second})
	require.Len(t, s.tick(), 1)
	assert.Equal(t, drill.Planned, s.state.Phase)
	s.refused(alerting.ErrConflict, drill.Command{Verb: drill.VerbConfirm, By: second})
	s.do(drill.Command{Verb: drill.VerbStart, By: second})
	s.wait(5*time.Minute + 1)
	s.do(drill.Command{Verb: drill.VerbStart, By: officer}) // asked anew before it lapsed by itself
	s.do(drill.Command{Verb: drill.VerbConfirm, By: second})
}

func TestWhoMayDoWhat(t *testing.T) {
	must := map[drill.Verb]func(*testing.T) *story{
		drill.VerbPlan:   func(t *testing.T) *story { return &story{t: t, now: ten} },
		drill.VerbAccept: func(t *testing.T) *story { return planned(t, filed()) },
		drill.VerbCancel: func(t *testing.T) *story { return planned(t, evacuation()) },
		drill.VerbStart:  func(t *testing.T) *story { return planned(t, evacuation()) },
		drill.VerbMark:   func(t *testing.T) *story { return running(t, evacuation()) },
		drill.VerbStop:   func(t *testing.T) *story { return running(t, evacuation()) },
		drill.VerbReal:   func(t *testing.T) *story { return running(t, evacuation()) },
	}
	roles := map[drill.Verb][]alerting.Role{
		drill.VerbPlan: {"officer", "liaison"}, drill.VerbAccept: {"liaison"}, drill.VerbCancel: {"officer", "liaison"},
		drill.VerbStart: {"officer", "liaison"}, drill.VerbMark: {"officer", "liaison", "guard"}, drill.VerbStop: {"officer", "liaison"},
		drill.VerbReal: {"officer", "liaison", "guard", "staff"},
	}
	for verb, begin := range must {
		for _, role := range alerting.Roles() {
			s := begin(t)
			c := drill.Command{Verb: verb, By: who("x", role), Plan: evacuation(), Station: "desk-1", School: "ziwei", Part: drill.Unit, Reason: "why"}
			_, err := s.try(c)
			if !assert.ObjectsAreEqual(true, contains(roles[verb], role)) {
				require.ErrorIs(t, err, alerting.ErrForbidden, "%s by %s", verb, role)
				continue
			}
			require.NoError(t, err, "%s by %s", verb, role)
			c.By.Schools = []string{"lanhua"}
			_, err = s.try(c)
			if verb != drill.VerbAccept {
				require.ErrorIs(t, err, alerting.ErrForbidden, "%s for another school", verb)
			}
		}
	}
}

func contains(all []alerting.Role, r alerting.Role) bool {
	for _, v := range all {
		if v == r {
			return true
		}
	}
	return false
}

func TestWhatReachesSeveralSchoolsNeedsTheRoleInEach(t *testing.T) {
	one := officer
	one.Schools = []string{"ziwei"}
	s := planned(t, joint())
	s.refused(alerting.ErrForbidden, drill.Command{Verb: drill.VerbStart, By: one})
	s.refused(alerting.ErrForbidden, drill.Command{Verb: drill.VerbPlan, By: one, Plan: joint()})
	s.refused(alerting.ErrNotFound, drill.Command{Verb: drill.VerbReal, By: one, School: "x"})
	run := running(t, joint())
	run.do(drill.Command{Verb: drill.VerbReal, By: one, School: "ziwei"})
}

func filed() drill.Plan {
	p := evacuation()
	p.Filed = []string{"desk-1", "desk-2"}
	p.Parts = drill.Parts()
	return p
}

func TestThePoliceAreToldOnlyWhereTheyAccepted(t *testing.T) {
	s := running(t, evacuation())
	assert.Empty(t, s.state.PoliceTold())

	s = planned(t, filed())
	assert.Equal(t, []drill.TextID{"POL-10"}, s.events[0].Texts)
	assert.Empty(t, s.state.PoliceTold(), "filed is not accepted")
	alone := running(t, filed())
	assert.Equal(t, []drill.TextID{"VOI-03"}, alone.events[1].Texts, "nobody at the police is told")
	accept := drill.Command{Verb: drill.VerbAccept, By: liaison, Station: "desk-2"}
	s.do(accept)
	assert.Empty(t, s.do(accept), "once")
	accept.Station = "desk-3"
	s.refused(alerting.ErrNotFound, accept)
	events := s.do(drill.Command{Verb: drill.VerbStart, By: officer})
	assert.Equal(t, []drill.TextID{"VOI-03", "POL-11"}, events[0].Texts)
	assert.Equal(t, []string{"desk-2"}, s.state.PoliceTold())
	accept.Station = "desk-1"
	s.refused(alerting.ErrConflict, accept)
}

func TestFilingLessThanAWorkingDayBeforeIsSaid(t *testing.T) {
	for days, late := range map[int]bool{0: true, 1: false, 3: false} {
		s := &story{t: t, now: ten, in: drill.Input{Days: map[string]drill.Day{"ziwei": {WorkingDays: days}}}}
		s.do(drill.Command{Verb: drill.VerbPlan, By: officer, Plan: filed()})
		assert.Equal(t, late, s.state.FiledLate, days)
	}
	s := &story{t: t, now: ten}
	s.do(drill.Command{Verb: drill.VerbPlan, By: officer, Plan: evacuation()})
	assert.False(t, s.state.FiledLate, "not filed at all")
}

func TestItIsReal(t *testing.T) {
	itIs := drill.Command{Verb: drill.VerbReal, By: who("t", alerting.RoleStaff), School: "ziwei"}
	s := running(t, evacuation())
	events := s.do(itIs)
	require.Len(t, events, 1)
	assert.Equal(t, []drill.TextID{"GRD-06", "STF-06", "VOI-04"}, events[0].Texts)
	assert.True(t, events[0].Clear)
	assert.Equal(t, drill.Preempted, s.state.Phase)
	assert.Equal(t, itIs.By.Actor, s.state.EndedBy)
	again := s.do(itIs)
	require.Len(t, again, 1, "whoever says so is heard, each time")
	assert.Empty(t, again[0].Texts)

	for phase, begin := range map[drill.Phase]func() *story{
		drill.Stopped: func() *story { s := running(t, evacuation()); s.stop(); return s },
		drill.Planned: func() *story { return planned(t, evacuation()) },
		drill.Pending: func() *story {
			s := planned(t, joint())
			s.do(drill.Command{Verb: drill.VerbStart, By: officer})
			return s
		},
		drill.Cancelled: func() *story {
			s := planned(t, evacuation())
			s.do(drill.Command{Verb: drill.VerbCancel, By: officer, Reason: "rain"})
			return s
		},
	} {
		s := begin()
		require.Equal(t, phase, s.state.Phase)
		events := s.do(itIs)
		require.Len(t, events, 1, phase)
		assert.Equal(t, phase == drill.Stopped, len(events[0].Texts) == 3, phase)
		assert.NotEqual(t, drill.Pending, s.state.Phase, "a start that waits is dropped")
	}
}

func TestMarks(t *testing.T) {
	mark := drill.Command{Verb: drill.VerbMark, By: guard, School: "ziwei", Part: drill.Unit}
	planned(t, evacuation()).refused(alerting.ErrConflict, mark)
	s := running(t, evacuation())
	s.wait(time.Minute)
	for _, at := range []time.Time{ten.Add(-1), s.now.Add(1)} {
		c := mark
		c.At = at
		s.refused(alerting.ErrInvalid, c)
	}
	c := mark
	c.Part = drill.Police
	s.refused(alerting.ErrConflict, c)
	c.Part = "lunch"
	s.refused(alerting.ErrInvalid, c)
	c = mark
	c.At = ten.Add(20 * time.Second)
	s.do(c)
	assert.Empty(t, s.do(mark), "the first word counts")
	assert.Equal(t, ten.Add(20*time.Second), s.state.Marks[0].At)
	byHub := drill.Command{Verb: drill.VerbMark, By: drill.Person{Actor: alerting.Actor{Name: alerting.ActorHub}}, School: "ziwei", Part: drill.Counted}
	s.do(byHub)
	byHub.By.Role = alerting.RoleStaff
	s.refused(alerting.ErrForbidden, byHub)
}

func TestOneCommandCountsOnce(t *testing.T) {
	s := planned(t, evacuation())
	c := drill.Command{ID: "c-1", Verb: drill.VerbStart, By: officer}
	s.do(c)
	assert.Empty(t, s.do(c))
	c.By = guard
	s.refused(alerting.ErrForbidden, c)
	c = drill.Command{Verb: "restart", By: officer}
	s.refused(alerting.ErrNotFound, c)
	empty := &story{t: t, now: ten}
	empty.refused(alerting.ErrNotFound, drill.Command{Verb: drill.VerbStart, By: officer})
	s.refused(alerting.ErrConflict, drill.Command{Verb: drill.VerbPlan, By: officer, Plan: evacuation()})
	s.refused(alerting.ErrConflict, drill.Command{Verb: drill.VerbCancel, By: officer, Reason: "x"})
	s.refused(alerting.ErrInvalid, drill.Command{Verb: drill.VerbStop, By: officer})
	s.refused(alerting.ErrInvalid, drill.Command{Verb: drill.VerbStop, By: officer, Reason: strings.Repeat("x", 501)})
	s.stop()
	s.refused(alerting.ErrConflict, drill.Command{Verb: drill.VerbStop, By: officer, Reason: "x"})
}

func TestPlansThatAreRefused(t *testing.T) {
	require.NoError(t, evacuation().Check())
	require.NoError(t, joint().Check())
	require.NoError(t, filed().Check())
	for name, change := range map[string]func(*drill.Plan){
		"no id":             func(p *drill.Plan) { p.ID = "" },
		"no kind":           func(p *drill.Plan) { p.Kind = "" },
		"no time":           func(p *drill.Plan) { p.At = time.Time{} },
		"too long":          func(p *drill.Plan) { p.ForS = 3601 },
		"too short":         func(p *drill.Plan) { p.ForS = 59 },
		"no school":         func(p *drill.Plan) { p.Schools = nil },
		"a school twice":    func(p *drill.Plan) { p.Schools = append(p.Schools, p.Schools[0]) },
		"reserved":          func(p *drill.Plan) { p.Schools[0].ID = "police" },
		"no storeys":        func(p *drill.Plan) { p.Schools[0].Storeys = 0 },
		"evacuation":        func(p *drill.Plan) { p.Schools[0].EvacuationS = 901 },
		"police time":       func(p *drill.Plan) { p.Schools[0].PoliceS = 59 },
		"profile":           func(p *drill.Plan) { p.Schools[0].Profile = "moon" },
		"many schools":      func(p *drill.Plan) { p.Schools = make([]drill.Site, drill.MaxSchools+1) },
		"many windows":      func(p *drill.Plan) { p.Windows = make([]drill.Window, drill.MaxWindows+1) },
		"many stations":     func(p *drill.Plan) { p.Filed = make([]string, drill.MaxFiled+1) },
		"unknown part":      func(p *drill.Plan) { p.Parts = []drill.Part{"x"} },
		"part twice":        func(p *drill.Plan) { p.Parts = []drill.Part{drill.Unit, drill.Unit} },
		"police, not filed": func(p *drill.Plan) { p.Parts = []drill.Part{drill.Police} },
		"window elsewhere":  func(p *drill.Plan) { p.Windows[0].School = "lanhua" },
		"no device":         func(p *drill.Plan) { p.Windows[0].Device = "" },
		"a fire panel":      func(p *drill.Plan) { p.Windows[0].Kind = devices.KindFirePanel },
		"a gate":            func(p *drill.Plan) { p.Windows[0].Kind = devices.KindGate },
		"a long window":     func(p *drill.Plan) { p.Windows[0].ForS = 3601 },
		"a late window":     func(p *drill.Plan) { p.Windows[0].AfterS = 1200 },
		"backwards":         func(p *drill.Plan) { p.Windows[0].AfterS = -1 },
		"two windows":       func(p *drill.Plan) { p.Windows = append(p.Windows, p.Windows[0]) },
	} {
		p := evacuation()
		change(&p)
		require.ErrorIs(t, p.Check(), alerting.ErrInvalid, name)
		s := &story{t: t, now: ten}
		_, err := s.try(drill.Command{Verb: drill.VerbPlan, By: who("x", alerting.RoleOfficer), Plan: p})
		require.Error(t, err, name)
	}
}

func TestWhatWasPublishedIsNeverWrittenTo(t *testing.T) {
	s := running(t, evacuation())
	before := s.state
	window := before.Windows[0]
	s.press("b-1", "p-1", devices.Drill)
	assert.Equal(t, window, before.Windows[0])
}
