package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/deliver/webhook"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/firmware-sim/campus/load"
	"example.org/campushub/firmware-sim/campus/load/packet"
)

const patient = 20 * time.Second // bounds a failure and measures nothing

func TestATallyTellsWhatWasLostAndWhatCameTwice(t *testing.T) {
	y := newTally()
	for _, id := range []string{"a", "b", "c"} {
		y.began(id)
	}
	y.acknowledged("a")
	y.acknowledged("a")
	y.acknowledged("b")
	y.acknowledged("of another turn")
	assert.False(t, y.complete())
	at := time.Now().Add(time.Second)
	y.arrived("a", "first", at)
	y.arrived("a", "first", at.Add(time.Second))
	y.arrived("a", "second", at.Add(time.Second))
	y.arrived("of another turn", "", at)

	o := y.outcome()

	assert.Equal(t, []int{3, 2, 2, 1, 1, 1}, []int{o.Sent, o.Acknowledged, o.Lost, o.Taken, o.Duplicates, o.Further})
	assert.Equal(t, 1, o.Latency.Count, "the first webhook counts")
	assert.InDelta(t, 1, o.Last, 0.5)
	y.arrived("b", "", at)
	y.arrived("c", "", at)
	assert.False(t, y.complete(), "nobody has acknowledged one")
	y.acknowledged("c")
	require.NoError(t, y.settle(t.Context(), 0))
	assert.True(t, y.complete())

	both := o.and(y.outcome(), 1)
	assert.Equal(t, []int{6, 5, 2, 4}, []int{both.Sent, both.Acknowledged, both.Lost, both.Latency.Count})
}

// post sends the sink a webhook and returns the answer's status.
func post(t *testing.T, url, body string, header http.Header) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	r.Header = header
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	http.DefaultClient.CloseIdleConnections()
	return errorless(t, answer)
}

func errorless(t *testing.T, r *http.Response) int {
	t.Helper()
	require.NoError(t, r.Body.Close())
	return r.StatusCode
}

func TestTheSinkReadsEverybodysWebhooks(t *testing.T) {
	key := []byte("0123456789abcdef")
	s, err := newSink(key)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.close()) }()
	y := newTally()
	s.turn.Store(y)
	for _, id := range []string{"n", "a1", "a2", "c"} {
		y.began(id)
	}
	ours := `{"press":"c","delivery":"d"}`
	signed := http.Header{webhook.SignatureHeader: {webhook.Sign(key, time.Now(), []byte(ours))}, "Idempotency-Key": {"d"}}

	assert.Equal(t, http.StatusNoContent, post(t, s.url(nodeRED), `{"id":"n"}`, nil))
	assert.Equal(t, http.StatusNoContent, post(t, s.url(alertmanager), `{"alerts":[{"labels":{"id":"a1"}},{"labels":{"id":"a2"}}]}`, nil))
	assert.Equal(t, http.StatusNoContent, post(t, s.url(campushub), ours, signed))
	assert.Zero(t, y.outcome().Lost)
	assert.Zero(t, s.bad.Load())

	for peer, body := range map[string]string{nodeRED: `{}`, alertmanager: `{"alerts":[]}`, campushub: ours} {
		assert.Equal(t, http.StatusBadRequest, post(t, s.url(peer), body, nil), peer)
	}
	assert.Equal(t, http.StatusBadRequest, post(t, s.url(campushub), ours+" ", signed), "the signature covers the body")
	assert.Equal(t, int64(4), s.bad.Load())
}

