package journal

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// audited writes ten events to each of two schools, in turns: odd numbers to
// "a", even ones to "b".
func audited(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, _ := openJournal(t, Config{Path: path})
	stop := run(t, j)
	h := newHub(t, j)
	for k := range 10 {
		for _, school := range []string{"a", "b"} {
			e, _ := h.open(h.press(school, "d", pressID(k)), opening())
			h.append(e)
		}
	}
	require.NoError(t, stop())
	return path
}

func TestVerify(t *testing.T) {
	const swap = `UPDATE events SET seq = -1 WHERE seq = %[1]d;
		UPDATE events SET seq = %[1]d WHERE seq = %[2]d;
		UPDATE events SET seq = %[2]d WHERE seq = -1;`
	const exchange = `UPDATE events AS e SET
			(school, incident, at, type, command, salt, digest, payload) =
			(SELECT school, incident, at, type, command, salt, digest, payload FROM events WHERE seq = %[2]d)
			WHERE seq = %[1]d`
	for _, c := range []struct {
		name   string
		change string
		broken int64 // of school a; 0 is not
		erased int64
	}{
		{name: "untouched"},
		{name: "payload erased, salt and digest kept", change: `UPDATE events SET payload = NULL WHERE seq IN (3, 5)`, erased: 2},
		{name: "payload erased, salt too", change: `UPDATE events SET payload = NULL, salt = NULL WHERE seq = 3`, erased: 1},
		{name: "payload changed", change: `UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), '"d"', '"x"') AS BLOB) WHERE seq = 7`, broken: 7},
		{name: "payload emptied", change: `UPDATE events SET payload = zeroblob(0) WHERE seq = 7`, broken: 7},
		{name: "payload and digest exchanged with another's", change: fmt.Sprintf(exchange, 7, 9), broken: 7},
		{name: "time changed", change: `UPDATE events SET at = '2020-01-01T00:00:00.000000000Z' WHERE seq = 9`, broken: 9},
		{name: "type changed", change: `UPDATE events SET type = 'noted' WHERE seq = 1`, broken: 1},
		{name: "command changed", change: `UPDATE events SET command = 'c' WHERE seq = 1`, broken: 1},
		{name: "incident changed", change: `UPDATE events SET incident = 'i' WHERE seq = 11`, broken: 11},
		{name: "first row deleted", change: `DELETE FROM events WHERE seq = 1`, broken: 3},
		{name: "row deleted", change: `DELETE FROM events WHERE seq = 9`, broken: 11},
		{name: "last row deleted", change: `DELETE FROM events WHERE seq = 19`, broken: 19},
		{name: "all rows deleted", change: `DELETE FROM events WHERE school = 'a'`, broken: 19},
		{name: "rows reordered", change: fmt.Sprintf(swap, 5, 9), broken: 5},
		{name: "row added", change: `INSERT INTO events SELECT 101, school, incident, at, type, command, salt, digest, chain, payload FROM events WHERE seq = 19`, broken: 101},
		{name: "row given to another school", change: `UPDATE events SET school = 'a' WHERE seq = 20`, broken: 20},
		{name: "recorded end changed", change: `UPDATE chains SET head = zeroblob(32) WHERE school = 'a'`, broken: 19},
		{name: "recorded end deleted", change: `DELETE FROM chains WHERE school = 'a'`, broken: 19},
		{name: "recorded end set back with its event gone", change: `DELETE FROM events WHERE seq = 19; UPDATE chains SET seq = 17 WHERE school = 'a'`, broken: 17},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := audited(t)
			db, err := openPool(path, true)
			require.NoError(t, err)
			_, err = db.Exec(c.change)
			require.NoError(t, err)
			require.NoError(t, db.Close())

			report, err := Verify(t.Context(), path)
			require.NoError(t, err)
			require.Len(t, report.Schools, 2)
			a, b := report.Schools[0], report.Schools[1]
			assert.Equal(t, c.broken, a.BrokenAt, a.Reason)
			assert.Equal(t, c.broken == 0, a.Reason == "")
			assert.Equal(t, c.broken == 0, report.OK())
			assert.Equal(t, c.erased, a.Erased)
			if c.broken == 0 {
				assert.Equal(t, int64(10), a.Events)
			}
			if c.name != "row given to another school" {
				assert.Equal(t, SchoolReport{School: "b", Events: 10}, b, "the other school's chain is its own")
			}
		})
	}
}

// Who asks for the chains of some schools is told of no other, and waits for none.
func TestTheChainsOfSomeSchoolsAreVerifiedAlone(t *testing.T) {
	path := audited(t)
	db, err := openPool(path, true)
	require.NoError(t, err)
	_, err = db.Exec(`UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), '"d"', '"x"') AS BLOB) WHERE seq = 7`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	r, err := OpenReader(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, r.Close()) })
	b := SchoolReport{School: "b", Events: 10}
	for _, c := range []struct {
		schools []string
		broken  []int64
	}{{nil, []int64{7, 0}}, {[]string{"a"}, []int64{7}}, {[]string{"b"}, []int64{0}}, {[]string{"none"}, nil}, {[]string{}, nil}} {
		report, err := r.Verify(t.Context(), c.schools)
		require.NoError(t, err)
		var broken []int64
		for _, s := range report.Schools {
			broken = append(broken, s.BrokenAt)
			if s.School == "b" {
				assert.Equal(t, b, s)
			}
		}
		assert.Equal(t, c.broken, broken, "%q", c.schools)
	}
}

func TestVerifyMakesNoJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	_, err := Verify(t.Context(), path)
	require.Error(t, err)
	assert.NoFileExists(t, path)
}

func TestVerifyBesideTheHub(t *testing.T) {
	j, _ := openJournal(t, Config{})
	stop := run(t, j)
	h := newHub(t, j)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for k := range 3000 {
			e, _ := h.open(h.press("s", "b", pressID(k)), opening())
			if j.Append(e) != nil {
				return
			}
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		report, err := Verify(t.Context(), j.cfg.Path)
		require.NoError(t, err)
		require.True(t, report.OK(), "%+v", report)
	}
	require.NoError(t, stop())
	report, err := Verify(t.Context(), j.cfg.Path)
	require.NoError(t, err)
	assert.Equal(t, []SchoolReport{{School: "s", Events: 3000}}, report.Schools)
}

func TestErasedEventKeepsItsColumns(t *testing.T) {
	path := audited(t)
	db, err := openPool(path, true)
	require.NoError(t, err)
	_, err = db.Exec(`UPDATE events SET payload = NULL WHERE seq = 1`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	r, err := OpenReader(t.Context(), path)
	require.NoError(t, err)
	defer r.Close()
	id := alerting.IncidentID((&hub{}).press("a", "d", pressID(0)).From, pressID(0))
	events, _, err := r.Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, []alerting.Event{{Seq: 1, Type: alerting.EventOpened, Incident: id, School: "a", At: morning}}, events)
}
