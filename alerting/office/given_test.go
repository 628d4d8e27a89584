package office

import (
	"crypto/sha256"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whoever comes with a token that was never given out is turned away without a look
// at the disk, which is gone here; whoever has one is looked up, also after a start.
func TestATokenThatWasNeverGivenOutCostsNoRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	first, err := Open(t.Context(), path, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, first.CommitCtx(t.Context(), "good", []byte("a"), time.Now().Add(time.Hour)))
	require.NoError(t, first.CommitCtx(t.Context(), "ended", []byte("b"), time.Now().Add(time.Hour)))
	require.NoError(t, first.CommitCtx(t.Context(), "expired", []byte("c"), time.Now().Add(-time.Hour)))
	require.NoError(t, first.DeleteCtx(t.Context(), "ended"))
	look := func(s *Store) {
		for token, want := range map[string]bool{"good": true, "ended": false, "expired": false, "none": false} {
			_, found, err := s.FindCtx(t.Context(), token)
			require.NoError(t, err)
			assert.Equal(t, want, found, token)
		}
	}
	look(first)
	require.NoError(t, first.Close())
	second, err := Open(t.Context(), path, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	look(second)

	require.NoError(t, second.Close())
	for _, token := range []string{"ended", "none", ""} {
		_, found, err := second.FindCtx(t.Context(), token)
		require.NoError(t, err, "%q: no read, so none that fails", token)
		assert.False(t, found)
	}
	_, _, err = second.FindCtx(t.Context(), "good")
	assert.Error(t, err, "one that was given out is read")
}

// Beyond its bound the set says of no token that it is none: nobody who has signed in
// is sent away for the number of others.
func TestTooManyTokensAreLookedUpEach(t *testing.T) {
	g := given{until: map[tokenHash]int64{}, all: true}
	until := time.Now().Add(time.Hour).UnixMilli()
	for n := range mostGiven {
		g.add(sha256.Sum256([]byte{byte(n), byte(n >> 8), byte(n >> 16)}), until)
	}
	none := sha256.Sum256([]byte("none"))
	assert.False(t, g.may(none))
	one := sha256.Sum256([]byte("one more"))
	g.add(one, until)
	assert.True(t, g.may(one))
	assert.True(t, g.may(none))
	assert.Len(t, g.until, mostGiven)
	g.prune(time.Now().Add(2 * time.Hour))
	assert.Empty(t, g.until)
}
