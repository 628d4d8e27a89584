package journal

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A hub that is older than its journal says so, and changes nothing of it.
func TestAJournalOfALaterVersionIsRefusedAndUnchanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	require.NoError(t, create(t.Context(), path))
	db, err := openPool(path, true)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	before, err := os.ReadFile(path)
	require.NoError(t, err)

	_, err = Open(t.Context(), Config{Path: path}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	require.ErrorContains(t, err, "journal.db is of a later version 99, this hub knows ")
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}
