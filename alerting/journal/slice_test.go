package journal

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// A slice is checked without the journal, although events of other incidents and
// schools lie between its own.
func TestASliceHoldsAlone(t *testing.T) {
	j, _ := openJournal(t, Config{})
	stop := run(t, j)
	h := newHub(t, j)
	first, i := h.open(h.press("a", "d-1", pressID(1)), opening())
	h.append(first)
	for k := range 250 { // several pages of the reader
		for _, school := range []string{"a", "b"} {
			e, _ := h.open(h.press(school, "d-2", pressID(100+k)), opening())
			h.append(e)
		}
		h.append(h.command(i, alerting.VerbNote))
	}
	require.NoError(t, stop())
	r, err := OpenReader(t.Context(), j.cfg.Path)
	require.NoError(t, err)
	defer r.Close()

	s, err := r.Slice(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Empty(t, s.Faults())
	assert.Len(t, s.Entries, 251)
	assert.EqualValues(t, 501, s.Head.Length, "of the whole school")
	assert.Equal(t, "a", s.School)
	assert.Empty(t, s.Entries[0].Previous, "the school's first event follows nothing")
	assert.NotEqual(t, s.Entries[0].Chain, s.Entries[1].Previous, "another incident lies between")
	_, err = r.Slice(t.Context(), "none")
	assert.ErrorIs(t, err, alerting.ErrNotFound)
}

func TestASliceOfAChangedJournalSaysSo(t *testing.T) {
	for change, want := range map[string]string{
		`UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), '"d"', '"x"') AS BLOB) WHERE seq = 1`: "its content was changed",
		`UPDATE events SET type = 'noted' WHERE seq = 1`:                                                       "does not give its chain value",
		`UPDATE events SET payload = NULL WHERE seq = 1`:                                                       "",
	} {
		path := audited(t)
		db, err := openPool(path, true)
		require.NoError(t, err)
		_, err = db.Exec(change)
		require.NoError(t, err)
		require.NoError(t, db.Close())
		r, err := OpenReader(t.Context(), path)
		require.NoError(t, err)
		s, err := r.Slice(t.Context(), alerting.IncidentID((&hub{}).press("a", "d", pressID(0)).From, pressID(0)))
		require.NoError(t, err)
		require.NoError(t, r.Close())
		if want == "" {
			assert.Empty(t, s.Faults())
			assert.Empty(t, s.Entries[0].Payload)
			continue
		}
		require.NotEmpty(t, s.Faults(), change)
		assert.Contains(t, s.Faults()[0], want)
	}
}
