package backup

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/evidence"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
)

var later = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

func TestARestoredHubGoesOn(t *testing.T) {
	h, made := taken(t, 3)
	lost := h.press() // of which the backup knows nothing
	to := filepath.Join(t.TempDir(), "hub")
	done, err := Restore(t.Context(), Restoring{From: made.Path, Dir: to}, later)
	require.NoError(t, err)
	assert.EqualValues(t, 1, done.Sessions, "everybody signs in anew")
	assert.Empty(t, done.Aside)
	data, err := os.ReadFile(filepath.Join(to, "duty.key"))
	require.NoError(t, err)
	assert.Equal(t, "the key of the posts' codes", string(data))
	assert.FileExists(t, filepath.Join(to, "telemetry", "alarm", "00000000000000000000.seg"))

	found := Look(t.Context(), to)
	require.True(t, found.OK(), "%v", found.Faults)
	require.Len(t, found.Restored["ziwei"], 1)
	assert.Equal(t, made.SHA256, found.Restored["ziwei"][0].Backup)
	assert.EqualValues(t, 3, found.Restored["ziwei"][0].LastSeq)

	next := &hub{t: t, dir: to}
	next.open()
	assert.Greater(t, next.j.LastSeq(), h.seq+900_000, "no number is given again")
	assert.Greater(t, next.j.Starts(), h.j.Starts()+900)
	refs, err := next.j.RecentPresses(t.Context(), 100)
	require.NoError(t, err)
	assert.Len(t, refs, 3)
	for _, r := range refs {
		assert.NotEqual(t, lost, r.Press)
	}
	next.press()
	next.close()
	assert.True(t, Look(t.Context(), to).OK())
}

// Two restores of one backup number alike neither events nor starts, not even
// where the hub wrote and started between them as much as it can.
func TestARestoreIsNeverNumberedAsOneBefore(t *testing.T) {
	_, made := taken(t, 1)
	facts := func(at time.Time) journal.Facts {
		done, err := Restore(t.Context(), Restoring{From: made.Path, Dir: t.TempDir()}, at)
		require.NoError(t, err)
		return done.Journal
	}
	first, second := facts(later), facts(later.Add(time.Hour))
	assert.GreaterOrEqual(t, second.LastSeq-first.LastSeq, int64(3_600_000))
	assert.GreaterOrEqual(t, second.Starts-first.Starts, int64(3_600))
	stopped := facts(time.Unix(0, 0)) // a clock that says nothing of use
	assert.Greater(t, stopped.LastSeq, made.Manifest.Journal.LastSeq+999_999)
	assert.Greater(t, stopped.Starts, made.Manifest.Journal.Starts+999)
}

// A school that had no event when the backup was taken goes on behind the lost
// journal's numbers, too.
func TestAnEmptyJournalIsRestoredBehindWhatWasLost(t *testing.T) {
	h := newHub(t)
	made, err := h.take(func(*Options) {})
	require.NoError(t, err)
	path := rewritten(t, made.Path, func(m *Manifest) { m.Schools = []string{"ziwei", "yulan"} }, same)
	done, err := Restore(t.Context(), Restoring{From: path, Dir: t.TempDir()}, later)
	require.NoError(t, err)
	assert.Greater(t, done.Journal.LastSeq, int64(1_000_000))
	assert.Len(t, done.Journal.Chains, 2)
}

