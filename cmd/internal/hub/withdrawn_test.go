package hub_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// away is a gateway for text messages that is out of order until it is told
// otherwise.
type away struct {
	server  *httptest.Server
	back    atomic.Bool
	refused atomic.Int64
	took    chan string // the texts that it took
}

func newAway(t *testing.T) *away {
	t.Helper()
	a := &away{took: make(chan string, 256)}
	a.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var s struct{ Text string }
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&s))
		if !a.back.Load() {
			a.refused.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		a.took <- s.Text
		_, _ = fmt.Fprint(w, `{"id":"m"}`)
	}))
	t.Cleanup(a.server.Close)
	return a
}

func (a *away) yaml(name string) string {
	return fmt.Sprintf("  - {name: %s, channel: sms, url: %q, via: cellular, from: 紫薇小学,\n"+
		"     request: {body: '{\"to\":\"{to}\",\"text\":\"{text}\"}', answer_id: id}, segments: 3}\n", name, a.server.URL)
}

// A telephone that could not be reached while the alarm was on is told once it
// can be that the alarm is over, and nothing after it.
func TestWhatIsTriedAgainIsNotSentAfterNewerNews(t *testing.T) {
	texts := newAway(t)
	r := start(t, with(levels(desk, atSchool), "gateways:\n", texts.yaml("texts"), "contacts:\n",
		contact("beat", alerting.Police, "assigned-officer", path("sms", leader, "texts")),
	))
	school, liaison := r.school(t), r.as(t, "liaison")
	require.NoError(t, school.Press("b-1"))
	i := liaison.only()
	require.Eventually(t, func() bool { return texts.refused.Load() > 1 }, patience, time.Millisecond, "it is tried again")
	for _, verb := range []string{"acknowledge", "reset", "resolve"} {
		require.Equal(t, http.StatusOK, liaison.do(http.MethodPost, "/api/v1/incidents/"+i.ID+"/"+verb, map[string]any{"reason": "x", "outcome": "real"}, nil), verb)
	}
	texts.back.Store(true)

	assert.Contains(t, <-texts.took, "办结")
	settled := func() (old, last alerting.Delivery) {
		for _, d := range liaison.incident(i.ID).Deliveries {
			if d.Channel == alerting.ChannelSMS && d.Number >= last.Number {
				old, last = last, d
			}
		}
		return old, last
	}
	require.Eventually(t, func() bool { _, last := settled(); return last.State == alerting.Handed }, patience, time.Millisecond)
	old, _ := settled()
	assert.Equal(t, alerting.Expired, old.State)
	assert.Equal(t, alerting.Superseded, old.Reason)
	assert.Empty(t, texts.took)
}
