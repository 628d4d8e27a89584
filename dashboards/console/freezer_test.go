package console_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"

	"github.com/stretchr/testify/require"
)

// freezer stands before a hub and can hold everything that comes from it, with
// every connection open, like a hub that has frozen.
type freezer struct {
	url string

	mu   sync.Mutex // guards what follows
	gate chan struct{}
}

func (h *hub) freezer() *freezer {
	target, err := url.Parse(h.http.URL)
	require.NoError(h.t, err)
	f := &freezer{gate: make(chan struct{})}
	close(f.gate)
	transport := &http.Transport{DisableCompression: true}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = target.Host
			r.Out.Header.Del("Origin")
			r.Out.Header.Del("Sec-Fetch-Site")
		},
		FlushInterval: -1, Transport: transport,
		ModifyResponse: func(r *http.Response) error { r.Body = &held{r.Body, f}; return nil },
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.wait()
		proxy.ServeHTTP(w, r)
	}))
	f.url = s.URL
	h.t.Cleanup(func() {
		f.thaw()
		h.stop()
		s.CloseClientConnections()
		s.Close()
		transport.CloseIdleConnections()
	})
	return f
}

func (f *freezer) wait() {
	f.mu.Lock()
	gate := f.gate
	f.mu.Unlock()
	<-gate
}

func (f *freezer) freeze() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gate = make(chan struct{})
}

func (f *freezer) thaw() {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.gate:
	default:
		close(f.gate)
	}
}

// held is a body whose bytes wait for the thaw.
type held struct {
	io.ReadCloser
	f *freezer
}

func (b *held) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.f.wait()
	return n, err
}
