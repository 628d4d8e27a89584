package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/bench/endpoints"
	"example.org/campushub/devices"
)

// whoHeard remembers who confirmed which press, by a receipt that the hub took.
type whoHeard struct {
	mu  sync.Mutex // guards all
	all map[string][]string
}

func (w *whoHeard) note(audience, press string, p endpoints.Proof, _ time.Time) {
	if p != endpoints.Received {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all[press] = append(w.all[press], audience)
}

func (w *whoHeard) everybody(press string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !slices.ContainsFunc(endpoints.Audiences(), func(a string) bool { return !slices.Contains(w.all[press], a) })
}

// channelAs is what the API calls a channel, and proof the states of a
// delivery that only an endpoint which answers brings about.
var channelAs = map[string]struct {
	name  string
	proof []string
}{
	endpoints.ChannelTerminal: {"mqtt", []string{"handed", "received", "read"}},
	endpoints.ChannelWebhook:  {"webhook", []string{"handed", "received", "read"}},
	endpoints.ChannelPage:     {"console", []string{"received", "read"}},
	endpoints.ChannelText:     {"sms", []string{"handed", "received", "read"}},
	endpoints.ChannelCall:     {"voice", []string{"handed", "received", "read"}},
}

const (
	// platformKey signs webhooks, and what webhooks and gateways call back.
	platformKey = "0123456789abcdef"
	// policeLimit is the hard limit of the first receipt by the police.
	policeLimit = 2 * time.Second
)

// ledger is what an incident says of its own times.
type ledger struct {
	Presses []struct {
		ReceivedAt time.Time `json:"received_at"`
	}
	Deliveries []struct {
		Audience   string
		ReceivedAt *time.Time `json:"received_at"`
	}
}

// firstReceipt is how long after the press was read the first receipt of an
// audience came; false if none has.
func (l ledger) firstReceipt(audience string) (first time.Duration, ok bool) {
	for _, d := range l.Deliveries {
		if d.Audience != audience || d.ReceivedAt == nil {
			continue
		}
		if took := d.ReceivedAt.Sub(l.Presses[0].ReceivedAt); !ok || took < first {
			first, ok = took, true
		}
	}
	return first, ok
}

// Each channel is dead, hangs, is slow or flaps in turn, and all at once but one:
// police, school and guards are told of a press all the same, while it is so,
// and by the incident's own ledger the police within their hard limit.
func TestOnePathThatLivesIsEnough(t *testing.T) {
	s := provisionServed(t)
	heard := &whoHeard{all: map[string][]string{}}
	everybody, err := endpoints.NewEverybody(false, heard.note)
	require.NoError(t, err)
	t.Cleanup(everybody.Close)
	config, err := os.ReadFile(s.config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.config, append(config, everybody.Config(s.School)...), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(s.config), "platform.key"), []byte(platformKey), 0o600))
	s.start()
	hub := &hubProcess{handout: s.handout}
	require.NoError(t, everybody.Connect(endpoints.Hub{
		MQTT: s.address(), Console: s.Console, Key: []byte(platformKey),
		Password: func(user string) string {
			i := slices.IndexFunc(s.Terminals, func(d struct{ Audience, ID, Topic, Username, Password string }) bool { return d.Username == user })
			return s.Terminals[i].Password
		},
		Token: func(role string) (string, error) { return hub.signIn(t, role).token, nil },
	}))
	liaison := hub.signIn(t, "liaison")

	for n, scenario := range endpoints.Scenarios() {
		require.NoError(t, everybody.Become(t.Context(), scenario), scenario.Name)
		press, button := uuid.NewString(), fmt.Sprintf("x-%d", n+1)
		everybody.Expect(devices.Address{School: s.School, Device: button}, press)
		pressOnce(t, s.handout, button, press)

		require.Eventually(t, func() bool { return heard.everybody(press) }, patience, 5*time.Millisecond,
			"broken: %s: somebody was told of the press nowhere", scenario.Name)
		var told incident
		require.Eventually(t, func() bool {
			told = liaison.incident(t, incidentOf(t, liaison, press))
			// A receipt in time of one that is slow, or flaps, ends the fall-back too.
			return slices.ContainsFunc([]endpoints.State{endpoints.Well, endpoints.Slow, endpoints.Flapping}, func(state endpoints.State) bool {
				return proved(told, scenario, state)
			})
		}, patience, 20*time.Millisecond, "broken: %s: no delivery of a path that lives", scenario.Name)
		var stamps ledger
		require.Eventually(t, func() bool {
			require.Equal(t, http.StatusOK, liaison.call(t, http.MethodGet, "/api/v1/incidents/"+told.ID, "", &stamps))
			_, ok := stamps.firstReceipt("police")
			return ok
		}, patience, 20*time.Millisecond, "broken: %s: the ledger has no receipt by the police", scenario.Name)
		first, _ := stamps.firstReceipt("police")
		assert.LessOrEqual(t, first, policeLimit, "broken: %s: the police's first receipt", scenario.Name)
		assert.False(t, proved(told, scenario, endpoints.Dead), "%s: %+v", scenario.Name, told.Deliveries)
		assert.False(t, proved(told, scenario, endpoints.Hanging), "%s: %+v", scenario.Name, told.Deliveries)
	}
	assert.NotContains(t, s.said(), "panic")
}

// pressOnce presses a button and returns when the press is durable.
func pressOnce(t *testing.T, h handout, device, press string) {
	t.Helper()
	user, password := credentials(h, device)
	c, err := dialRaw(t.Context(), h.address(), user, password)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.publish("campus/"+user+"/alarm", []byte(`{"id":"`+press+`","age_ms":0}`)))
}

func incidentOf(t *testing.T, s session, press string) string {
	t.Helper()
	for _, i := range s.incidents(t) {
		if len(i.Presses) > 0 && i.Presses[0].ID == press {
			return i.ID
		}
	}
	require.FailNow(t, "no incident has the press")
	return ""
}

// proved reports whether a delivery over a channel in that state came as far
// as only an endpoint that answers can bring it.
func proved(i incident, scenario endpoints.Scenario, state endpoints.State) bool {
	for _, c := range endpoints.Channels() {
		as := channelAs[c]
		for _, d := range i.Deliveries {
			if scenario.Of(c) == state && d.Channel == as.name && slices.Contains(as.proof, d.State) {
				return true
			}
		}
	}
	return false
}
