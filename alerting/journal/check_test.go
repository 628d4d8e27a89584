package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// filled is a journal with incidents of all states, which no hub has open.
func filled(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "journal.db")
	j, _ := openJournal(t, Config{Path: path})
	stop := run(t, j)
	h := newHub(t, j)
	for n := range 3 {
		e, i := h.open(h.press("s", "b-1", pressID(n)), opening())
		e.Tellings = telling(*i, alerting.Handed)
		h.append(e).expect(t, Stored)
		if n == 0 {
			continue
		}
		h.append(h.command(i, alerting.VerbAcknowledge)).expect(t, Stored)
		if n == 2 {
			h.append(h.command(i, alerting.VerbReset)).expect(t, Stored)
			h.append(h.command(i, alerting.VerbResolve)).expect(t, Stored)
		}
	}
	require.NoError(t, stop())
	return path
}

func TestSumsOfASoundJournal(t *testing.T) {
	r, err := OpenReader(t.Context(), filled(t))
	require.NoError(t, err)
	defer r.Close()
	s, err := r.Sums(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Sums{Incidents: 3, Presses: 3}, s)
	said, err := r.Integrity(t.Context())
	require.NoError(t, err)
	assert.Empty(t, said)
	f, err := r.Facts(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Schema(), f.Schema)
	assert.EqualValues(t, 7, f.LastSeq)
	assert.EqualValues(t, 1, f.Starts)
	require.Len(t, f.Chains, 1)
	assert.EqualValues(t, 7, f.Chains[0].Length)
}

// Each of what lists, presses and tellings say is held against the events.
func TestSumsThatAreWrongAreSaid(t *testing.T) {
	for statement, says := range map[string]string{
		`UPDATE incidents SET state = 'resolved' WHERE state = 'open'`:                                              `lists say state "resolved", its events "open"`,
		`UPDATE incidents SET resolved_at = '' WHERE resolved_at <> ''`:                                             `lists say resolved ""`,
		`UPDATE incidents SET last_seq = last_seq + 1 WHERE state = 'open'`:                                         `lists say last event "2", its events "1"`,
		`UPDATE incidents SET snapshot = CAST(replace(CAST(snapshot AS TEXT), '"number":1', '"number":2') AS BLOB)`: `lists say number "2", its events "1"`,
		`UPDATE incidents SET snapshot = CAST('{' AS BLOB)`:                                                         `cannot be read`,
		`UPDATE presses SET id = 'another' WHERE seq = 1`:                                                           `its press of event 1 is not known as its own`,
		`DELETE FROM presses WHERE seq = 1`:                                                                         `its press of event 1 is not known as its own`,
		`UPDATE presses SET seq = 100 WHERE seq = 1`:                                                                `1 presses without their event`,
		`UPDATE tellings SET incident = incident || '-x'`:                                                           `3 tellings of no incident`,
		`INSERT INTO stamps VALUES (100, '')`:                                                                       `1 times of storing that belong to no event`,
		`INSERT INTO incidents SELECT 'ghost', school, state, confidential, opened_at, last_seq, snapshot, resolved_at FROM incidents LIMIT 1`: `ghost: stands in the list, and has no event`,
	} {
		path := filled(t)
		tamper(t, path, statement)
		r, err := OpenReader(t.Context(), path)
		require.NoError(t, err)
		s, err := r.Sums(t.Context())
		require.NoError(t, err, statement)
		assert.Contains(t, strings.Join(s.Faults, "\n"), says, statement)
		require.NoError(t, r.Close())
	}
}

// One bit of an event that is changed in the file itself is found, and at which
// event, whatever it is that was changed.
func TestAFlippedBitOfAnEventIsLocated(t *testing.T) {
	path := filled(t)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	r, err := OpenReader(t.Context(), path)
	require.NoError(t, err)
	rows, err := collect(t.Context(), r.db, scanAudit, `SELECT seq, school, incident, at, type, command, salt, digest, chain, payload, payload IS NULL FROM events ORDER BY seq`)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	tried := 0
	for _, row := range rows {
		// As the row lies in its page: the values one behind the other.
		record := bytes.Join([][]byte{[]byte(row.school), []byte(row.incident), []byte(row.at), []byte(row.kind), []byte(row.command), row.salt, row.digest, row.chain, row.payload}, nil)
		at := bytes.Index(whole, record[:min(len(record), 400)]) // a longer one goes on elsewhere
		if at < 0 {
			continue
		}
		for n := 0; n < min(len(record), 400); n += 7 {
			changed := bytes.Clone(whole)
			changed[at+n] ^= 1 << (n % 7)
			require.NoError(t, os.WriteFile(path, changed, 0o600))
			report, err := Verify(t.Context(), path)
			tried++
			if err != nil {
				continue // it is no text any more, or no number: said, too
			}
			require.False(t, report.OK(), "event %d, byte %d", row.seq, n)
			if n >= len(row.school) { // else the event is another school's
				assert.Equal(t, row.seq, report.Schools[0].BrokenAt, "byte %d", n)
			}
		}
	}
	assert.Greater(t, tried, 300)
}

// tamper changes a journal behind the hub's back.
func tamper(t *testing.T, path, statement string) {
	t.Helper()
	db, err := openPool(path, true)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), statement)
	require.NoError(t, err)
}
