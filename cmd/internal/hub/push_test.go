package hub_test

import (
	"crypto/ecdh"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
	"example.org/campushub/firmware-sim/campus"
)

// subscribed is a hub's folder in which the officer has two browsers.
func subscribed(t *testing.T, endpoints ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	require.NoError(t, err)
	s := openOffice(t, dir)
	for _, e := range endpoints {
		require.NoError(t, s.SaveBrowser(t.Context(), office.Browser{
			Account: "officer", Endpoint: e, Auth: base64.RawURLEncoding.EncodeToString(make([]byte, 16)),
			P256dh: base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), AddedAt: time.Now(),
		}, 8))
	}
	require.NoError(t, s.Close())
	return dir
}

func openOffice(t *testing.T, dir string) *office.Store {
	t.Helper()
	s, err := office.Open(t.Context(), filepath.Join(dir, "office.db"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s
}

func in(dir string, sections ...string) func(yaml string) string {
	return func(yaml string) string {
		return with(sections...)(strings.Replace(yaml, "  dir: .\n", "  dir: "+dir+"\n", 1))
	}
}

func pushed() []string {
	return []string{
		"gateways:\n  - {name: browsers, channel: push, from: it@school.example.org}\n" +
			"  - {name: letters, channel: mail, url: \"smtp://127.0.0.1:9\", from: it@school.example.org}\n", "contacts:\n",
		contact("safety", alerting.School, "officer", path("push", "officer", "browsers")),
		contact("beat", alerting.Police, "assigned-officer", path("mail", "beat@example.org", "letters")),
	}
}

// The hub makes its key once. A press is pushed to the officer's browsers under
// it; one that has ended is let go for good.
func TestABrowserIsToldUnderTheHubsOwnKey(t *testing.T) {
	arrived := make(chan http.Header, 16)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasSuffix(req.URL.Path, "/ended") {
			w.WriteHeader(http.StatusGone)
			return
		}
		arrived <- req.Header
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(service.Close)
	dir := subscribed(t, service.URL+"/live", service.URL+"/ended")
	r := start(t, in(dir, pushed()...))
	file := filepath.Join(dir, "vapid.key")
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	made, err := os.ReadFile(file)
	require.NoError(t, err)

	officer := r.as(t, "officer")
	var push struct{ Key string }
	require.Equal(t, http.StatusOK, officer.do(http.MethodGet, "/api/v1/push", nil, &push))
	school := r.school(t)
	require.NoError(t, school.Press("b-1"))
	h := <-arrived
	assert.Contains(t, h.Get("Authorization"), "k="+push.Key, "browsers subscribe with the key that the hub pushes with")
	assert.Equal(t, "aes128gcm", h.Get("Content-Encoding"))
	officer.handed(alerting.ChannelPush, school)

	s := openOffice(t, dir)
	defer s.Close()
	require.Eventually(t, func() bool {
		kept, err := s.Browsers(t.Context())
		return err == nil && len(kept) == 1 && kept[0].Endpoint == service.URL+"/live"
	}, patience, 5*time.Millisecond, "what has ended is let go")

	require.NoError(t, r.stop())
	start(t, in(dir, pushed()...))
	again, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, made, again, "another key would end every subscription")
}

// handed waits until an incident of button b-1 was handed over a channel. The
// machine may be so busy that a disk takes longer than 2 s, and then there is an
// incident of the hub's own beside it, or the answer longer than the 4 s that
// the school's news may take: that is said, and the button pressed again.
func (p person) handed(c alerting.Channel, school *campus.Campus) {
	p.t.Helper()
	tried := 0
	require.Eventually(p.t, func() bool {
		states := p.states("b-1", c)
		if len(states) > tried && !slices.Contains(states, alerting.Planned) && !slices.Contains(states, alerting.Handed) {
			tried = len(states)
			p.t.Logf("pressed again: %v", states)
			assert.NoError(p.t, school.Press("b-1"))
		}
		return slices.Contains(states, alerting.Handed)
	}, 2*patience, 5*time.Millisecond)
}

// states are those of a button's deliveries over a channel.
func (p person) states(device string, c alerting.Channel) (out []alerting.DeliveryState) {
	p.t.Helper()
	var list struct{ Incidents []alerting.Incident }
	require.Equal(p.t, http.StatusOK, p.do(http.MethodGet, "/api/v1/incidents", nil, &list))
	for _, i := range list.Incidents {
		if i.Device != device {
			continue
		}
		for _, d := range p.incident(i.ID).Deliveries {
			if d.Channel == c {
				out = append(out, d.State)
			}
		}
	}
	return out
}

// A subscription that has ended leaves the disk also where that is busy when
// the push service says so, and nobody else's brings it back.
func TestAnEndedSubscriptionLeavesABusyDisk(t *testing.T) {
	waits(t)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	t.Cleanup(service.Close)
	dir := subscribed(t, service.URL+"/ended")
	r := start(t, in(dir, pushed()...))
	db, err := sql.Open("sqlite", filepath.Join(dir, "office.db")+"?_pragma=busy_timeout(10000)")
	require.NoError(t, err)
	defer db.Close()
	busy, err := db.Conn(t.Context())
	require.NoError(t, err)
	_, err = busy.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	require.NoError(t, r.school(t).Press("b-1"))
	require.Eventually(t, func() bool { return strings.Contains(r.logged(), "ended subscriptions were not removed") }, patience, 5*time.Millisecond)
	_, err = busy.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, errors.Join(err, busy.Close()))

	s := openOffice(t, dir)
	defer s.Close()
	require.Eventually(t, func() bool {
		kept, err := s.Browsers(t.Context())
		return err == nil && len(kept) == 0
	}, patience, 5*time.Millisecond)
}

