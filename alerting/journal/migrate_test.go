package journal

import (
	"context"
	"database/sql"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // as the journal's own driver

	"example.org/campushub/alerting"
)

// A journal of the first schema keeps what it knows of its deliveries.
func TestDeliveriesOfTheFirstSchemaAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	dir, err := fs.Sub(migrations, "migrations")
	require.NoError(t, err)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	require.NoError(t, err)
	_, err = p.UpTo(t.Context(), 1)
	require.NoError(t, err)
	for _, row := range [][2]string{
		{"a", `{"id":"a","number":1,"audience":"police","recipient":"desk-1","channel":"mqtt","state":"received"}`},
		{"b", `{"id":"b","number":1,"audience":"school","recipient":"officer","channel":"console","state":"planned"}`},
		{"c", `{"id":"c","number":2,"audience":"police","recipient":"desk-1","channel":"mqtt","state":"failed"}`},
	} {
		_, err = db.Exec(`INSERT INTO deliveries (incident, id, payload) VALUES ('i', ?, CAST(? AS BLOB))`, row[0], row[1])
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())

	j, _ := openJournal(t, Config{Path: path})
	defer j.Close()
	all, err := j.deliveries(context.Background(), "i")
	require.NoError(t, err)
	states := map[string]alerting.DeliveryState{}
	for _, d := range all {
		states[d.ID] = d.State
		assert.Equal(t, "i", d.Incident)
	}
	assert.Equal(t, map[string]alerting.DeliveryState{"a": alerting.Received, "b": alerting.Planned, "c": alerting.Failed}, states)
}