// forgetful is a broker that hangs up on the first publish of each connection
// but the last, and then acknowledges everything.
func forgetful(t *testing.T, hangUps int) (address string, got chan packet.Message) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	got = make(chan packet.Message, 16)
	done := make(chan struct{})
	t.Cleanup(func() { _ = l.Close(); <-done })
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			in := packet.NewReader(c, 512)
			for p, err := in.Next(); err == nil; p, err = in.Next() {
				if p.Type == packet.Connect {
					_, _ = c.Write(packet.AppendConnack(nil, 0))
					continue
				}
				m, _ := p.Message()
				m.Payload = append([]byte(nil), m.Payload...)
				got <- m
				if n < hangUps {
					break
				}
				_, _ = c.Write(packet.AppendPuback(nil, m.ID))
			}
			_ = c.Close()
		}
	}()
	return l.Addr().String(), got
}

func TestAButtonSendsAgainUntilItIsAcknowledged(t *testing.T) {
	address, got := forgetful(t, 2)
	target, err := load.Bare(address, "s", 1, 0, "")
	require.NoError(t, err)
	y := newTally()
	s, err := openButtons(t.Context(), target, 1, func() *tally { return y })
	require.NoError(t, err)
	s.send(t.Context(), 0, "press")
	y.arrived("press", "", time.Now())
	require.NoError(t, y.settle(t.Context(), patient))
	s.close()

	assert.True(t, y.complete())
	var all []packet.Message
	for range 3 {
		all = append(all, <-got)
	}
	assert.Equal(t, []bool{false, true, true}, []bool{all[0].Duplicate, all[1].Duplicate, all[2].Duplicate})
	assert.Equal(t, all[0].Payload, all[2].Payload, "the same message under the same identifier")
	assert.Equal(t, all[0].ID, all[2].ID)
	_, err = openButtons(t.Context(), target, 2, nil)
	require.ErrorContains(t, err, "connect 2 buttons: there are 1")
}

func TestAPosterSendsAgainUntilItIsAccepted(t *testing.T) {
	var calls atomic.Int64
	var id string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			return
		}
		if calls.Add(1) < 3 {
			http.Error(w, "not yet", http.StatusServiceUnavailable)
			return
		}
		var alerts []struct{ Labels map[string]string }
		if err := json.NewDecoder(r.Body).Decode(&alerts); err == nil && len(alerts) == 1 {
			id = alerts[0].Labels["id"]
		}
	}))
	defer server.Close()
	y := newTally()
	s, err := openPosters(t.Context(), server.Listener.Addr().String(), 1, func() *tally { return y })
	require.NoError(t, err)
	s.send(t.Context(), 0, "press")
	s.close()
	assert.Equal(t, int64(3), calls.Load())
	assert.Equal(t, "press", id)
	assert.Equal(t, 1, y.outcome().Acknowledged)
}

func TestWhatIsKilledIsThereAgain(t *testing.T) {
	p := &part{program: "/bin/sh", args: []string{"-c", "trap '' TERM; while :; do sleep 0.01; done"}}
	require.NoError(t, p.start(t.Context()))
	first := p.proc.cmd.Process.Pid
	require.NoError(t, kill{"it", []*part{p}}.again(t.Context()))
	assert.NotEqual(t, first, p.proc.cmd.Process.Pid)
	_, err := (&peer{parts: []*part{p}}).cpu()
	require.NoError(t, err)
	require.NoError(t, p.proc.kill(), "it hears no SIGTERM")
	require.NoError(t, p.proc.kill(), "one that is gone is killed")
}

func TestPacedKeepsItsSchedule(t *testing.T) {
	var done []int
	began := time.Now()
	require.NoError(t, paced(t.Context(), 5, 100, func(i int) { done = append(done, i) }))
	assert.Equal(t, []int{0, 1, 2, 3, 4}, done)
	assert.GreaterOrEqual(t, time.Since(began), 40*time.Millisecond)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	require.ErrorIs(t, paced(ctx, 5, 1, func(int) {}), context.Canceled)
}

