package hazard_test

import (
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// A disk that takes no more: the kernel refuses each byte beyond what the file
// has, as it does where no room is left.
func TestAFullDiskRefusesAndHarmsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	r := open(t, path)
	one := r.report()
	log, err := os.Stat(path + "-wal")
	require.NoError(t, err)
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var was syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	room := func(bytes uint64) {
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: was.Max}))
	}
	defer func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was) }()

	room(uint64(log.Size()))
	require.ErrorIs(t, r.attach(one.ID, aJPEG(900)), alerting.ErrUnavailable)
	assert.Equal(t, 1, r.counted("unavailable"))
	_, err = r.Report(t.Context(), aReport())
	require.ErrorIs(t, err, alerting.ErrUnavailable)
	now, err := r.One(t.Context(), one.ID)
	require.NoError(t, err, "what is there can be read")
	assert.Zero(t, now.Photo.Size)

	room(was.Cur)
	require.NoError(t, r.attach(one.ID, aJPEG(900)), "and it goes on once there is room")
	all, err := r.List(t.Context(), "ziwei", "")
	require.NoError(t, err)
	assert.Len(t, all, 1)
}
