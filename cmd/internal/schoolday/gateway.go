package schoolday

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// gateway is a proxy before InfluxDB that can answer in its stead and counts
// what went wrong.
type gateway struct {
	*httptest.Server
	answer  atomic.Int32 // a status; 0 passes on
	refused atomic.Int32 // requests that were answered with it
	broken  atomic.Int32 // requests that were passed on and never answered
	failing atomic.Int32 // answers of InfluxDB that say that it cannot
	written atomic.Int32 // answers that say that a batch is in
	instead atomic.Pointer[http.HandlerFunc]
}

func newGateway(to string) (*gateway, error) {
	u, err := url.Parse(to)
	if err != nil {
		return nil, err
	}
	g := &gateway{}
	pass := httputil.NewSingleHostReverseProxy(u)
	pass.ErrorLog = log.New(io.Discard, "", 0)
	pass.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {
		g.broken.Add(1)
		panic(http.ErrAbortHandler)
	}
	pass.ModifyResponse = func(r *http.Response) error {
		switch {
		case r.StatusCode >= http.StatusInternalServerError:
			g.failing.Add(1)
		case r.StatusCode == http.StatusNoContent:
			g.written.Add(1)
		}
		return nil
	}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, answer := g.instead.Load(), int(g.answer.Load())
		switch {
		case f != nil:
			(*f)(w, r)
		case answer != 0:
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(answer)
			g.refused.Add(1)
		default:
			pass.ServeHTTP(w, r)
		}
	}))
	return g, nil
}

// duringABatch has InfluxDB killed while it has a batch whose answer nobody
// hears: it may be in, whole or in part.
func (g *gateway) duringABatch(to string, kill func() error) (killed <-chan error) {
	done := make(chan error, 1)
	once := sync.OnceFunc(func() { done <- kill() })
	f := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		halfSent(to, r)
		once()
		panic(http.ErrAbortHandler)
	})
	g.instead.Store(&f)
	return done
}

func halfSent(to string, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, to+r.URL.String(), strings.NewReader(string(body)))
	if err != nil {
		return
	}
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
	}
}
