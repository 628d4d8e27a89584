package office_test

import (
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
)

// A hub that is older than its file says so, and changes nothing of it.
func TestAFileOfALaterVersionIsRefusedAndUnchanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	require.NoError(t, open(t, path).Close())
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	before, err := os.ReadFile(path)
	require.NoError(t, err)

	_, err = office.Open(t.Context(), path, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "office.db is of a later version 99, this hub knows ")
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}
