package hub_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/deliver/push/pushtest"
	"example.org/campushub/dashboards/api"
)

// A parent who switches a browser on is told so there, once, in the school's
// words; an officer's browser is not for notices to parents.
func TestAParentWhoRegistersIsToldSo(t *testing.T) {
	w := &overheard{t: t, browser: pushtest.New(t), said: map[string][]string{}}
	far := httptest.NewServer(w)
	t.Cleanup(far.Close)
	r := start(t, func(yaml string) string {
		yaml = strings.Replace(yaml, "    pickups:", "    to_parents: {push: browsers}\n    pickups:", 1)
		return with("gateways:\n  - {name: browsers, channel: push, from: it@school.example.org}\n")(yaml) +
			"texts: {PAR-12: {zh: \"【{school}】已登记\", en: \"[{school}] You are registered\"}}\n"
	})
	on := func(account, path string) {
		b := w.browser.At(far.URL + path)
		require.NoError(t, r.Subscribe(t.Context(), account, api.Subscription{Endpoint: b.Endpoint, Auth: b.Auth, P256dh: b.P256dh}))
	}
	on("officer", "/push/live?officer")
	on("parent", "/push/live")
	on("parent", "/push/live") // its page says so anew whenever it is opened
	eventually(t, func() bool { return len(w.at("push")) == 1 }, "told")
	assert.Contains(t, w.at("push")[0], "【紫薇小学】已登记")
	assert.Contains(t, w.at("push")[0], "] You are registered")

	on("parent", "/push/gone")
	eventually(t, func() bool { return len(w.at("push")) == 2 }, "another browser is another registration")
	assert.Empty(t, w.at("group"))
}
