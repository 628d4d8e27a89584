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

func TestTargets(t *testing.T) {
	const s = time.Second
	own := drill.Own{Unit: 61, MutualAid: 62, Evacuation: 63, EvacuationHigh: 64, HeadCount: 65, Police: 66}
	for _, c := range []struct {
		site drill.Site
		part drill.Part
		want time.Duration
	}{
		{drill.Site{}, drill.Unit, 60 * s},
		{drill.Site{}, drill.MutualAid, 180 * s},
		{drill.Site{}, drill.Counted, 300 * s},
		{drill.Site{Storeys: 1}, drill.Evacuated, 120 * s},
		{drill.Site{Storeys: 4, EvacuationS: 600}, drill.Evacuated, 120 * s},
		{drill.Site{Storeys: 5}, drill.Evacuated, 180 * s},
		{drill.Site{Storeys: 5, EvacuationS: 240}, drill.Evacuated, 240 * s},
		{drill.Site{}, drill.Police, 300 * s},
		{drill.Site{Profile: drill.Urban, PoliceS: 900}, drill.Police, 300 * s},
		{drill.Site{Profile: drill.Suburban}, drill.Police, 600 * s},
		{drill.Site{Profile: drill.Rural}, drill.Police, 900 * s},
		{drill.Site{Profile: drill.Rural, PoliceS: 1200}, drill.Police, 1200 * s},
		{drill.Site{Own: own}, drill.Unit, 61 * s},
		{drill.Site{Own: own}, drill.MutualAid, 62 * s},
		{drill.Site{Own: own, Storeys: 4}, drill.Evacuated, 63 * s},
		{drill.Site{Own: own, Storeys: 5}, drill.Evacuated, 64 * s},
		{drill.Site{Own: own, Storeys: 5, EvacuationS: 240}, drill.Evacuated, 240 * s},
		{drill.Site{Own: own}, drill.Counted, 65 * s},
		{drill.Site{Own: own}, drill.Police, 66 * s},
		{drill.Site{Own: own, Profile: drill.Suburban}, drill.Police, 66 * s},
		{drill.Site{Own: own, Profile: drill.Rural, PoliceS: 1200}, drill.Police, 1200 * s},
	} {
		assert.Equal(t, c.want, c.site.Target(c.part), "%v %s", c.site, c.part)
	}
}

// Seconds for unit, mutual aid, evacuation, head count; -1 is never.
func graded(t *testing.T, took [4]int) drill.Report {
	t.Helper()
	s := running(t, evacuation())
	for at := range 1000 { // in the order of time
		for i, p := range drill.Parts()[:4] {
			if took[i] == at {
				s.mark(p, time.Duration(at)*time.Second)
			}
		}
	}
	s.now = ten.Add(1000 * time.Second)
	s.stop()
	r, ok := s.state.Report("ziwei")
	require.True(t, ok)
	return r
}

func TestGrades(t *testing.T) {
	for _, c := range []struct {
		took [4]int
		want drill.Grade
	}{
		{[4]int{60, 180, 120, 300}, drill.Excellent},
		{[4]int{0, 0, 0, 0}, drill.Excellent},
		{[4]int{60, 180, 121, 300}, drill.Good},
		{[4]int{60, 180, 180, 300}, drill.Good},
		{[4]int{60, 180, 181, 300}, drill.Passed},  // by more than half
		{[4]int{61, 180, 120, 300}, drill.Passed},  // the response unit
		{[4]int{60, 181, 121, 300}, drill.Passed},  // two missed
		{[4]int{61, 181, 121, 300}, drill.Failed},  // less than half met
		{[4]int{60, 180, 120, -1}, drill.Failed},   // nobody counted
		{[4]int{-1, -1, -1, -1}, drill.Failed},     // nothing was done
		{[4]int{60, 180, 120, 451}, drill.Passed},  // late, but counted
		{[4]int{900, 900, 900, 900}, drill.Failed}, // all late
	} {
		assert.Equal(t, c.want, graded(t, c.took).Grade, "%v", c.took)
	}
}

