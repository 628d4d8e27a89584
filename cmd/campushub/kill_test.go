package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/journal"
	"example.org/campushub/cmd/internal/provision"
)

const (
	kills   = 30
	early   = 5 // of these, so many are followed by another one during the start-up
	buttons = 50
)

// served is "campushub serve" on a folder, started again and again.
type served struct {
	t      *testing.T
	config string
	http   string
	cmd    *exec.Cmd
	log    *os.File
	campus *provision.Campus
	handout
}

func provisionServed(t *testing.T) *served {
	t.Helper()
	return provisionWith(t, buttons, func(yaml string) string { return yaml })
}

// provisionWith has so many extra buttons, and a configuration that is changed.
func provisionWith(t *testing.T, extra int, change func(yaml string) string) *served {
	t.Helper()
	dir := t.TempDir()
	http, mqtt := freeAddress(t), freeAddress(t)
	campus, err := provision.Demo(dir, provision.Options{ExtraButtons: extra, HTTP: http, MQTT: mqtt, Quiet: true})
	require.NoError(t, err)
	text, err := os.ReadFile(campus.Config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(campus.Config, []byte(change(string(text))), 0o600))
	require.NoError(t, campus.Write(filepath.Join(dir, "demo.json"), "http://"+http, "tcp://"+mqtt))
	log, err := os.Create(filepath.Join(dir, "log"))
	require.NoError(t, err)
	s := &served{t: t, config: campus.Config, http: http, log: log, campus: campus, handout: readHandout(t, dir)}
	t.Cleanup(func() { s.kill() })
	return s
}

// launch runs the hub and waits for nothing.
func (s *served) launch() {
	s.t.Helper()
	s.cmd = exec.Command(binary, "serve", "--config", s.config)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	require.NoError(s.t, s.cmd.Start())
}

// start runs the hub and waits until it answers.
func (s *served) start() {
	s.t.Helper()
	s.launch()
	require.Eventually(s.t, func() bool {
		c, err := dialRaw(context.Background(), s.address(), s.Terminals[1].Username, s.Terminals[1].Password)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, patience, 2*time.Millisecond, "the hub did not come back")
}

func (s *served) kill() {
	if s.cmd != nil && s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Signal(syscall.SIGKILL)
		_ = s.cmd.Wait()
	}
}

// tally is what the buttons know.
type tally struct {
	mu    sync.Mutex // guards acked
	acked map[string]string
	more  chan struct{} // one token where there is a new acknowledgement
}

func (y *tally) add(press, device string) {
	y.mu.Lock()
	y.acked[press] = device
	y.mu.Unlock()
	select {
	case y.more <- struct{}{}:
	default:
	}
}

func (y *tally) len() int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return len(y.acked)
}

// Nothing acknowledged is lost: 50 buttons press, the hub is killed 30 times
// at random moments, some of them while it still reads its journal, and started
// again, and every press whose publish was acknowledged is there exactly once.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	s := provisionServed(t)
	ctx, wg := signUp(t)
	y := &tally{acked: map[string]string{}, more: make(chan struct{}, 1)}
	desk := newTold()
	s.start()
	wg.Go(func() { listen(ctx, func() handout { return s.handout }, desk) })
	buttonsDone, stopButtons := context.WithCancel(ctx)
	var pressing sync.WaitGroup
	for n := range buttons {
		pressing.Go(func() { keepPressing(buttonsDone, s.handout, fmt.Sprintf("x-%d", n+1), y) })
	}
	for n := range kills {
		awaitMore(t, y, 1+rand.IntN(60))
		s.kill()
		if n%(kills/early) == 0 {
			s.launch()
			for range rand.IntN(8) { // up to what a start-up takes
				pause(ctx)
			}
			s.kill()
		}
		s.start()
	}
	awaitMore(t, y, 10)
	stopButtons()
	pressing.Wait()
	s.kill()
	s.start()

	late := newTold() // a terminal that connects only after the last restart
	wg.Go(func() { listen(ctx, func() handout { return s.handout }, late) })
	liaison := (&hubProcess{handout: s.handout}).signIn(t, "liaison")
	pressed := slices.DeleteFunc(liaison.incidents(t), func(i incident) bool { return i.PressCount == 0 }) // what the hub found by itself
	where := map[string]incident{}
	for _, listed := range pressed {
		i := liaison.incident(t, listed.ID)
		assert.True(t, i.Stored)
		for _, p := range i.Presses {
			assert.Empty(t, where[p.ID].ID, "press %s stands in two places", p.ID)
			where[p.ID] = i
		}
	}
	t.Logf("%d presses acknowledged over %d kills, %d found in %d incidents", y.len(), kills, len(where), len(pressed))
	for press, device := range y.acked {
		assert.Equal(t, device, where[press].Device, "press %s was acknowledged, and is lost or another device's", press)
	}
	require.Eventually(t, func() bool { return desk.heardOf(pressed) && late.heardOf(pressed) }, patience, 10*time.Millisecond,
		"every incident is told")
	assert.Empty(t, desk.ghosts(pressed), "told, and in no list")
	assert.Empty(t, late.ghosts(pressed), "told, and in no list")
	assert.Empty(t, desk.twice, "one press of an incident has one delivery id")
	compared := 0
	for key, delivery := range late.deliveries {
		if before, ok := desk.deliveries[key]; ok {
			compared++
			assert.Equal(t, before, delivery, "the same delivery before and after the restarts")
		}
	}
	t.Logf("%d deliveries were told before and after the restarts", compared)
	assert.GreaterOrEqual(t, compared, len(pressed)/2, "or nothing was compared")
	report, err := journal.Verify(t.Context(), filepath.Join(filepath.Dir(s.config), "journal.db"))
	require.NoError(t, err)
	assert.True(t, report.OK(), "%+v", report)
	assert.NotContains(t, s.said(), "panic")
}

func (s *served) said() string {
	data, _ := os.ReadFile(s.log.Name())
	return string(data)
}

// keepPressing presses a button until ctx ends; each press is sent until it is
// acknowledged, as a device does.
func keepPressing(ctx context.Context, h handout, device string, y *tally) {
	user, password := credentials(h, device)
	var c *rawClient
	defer func() {
		if c != nil {
			_ = c.Close()
		}
	}()
	for ctx.Err() == nil {
		press := uuid.NewString()
		for ctx.Err() == nil {
			if c == nil {
				if c, _ = dialRaw(ctx, h.address(), user, password); c == nil {
					pause(ctx)
					continue
				}
			}
			_ = c.SetDeadline(time.Now().Add(patience))
			if c.publish("campus/"+user+"/alarm", []byte(`{"id":"`+press+`","age_ms":0}`)) == nil {
				y.add(press, device)
				break
			}
			_ = c.Close()
			c = nil
		}
		for range 10 + rand.IntN(20) { // people do not press without a pause
			pause(ctx)
		}
	}
}

// awaitMore waits for n further acknowledgements.
func awaitMore(t *testing.T, y *tally, n int) {
	t.Helper()
	want := y.len() + n
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for y.len() < want {
		select {
		case <-y.more:
		case <-limit.C:
			require.FailNow(t, "nothing was acknowledged any more")
		}
	}
}

func credentials(h handout, device string) (user, password string) {
	for _, d := range h.Devices {
		if d.ID == device {
			return d.Username, d.Password
		}
	}
	return "", ""
}
