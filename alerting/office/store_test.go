package office_test

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting/office"
)

var _ scs.CtxStore = (*office.Store)(nil)

func TestMain(m *testing.M) {
	if path := os.Getenv("OFFICE_TEST_CHILD"); path != "" {
		commitAndDie(path)
	}
	goleak.VerifyTestMain(m)
}

func open(t *testing.T, path string) *office.Store {
	t.Helper()
	s, err := office.Open(t.Context(), path, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestASessionIsFoundUntilItEnds(t *testing.T) {
	s, ctx := open(t, filepath.Join(t.TempDir(), "office.db")), t.Context()

	_, found, err := s.FindCtx(ctx, "nobody")
	require.NoError(t, err)
	assert.False(t, found)

	require.NoError(t, s.CommitCtx(ctx, "token", []byte("one"), time.Now().Add(time.Hour)))
	require.NoError(t, s.CommitCtx(ctx, "token", []byte("two"), time.Now().Add(time.Hour)))
	data, found, err := s.FindCtx(ctx, "token")
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, "two", string(data))

	require.NoError(t, s.DeleteCtx(ctx, "token"))
	require.NoError(t, s.DeleteCtx(ctx, "token"), "deleting twice is no error")
	_, found, err = s.Find("token")
	require.NoError(t, err)
	assert.False(t, found)
}

func TestAnExpiredSessionIsNotThere(t *testing.T) {
	s, ctx := open(t, filepath.Join(t.TempDir(), "office.db")), t.Context()
	require.NoError(t, s.CommitCtx(ctx, "old", []byte("x"), time.Now().Add(-time.Second)))
	require.NoError(t, s.CommitCtx(ctx, "new", []byte("x"), time.Now().Add(time.Hour)))

	_, found, err := s.FindCtx(ctx, "old")
	require.NoError(t, err)
	assert.False(t, found)

	require.NoError(t, s.Prune(ctx, time.Now()))
	_, found, err = s.FindCtx(ctx, "new")
	require.NoError(t, err)
	assert.True(t, found, "pruning leaves what lives")
}

func TestTheFileHoldsNoTokenAndIsPrivate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "office ?#%.db") // a name that must be quoted in a URI
	s := open(t, path)
	const token = "a-token-that-must-not-be-read"
	require.NoError(t, s.CommitCtx(t.Context(), token, []byte("data"), time.Now().Add(time.Hour)))

	require.NoError(t, filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		if e.IsDir() {
			return nil
		}
		b, err := os.ReadFile(p)
		require.NoError(t, err)
		assert.False(t, bytes.Contains(b, []byte(token)), "%s holds the token", p)
		info, err := e.Info()
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), "%s", p)
		return nil
	}))
	assert.FileExists(t, path)
}

// commitAndDie is the child of the test below: it stores a session and is
// gone without closing anything.
func commitAndDie(path string) {
	s, err := office.Open(context.Background(), path, slog.New(slog.DiscardHandler))
	if err == nil {
		err = s.Commit("token", []byte("liaison"), time.Now().Add(time.Hour))
	}
	if err != nil {
		os.Exit(1)
	}
	p, _ := os.FindProcess(os.Getpid())
	_ = p.Kill()
	select {}
}

func TestASessionOutlivesAKilledHub(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), "OFFICE_TEST_CHILD="+path)
	require.Error(t, child.Run())
	require.Equal(t, "signal: killed", child.ProcessState.String())

	data, found, err := open(t, path).FindCtx(t.Context(), "token")
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, "liaison", string(data))
}
