package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// desk is the part of the API that a closing liaison uses.
type desk struct {
	open  []string
	calls []string
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/v1/session" {
		var who map[string]string
		_ = json.NewDecoder(r.Body).Decode(&who)
		if who["name"] != "li" || who["password"] != "secret" {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`{"token":"t1"}`))
		return
	}
	if r.Header.Get("Authorization") != "Bearer t1" {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	if r.Method == http.MethodGet {
		var page struct {
			Incidents []map[string]string `json:"incidents"`
		}
		for _, id := range d.open {
			page.Incidents = append(page.Incidents, map[string]string{"id": id})
		}
		_ = json.NewEncoder(w).Encode(page)
		return
	}
	d.calls = append(d.calls, r.URL.Path)
	if filepath.Base(r.URL.Path) == "resolve" {
		d.open = d.open[1:]
	}
	_, _ = w.Write([]byte(`{}`))
}

func demoOf(t *testing.T, console, password string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo.json")
	raw := `{"console":"` + console + `","accounts":[{"name":"o","role":"officer","password":"x"},{"name":"li","role":"liaison","password":"` + password + `"}]}`
	require.NoError(t, os.WriteFile(path, []byte(raw), 0o600))
	return path
}

func TestALiaisonClosesEveryOpenIncident(t *testing.T) {
	d := &desk{open: []string{"i1", "i2"}}
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
		"/api/v1/incidents/i1/reset", "/api/v1/incidents/i1/resolve",
		"/api/v1/incidents/i2/reset", "/api/v1/incidents/i2/resolve",
	}, d.calls)
}

func TestARefusedLiaisonSaysWhy(t *testing.T) {
	s := httptest.NewServer(&desk{})
	defer s.Close()
	_, err := signIn(t.Context(), demoOf(t, s.URL, "wrong"))
	require.ErrorContains(t, err, "POST /api/v1/session: status 401: no")
	_, err = signIn(t.Context(), filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
	http.DefaultClient.CloseIdleConnections()
}
