package backup

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func spoil(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), statement)
	require.NoError(t, err)
}

// flips is how many bytes of a backup are changed, each by itself.
const flips = 400

// A byte that is changed anywhere in a backup is found, and where it lies: in
// the records, where SQLite has nothing, in the tar's own bytes, in the
// manifest. CAMPUSHUB_TEST_EVERY_BYTE changes every one of them.
func TestEveryByteOfABackupIsHeld(t *testing.T) {
	_, made := taken(t, 20)
	b, err := os.ReadFile(made.Path)
	require.NoError(t, err)
	require.True(t, found(t, b).OK())
	seed := rand.Uint64()
	t.Logf("seed %d, %d bytes", seed, len(b))
	random := rand.New(rand.NewPCG(seed, 0))
	for n := range len(b) {
		at := n
		if os.Getenv("CAMPUSHUB_TEST_EVERY_BYTE") == "" {
			if n == flips {
				break
			}
			at = random.IntN(len(b))
			if n%2 == 0 { // where there is little of a tar that is no file's content
				at = len(b) - 1 - random.IntN(min(len(b), 12<<10))
			}
		}
		held(t, b, at, byte(1<<random.IntN(8)))
	}
}

// held changes one byte, looks, and changes it back.
func held(t *testing.T, b []byte, at int, by byte) {
	t.Helper()
	b[at] ^= by
	f := found(t, b)
	b[at] ^= by
	if !assert.False(t, f.OK(), "byte %d changed by %#x, and nobody saw it", at, by) {
		t.FailNow()
	}
	for _, fault := range f.Faults {
		if int64(at) >= fault.At && (fault.Size == 0 || int64(at) < fault.At+fault.Size) {
			return
		}
	}
	require.Fail(t, "located elsewhere", "byte %d, said %v", at, f.Faults)
}

// A backup that was cut off anywhere is none.
func TestABackupThatWasCutOffIsNone(t *testing.T) {
	_, made := taken(t, 2)
	b, err := os.ReadFile(made.Path)
	require.NoError(t, err)
	for range 100 {
		f := found(t, b[:rand.IntN(len(b))])
		require.False(t, f.OK())
		require.NotEmpty(t, f.Faults)
	}
	assert.Contains(t, found(t, b[:len(b)/2]).Faults[0].String(), "cut off")
	assert.False(t, found(t, append(b, 0)).OK(), "something was put behind it")
}

// The file, the bytes of it, and the event: what is left of a page's earlier
// content, of which SQLite knows nothing more, is found by the bytes alone.
func TestAFaultSaysWhereItIs(t *testing.T) {
	_, made := taken(t, 200)
	b, err := os.ReadFile(made.Path)
	require.NoError(t, err)
	const word = `"type":"opened"`
	for at := strings.LastIndex(string(b), word); at >= 0; at = strings.LastIndex(string(b[:at]), word) {
		b[at+9] ^= 1
		f := found(t, b)
		require.Len(t, f.Faults, 1)
		assert.Regexp(t, `^records/journal\.db: bytes \d+ to \d+ of it were changed \(bytes \d+ to \d+ of the backup\)$`, f.Faults[0].String())
		require.NoError(t, os.WriteFile(made.Path, b, 0o600))
		checked, err := Verify(t.Context(), made.Path)
		require.NoError(t, err)
		if said := strings.Join(checked.Records.Faults, "\n"); said != "" {
			assert.Regexp(t, `journal\.db: ziwei: the audit chain is broken at event \d+: payload was changed`, said)
			return
		}
		b[at+9] ^= 1
	}
	require.Fail(t, "no event was ever changed")
}

func TestWhatWasPutInOrTakenOutIsSaid(t *testing.T) {
	_, made := taken(t, 1)
	path := rewritten(t, made.Path, func(m *Manifest) { m.Files = m.Files[1:] }, same)
	c, err := Verify(t.Context(), path)
	require.NoError(t, err)
	assert.Contains(t, c.Faults[0].String(), "records/journal.db: the manifest does not name it")
	path = rewritten(t, made.Path, func(m *Manifest) { m.Files = append(m.Files, File{Name: "records/more"}) }, same)
	c, err = Verify(t.Context(), path)
	require.NoError(t, err)
	assert.Contains(t, c.Faults[0].String(), "records/more: is missing")
	path = rewritten(t, made.Path, func(m *Manifest) { m.Journal.LastSeq++ }, same)
	c, err = Verify(t.Context(), path)
	require.NoError(t, err)
	assert.Contains(t, strings.Join(c.Records.Faults, "\n"), "not the one that the manifest describes")
}
