package journal

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func seqs(events []alerting.Event) (all []int64) {
	for _, e := range events {
		all = append(all, e.Seq)
	}
	return all
}

func TestATrailIsReadBackwardsInPages(t *testing.T) {
	path := audited(t) // odd ones are a's, even ones b's
	db, err := openPool(path, true)
	require.NoError(t, err)
	_, err = db.Exec(`UPDATE events SET payload = NULL WHERE seq = 17`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	r, err := OpenReader(t.Context(), path)
	require.NoError(t, err)
	defer r.Close()

	events, next, err := r.Trail(t.Context(), "a", 0, 3)
	require.NoError(t, err)
	assert.Equal(t, []int64{19, 17, 15}, seqs(events))
	assert.Equal(t, alerting.EventOpened, events[1].Type, "what was erased keeps its columns")
	assert.False(t, events[1].At.IsZero())
	assert.Empty(t, events[1].Actor)
	assert.EqualValues(t, 15, next)
	events, next, err = r.Trail(t.Context(), "a", next, 100)
	require.NoError(t, err)
	assert.Equal(t, []int64{13, 11, 9, 7, 5, 3, 1}, seqs(events))
	assert.Zero(t, next)
	events, next, err = r.Trail(t.Context(), "none", 0, 100)
	require.NoError(t, err)
	assert.Empty(t, events)
	assert.Zero(t, next)
}

// A journal that is all another school's is looked through in bounded parts.
func TestATrailAmongManySchoolsIsReadInParts(t *testing.T) {
	path := audited(t)
	db, err := openPool(path, true)
	require.NoError(t, err)
	far := int64(3 * trailWindows * trailWindow)
	_, err = db.Exec(`INSERT INTO events SELECT seq + ?, school, incident, at, type, command, salt, digest, chain, payload FROM events WHERE school = 'b'`, far)
	require.NoError(t, err)
	_, err = db.Exec(`WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + ? FROM n WHERE i < ?)
		INSERT INTO events SELECT i, school, incident, at, type, command, salt, digest, chain, payload FROM n, events WHERE seq = 2`, trailWindow, far)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	r, err := OpenReader(t.Context(), path)
	require.NoError(t, err)
	defer r.Close()

	var all []int64
	calls, before := 0, int64(0)
	for {
		events, next, err := r.Trail(t.Context(), "a", before, 50)
		require.NoError(t, err)
		all = append(all, seqs(events)...)
		calls++
		if next == 0 {
			break
		}
		before = next
	}
	assert.Equal(t, []int64{19, 17, 15, 13, 11, 9, 7, 5, 3, 1}, all)
	assert.Greater(t, calls, 1, "no call reads a journal of any length")
	assert.Less(t, calls, 6)
}
