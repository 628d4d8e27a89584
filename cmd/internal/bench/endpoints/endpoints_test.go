package endpoints_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/cmd/internal/bench/endpoints"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestEachChannelBreaksInTurnAndAllButOne(t *testing.T) {
	names := map[string]bool{}
	for _, s := range endpoints.Scenarios() {
		names[s.Name] = true
		well := 0
		for _, c := range endpoints.Channels() {
			if s.Of(c) == endpoints.Well {
				well++
			}
		}
		assert.Positive(t, well, "%s: one path lives", s.Name)
	}
	assert.Len(t, names, 1+5*4+5*4)
	assert.Contains(t, names, "terminal hanging")
	assert.Contains(t, names, "call flapping")
	assert.Contains(t, names, "all but the page slow")
}

func TestOfTwoReceiversOneHangsAndTheOtherIsTheOnlyWay(t *testing.T) {
	all := endpoints.Pairs()
	require.Len(t, all, 3)
	assert.Equal(t, "one of two text messages hanging, all else dead", all[1].Name)
	states := map[endpoints.State]int{}
	for _, c := range endpoints.Channels() {
		states[all[1].Of(c)]++
		if c != endpoints.ChannelTerminal && c != endpoints.ChannelPage {
			states[all[1].Of(endpoints.Second(c))]++
		}
	}
	assert.Equal(t, map[endpoints.State]int{endpoints.Hanging: 1, endpoints.Well: 1, endpoints.Dead: 6}, states)
	assert.Equal(t, endpoints.Hanging, all[1].Of(endpoints.ChannelText))
	assert.Equal(t, endpoints.Well, all[1].Of(endpoints.Second(endpoints.ChannelText)))
}

// A receiver keeps its address whatever it becomes, and says what was heard
// when it answers, and not when it does not.
func TestAReceiverIsWellDeadHangingOrSlow(t *testing.T) {
	heard := make(chan string, 8)
	w, err := endpoints.NewReceiver(func(press string, p endpoints.Proof, _ time.Time) { heard <- press + " " + string(p) })
	require.NoError(t, err)
	defer w.Close()
	client := &http.Client{Timeout: endpoints.Slowness + 300*time.Millisecond, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	tell := func(press string) error {
		client.CloseIdleConnections()
		r, err := client.Post(w.URL(), "application/json", bytes.NewReader([]byte(`{"press":"`+press+`"}`)))
		if err == nil {
			_ = r.Body.Close()
		}
		return err
	}
	require.Error(t, tell("nobody listens"))
	require.NoError(t, w.Become(t.Context(), endpoints.Well))
	require.NoError(t, tell("well"))
	require.NoError(t, w.Become(t.Context(), endpoints.Hanging))
	began := time.Now()
	require.Error(t, tell("hanging"))
	assert.GreaterOrEqual(t, time.Since(began), endpoints.Slowness, "it takes the connection and never answers")
	require.NoError(t, w.Become(t.Context(), endpoints.Slow))
	began = time.Now()
	require.NoError(t, tell("slow"))
	assert.GreaterOrEqual(t, time.Since(began), endpoints.Slowness)
	require.NoError(t, w.Become(t.Context(), endpoints.Dead))
	require.Error(t, tell("dead"))
	assert.Equal(t, "well handed", <-heard)
	assert.Equal(t, "slow handed", <-heard)
	assert.Empty(t, heard)
}

// A receiver's receipt counts only when the hub has taken it.
func TestAReceiverConfirmsByASignedCallback(t *testing.T) {
	heard, status := make(chan string, 8), make(chan int, 8)
	signed := make(chan string, 8)
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		signed <- r.URL.Path + " " + string(body) + " " + r.Header.Get("X-Campushub-Signature")[:2]
		w.WriteHeader(<-status)
	}))
	defer hub.Close()
	w, err := endpoints.NewReceiver(func(press string, p endpoints.Proof, _ time.Time) { heard <- press + " " + string(p) })
	require.NoError(t, err)
	defer w.Close()
	w.Confirm(endpoints.Callback{URL: hub.URL + "/here", Key: []byte("key"), Body: func(t endpoints.Told) string { return t.Delivery }})
	require.NoError(t, w.Become(t.Context(), endpoints.Well))
	for _, next := range []int{http.StatusUnauthorized, http.StatusNoContent} {
		status <- next
		r, err := http.Post(w.URL(), "application/json", bytes.NewReader([]byte(`{"press":"p","delivery":"d"}`)))
		require.NoError(t, err)
		_ = r.Body.Close()
		assert.Equal(t, "p handed", <-heard)
		assert.Equal(t, "/here d t=", <-signed)
	}
	assert.Equal(t, "p received", <-heard)
	r, err := http.Post(w.URL(), "application/json", bytes.NewReader([]byte(`{"press":"q"}`)))
	require.NoError(t, err)
	_ = r.Body.Close()
	assert.Equal(t, "q handed", <-heard)
	http.DefaultClient.CloseIdleConnections()
	w.Close() // waits for what is under way
	assert.Empty(t, signed, "there is nothing to confirm")
	assert.Empty(t, heard, "the first was refused")
}
