package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type incident struct {
	ID   string `json:"id"`
	Lead string `json:"lead"`
}

// desk is the part of the API that people use to close incidents.
type desk struct {
	open  []incident
	calls []string
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/v1/session" {
		var who map[string]string
		_ = json.NewDecoder(r.Body).Decode(&who)
		if who["password"] != "secret" {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`{"token":"` + who["name"] + `"}`))
		return
	}
	who, known := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !known {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	if r.Method == http.MethodGet {
		_ = json.NewEncoder(w).Encode(map[string]any{"incidents": d.open})
		return
	}
	d.calls = append(d.calls, who+" "+r.URL.Path)
	if filepath.Base(r.URL.Path) == "resolve" {
		d.open = d.open[1:]
	}
	_, _ = w.Write([]byte(`{}`))
}

func demoOf(t *testing.T, console, password string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo.json")
	raw := `{"console":"` + console + `","accounts":[{"name":"of","role":"officer","password":"` + password + `"},{"name":"li","role":"liaison","password":"` + password + `"}]}`
	require.NoError(t, os.WriteFile(path, []byte(raw), 0o600))
	return path
}

func TestWhoeverLeadsAnIncidentClosesIt(t *testing.T) {
	d := &desk{open: []incident{{"i1", "police"}, {"i2", "school"}}}
	s := httptest.NewServer(d)
	defer s.Close()
	p, err := signIn(t.Context(), demoOf(t, s.URL, "secret"))
	require.NoError(t, err)
	defer p.leave()
	closed, err := p.closeAll(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, closed)
	assert.Empty(t, d.open)
	assert.Equal(t, []string{
		"li /api/v1/incidents/i1/reset", "li /api/v1/incidents/i1/resolve",
		"of /api/v1/incidents/i2/reset", "of /api/v1/incidents/i2/resolve",
	}, d.calls)
}

func TestWhoIsRefusedHearsWhy(t *testing.T) {
	s := httptest.NewServer(&desk{})
	defer s.Close()
	_, err := signIn(t.Context(), demoOf(t, s.URL, "wrong"))
	require.ErrorContains(t, err, "POST /api/v1/session: status 401: no")
	_, err = signIn(t.Context(), filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
