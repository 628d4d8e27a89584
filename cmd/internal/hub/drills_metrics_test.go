package hub_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// drilled has the school hold one drill from its start to its end: the unit is
// there and everybody is counted, and nobody says that the building is empty.
func (r *running) drilled(t *testing.T) {
	t.Helper()
	officer := r.callAs(t, "officer")
	id := officer.planned()
	officer.do(id, "start", nil)
	officer.do(id, "arrive", map[string]any{"part": "unit"})
	officer.do(id, "count", map[string]any{"expected": 400, "missing": 0})
	officer.do(id, "stop", map[string]any{"reason": "all out"})
	officer.do(id, "return", nil) // a press before it would make the drill real
}

// Drills are counted by what came of them, from 0 on, and after a new start
// too; one that was never held is none.
func TestDrillsAreCountedByWhatCameOfThem(t *testing.T) {
	r := start(t, filedOnly)
	before := r.metrics(t)
	assert.Contains(t, before, `campushub_drills_ended{grade="excellent",school="ziwei-primary"} 0`)
	assert.Contains(t, before, `campushub_drills_targets{part="unit",school="ziwei-primary",verdict="met"} 0`)
	assert.NotContains(t, before, "campushub_drills_last_ended_timestamp_seconds{")
	officer := r.callAs(t, "officer")
	officer.do(officer.planned(), "cancel", map[string]any{"reason": "rain"})
	r.drilled(t)
	check := func(r *running) {
		said := r.metrics(t)
		assert.Contains(t, said, `campushub_drills_ended{grade="not-graded",school="ziwei-primary"} 1`, "the evacuation was not due yet")
		assert.Contains(t, said, `campushub_drills_ended{grade="excellent",school="ziwei-primary"} 0`)
		assert.Contains(t, said, `campushub_drills_targets{part="unit",school="ziwei-primary",verdict="met"} 1`)
		assert.Contains(t, said, `campushub_drills_targets{part="evacuation",school="ziwei-primary",verdict="open"} 1`)
		assert.Contains(t, said, `campushub_drills_last_target_seconds{part="unit",school="ziwei-primary"} 60`)
		assert.Contains(t, said, `campushub_drills_last_part_seconds{part="unit",school="ziwei-primary"}`)
		assert.NotContains(t, said, `campushub_drills_last_part_seconds{part="evacuation"`, "it was not done")
		assert.NotContains(t, said, `campushub_drills_last_target_seconds{part="police"`, "it took no part")
		assert.Contains(t, said, `campushub_drills_last_ended_timestamp_seconds{school="ziwei-primary"}`)
	}
	check(r)
	require.NoError(t, r.stop())
	check(serve(t, r.campus))
}
