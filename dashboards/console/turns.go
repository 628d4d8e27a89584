package console

import (
	"bytes"
	"net/http"
	"runtime"
	"strings"
)

// turns bounds how many pages are drawn at once, at half of the processors: when
// something happens every open page asks for itself in the same moment, and what
// tells an alarm would stand in line behind all of them for a processor. Overflow:
// who asks waits, and is forgotten where they have gone.
type turns chan struct{}

func newTurns() turns { return make(turns, max(1, runtime.GOMAXPROCS(0)/2)) }

// taken draws pages in turn. The turn ends before a page is sent: a browser that
// does not read keeps nobody waiting. Commands and the API never wait.
func (t turns) taken(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || asItComes(r.URL.Path) || strings.HasPrefix(r.URL.Path, "/assets/") {
			h.ServeHTTP(w, r)
			return
		}
		select {
		case t <- struct{}{}:
		case <-r.Context().Done():
			return
		}
		drawn := &drawing{ResponseWriter: w, status: http.StatusOK}
		func() {
			defer func() { <-t }()
			h.ServeHTTP(drawn, r)
		}()
		w.WriteHeader(drawn.status)
		_, _ = w.Write(drawn.body.Bytes())
	})
}

// drawing keeps a page until its turn is over.
type drawing struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (d *drawing) WriteHeader(status int) { d.status = status }

func (d *drawing) Write(b []byte) (int, error) { return d.body.Write(b) }

// Unwrap is for deadlines.
func (d *drawing) Unwrap() http.ResponseWriter { return d.ResponseWriter }
