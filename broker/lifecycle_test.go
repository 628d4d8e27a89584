package broker

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"strconv"
	"testing"

	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/devices"
)

func TestStopEndsEverything(t *testing.T) {
	before := goleak.IgnoreCurrent()
	hub := newRecorder()
	asked, durable := make(chan struct{}), make(chan struct{})
	hub.press = func(devices.Press) error {
		asked <- struct{}{}
		<-durable
		return nil
	}
	b, err := New(Config{Listeners: []Listener{{Address: "127.0.0.1:0"}}}, accounts{}, hub,
		slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	require.NoError(t, err)
	r := &rig{Broker: b, t: t, hub: hub}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()

	silent := r.dial()
	terminal := r.login(hello("police/desk-1", 5))
	terminal.subscribe(1, desk1)
	r.expect("up police/desk-1")
	button := r.login(hello("sunrise/b-1", 4))
	button.publish(alarm1, []byte(press1), 1, 1)
	receive(t, asked)

	stop()
	goodbye := terminal.read()
	assert.Equal(t, packets.Disconnect, goodbye.FixedHeader.Type)
	assert.Equal(t, packets.ErrServerShuttingDown.Code, goodbye.ReasonCode)
	terminal.closed()
	r.expect("down police/desk-1")
	silent.closed()
	button.closed()
	select {
	case <-ended:
		require.Fail(t, "stopped while a press was being stored")
	default:
	}
	close(durable)
	require.NoError(t, receive(t, ended))
	require.ErrorIs(t, b.Send(desk1, []byte("alert"), nil), ErrNotConnected)
	for _, c := range []*raw{silent, terminal, button} {
		require.NoError(t, c.Close())
	}
	goleak.VerifyNone(t, before)
}

// declaredReasons reads the constants of Reason from the source: one that the
// list lacks has no counter, and its first refusal is a panic.
func declaredReasons(t *testing.T) (out []Reason) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "metrics.go", nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := v.Type.(*ast.Ident); ok && name.Name == "Reason" {
			word, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			out = append(out, Reason(word))
		}
		return true
	})
	return out
}

func TestEveryReasonHasItsCounter(t *testing.T) {
	declared := declaredReasons(t)
	require.NotEmpty(t, declared)
	assert.Equal(t, declared, Reasons())
	r := start(t, Limits{})
	for _, reason := range declared {
		assert.Zero(t, r.refusedCount(reason))
	}
}
