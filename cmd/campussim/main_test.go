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
	"testing"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/firmware-sim/campus/load"
)

// everybody lets every client do everything.
type everybody struct{ mqtt.HookBase }

func (*everybody) Provides(b byte) bool {
	return b == mqtt.OnConnectAuthenticate || b == mqtt.OnACLCheck
}

func (*everybody) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }

func (*everybody) OnACLCheck(*mqtt.Client, string, bool) bool { return true }

// startBroker runs a bare broker that lets everybody in.
func startBroker(t *testing.T) string {
	t.Helper()
	s := mqtt.New(&mqtt.Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	require.NoError(t, s.AddHook(new(everybody), nil))
	l := listeners.NewTCP(listeners.Config{ID: "t", Address: "127.0.0.1:0"})
	require.NoError(t, s.AddListener(l))
	require.NoError(t, s.Serve())
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return "tcp://" + l.Address()
}

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
