package muster_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
)

func TestWhenStaffAreAskedForTheirFigures(t *testing.T) {
	const target, again = 240 * time.Second, 120 * time.Second
	begun := time.Date(2026, 9, 7, 1, 0, 0, 0, time.UTC)
	waiting := muster.State{ID: "i", StartedAt: begun, Classes: []muster.Row{{Class: muster.Class{ID: "c1", Roll: 30}}}}
	once, twice, whole := waiting, waiting, waiting
	once.Asked = []muster.Asked{{At: begun}}
	twice.Asked = []muster.Asked{{At: begun}, {At: begun.Add(again)}}
	whole.Classes = []muster.Row{{Class: waiting.Classes[0].Class, Reports: []muster.Report{{}}}}
	for name, c := range map[string]struct {
		state muster.State
		after time.Duration
		turn  int // 0 is not now
	}{
		"at once":                 {waiting, 0, 1},
		"begun long ago":          {waiting, target, 0},
		"asked, and time is left": {once, again - time.Second, 0},
		"asked, and half is gone": {once, again, 2},
		"asked, and it is old":    {once, 2 * target, 0},
		"asked twice":             {twice, 2 * again, 0},
		"everybody has reported":  {whole, 0, 0},
		"no count was ever begun": {muster.State{}, 0, 0},
	} {
		turn, until, ok := c.state.Ask(begun.Add(c.after), target)
		assert.Equal(t, c.turn, turn, name)
		assert.Equal(t, c.turn > 0, ok, name)
		if ok {
			assert.Equal(t, begun.Add(time.Duration(turn)*target), until, name)
		}
	}
}

func TestOnlyTheHubSaysThatStaffWereAsked(t *testing.T) {
	s := muster.State{ID: "i", StartedAt: time.Now(), Classes: []muster.Row{{Class: muster.Class{ID: "c1"}}}}
	c := muster.Command{Verb: muster.VerbAsked, By: muster.Person{Actor: alerting.Actor{Name: "lin", Role: alerting.RoleOfficer}}}
	_, err := muster.Step(s, c, time.Now())
	require.ErrorIs(t, err, alerting.ErrForbidden)
	c.By = muster.Person{Actor: alerting.Actor{Name: alerting.ActorHub}}
	for range 2 {
		events, err := muster.Step(s, c, time.Now())
		require.NoError(t, err)
		require.Len(t, events, 1)
		s.Apply(events[0])
	}
	_, err = muster.Step(s, c, time.Now())
	require.ErrorIs(t, err, alerting.ErrConflict)
}
