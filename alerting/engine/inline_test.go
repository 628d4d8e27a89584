package engine_test

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/deliver"
	"example.org/campushub/devices"
)

// stacked keeps where each message was told from.
type stacked struct {
	mu   sync.Mutex
	from []string
}

func (s *stacked) Tell(deliver.Message) {
	b := make([]byte, 16<<10)
	b = b[:runtime.Stack(b, false)]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from = append(s.from, string(b))
}

func TestAPressThatFindsNobodyIsToldByWhoeverHasReadIt(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(press("b-1"))) // from here on the engine runs
	var s stacked
	r.Exclusively(func() { r.Connect(&s, r, r) })
	for range 50 { // where the journal has just come to the engine, a press waits for it
		require.NoError(t, r.Press(press("b-2")))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	here := 0
	for _, from := range s.from {
		if strings.Contains(from, "TestAPressThatFindsNobody") {
			here++
		}
	}
	assert.Positive(t, here, "of %d messages", len(s.from))
}

func TestPressesOfManyConnectionsAreToldOneAfterTheOther(t *testing.T) {
	r := start(t, "", nil)
	const devicesAtOnce, each = 8, 20
	var all sync.WaitGroup
	for range devicesAtOnce {
		all.Go(func() {
			for range each {
				assert.NoError(t, r.Press(press("b-1")))
			}
		})
	}
	all.Wait()
	open := r.Unresolved()
	require.Len(t, open, 2, "the alarm, and the word that a button is stuck")
	assert.Equal(t, devicesAtOnce*each, open[0].PressCount)
}

const panics = "ENGINE_TEST_PANICS"

func TestAPanicInTheEngineEndsTheProcess(t *testing.T) {
	if os.Getenv(panics) != "" {
		r := start(t, "", nil)
		require.NoError(t, r.Press(press("b-1")))
		close(r.told) // telling panics now
		asAConnection(r.Press)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAPanicInTheEngineEndsTheProcess$", "-test.timeout=1m")
	cmd.Env = append(os.Environ(), panics+"=1")
	out, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	require.ErrorAs(t, err, &ended, "it lived: %s", out)
	assert.Contains(t, string(out), "send on closed channel")
	assert.NotContains(t, string(out), "test timed out")
}

// asAConnection presses as a connection's goroutine does, which keeps a panic
// to itself.
func asAConnection(pressed func(devices.Press) error) {
	defer func() { _ = recover() }()
	_ = pressed(press("b-2"))
}
