package campus_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/firmware/link"
	"example.org/campushub/devices/firmware/link/linktest"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/campus"
)

// patience is how long a test waits for what must come on a busy machine.
const patience = 30 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// brokers are what the virtual campus is tried against.
var brokers = map[string]func(t *testing.T) string{
	"bare mochi": func(t *testing.T) string { return linktest.New(t).URL },
	"mosquitto":  mosquitto,
}

// mosquitto runs Debian's broker on a free port until the test ends.
func mosquitto(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	require.NoError(t, l.Close())
	file := filepath.Join(t.TempDir(), "mosquitto.conf")
	conf := fmt.Sprintf("listener %d 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n", port)
	require.NoError(t, os.WriteFile(file, []byte(conf), 0o600))
	if os.Geteuid() == 0 { // it would give root up, and the file is root's
		require.NoError(t, os.WriteFile(file, []byte(conf+"user root\n"), 0o600))
	}

	program, err := exec.LookPath("mosquitto")
	if err != nil {
		program = "/usr/sbin/mosquitto" // not in everybody's path
	}
	cmd := exec.Command(program, "-c", file)
	require.NoError(t, cmd.Start(), "mosquitto is needed: install the Debian package of that name")
	t.Cleanup(func() {
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait() // killed
	})
	address := fmt.Sprintf("127.0.0.1:%d", port)
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, patience, 5*time.Millisecond)
	return "tcp://" + address
}

// hub is a hub of a few lines, over any broker: it answers each press with a
// receipt and tells one terminal. It hears everything.
type hub struct {
	t    *testing.T
	link *link.Link

	mu       sync.Mutex // guards what follows
	mute     bool       // answers nothing
	presses  []devices.Press
	receipts map[string]devices.ReceiptStatus
	others   map[wire.UpKind][][]byte
}

func newHub(t *testing.T, url string) *hub {
	t.Helper()
	l, err := link.New(link.Config{
		Hub: url, Username: "hub", KeepAlive: 10 * time.Second, Subscribe: []string{"campus/#", "receipt/#"},
	}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	h := &hub{t: t, link: l, receipts: map[string]devices.ReceiptStatus{}, others: map[wire.UpKind][][]byte{}}
	up := make(chan struct{}, 16)
	background(t, func(ctx context.Context) error {
		return l.Run(ctx, firmware.Events{Connected: func() { up <- struct{}{} }, Lost: func() {}, Message: h.hear})
	})
	<-up
	return h
}

// background runs something until the test ends, and waits for its end.
func background(t *testing.T, run func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-done)
	})
}

func (h *hub) hear(topic string, payload []byte) {
	up, err := wire.ParseUp(topic)
	if err != nil {
		return // a command: the hub's own
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch up.Kind {
	case wire.UpAlarm:
		p := wire.DecodeAlarm(up.From, payload, time.Now())
		h.presses = append(h.presses, p)
		if !h.mute {
			h.answer(p)
		}
	case wire.UpReceipt:
		h.receipts[up.Delivery], _ = wire.DecodeReceipt(payload)
	default:
		h.others[up.Kind] = append(h.others[up.Kind], payload)
	}
}

func (h *hub) answer(p devices.Press) {
	h.say(wire.CommandTopic(p.From), wire.EncodeCommand(devices.Command{Receipt: p.ID, Indicator: devices.IndicatorStored}))
	h.say(wire.AlertTopic("police", "desk-1"), wire.AppendAlert(nil, wire.Alert{
		Delivery: "to-desk-1-" + p.ID, Incident: "i-1", Number: 1, Press: p.ID, Device: p.From.Device, Mode: p.Mode,
	}))
}

func (h *hub) say(topic string, payload []byte) {
	assert.NoError(h.t, h.link.Publish(firmware.Message{Topic: topic, Payload: payload}))
}

func (h *hub) silence(mute bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mute = mute
}

func (h *hub) pressed() []devices.Press {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]devices.Press(nil), h.presses...)
}

func (h *hub) receipt(delivery string) devices.ReceiptStatus {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.receipts[delivery]
}

func (h *hub) heard(k wire.UpKind) [][]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([][]byte(nil), h.others[k]...)
}

func school(t *testing.T, c campus.Config) *campus.Campus {
	t.Helper()
	made, err := campus.New(c)
	require.NoError(t, err)
	background(t, made.Run)
	eventually(t, made.Connected)
	return made
}

func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	require.Eventually(t, holds, patience, 2*time.Millisecond)
}
