package hub_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
)

// texts is an SMS gateway's double on loopback.
type texts struct {
	*httptest.Server
	under, most atomic.Int64
	mu          sync.Mutex // guards got
	got         map[string][]string
}

func newTexts(t *testing.T) *texts {
	g := &texts{got: map[string][]string{}}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := g.under.Add(1)
		defer g.under.Add(-1)
		for most := g.most.Load(); now > most && !g.most.CompareAndSwap(most, now); most = g.most.Load() {
		}
		var body struct{ To, Text, Ref string }
		_ = json.NewDecoder(r.Body).Decode(&body)
		g.mu.Lock()
		g.got[body.To] = append(g.got[body.To], body.Text)
		g.mu.Unlock()
		_, _ = w.Write([]byte(`{}`))
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *texts) handed() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.got)
}

// client is one signed-in person.
type client struct {
	t    *testing.T
	base string
	tok  string
}

func (r *running) client(t *testing.T, name string) *client {
	t.Helper()
	i := -1
	for k, a := range r.campus.Accounts {
		if a.Name == name {
			i = k
		}
	}
	require.GreaterOrEqual(t, i, 0)
	c := &client{t: t, base: r.Console()}
	got := c.do(http.MethodPost, "/api/v1/session", map[string]any{"name": name, "password": r.campus.Accounts[i].Password}, http.StatusOK)
	c.tok = got["token"].(string)
	return c
}

func (c *client) do(method, path string, body any, want int) map[string]any {
	c.t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(c.t, err)
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, bytes.NewReader(raw))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/json")
	if c.tok != "" {
		req.Header.Set("Authorization", "Bearer "+c.tok)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close()
	var out map[string]any
	_ = json.NewDecoder(res.Body).Decode(&out)
	require.Equal(c.t, want, res.StatusCode, "%s %s: %v", method, path, out)
	return out
}

const pupils = 3000

// 3,000 parents are handed one text each, once, with few requests under way at
// a time; nothing leaves before it is released.
func TestThreeThousandParentsAreToldOnce(t *testing.T) {
	g := newTexts(t)
	defer http.DefaultClient.CloseIdleConnections()
	r := start(t, func(yaml string) string {
		yaml = strings.Replace(yaml, "    pickups:", "    to_parents: {sms: texts}\n    pickups:", 1)
		return yaml + fmt.Sprintf("\ngateways:\n  - name: texts\n    channel: sms\n    url: %q\n    from: 紫薇\n    segments: 3\n    request: {body: '{\"to\":\"{to}\",\"text\":\"{text}\",\"ref\":\"{id}\"}'}\n", g.URL)
	})
	importParents(t, r)
	officer, parent := r.client(t, "officer"), r.client(t, "parent")
	i := officer.do(http.MethodPost, "/api/v1/incidents", map[string]any{
		"id": uuid.NewString(), "school": "ziwei-primary", "place": "north-gate", "kind": "crowd",
	}, http.StatusCreated)["id"].(string)
	path := "/api/v1/incidents/" + i + "/release"
	draft := officer.do(http.MethodPost, path, map[string]any{
		"step": "draft", "text": "PAR-01", "next": time.Now().Add(30 * time.Minute).UTC(),
	}, http.StatusOK)["release"].(map[string]any)["draft"].(map[string]any)
	assert.Zero(t, g.handed())
	assert.Empty(t, parent.do(http.MethodGet, "/api/v1/notices", nil, http.StatusOK)["notices"])

	officer.do(http.MethodPost, path, map[string]any{"step": "release", "hash": draft["hash"]}, http.StatusOK)
	require.Eventually(t, func() bool { return g.handed() == pupils }, 5*time.Minute, 20*time.Millisecond)
	var figure map[string]any
	require.Eventually(t, func() bool {
		sent := officer.do(http.MethodGet, path, nil, http.StatusOK)["sent"].([]any)[0].(map[string]any)
		figure = sent["figures"].([]any)[0].(map[string]any)
		return figure["done"] != nil
	}, patience, 20*time.Millisecond)
	assert.InDelta(t, pupils, figure["handed"], 0)
	assert.InDelta(t, 0, figure["failed"], 0)
	assert.LessOrEqual(t, g.most.Load(), int64(16), "few at a time")
	text := draft["rendered"].([]any)[0].(map[string]any)["text"].(map[string]any)
	g.mu.Lock()
	for to, all := range g.got {
		require.Len(t, all, 1, to)
	}
	assert.Contains(t, g.got["+8613900000001"][0], text["zh"])
	g.mu.Unlock()
	assert.Len(t, parent.do(http.MethodGet, "/api/v1/notices", nil, http.StatusOK)["notices"], 1)
	parent.do(http.MethodGet, "/api/v1/incidents/"+i, nil, http.StatusNotFound)
}

func importParents(t *testing.T, r *running) {
	t.Helper()
	store, err := office.Open(t.Context(), filepath.Join(r.cfg.Hub.Dir, "office.db"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer store.Close()
	var sheet strings.Builder
	sheet.WriteString("姓名,电话\n")
	for n := range pupils {
		fmt.Fprintf(&sheet, "某家长,139%08d\n", n)
	}
	sheet.WriteString("同一位家长,139-0000-0001\n")
	var all []people.Parent
	all, err = office.ReadParents(r.campus.School, strings.NewReader(sheet.String()))
	require.NoError(t, err)
	require.NoError(t, store.ReplaceParents(context.Background(), r.campus.School, all))
}
