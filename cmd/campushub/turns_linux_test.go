package main

import (
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestEveryThreadAsksForShortTurns(t *testing.T) {
	shortTurns()
	self, err := unix.SchedGetAttr(unix.Gettid(), 0)
	require.NoError(t, err)
	if self.Runtime == 0 {
		t.Log("the kernel knows no turns of a thread's own: older than 6.12")
	}
	threads, err := os.ReadDir("/proc/self/task")
	require.NoError(t, err)
	assert.Greater(t, len(threads), 1)
	for _, thread := range threads {
		id, err := strconv.Atoi(thread.Name())
		require.NoError(t, err)
		a, err := unix.SchedGetAttr(id, 0)
		if err != nil {
			continue // it has ended
		}
		assert.Equal(t, self.Runtime, a.Runtime, "thread %d", id)
		assert.Zero(t, a.Nice, "and no higher rank than before")
	}
}
