package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/firmware-sim/campus/load"
)

// everybody lets every client do everything.
type everybody struct{ mqtt.HookBase }

func (*everybody) Provides(b byte) bool {
	return b == mqtt.OnConnectAuthenticate || b == mqtt.OnACLCheck
}

func (*everybody) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }

func (*everybody) OnACLCheck(*mqtt.Client, string, bool) bool { return true }

// startBroker runs a bare broker that lets everybody in, and answers as a hub
// to one button.
func startBroker(t *testing.T) string {
	t.Helper()
	s := mqtt.New(&mqtt.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, s.AddHook(new(everybody), nil))
	require.NoError(t, s.AddHook(&hubOf{server: s}, nil))
	l := listeners.NewTCP(listeners.Config{ID: "t", Address: "127.0.0.1:0"})
	require.NoError(t, s.AddListener(l))
	require.NoError(t, s.Serve())
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return "tcp://" + l.Address()
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLoadAgainstABroker(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), []string{
		"load", "--hub", startBroker(t), "--buttons", "20", "--terminals", "2", "--count", "100", "--rate", "1000",
		"--readings", "500", "--readers", "3", "--rounds", "2", "--pause", "1ms", "--json", "--strict",
	}, &out)
	require.NoError(t, err)
	d := json.NewDecoder(&out)
	for range 2 {
		var r load.Result
		require.NoError(t, d.Decode(&r))
		assert.Equal(t, load.Account{Planned: 100, Sent: 100, Acknowledged: 100, Arrived: 200}, r.Presses)
	}
	var s load.StormResult
	require.NoError(t, d.Decode(&s))
	assert.Positive(t, s.Sent)
}

func TestBurstAsText(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), []string{"load", "--hub", startBroker(t), "--buttons", "11", "--stuck", "1", "--stuck-lead", "100ms", "--burst", "--strict"}, &out)
	require.NoError(t, err)
	assert.Contains(t, out.String(), "10 presses in the same instant")
	assert.Contains(t, out.String(), "acknowledged 10, unacknowledged 0, arrived 10, lost 0, duplicates 0")
}

func TestDemoFileAndStrictness(t *testing.T) {
	demo := filepath.Join(t.TempDir(), "demo.json")
	raw, err := json.Marshal(map[string]any{
		"mqtt":      startBroker(t),
		"devices":   []map[string]string{{"school": "s", "id": "x-1", "kind": "button", "username": "s/x-1", "password": "p"}},
		"terminals": []map[string]string{{"audience": "police", "topic": "alert/police/desk-1", "username": "police/desk-1", "password": "p"}},
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(demo, raw, 0o600))
	var out bytes.Buffer
	args := []string{"load", "--demo", demo, "--buttons", "1", "--count", "3", "--rate", "100", "--drain", "50ms"}
	require.NoError(t, run(t.Context(), args, &out))
	assert.Contains(t, out.String(), "arrived 0, lost 3", "this broker turns no press into an alert")
	require.ErrorIs(t, run(t.Context(), append(args, "--strict"), io.Discard), errStrict)
}

func TestStormSaysReadyAndWhatItSent(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"storm", "--hub", startBroker(t), "--readers", "2", "--rate", "1000", "--for", "100ms", "--qos", "1"}, &out))
	ready, rest, _ := strings.Cut(out.String(), "\n")
	assert.Equal(t, "ready", ready)
	assert.Contains(t, rest, "sent 100 ")
	assert.Contains(t, rest, "acknowledged 100,")
}

func TestWrongCommandLinesAreRefused(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"load", "missing flags"},
		{"load --hub tcp://127.0.0.1:1 --demo x", "can't be used together"},
		{"load --hub nonsense", "want tcp://host:port"},
		{"load --hub tcp://127.0.0.1:1 --buttons 0", "want at least one device"},
		{"load --demo /nowhere/demo.json", "read demo file"},
		{"storm --hub tcp://127.0.0.1:1 --qos 7", "QoS 7"},
		{"load --hub tcp://127.0.0.1:1 --bogus", "unknown flag"},
	} {
		err := run(t.Context(), strings.Fields(c.args), io.Discard)
		require.ErrorContains(t, err, c.want, c.args)
	}
}

func TestHelpIsNoError(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"load", "--help"}, &out))
	assert.Contains(t, out.String(), "--stuck-rate")
}

func TestCtrlCIsNoError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, run(ctx, []string{"load", "--hub", startBroker(t), "--buttons", "1"}, io.Discard))
}

func TestPressesAreReadFromTheCommandLine(t *testing.T) {
	got, err := parsePresses([]string{"b-1@5s", "s/b-2@0s"})
	require.NoError(t, err)
	assert.Equal(t, []pressAt{{"b-1", 5 * time.Second}, {"s/b-2", 0}}, got)
	_, err = parsePresses([]string{"b-1", "@1s", "b-2@-1s", "b-3@soon"})
	for _, want := range []string{`press "b-1"`, `press "@1s"`, `press "b-2@-1s"`, `press "b-3@soon"`} {
		require.ErrorContains(t, err, want)
	}
}

// hubOf answers as a hub would, so that the firmware's own loop can be seen
// to close: a press becomes an alert at the terminal and a light at the button.
type hubOf struct {
	mqtt.HookBase
	server *mqtt.Server
}

func (*hubOf) Provides(b byte) bool { return b == mqtt.OnPublished }

func (h *hubOf) OnPublished(_ *mqtt.Client, p packets.Packet) {
	if p.TopicName != "campus/s/b-1/alarm" {
		return
	}
	var press struct{ ID string }
	_ = json.Unmarshal(p.Payload, &press)
	alert := `{"delivery":"d-` + press.ID + `","incident":"i","number":1,"press":"` + press.ID + `","kind":"emergency","severity":"critical","mode":"live","text":{"zh":"北门","en":"North gate"}}`
	_ = h.server.Publish("alert/police/desk-1", []byte(alert), false, 1)
	_ = h.server.Publish("campus/s/b-1/command", []byte(`{"receipt":"`+press.ID+`","indicator":"stored"}`), false, 1)
}

func TestRunDrivesACampus(t *testing.T) {
	demo := filepath.Join(t.TempDir(), "demo.json")
	address := startBroker(t)
	raw := `{"mqtt":"` + address + `","devices":[{"school":"s","id":"b-1","kind":"button","username":"s/b-1","password":"p"},
		{"school":"s","id":"x-1","kind":"button","username":"s/x-1","password":"p"}],
		"terminals":[{"audience":"police","id":"desk-1","topic":"alert/police/desk-1","username":"police/desk-1","password":"p"}]}`
	require.NoError(t, os.WriteFile(demo, []byte(raw), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out := &until{want: "police/desk-1  #1 live critical emergency  北门  North gate", found: cancel}
	require.NoError(t, run(ctx, []string{"run", "--demo", demo, "--still", "--press", "b-1@200ms"}, out))
	assert.Contains(t, out.String(), out.want)
	require.ErrorContains(t, run(t.Context(), []string{"run", "--demo", demo, "--press", "x-1@0s"}, io.Discard), "x-1", "extra buttons are somebody else's")
}

// until calls found once the text has been written.
type until struct {
	mu sync.Mutex // guards Buffer
	bytes.Buffer
	want  string
	found func()
}

func (u *until) Write(b []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	n, err := u.Buffer.Write(b)
	if strings.Contains(u.Buffer.String(), u.want) {
		u.found()
	}
	return n, err
}
