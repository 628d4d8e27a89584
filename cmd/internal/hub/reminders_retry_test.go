package hub

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
)

// texting is a gateway that answers one status after the other, the last for
// ever, and notes the references.
type texting struct {
	*httptest.Server
	mu       sync.Mutex // guards what follows
	statuses []int
	got      []string
}

func startTexting(t *testing.T, statuses ...int) *texting {
	g := &texting{statuses: statuses}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		g.mu.Lock()
		defer g.mu.Unlock()
		g.got = append(g.got, strings.TrimSpace(string(body)))
		w.WriteHeader(g.statuses[0])
		g.statuses = g.statuses[min(1, len(g.statuses)-1):]
		_, _ = fmt.Fprint(w, `{"id":"m"}`)
	}))
	t.Cleanup(g.Close)
	return g
}

// carried carries one reminder in a bubble, and says what became of it and how
// long that took by the bubble's clock.
func carried(t *testing.T, g *texting, useful time.Duration) (took time.Duration, err error) {
	synctest.Test(t, func(t *testing.T) {
		dir := people.New(people.Lists{
			Schools: []people.School{{ID: "s", Name: alerting.Text{ZH: "校", EN: "School"}, ToParents: map[alerting.Channel]string{alerting.ChannelSMS: "texts"}}},
			Gateways: []people.Gateway{{
				Name: "texts", Channel: alerting.ChannelSMS, URL: g.URL, Via: alerting.ViaInternet, Segments: 3,
				Request: people.Request{Body: `{"id":"{id}","to":"{to}","text":"{text}"}`, AnswerID: "id"},
			}},
		})
		who := func() *people.Directory { return dir }
		r := newReminders(who, newMedia(who, nil, nil), slog.New(slog.DiscardHandler))
		began := time.Now()
		err = r.carry(t.Context(), watch.Nudge{
			ID: "remind-1", School: "s", Phone: "13900000001", Text: alerting.Text{ZH: "值班提醒", EN: "Duty"}, Until: began.Add(useful),
		})
		took = time.Since(began)
	})
	return took, err
}

// What a gateway could not take now is tried again twice, 20 s later each, under
// the same id; what it refuses for good is not.
func TestAReminderIsTriedAgainAndThenGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		statuses []int
		useful   time.Duration
		reached  bool
		attempts int
		took     time.Duration
	}{
		"at once":             {[]int{200}, time.Hour, true, 1, 0},
		"in the second round": {[]int{503, 200}, time.Hour, true, 2, betweenReminders},
		"in the last round":   {[]int{503, 503, 200}, time.Hour, true, 3, 2 * betweenReminders},
		"never":               {[]int{503}, time.Hour, false, 3, 2 * betweenReminders},
		"refused for good":    {[]int{400}, time.Hour, false, 1, 0},
		"no longer of use":    {[]int{503}, betweenReminders / 2, false, 1, betweenReminders / 2},
	} {
		t.Run(name, func(t *testing.T) {
			g := startTexting(t, c.statuses...)
			took, err := carried(t, g, c.useful)
			assert.Equal(t, c.reached, err == nil, "%v", err)
			assert.Equal(t, c.took, took)
			require.Len(t, g.got, c.attempts)
			for _, id := range g.got {
				assert.Contains(t, id, `"id":"remind-1"`)
			}
		})
	}
}