func TestEverybodyIsConfiguredSoThatTheyTellTheSink(t *testing.T) {
	dir := t.TempDir()
	n, err := newNodeRED(filepath.Join(dir, "n"), "http://sink/n", "/modules", "/mosquitto")
	require.NoError(t, err)
	raw, err := os.ReadFile(filepath.Join(dir, "n", "flows.json"))
	require.NoError(t, err)
	var flow []map[string]any
	require.NoError(t, json.Unmarshal(raw, &flow))
	assert.Contains(t, string(raw), `"url": "http://sink/n"`)
	assert.Len(t, n.kills, 3)

	_, err = newAlertmanager(filepath.Join(dir, "a"), "http://sink/a", "/am")
	require.NoError(t, err)
	raw, err = os.ReadFile(filepath.Join(dir, "a", "alertmanager.yml"))
	require.NoError(t, err)
	assert.Contains(t, string(raw), "- url: http://sink/a\n")

	o, err := newOurs(filepath.Join(dir, "c"), "http://sink/c", "/hub", []byte("0123456789abcdef"), 2)
	require.NoError(t, err)
	cfg, err := config.Load(o.parts[0].args[2])
	require.NoError(t, err, "the hub takes what it is given")
	assert.Equal(t, "http://sink/c", cfg.Webhooks[0].URL)
}

func TestThePageOfPeersSaysWhichAimIsMet(t *testing.T) {
	of := func(p99 time.Duration, lost int) outcome {
		return outcome{Sent: 100, Acknowledged: 100, Lost: lost, Taken: lost, Latency: load.Spread{Count: 100, P50: p99 / 2, P99: p99, Max: 2 * p99}}
	}
	f := contestFigures{
		Command: "go run x", Peers: []string{nodeRED, alertmanager, campushub}, Rate: 50, ForS: 60, BurstOf: 1000, Rounds: 3, KillS: 30, LostS: 60,
		Versions: map[string]string{"Node-RED": "4.1"},
		Steady:   map[string]outcome{nodeRED: of(6*time.Millisecond, 0), alertmanager: of(4*time.Millisecond, 0), campushub: of(time.Millisecond, 0)},
		Burst:    map[string]outcome{campushub: of(time.Second, 0)},
		Kills:    []killed{{nodeRED, "both", of(time.Second, 7)}, {campushub, "it", of(time.Second, 0)}},
	}
	got := contestReport(f)
	for _, want := range []string{
		"p99 at 50/s 5 times below Mosquitto → Node-RED → webhook's | 6.0 times | met |",
		"p99 at 50/s 10 times below Prometheus Alertmanager's | 4.0 times | **not met** |",
		"p99 of the burst 5 times below Mosquitto → Node-RED → webhook's | not measured |",
		"Campushub lost 0, the others together 7 | met |",
		"| both | 100 | 100 | **7** | 7 |", "| Node-RED | 4.1 |", "group_wait: 0s", "mqttReconnectTime: 1000",
	} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "%!")
	for l := range strings.Lines(got) {
		if strings.HasPrefix(l, "|") {
			assert.True(t, strings.HasSuffix(strings.TrimSpace(l), "|"), l)
		}
	}
	assert.NotContains(t, got, "not quiet")
	busy := of(time.Second, 0)
	busy.Others = 0.5
	f.Burst[campushub] = busy
	assert.Contains(t, contestReport(f), "not quiet: others used up to 50 %")
	f.Kills[1].Came = of(time.Second, 1)
	assert.Contains(t, contestReport(f), "Campushub lost 1, the others together 7 | **not met** |")
}

func TestWhoCannotTakePartIsToldWhy(t *testing.T) {
	t.Setenv("NODE_RED_MODULES", "")
	require.ErrorContains(t, run(t.Context(), []string{"peers"}, io.Discard), "want --modules")
	require.ErrorContains(t, run(t.Context(), []string{"peers", "--burst", "0"}, io.Discard), "want more than nothing")
	assert.Equal(t, 1500, (&peersCommand{Rate: 50, For: time.Minute, Rounds: 3, Burst: 1000, Kill: 30 * time.Second}).most())
}