// Far sides prove themselves: they have no session, and come from elsewhere.
func TestCallbacksAreOutsideOfTheSession(t *testing.T) {
	texts := newGateway(t, nil)
	sections := pushed()
	sections[0] += texts.yaml("texts", "sms")
	r := start(t, with(sections...))
	for path, want := range map[string]struct {
		status int
		words  string
	}{
		"/push/receipts/browsers":     {http.StatusUnauthorized, "wrong token"},
		"/callbacks/sms/texts/status": {http.StatusUnauthorized, "not signed"},
		"/callbacks/sms/calls/status": {http.StatusNotFound, "unknown gateway"},
		"/callbacks/voice/x/status":   {http.StatusNotFound, "unknown gateway"},
		"/callbacks/webhook/x":        {http.StatusNotFound, "unknown webhook"},
	} {
		status, words := r.callBack(t, path, "", `{"incident":"i","delivery":"d","token":"t","status":"read"}`)
		assert.Equal(t, want.status, status, path)
		assert.Equal(t, want.words, words, path)
	}
	status, _ := r.callBack(t, "/api/v1/push/subscriptions", "", `{}`)
	assert.Equal(t, http.StatusForbidden, status, "everything else is for people of this site")
}

// A browser belongs to who is signed in, and to a contact's own account only.
func TestOnlyAnAccountThatIsReachedSubscribes(t *testing.T) {
	dir := t.TempDir()
	r := start(t, in(dir, pushed()...))
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	require.NoError(t, err)
	subscription := map[string]any{"endpoint": "https://push.example.org/1", "keys": map[string]string{
		"auth": base64.RawURLEncoding.EncodeToString(make([]byte, 16)), "p256dh": base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()),
	}}
	assert.Equal(t, http.StatusNotFound, r.as(t, "guard").do(http.MethodPost, "/api/v1/push/subscriptions", subscription, nil))
	officer := r.as(t, "officer")
	require.Equal(t, http.StatusNoContent, officer.do(http.MethodPost, "/api/v1/push/subscriptions", subscription, nil))

	s := openOffice(t, dir)
	defer s.Close()
	kept, err := s.Browsers(t.Context())
	require.NoError(t, err)
	require.Len(t, kept, 1)
	assert.Equal(t, "officer", kept[0].Account)

	end := map[string]string{"endpoint": "https://push.example.org/1"}
	require.Equal(t, http.StatusNoContent, r.as(t, "guard").do(http.MethodDelete, "/api/v1/push/subscriptions", end, nil))
	kept, err = s.Browsers(t.Context())
	require.NoError(t, err)
	assert.Len(t, kept, 1, "another's stays")
	require.Equal(t, http.StatusNoContent, officer.do(http.MethodDelete, "/api/v1/push/subscriptions", end, nil))
	kept, err = s.Browsers(t.Context())
	require.NoError(t, err)
	assert.Empty(t, kept)
}