func TestARestoreRefuses(t *testing.T) {
	h, made := taken(t, 1)
	refused := func(o Restoring, is error, says ...string) {
		t.Helper()
		if o.From == "" {
			o.From = made.Path
		}
		_, err := Restore(t.Context(), o, later)
		require.ErrorIs(t, err, is)
		for _, s := range says {
			assert.ErrorContains(t, err, s)
		}
	}
	refused(Restoring{Dir: h.dir, Replace: true}, ErrRuns, "stop it first, nothing was restored")
	h.close()
	before := facts(t, h.dir)
	refused(Restoring{Dir: h.dir}, ErrOccupied, "journal.db", "--replace-what-is-there")
	assert.Equal(t, before, facts(t, h.dir), "and nothing was changed")
	refused(Restoring{Dir: t.TempDir(), From: rewritten(t, made.Path, func(m *Manifest) { m.Journal.Schema = journal.Schema() + 1 }, same)}, ErrLater, "later one")
	refused(Restoring{Dir: t.TempDir(), From: rewritten(t, made.Path, func(m *Manifest) { m.Office = office.Schema() + 1 }, same)}, ErrLater, "office.db")
	refused(Restoring{Dir: t.TempDir(), From: rewritten(t, made.Path, func(m *Manifest) { m.Files[0].SHA256 = evidence.Hash("x") }, same)}, ErrChanged, "is not that of its blocks", "take an older backup")
	outside := rewritten(t, made.Path, func(*Manifest) {}, func(name string) string {
		if name == "secrets/records/duty.key" {
			return "records/../../../outside.key"
		}
		return name
	})
	refused(Restoring{Dir: t.TempDir(), From: outside}, ErrChanged, "outside of itself")
	b, err := os.ReadFile(made.Path)
	require.NoError(t, err)
	half := filepath.Join(t.TempDir(), "half.tar")
	require.NoError(t, os.WriteFile(half, b[:len(b)/2], 0o600))
	to := t.TempDir()
	refused(Restoring{Dir: to, From: half}, ErrChanged, "cut off")
	left, err := os.ReadDir(to)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func facts(t *testing.T, dir string) string {
	t.Helper()
	r, err := journal.OpenReader(t.Context(), filepath.Join(dir, "journal.db"))
	require.NoError(t, err)
	defer r.Close()
	f, err := r.Facts(t.Context())
	require.NoError(t, err)
	text, err := json.Marshal(f)
	require.NoError(t, err)
	return string(text)
}

// What is there is moved aside and not deleted, with the logs that would spoil
// what is put in its place.
func TestWhatIsThereIsMovedAside(t *testing.T) {
	h, made := taken(t, 2)
	h.press()
	h.close()
	h.write("journal.db-wal", "the log of another journal")
	done, err := Restore(t.Context(), Restoring{From: made.Path, Dir: h.dir, Replace: true}, later)
	require.NoError(t, err)
	assert.FileExists(t, filepath.Join(done.Aside, "journal.db"))
	assert.FileExists(t, filepath.Join(done.Aside, "journal.db-wal"))
	assert.FileExists(t, filepath.Join(done.Aside, "telemetry", "reading", "00000000000000000000.seg"))
	assert.NoFileExists(t, filepath.Join(h.dir, "journal.db-wal"))
	found := Look(t.Context(), h.dir)
	require.True(t, found.OK(), "%v", found.Faults)
	assert.EqualValues(t, 2, found.Sums.Incidents)
}

// A restore that was killed while it moved files keeps a hub from starting, and
// can be done again.
func TestAnInterruptedRestoreIsSaid(t *testing.T) {
	h, made := taken(t, 1)
	h.close()
	require.NoError(t, Unfinished(h.dir))
	h.write(unfinishedName, "")
	require.ErrorContains(t, Unfinished(h.dir), "was interrupted")
	_, err := Restore(t.Context(), Restoring{From: made.Path, Dir: h.dir, Replace: true}, later)
	require.NoError(t, err)
	assert.NoError(t, Unfinished(h.dir))
}

func TestSecretsAreSealed(t *testing.T) {
	h := newHub(t)
	_, err := h.take(func(o *Options) { o.Secrets, o.Passphrase = SecretsSealed, []byte("short") })
	require.ErrorContains(t, err, "want at least 12")
	made, err := h.take(func(o *Options) { o.Secrets, o.Passphrase = SecretsSealed, []byte("correct horse battery") })
	require.NoError(t, err)
	b, err := os.ReadFile(made.Path)
	require.NoError(t, err)
	assert.NotContains(t, string(b), "the key of the posts' codes")
	restore := func(o Restoring) (string, Restored, error) {
		o.From, o.Dir = made.Path, t.TempDir()
		done, err := Restore(t.Context(), o, later)
		return o.Dir, done, err
	}
	to, _, err := restore(Restoring{})
	require.ErrorContains(t, err, "--passphrase-file")
	assert.NoFileExists(t, filepath.Join(to, "journal.db"))
	to, _, err = restore(Restoring{Passphrase: []byte("wrong horse battery")})
	require.ErrorIs(t, err, ErrPassphrase)
	assert.NoFileExists(t, filepath.Join(to, "journal.db"))
	to, _, err = restore(Restoring{Passphrase: []byte("correct horse battery")})
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(to, "duty.key"))
	require.NoError(t, err)
	assert.Equal(t, "the key of the posts' codes", string(data))
	to, done, err := restore(Restoring{WithoutSecrets: true})
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(to, "duty.key"))
	assert.NotEmpty(t, done.Notes)
}