func TestAGoodDrillHasAtLeastThreeTargets(t *testing.T) {
	p := evacuation()
	p.Parts = []drill.Part{drill.Unit, drill.Evacuated}
	s := running(t, p)
	s.mark(drill.Unit, 10*time.Second)
	s.mark(drill.Evacuated, 121*time.Second)
	s.stop()
	r, _ := s.state.Report("ziwei")
	assert.Equal(t, drill.Passed, r.Grade)
	p.Parts = nil
	s = running(t, p)
	s.stop()
	r, _ = s.state.Report("ziwei")
	assert.Equal(t, drill.NotGraded, r.Grade)
	for _, v := range r.Results {
		assert.Equal(t, drill.NotPart, v.Verdict)
	}
}

func TestADrillThatBecameRealIsNotGraded(t *testing.T) {
	s := running(t, evacuation())
	s.mark(drill.Unit, 10*time.Second)
	s.press("b-2", "p", devices.Live)
	r, ok := s.state.Report("ziwei")
	require.True(t, ok)
	assert.Equal(t, drill.NotGraded, r.Grade)
	assert.Equal(t, drill.EndReal, r.End)
	assert.Equal(t, drill.Met, r.Results[0].Verdict, "what was measured stays")
}

func TestTimesCountFromTheFirstDrillPress(t *testing.T) {
	s := running(t, evacuation())
	s.mark(drill.MutualAid, 5*time.Second) // was there already
	s.now = ten.Add(40 * time.Second)
	s.press("b-1", "p-1", devices.Drill)
	s.mark(drill.Unit, 95*time.Second)
	s.stop()
	r, _ := s.state.Report("ziwei")
	assert.Equal(t, ten.Add(40*time.Second), r.Clock)
	assert.Equal(t, 55*time.Second, r.Results[0].Actual)
	assert.Equal(t, drill.Met, r.Results[0].Verdict)
	assert.Zero(t, r.Results[1].Actual)
	assert.Equal(t, drill.Met, r.Results[1].Verdict)
	assert.Equal(t, 1, r.Pressed)
}

func TestAReportIsOfADrillThatEndedAndOfItsSchools(t *testing.T) {
	s := running(t, joint())
	_, ok := s.state.Report("ziwei")
	assert.False(t, ok, "it runs")
	s.press("b-9", "p", devices.Drill)
	s.mark(drill.Unit, 10*time.Second)
	s.now = ten.Add(time.Hour)
	s.tick()
	_, ok = s.state.Report("x")
	assert.False(t, ok)
	a, _ := s.state.Report("ziwei")
	b, ok := s.state.Report("lanhua")
	require.True(t, ok)
	assert.Equal(t, drill.EndTime, a.End)
	assert.Equal(t, 1, a.Unexpected)
	assert.Zero(t, b.Unexpected)
	assert.True(t, a.Results[0].Done)
	assert.False(t, b.Results[0].Done, "another school's unit")
	assert.Equal(t, 120*time.Second, a.Results[2].Target)
	assert.Equal(t, 180*time.Second, b.Results[2].Target)
	assert.Equal(t, 1, a.Buttons)
	assert.Zero(t, b.Buttons)
	assert.Empty(t, a.Lessons)
	assert.Equal(t, second.Actor, a.Second)
}

func names() drill.Names {
	return drill.Names{
		School: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}, Kind: alerting.Text{ZH: "火情", EN: "fire"},
		Role: func(r alerting.Role) alerting.Text {
			return alerting.Text{ZH: "〈" + string(r) + "〉", EN: "the " + string(r)}
		},
		Zone: time.FixedZone("CST", 8*3600),
	}
}

