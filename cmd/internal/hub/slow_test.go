package hub_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// hanging is a gateway that takes every text and answers none.
type hanging struct {
	server  *httptest.Server
	began   chan struct{} // one for each text
	givenUp atomic.Int64  // texts that the hub waits for no longer
}

func newHanging(t *testing.T) *hanging {
	t.Helper()
	h := &hanging{began: make(chan struct{}, 256)}
	closing := make(chan struct{})
	h.server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body) // a server looks for the client's end only behind it
		assert.NoError(t, err)
		h.began <- struct{}{}
		select {
		case <-r.Context().Done():
			h.givenUp.Add(1)
		case <-closing:
		}
	}))
	t.Cleanup(h.server.Close)
	t.Cleanup(func() { close(closing) })
	return h
}

// Of two gateways one hangs, and eight alarms come at once: the other one has all
// of its texts while the first attempt over the one that hangs is still waited for.
func TestAGatewayThatHangsDelaysOnlyItself(t *testing.T) {
	const alarms, workers = 8, 5
	stuck, well := newHanging(t), newGateway(t, nil)
	broken := fmt.Sprintf("  - {name: stuck, channel: sms, url: %q, via: cellular, from: 紫薇小学, request: {body: '{\"to\":\"{to}\",\"text\":\"{text}\"}'}, segments: 3}\n", stuck.server.URL)
	var contacts strings.Builder
	for n := range workers { // enough to take every worker of their gateway
		contacts.WriteString(contact(fmt.Sprintf("officer-%d", n), alerting.Police, "assigned-officer", path("sms", fmt.Sprintf("+861380000000%d", n), "stuck")))
	}
	contacts.WriteString(contact("beat", alerting.Police, "assigned-officer", path("sms", beat, "well")))
	r := startWith(t, alarms, with("gateways:\n", broken, well.yaml("well", "sms"), "contacts:\n", contacts.String()))
	school := r.school(t)
	for n := range alarms {
		require.NoError(t, school.Press(fmt.Sprintf("x-%d", n+1)))
	}
	told := map[string]bool{}
	for len(told) < alarms {
		told[well.to(beat).Reference] = true
	}
	assert.Zero(t, stuck.givenUp.Load(), "the first attempts over the one that hangs are still on their way")
	for range workers {
		<-stuck.began
	}
}

// A platform that takes longer than a second to answer is told, and once.
func TestASlowPlatformIsToldOnce(t *testing.T) {
	const takes = 1200 * time.Millisecond
	var posts atomic.Int64
	platform := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		posts.Add(1)
		select {
		case <-time.After(takes):
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(platform.Close)
	hook := fmt.Sprintf("  - {name: platform, audience: school, schools: [ziwei-primary], url: %q, secret_file: %q}\n", platform.URL, keyFile(t, "the key of the platform"))
	r := start(t, with("webhooks:\n", hook))
	school, liaison := r.school(t), r.as(t, "liaison")
	require.NoError(t, school.Press("b-1"))
	i := liaison.only()
	var told alerting.Delivery
	require.Eventually(t, func() bool {
		for _, d := range liaison.incident(i.ID).Deliveries {
			if d.Channel == alerting.ChannelWebhook {
				told = d
			}
		}
		return told.State != alerting.Planned && told.State != ""
	}, patience, 10*time.Millisecond)
	assert.Equal(t, alerting.Handed, told.State, told.Reason)
	require.NotNil(t, told.HandedAt)
	assert.GreaterOrEqual(t, told.HandedAt.Sub(told.PlannedAt), takes)
	assert.EqualValues(t, 1, posts.Load())
}
