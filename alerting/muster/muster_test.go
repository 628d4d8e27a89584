package muster_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
)

var (
	noon    = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	officer = muster.Person{Actor: alerting.Actor{Name: "office", Role: alerting.RoleOfficer}}
	teacher = muster.Person{Actor: alerting.Actor{Name: "t-1", Role: alerting.RoleStaff}, Classes: []string{"c1"}}
	classes = []muster.Class{{ID: "c1", Roll: 40}, {ID: "c2", Roll: 38}, {ID: "c3", Roll: 0}}
)

// count is a head count and the events that made it.
type count struct {
	t      *testing.T
	state  muster.State
	events []muster.Event
	now    time.Time
}

func begun(t *testing.T) *count {
	c := &count{t: t, now: noon}
	require.Len(t, c.do(muster.Command{Verb: muster.VerbStart, By: officer, Muster: "i-1", School: "ziwei", Classes: classes}), 1)
	return c
}

func (c *count) try(cmd muster.Command) ([]muster.Event, error) {
	return muster.Step(c.state, cmd, c.now)
}

func (c *count) do(cmd muster.Command) []muster.Event {
	c.t.Helper()
	c.now = c.now.Add(time.Second)
	events, err := c.try(cmd)
	require.NoError(c.t, err)
	for _, e := range events {
		c.events = append(c.events, e)
		c.state.Apply(e)
	}
	return events
}

func figures(expected, present, missing int) muster.Figures {
	return muster.Figures{Expected: expected, Present: present, Missing: missing}
}

// fewer are figures of a class that expects fewer than its roll.
func fewer(expected, present, missing int, why muster.Reason) muster.Figures {
	return muster.Figures{Expected: expected, Present: present, Missing: missing, Reason: why}
}

func of(by muster.Person, class string, f muster.Figures) muster.Command {
	return muster.Command{Verb: muster.VerbReport, By: by, Class: class, Figures: f}
}

func TestACountIsCompleteWhenEveryClassHasReported(t *testing.T) {
	c := begun(t)
	assert.Equal(t, muster.Total{Classes: 3, Expected: 78, Uncounted: 78}, c.state.Total())
	assert.Equal(t, []string{"c1", "c2", "c3"}, c.state.Waiting())

	c.do(of(teacher, "c1", figures(40, 39, 1)))
	c.do(of(officer, "c2", figures(38, 38, 0)))
	assert.Equal(t, muster.Total{Classes: 3, Reported: 2, Expected: 78, Present: 77, Missing: 1}, c.state.Total())
	assert.True(t, c.state.CompletedAt.IsZero())
	assert.Equal(t, []string{"c3"}, c.state.Waiting())

	c.do(of(officer, "c3", figures(0, 0, 0)))
	total := c.state.Total()
	assert.True(t, total.Complete)
	assert.False(t, total.AllPresent(), "one is missing")
	assert.Equal(t, c.now, c.state.CompletedAt)
	done := c.now

	c.do(of(teacher, "c1", figures(40, 40, 0)))
	assert.True(t, c.state.Total().AllPresent())
	assert.Equal(t, done, c.state.CompletedAt, "a correction does not move it")
}

func TestACorrectionKeepsHistory(t *testing.T) {
	c := begun(t)
	c.do(of(teacher, "c1", figures(40, 38, 2)))
	before := c.state
	assert.Empty(t, c.do(of(officer, "c1", figures(40, 38, 2))), "the same again")
	c.do(of(officer, "c1", fewer(39, 39, 0, muster.ReasonLeave)))
	row := c.state.Classes[0]
	require.Len(t, row.Reports, 2)
	assert.True(t, row.Corrected())
	assert.Equal(t, figures(40, 38, 2), row.Reports[0].Figures)
	assert.Equal(t, teacher.Actor, row.Reports[0].By)
	assert.Equal(t, officer.Actor, row.Reports[1].By)
	assert.Equal(t, 1, c.state.Total().OffRoll)
	assert.Len(t, before.Classes[0].Reports, 1, "what was published stays")
	c.do(of(officer, "c1", figures(40, 38, 2)))
	assert.Len(t, c.state.Classes[0].Reports, 3, "back again is a correction too")
}

func TestFiguresMustAddUp(t *testing.T) {
	c := begun(t)
	for _, f := range []muster.Figures{
		figures(40, 39, 0), figures(40, 40, 1), figures(39, 40, 0), figures(0, -1, 1), figures(0, 1, -1),
		figures(-1, 0, -1), figures(muster.MaxPupils+1, muster.MaxPupils+1, 0),
	} {
		_, err := c.try(of(teacher, "c1", f))
		require.ErrorIs(t, err, alerting.ErrInvalid)
	}
}

