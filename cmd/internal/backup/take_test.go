package backup

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/journal/journaltest"
)

// names lists the files of a manifest.
func names(m Manifest) (out []string) {
	for _, f := range m.Files {
		out = append(out, f.Name)
	}
	return out
}

func TestABackupHasWhatItSays(t *testing.T) {
	h := newHub(t)
	h.press()
	made, err := h.take(func(*Options) {})
	require.NoError(t, err)
	assert.Equal(t, []string{"records/journal.db", "records/office.db", "records/telemetry/alarm/00000000000000000000.seg"}, names(made.Manifest))
	assert.Equal(t, []string{"records/duty.key"}, made.Manifest.LeftOut)
	assert.Contains(t, strings.Join(made.Warnings, "\n"), "1 secrets are not in it")
	assert.Equal(t, journal.Schema(), made.Manifest.Journal.Schema)
	assert.EqualValues(t, 1, made.Manifest.Journal.LastSeq)
	require.Len(t, made.Manifest.Journal.Chains, 1)
	assert.EqualValues(t, 1, made.Manifest.Journal.Chains[0].Length)
	info, err := os.Stat(made.Path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode())
	n, ok := Latest(h.dir)
	assert.True(t, ok)
	assert.Equal(t, made.Path, n.Path)

	checked, err := Verify(t.Context(), made.Path)
	require.NoError(t, err)
	assert.True(t, checked.OK(), "%+v", checked)
	assert.EqualValues(t, 1, checked.Records.Sums.Incidents)

	_, err = h.take(func(o *Options) { o.Out = made.Path })
	require.ErrorContains(t, err, "is there already")
	_, err = h.take(func(o *Options) { o.Dir = t.TempDir() })
	require.ErrorContains(t, err, "no journal.db")
}

// While presses are stored without a pause, each that was acknowledged before
// the stated moment is in the backup, and the chain holds.
func TestABackupUnderLoadHasEveryPressBeforeItsMoment(t *testing.T) {
	h := newHub(t)
	type stored struct {
		id string
		at time.Time
	}
	var mu sync.Mutex
	var all []stored
	ctx, stop := context.WithCancel(t.Context())
	var pressing sync.WaitGroup
	for range 4 {
		pressing.Go(func() {
			for ctx.Err() == nil {
				s := stored{h.press(), time.Now()}
				mu.Lock()
				all = append(all, s)
				mu.Unlock()
			}
		})
	}
	require.Eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return len(all) > 300 }, time.Minute, time.Millisecond)
	made, err := h.take(func(o *Options) { o.Hurried = false })
	stop()
	pressing.Wait()
	require.NoError(t, err)

	checked, err := Verify(t.Context(), made.Path)
	require.NoError(t, err)
	require.True(t, checked.OK(), "%+v", checked.Faults)
	to := t.TempDir()
	_, err = Restore(t.Context(), Restoring{From: made.Path, Dir: to, WithoutSecrets: true}, time.Now())
	require.NoError(t, err)
	r, err := journal.OpenReader(t.Context(), filepath.Join(to, "journal.db"))
	require.NoError(t, err)
	defer r.Close()
	has := map[string]bool{}
	refs, err := r.RecentPresses(t.Context(), 1_000_000)
	require.NoError(t, err)
	for _, ref := range refs {
		has[ref.Press] = true
	}
	before := 0
	for _, s := range all {
		if s.at.Before(made.Manifest.Moment) {
			before++
			assert.True(t, has[s.id], "press %s was acknowledged at %s", s.id, s.at)
		}
	}
	t.Logf("%d presses, %d of them before the moment, %d in the backup", len(all), before, len(has))
	assert.Greater(t, before, 300)
	assert.Less(t, len(has), len(all), "presses went on while it was taken")
}

// A disk that is full in the middle leaves nothing behind.
func TestAFullDiskLeavesNothingHalf(t *testing.T) {
	h := newHub(t)
	disk := journaltest.SmallDisk(t, 2)
	h.write("telemetry/alarm/00000000000000000001.seg", strings.Repeat("x", 3<<20)) // nobody asks for room for it beforehand
	_, err := h.take(func(o *Options) { o.Out = filepath.Join(disk, "b.tar") })
	require.ErrorContains(t, err, "no space left")
	left, err := os.ReadDir(disk)
	require.NoError(t, err)
	assert.Empty(t, left)
	_, ok := Latest(h.dir)
	assert.False(t, ok)
}

func TestADiskThatIsTooSmallIsSaidBeforehand(t *testing.T) {
	h := newHub(t)
	h.write("office.db-wal", "")
	disk := journaltest.SmallDisk(t, 1)
	remove := journaltest.Fill(t, disk)
	defer remove()
	_, err := h.take(func(o *Options) { o.Out = filepath.Join(disk, "b.tar") })
	require.ErrorContains(t, err, "MiB free")
}

// What a killed backup left is removed by the next one; one that is under way
// is not.
func TestWhatAKilledBackupLeftIsSweptAway(t *testing.T) {
	h := newHub(t)
	out := t.TempDir()
	killed, running := filepath.Join(out, workName+"1"), filepath.Join(out, workName+"2")
	for _, dir := range []string{killed, running} {
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "lock"), nil, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "backup.tar"), []byte("half"), 0o600))
	}
	lock, err := journal.Lock(filepath.Join(running, "x")) // the same kind of lock
	require.NoError(t, err)
	defer lock.Close()
	require.NoError(t, os.Rename(filepath.Join(running, "x.lock"), filepath.Join(running, "lock")))
	_, err = h.take(func(o *Options) { o.Out = out })
	require.NoError(t, err)
	assert.NoDirExists(t, killed)
	assert.DirExists(t, running)
}

// Broken records are taken all the same, and it is said.
func TestABrokenChainIsTakenAndSaid(t *testing.T) {
	h := newHub(t)
	h.press()
	h.press()
	h.close()
	spoil(t, filepath.Join(h.dir, "journal.db"), `UPDATE events SET command = 'x' WHERE seq = 2`)
	made, err := h.take(func(*Options) {})
	require.ErrorIs(t, err, ErrBroken)
	assert.Contains(t, strings.Join(made.Warnings, "\n"), "broken at event 2")
	assert.FileExists(t, made.Path)
}
