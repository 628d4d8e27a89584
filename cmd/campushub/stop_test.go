package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/journal"
)

// stopWithin is the default of hub.stop_within.
const stopWithin = 10 * time.Second

// terminate asks a process to stop, as a service manager does, and returns its
// exit code.
func terminate(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(stopWithin):
		_ = cmd.Process.Kill()
		<-ended
		assert.Fail(t, "it did not stop in time")
	}
	return cmd.ProcessState.ExitCode()
}

func assertWhole(t *testing.T, dir string) {
	t.Helper()
	report, err := journal.Verify(t.Context(), filepath.Join(dir, "journal.db"))
	require.NoError(t, err)
	assert.True(t, report.OK(), "%+v", report)
}

// A demonstration at whose keyboard somebody still sits ends when it is told
// to, and what was pressed there is known to the next one.
func TestSIGTERMEndsTheDemonstration(t *testing.T) {
	keyboard, hand, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = keyboard.Close(), hand.Close() })
	dir := t.TempDir()
	h := startDemoAt(t, keyboard, dir)
	_, err = hand.WriteString("b-1\n")
	require.NoError(t, err)
	liaison := h.signIn(t, "liaison")
	var pressed incident
	require.Eventually(t, func() bool {
		all := liaison.incidents(t)
		n := slices.IndexFunc(all, func(i incident) bool { return i.Device == "b-1" && i.Stored })
		if n >= 0 {
			pressed = liaison.incident(t, all[n].ID)
		}
		return n >= 0
	}, patience, 20*time.Millisecond, "the press is stored: %s", h.said())

	assert.Zero(t, terminate(t, h.cmd), h.said())

	assertWhole(t, dir)
	after := startDemo(t, dir, "--quiet").signIn(t, "liaison").incident(t, pressed.ID)
	assert.Len(t, after.Presses, 1)
	assert.Equal(t, pressed.Presses, after.Presses)
	assert.True(t, after.Stored)
}

// A hub to which terminals and buttons are connected ends when it is told to,
// and a press that it acknowledged just before is there afterwards.
func TestSIGTERMEndsTheHub(t *testing.T) {
	s := provisionServed(t)
	s.start()
	ctx, wg := signUp(t)
	desk := newTold()
	wg.Go(func() { listen(ctx, func() handout { return s.handout }, desk) })
	user, password := credentials(s.handout, "x-1")
	button, err := dialRaw(ctx, s.address(), user, password)
	require.NoError(t, err)
	t.Cleanup(func() { _ = button.Close() })
	press := uuid.NewString()
	require.NoError(t, button.publish("campus/"+user+"/alarm", []byte(`{"id":"`+press+`"}`)))
	require.Eventually(t, func() bool { return desk.of(press) != "" }, patience, 5*time.Millisecond, "told")

	assert.Zero(t, terminate(t, s.cmd), s.said())

	assertWhole(t, filepath.Dir(s.config))
	s.start()
	liaison := (&hubProcess{handout: s.handout}).signIn(t, "liaison")
	after := liaison.incident(t, desk.of(press))
	assert.True(t, after.Stored)
	require.Len(t, after.Presses, 1)
	assert.Equal(t, press, after.Presses[0].ID)
	assert.NotContains(t, s.said(), "panic")
}
