package engine_test

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
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

// early takes the place of every channel before Run does.
type early struct {
	mu   sync.Mutex
	told []string
}

func (s *early) Tell(m deliver.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.Recipient == "desk-1" {
		s.told = append(s.told, m.Press)
	}
}

func (s *early) presses() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.told)
}

// What an earlier start left is told first: until then a press waits in the
// queue, and those behind it stay behind it, also where nobody is at the
// incidents.
func TestAPressOvertakesNeitherTheStartNorTheQueue(t *testing.T) {
	for name, goesOn := range map[string]func(*engine.Engine){
		"while the hub starts": func(*engine.Engine) {},
		"while others wait":    (*engine.Engine).Runs,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				var s early
				first, second := press("b-1"), press("b-2")
				r := startFor(t, journal.Config{Path: path}, directory(), func(e *engine.Engine) {
					e.Connect(&s, silent{}, silent{})
					e.Queued(first)
					goesOn(e)
					go func() { assert.NoError(t, e.Press(second)) }()
					synctest.Wait()
					assert.Empty(t, s.presses(), "told before its turn")
				})
				defer r.stop()
				time.Sleep(time.Second)
				assert.Equal(t, []string{first.ID, second.ID}, s.presses())
			})
		})
	}
}

// silent is nobody's devices, and keeps nothing.
type silent struct{}

func (silent) Command(devices.Address, devices.Command) {}
func (silent) Forget(string)                            {}

// A press that is told on its connection's goroutine sets timers that the
// engine's sleeps past: it is woken for those that are due before its own, where
// nothing else wakes it, as while the disk hangs.
func TestAPressWakesTheEngineForItsTimers(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		disk := newHold()
		r := startFor(t, journal.Config{Path: path, Fault: disk.fault}, directory())
		defer r.stop()
		time.Sleep(100 * time.Millisecond)
		letGo := disk.next()
		defer letGo()
		for range alerting.StuckPresses + 1 { // the last is counted, and told a second later
			go func() { _ = r.Press(press("b-1")) }()
			synctest.Wait()
		}
		began := time.Now()
		r.recipients()
		took, m := r.since(began, "desk-1")
		assert.Equal(t, alerting.StuckTell, took)
		assert.NotEmpty(t, m.Press)
	})
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
