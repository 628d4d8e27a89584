package turns_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/turns"
)

// loosening is set in the process of the test's own that is to loosen.
const loosening = "TURNS_TEST_LOOSEN"

func TestMain(m *testing.M) {
	if os.Getenv(loosening) == "" {
		os.Exit(m.Run())
	}
	if err := turns.Loosen(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(os.Getpid(), os.Args[1:])
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for _, t := range tasks { // a thread's own stands under its number
		slack, err := os.ReadFile(filepath.Join("/proc", t.Name(), "timerslack_ns"))
		fmt.Println(strings.TrimSpace(string(slack)), err)
	}
}

func TestEveryThreadOfTheSameProcessHasLooseTimers(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "an argument", "another")
	cmd.Env = append(os.Environ(), loosening+"=yes")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Greater(t, len(lines), 3, "a Go program has several threads: %s", out)
	assert.Equal(t, fmt.Sprint(cmd.Process.Pid, " [an argument another]"), lines[0])
	for _, l := range lines[1:] {
		assert.Equal(t, "200000 <nil>", l)
	}
}