func TestTheReportReadsWell(t *testing.T) {
	p := filed()
	p.Parts = p.Parts[:4] // filed, and the police only watch
	s := planned(t, p)
	s.do(drill.Command{Verb: drill.VerbAccept, By: liaison, Station: "desk-1"})
	s.do(drill.Command{Verb: drill.VerbStart, By: officer})
	s.press("b-1", "p-1", devices.Drill)
	s.mark(drill.Unit, 41*time.Second)
	s.mark(drill.Evacuated, 120*time.Second+200*time.Millisecond)
	s.mark(drill.MutualAid, 150*time.Second)
	s.now = ten.Add(10 * time.Minute)
	s.stop()
	r, _ := s.state.Report("ziwei")
	r.FiledLate = false
	got := r.Text(names())
	assert.Equal(t, strings.TrimSpace(`
【演练】演练评估报告:紫薇小学,火情
计划 2026-03-04 10:00:00,开始 2026-03-04 10:00:00,结束 2026-03-04 10:10:00(提前结束)
演练报备:报备 2 家,接受 1 家
按钮:计划 1 个,按下 1 个,计划外演练信号 0 次
计时起点 2026-03-04 10:00:00
最小应急单元到位:时限 60 秒,实际 41 秒,达标
周边联防到场:时限 180 秒,实际 150 秒,达标
疏散完成:时限 120 秒,实际 121 秒,未达标
清点完成:时限 300 秒,未完成,未达标
民警到场:未参加
总评:不合格
计划:〈officer〉;开始:〈officer〉
改进事项:待填写【演练】
`), got.ZH)
	assert.Equal(t, strings.TrimSpace(`
[DRILL] Drill report: Ziwei Primary, fire
Planned 2026-03-04 10:00:00, started 2026-03-04 10:00:00, ended 2026-03-04 10:10:00 (before its time)
Filed with the police: 2 asked, 1 accepted
Buttons: 1 planned, 1 pressed, 0 drill signals that nobody expected
Times count from 2026-03-04 10:00:00
response unit in place: target 60 s, took 41 s, met
mutual aid on site: target 180 s, took 150 s, met
building evacuated: target 120 s, took 121 s, missed
head count complete: target 300 s, not done, missed
police on site: took no part
Grade: failed
Planned by the officer, started by the officer
Lessons: to be written [DRILL]
`), got.EN)
}

func TestTheReportNamesNobody(t *testing.T) {
	s := running(t, joint())
	s.press("b-2", "p", devices.Live)
	r, _ := s.state.Report("ziwei")
	text := r.Text(names())
	for _, v := range []string{officer.Name, second.Name} {
		assert.NotContains(t, text.ZH, v+";")
		assert.NotContains(t, text.EN, "by "+v)
	}
	assert.Contains(t, text.EN, "confirmed by the officer, ended by a button")
	assert.Contains(t, text.ZH, "复核:〈officer〉;结束:报警按钮")
	assert.Contains(t, text.ZH, "未报备")
	assert.Contains(t, text.EN, "the police were not told")
	r.Filed, r.FiledLate = 1, true
	assert.Contains(t, r.Text(names()).ZH, "报备不足 1 个工作日")
	assert.Contains(t, r.Text(names()).EN, "less than a working day")
	r.Lessons = []string{"a", "b"}
	assert.Contains(t, r.Text(names()).EN, "Lessons: a; b [DRILL]")
	assert.Equal(t, "优秀", drill.GradeText(drill.Excellent).ZH)
}

// Who reads of a drill that ended before its time cannot tell whether a person
// stopped it or a hushed alarm did.
func TestAHushedAlarmReadsLikeAnyOtherEarlyEnd(t *testing.T) {
	ended := func(end func(*story)) drill.Report {
		s := running(t, evacuation())
		s.mark(drill.Unit, 10*time.Second)
		s.now = ten.Add(100 * time.Second)
		end(s)
		r, ok := s.state.Report("ziwei")
		require.True(t, ok)
		return r
	}
	person := ended(func(s *story) { s.stop() })
	hushed := ended(func(s *story) {
		p := devices.Press{ID: "p", From: devices.Address{School: "ziwei", Device: "b-2"}, ReceivedAt: s.now}
		events, err := drill.Step(s.state, drill.Input{Press: &p, Hushed: true}, s.now)
		require.NoError(t, err)
		s.keep(events)
	})
	assert.Equal(t, drill.NotGraded, person.Grade, "evacuation and head count were not due yet")
	assert.Equal(t, drill.Open, person.Results[len(person.Results)-2].Verdict)
	assert.Equal(t, person, hushed)
	assert.Equal(t, person.Text(names()), hushed.Text(names()))
	assert.NotContains(t, person.Text(names()).EN, "ended by")
}