func TestStaffReportForTheirOwnClass(t *testing.T) {
	c := begun(t)
	_, err := c.try(of(teacher, "c2", figures(1, 1, 0)))
	require.ErrorIs(t, err, alerting.ErrForbidden)
	for _, role := range alerting.Roles() {
		p := muster.Person{Actor: alerting.Actor{Name: "x", Role: role}, Classes: []string{"c1"}}
		_, err := c.try(of(p, "c1", figures(40, 40, 0)))
		if role == alerting.RoleStaff || role == alerting.RoleOfficer {
			require.NoError(t, err, role)
			continue
		}
		require.ErrorIs(t, err, alerting.ErrForbidden, role)
	}
	_, err = c.try(of(officer, "c9", figures(1, 1, 0)))
	require.ErrorIs(t, err, alerting.ErrNotFound)
	nobody := teacher
	nobody.Classes = append(nobody.Classes, "c9")
	_, err = c.try(of(nobody, "c9", figures(1, 1, 0)))
	require.ErrorIs(t, err, alerting.ErrNotFound)
}

func TestWhoStartsACountAndHow(t *testing.T) {
	start := func(p muster.Person, list []muster.Class) error {
		_, err := muster.Step(muster.State{}, muster.Command{Verb: muster.VerbStart, By: p, Classes: list}, noon)
		return err
	}
	hub := muster.Person{Actor: alerting.Actor{Name: alerting.ActorHub}}
	require.NoError(t, start(hub, classes))
	fake := hub
	fake.Role = alerting.RoleGuard // a person who happens to be called so
	require.ErrorIs(t, start(fake, classes), alerting.ErrForbidden)
	require.ErrorIs(t, start(teacher, classes), alerting.ErrForbidden)
	for name, list := range map[string][]muster.Class{
		"none": nil, "a name": {{ID: "张三"}}, "twice": {{ID: "a"}, {ID: "a"}}, "negative": {{ID: "a", Roll: -1}},
		"huge": {{ID: "a", Roll: muster.MaxPupils + 1}}, "many": make([]muster.Class, muster.MaxClasses+1),
	} {
		require.ErrorIs(t, start(officer, list), alerting.ErrInvalid, name)
	}
	c := begun(t)
	_, err := c.try(muster.Command{Verb: muster.VerbStart, By: officer, Classes: classes})
	require.ErrorIs(t, err, alerting.ErrConflict)
	_, err = c.try(muster.Command{Verb: "cancel", By: officer})
	require.ErrorIs(t, err, alerting.ErrNotFound)
	_, err = muster.Step(muster.State{}, of(officer, "c1", figures(1, 1, 0)), noon)
	require.ErrorIs(t, err, alerting.ErrNotFound, "before it began")
}

func TestACountOfNobodyIsNone(t *testing.T) {
	assert.False(t, muster.State{}.Total().Complete)
	assert.False(t, muster.Total{Complete: true}.AllPresent())
	assert.False(t, muster.Total{Expected: 40, Uncounted: 40}.AllPresent(), "not yet counted")
}

func TestOneCommandCountsOnce(t *testing.T) {
	c := begun(t)
	first := of(teacher, "c1", figures(40, 38, 2))
	first.ID = "r-1"
	c.do(first)
	c.do(of(teacher, "c1", figures(40, 40, 0)))
	assert.Empty(t, c.do(first), "sent again late, it undoes nothing")
	assert.Zero(t, c.state.Total().Missing)
	again := muster.Command{ID: "r-1", Verb: muster.VerbStart, By: officer}
	assert.Empty(t, c.do(again))
}

func TestReportsAreBounded(t *testing.T) {
	c := begun(t)
	for i := range muster.MaxReports {
		c.do(of(teacher, "c1", figures(40, i%2, 40-i%2)))
	}
	_, err := c.try(of(teacher, "c1", figures(40, 40, 0)))
	require.ErrorIs(t, err, alerting.ErrConflict)
}

// Whatever is reported in whatever order: the total is the sum of each class's
// latest figures, nobody is lost between present, missing and uncounted, and
// the journal tells the same.
func TestTotalsAlwaysAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 300 {
		c := begun(t)
		latest := map[string]muster.Figures{}
		for range r.IntN(12) {
			id := classes[r.IntN(len(classes))].ID
			p, m := r.IntN(50), r.IntN(3)
			c.do(of(officer, id, fewer(p+m, p, m, muster.ReasonElsewhere)))
			latest[id] = figures(p+m, p, m)
		}
		total := c.state.Total()
		missing := 0
		for _, f := range latest {
			missing += f.Missing
		}
		require.Equal(t, missing, total.Missing)
		require.Equal(t, total.Expected, total.Present+total.Missing+total.Uncounted)
		require.Equal(t, len(latest) == len(classes), total.Complete)
		require.Equal(t, total.Complete, !c.state.CompletedAt.IsZero())

		raw, err := json.Marshal(c.events)
		require.NoError(t, err)
		var events []muster.Event
		require.NoError(t, json.Unmarshal(raw, &events))
		require.Equal(t, c.state, muster.Fold(events))
	}
}

// The total is all that leaves the school's own pages.
func TestATotalNamesNoClass(t *testing.T) {
	c := begun(t)
	c.do(of(teacher, "c1", figures(40, 40, 0)))
	raw, err := json.Marshal(c.state.Total())
	require.NoError(t, err)
	assert.NotContains(t, string(raw), "c1")
	assert.NotContains(t, string(raw), teacher.Name)
}
