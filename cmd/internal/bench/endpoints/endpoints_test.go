package endpoints_test

import (
	"bytes"
	"net/http"
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
	assert.Len(t, names, 1+5*3+5*3)
	assert.Contains(t, names, "terminal hanging")
	assert.Contains(t, names, "all but the page slow")
}

// A receiver keeps its address whatever it becomes, and says what was heard
// when it answers, and not when it does not.
func TestAReceiverIsWellDeadHangingOrSlow(t *testing.T) {
	heard := make(chan string, 8)
	w, err := endpoints.NewReceiver(func(press string, _ time.Time) { heard <- press })
	require.NoError(t, err)
	defer w.Close()
	client := &http.Client{Timeout: 3 * endpoints.Slowness, Transport: &http.Transport{}}
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
	assert.GreaterOrEqual(t, time.Since(began), 2*endpoints.Slowness, "it takes the connection and never answers")
	require.NoError(t, w.Become(t.Context(), endpoints.Slow))
	began = time.Now()
	require.NoError(t, tell("slow"))
	assert.GreaterOrEqual(t, time.Since(began), endpoints.Slowness)
	require.NoError(t, w.Become(t.Context(), endpoints.Dead))
	require.Error(t, tell("dead"))
	assert.Equal(t, "well", <-heard)
	assert.Equal(t, "slow", <-heard)
	assert.Empty(t, heard)
}
