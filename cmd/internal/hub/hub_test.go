package hub_test

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting/journal"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/cmd/internal/hub"
	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus"
)

const patience = time.Minute

// together is how many of the tests that wait run beside each other.
const together = 8

// TestMain lets the tests that wait do it beside each other, and looks for what
// they have left running.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(together)); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"))
}

// waits says that a test spends its time waiting: it does so after those that
// compute, beside the others that wait.
func waits(t *testing.T) { t.Parallel() }

// running is a hub in this process, and how it ends.
type running struct {
	*hub.Hub
	campus *provision.Campus
	cfg    *config.Config
	stop   func() error
	log    *logbook
}

// logbook keeps what a hub logs.
type logbook struct {
	mu   sync.Mutex // guards said
	said strings.Builder
}

// Write keeps some lines.
func (j *logbook) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.said.Write(p)
}

func (r *running) logged() string {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	return r.log.said.String()
}

func start(t *testing.T, change func(yaml string) string) *running {
	t.Helper()
	return startWith(t, 0, change)
}

// startWith is a hub with more buttons: x-1 and so on.
func startWith(t *testing.T, buttons int, change func(yaml string) string) *running {
	t.Helper()
	c, err := provision.Demo(t.TempDir(), provision.Options{ExtraButtons: buttons, HTTP: "127.0.0.1:0", MQTT: "127.0.0.1:0"})
	require.NoError(t, err)
	text, err := os.ReadFile(c.Config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(c.Config, []byte(change(string(text))), 0o644))
	return serve(t, c)
}

// serve runs a hub on a campus; a second time it carries on.
func serve(t *testing.T, c *provision.Campus) *running {
	t.Helper()
	cfg, err := config.Load(c.Config)
	require.NoError(t, err)
	log := &logbook{}
	h, err := hub.New(t.Context(), cfg, slog.New(slog.NewTextHandler(log, nil)), "test")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	var ended bool
	stop := func() error {
		if ended {
			return nil
		}
		ended = true
		cancel()
		return <-done
	}
	t.Cleanup(func() { _ = stop() })
	return &running{h, c, cfg, stop, log}
}

func unchanged(s string) string { return s }

// school runs the virtual campus against the hub.
func (r *running) school(t *testing.T) *campus.Campus {
	t.Helper()
	cfg := campus.Config{Hub: r.MQTT(), Still: true}
	for _, d := range r.campus.Devices {
		cfg.Devices = append(cfg.Devices, campus.DeviceCredential{
			Address: devices.Address{School: d.School, Device: d.ID}, Kind: d.Kind, Password: d.Password, Power: d.Power,
		})
	}
	for _, d := range r.campus.Terminals {
		cfg.Terminals = append(cfg.Terminals, campus.TerminalCredential{Audience: string(d.Audience), ID: d.ID, Password: d.Password})
	}
	school, err := campus.New(cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- school.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	require.Eventually(t, school.Connected, patience, 5*time.Millisecond)
	return school
}

// The real firmware presses; the three terminals are told, and the button's
// light says that the press is stored.
func TestFirmwarePressReachesEveryTerminal(t *testing.T) {
	r := start(t, unchanged)
	school := r.school(t)

	require.NoError(t, school.Press("b-1"))

	for _, name := range []string{"police/desk-1", "school/office-1", "guards/gatehouse-1"} {
		term, err := school.Terminal(name)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return len(term.Told()) == 1 }, patience, 5*time.Millisecond, name)
	}
	require.Eventually(t, func() bool {
		light, err := school.Indicator("b-1")
		return err == nil && light == devices.IndicatorStored
	}, patience, 5*time.Millisecond)
}

// A graceful stop loses nothing and listens no more; that it leaves no goroutine
// behind is TestMain's, its order and its deadline are the parts' own.
func TestGracefulStop(t *testing.T) {
	r := start(t, unchanged)
	school := r.school(t)
	require.NoError(t, school.Press("b-2"))
	require.Eventually(t, func() bool {
		light, err := school.Indicator("b-2")
		return err == nil && light == devices.IndicatorStored
	}, patience, time.Millisecond)
	console, mqtt := strings.TrimPrefix(r.Console(), "http://"), strings.TrimPrefix(r.MQTT(), "tcp://")

	require.NoError(t, r.stop())

	for _, address := range []string{console, mqtt} {
		c, err := net.Dial("tcp", address)
		if assert.ErrorIs(t, err, syscall.ECONNREFUSED, address) {
			continue
		}
		_ = c.Close()
	}
	report, err := journal.Verify(t.Context(), filepath.Join(filepath.Dir(r.campus.Config), "journal.db"))
	require.NoError(t, err)
	require.Len(t, report.Schools, 1, "what the button was told is stored")
	assert.True(t, report.OK())
}

func TestHealthAndMetrics(t *testing.T) {
	r := start(t, func(s string) string {
		return strings.Replace(s, "  dir: .\n", "  dir: .\n  metrics: {listen: 127.0.0.1:0}\n", 1)
	})
	for path, want := range map[string]string{
		"/livez": "", "/readyz": "", "/metrics": "campushub_engine_incidents_unresolved",
	} {
		res, err := http.Get(r.Console() + path)
		require.NoError(t, err)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		assert.Equal(t, http.StatusOK, res.StatusCode, path)
		assert.Contains(t, string(body), want, path)
	}
}

// A reload takes a button's identity away: its connection ends, and it cannot
// come back; the others stay.
func TestReloadRevokes(t *testing.T) {
	r := start(t, unchanged)
	school := r.school(t)
	text, err := os.ReadFile(r.campus.Config)
	require.NoError(t, err)
	var kept []string
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, "id: b-4,") {
			kept = append(kept, line)
		}
	}
	require.NoError(t, os.WriteFile(r.campus.Config, []byte(strings.Join(kept, "")), 0o644))
	cfg, err := config.Load(r.campus.Config)
	require.NoError(t, err)

	r.Reload(cfg)

	connected := func(button string) bool {
		s, err := school.Status(button)
		return err == nil && s.Connected
	}
	require.Eventually(t, func() bool { return !connected("b-4") && connected("b-1") }, patience, 5*time.Millisecond)
}
