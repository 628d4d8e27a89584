package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// Somebody uses the id of a command again, by mistake, while that one is on its
// way to the disk: to unlink another incident from the one that it was about.
func TestACommandsIdIsSaidOnceOfAnIncidentAlsoOnTheWayToTheDisk(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		disk := newHold()
		r := start(t, path, disk.fault)
		defer r.stop()
		one, two := press("b-1"), press("b-2")
		require.NoError(t, r.Press(one))
		require.NoError(t, r.Press(two))
		a, b := alerting.IncidentID(one.From, one.ID), alerting.IncidentID(two.From, two.ID)
		time.Sleep(time.Second)
		letGo := disk.next()
		for _, c := range []alerting.Command{
			{ID: "c-1", Incident: a, Verb: alerting.VerbNote, Actor: officer, Text: "looked"},
			{ID: "c-1", Incident: b, Verb: alerting.VerbUnlink, Actor: officer, Other: a},
		} {
			go func() { _, _ = r.Do(t.Context(), c) }()
			synctest.Wait()
		}
		letGo()
		time.Sleep(time.Second)

		events, _, err := r.journal.Get(t.Context(), a)
		require.NoError(t, err)
		said := map[alerting.EventType]string{}
		for _, e := range events {
			said[e.Type] = e.Command
		}
		assert.Equal(t, "c-1", said[alerting.EventNoted])
		none, done := said[alerting.EventUnlinked]
		assert.Equal(t, []any{"", true}, []any{none, done}, "what the other command does to it is done")
	})
}
