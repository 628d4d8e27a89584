package turns_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"example.org/campushub/cmd/internal/turns"
)

func TestEveryThreadAsksForShortTurns(t *testing.T) {
	before, err := unix.SchedGetAttr(unix.Gettid(), 0)
	require.NoError(t, err)
	usual := before.Runtime
	turns.Short()
	short := turnOf(t, unix.Gettid())
	if short == 0 || short == usual {
		t.Log("the kernel knows no turns of a thread's own: older than 6.12")
	}
	for _, id := range threads(t, os.Getpid()) {
		a, err := unix.SchedGetAttr(id, 0)
		if err != nil {
			continue // it has ended
		}
		assert.Equal(t, short, a.Runtime, "thread %d", id)
		assert.Equal(t, before.Nice, a.Nice, "and no higher rank than before")
	}

	begun := func() uint64 {
		cmd := exec.CommandContext(t.Context(), "cat") // it waits for its input
		_, err := cmd.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		defer func() { _ = cmd.Wait() }()
		defer func() { _ = cmd.Process.Kill() }()
		return turnOf(t, cmd.Process.Pid)
	}
	assert.Equal(t, short, begun(), "a process has its turns from who began it")
	require.NoError(t, turns.Usual(func() error {
		assert.Equal(t, usual, begun(), "unless it was begun with the usual ones")
		return nil
	}))
	assert.Equal(t, short, turnOf(t, unix.Gettid()))
}

// turnOf is in nanoseconds; 0 where the kernel does not say.
func turnOf(t *testing.T, thread int) uint64 {
	t.Helper()
	a, err := unix.SchedGetAttr(thread, 0)
	require.NoError(t, err)
	return a.Runtime
}

func threads(t *testing.T, process int) (ids []int) {
	t.Helper()
	found, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(process), "task"))
	require.NoError(t, err)
	for _, f := range found {
		id, err := strconv.Atoi(f.Name())
		require.NoError(t, err)
		ids = append(ids, id)
	}
	require.Greater(t, len(ids), 1)
	return ids
}
