package hub_test

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
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
	require.NoError(t, r.school(t).Press("b-1"))
	h := <-arrived
	assert.Contains(t, h.Get("Authorization"), "k="+push.Key, "browsers subscribe with the key that the hub pushes with")
	assert.Equal(t, "aes128gcm", h.Get("Content-Encoding"))
	id := officer.only().ID
	require.Eventually(t, func() bool {
		for _, d := range officer.incident(id).Deliveries {
			if d.Channel == alerting.ChannelPush {
				return d.State == alerting.Handed
			}
		}
		return false
	}, patience, 5*time.Millisecond)

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
