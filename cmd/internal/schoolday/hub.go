package schoolday

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus/day"
	"example.org/campushub/firmware-sim/campus/scenario"
)

// patience is how long a process may take to start or to do what is waited
// for. It bounds a failure and measures nothing.
const patience = time.Minute

// hub is a campushub in a process of its own, on addresses that it keeps.
type hub struct {
	binary     string
	campus     *provision.Campus
	http, mqtt string
	log        *os.File
	cmd        *exec.Cmd
}

// reached is where a hub finds what it reaches, how long it waits for it, and how
// much it keeps of what it does not reach; 0 is the default.
type reached struct {
	influx, texts string
	timeout       time.Duration
	spoolMiB      int
}

// section is the hub's telemetry, as its configuration has it.
func (r reached) section() string {
	keep := ""
	if r.spoolMiB > 0 {
		keep = fmt.Sprintf(", spool: {max_mib: %d}", r.spoolMiB)
	}
	if r.timeout > 0 {
		keep += fmt.Sprintf(", timeout: %s", r.timeout)
	}
	return fmt.Sprintf("telemetry: {url: %q, database: %s%s}\n", r.influx, database, keep)
}

// newHub makes the folder of a hub that has the scenario's devices, writes to
// an InfluxDB and tells parents by text message. Its way to the police is tried
// every few seconds, for the day is short.
func newHub(binary, dir string, s scenario.Scenario, to reached) (*hub, error) {
	h := &hub{binary: binary}
	var err error
	if h.http, err = freeAddress(); err != nil {
		return nil, err
	}
	if h.mqtt, err = freeAddress(); err != nil {
		return nil, err
	}
	h.campus, err = provision.Demo(dir, provision.Options{ExtraButtons: len(s.Devices), HTTP: h.http, MQTT: h.mqtt})
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(h.campus.Config)
	if err != nil {
		return nil, err
	}
	yaml := strings.Replace(string(text), "  dir: .\n", "  dir: .\n  path_check: {every: 5s}\n", 1) + to.section()
	yaml = withParents(withNextDoor(yaml, h.campus.School), to.texts)
	for _, d := range s.Devices {
		one := regexp.MustCompile(`\{id: ` + regexp.QuoteMeta(d.ID) + `, kind: [a-z-]+, power: [a-z]+,`)
		yaml = one.ReplaceAllString(yaml, fmt.Sprintf("{id: %s, kind: %s, power: %s,", d.ID, d.Kind, d.Power))
	}
	if err := os.WriteFile(h.campus.Config, []byte(yaml), 0o644); err != nil {
		return nil, err
	}
	h.log, err = os.Create(filepath.Join(dir, "log"))
	return h, err
}

// credentials are those of every device that the hub knows.
func (h *hub) credentials() map[string]day.Credential {
	all := map[string]day.Credential{}
	for _, d := range h.campus.Devices {
		all[d.ID] = day.Credential{Address: devices.Address{School: d.School, Device: d.ID}, Password: d.Password, Post: d.Place}
	}
	return all
}

// start runs the hub and waits until it is ready.
func (h *hub) start(ctx context.Context) error {
	h.cmd = exec.Command(h.binary, "serve", "--config", h.campus.Config)
	h.cmd.Stdout, h.cmd.Stderr = h.log, h.log
	if err := h.cmd.Start(); err != nil {
		return fmt.Errorf("start hub: %w", err)
	}
	if err := until(ctx, "the hub is ready", h.ready); err != nil {
		return fmt.Errorf("%w; it said %s", err, h.said())
	}
	return nil
}

func (h *hub) ready() bool {
	res, err := http.Get("http://" + h.http + "/readyz")
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// kill ends the hub as a power cut would.
func (h *hub) kill() error { return h.end(syscall.SIGKILL) }

func (h *hub) end(how syscall.Signal) error {
	if h.cmd == nil || h.cmd.ProcessState != nil {
		return nil
	}
	if err := h.cmd.Process.Signal(how); err != nil {
		return fmt.Errorf("end hub: %w", err)
	}
	late := time.AfterFunc(patience, func() { _ = h.cmd.Process.Kill() })
	defer late.Stop()
	_ = h.cmd.Wait() // ended by a signal
	return nil
}

// said is the end of the hub's log.
func (h *hub) said() string {
	all, _ := os.ReadFile(h.log.Name())
	return string(all[max(0, len(all)-4000):])
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// until waits for something that is sure to come.
func until(ctx context.Context, what string, is func() bool) error {
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for limit := time.Now().Add(patience); !is(); {
		if time.Now().After(limit) {
			return fmt.Errorf("wait until %s: not after %s", what, patience)
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
