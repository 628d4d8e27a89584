package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/dashboards/console"
)

// slowPages take a second each to draw, and say how many were drawn at once.
type slowPages struct {
	mu               sync.Mutex
	now, most, drawn int
}

func (s *slowPages) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	s.now++
	s.most, s.drawn = max(s.most, s.now), s.drawn+1
	s.mu.Unlock()
	time.Sleep(time.Second)
	s.mu.Lock()
	s.now--
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusTeapot)
	_, _ = w.Write([]byte("page"))
}

func ask(ctx context.Context, h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, method, path, http.NoBody))
	return w
}

func TestPagesAreDrawnInTurnAndNothingElseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pages := &slowPages{}
		h := console.InTurn(pages)
		slots := max(1, runtime.GOMAXPROCS(0)/2)
		var all sync.WaitGroup
		for range 10 * slots {
			all.Go(func() {
				w := ask(t.Context(), h, http.MethodGet, "/")
				assert.Equal(t, http.StatusTeapot, w.Code)
				assert.Equal(t, "page", w.Body.String())
				assert.Equal(t, "text/html", w.Header().Get("Content-Type"))
			})
		}
		synctest.Wait()
		assert.Equal(t, slots, pages.most)
		for method, path := range map[string]string{http.MethodPost: "/incidents/1/acknowledge", http.MethodGet: "/api/v1/incidents", http.MethodHead: "/assets/1/console.css"} {
			began := time.Now()
			ask(t.Context(), h, method, path)
			assert.Equal(t, time.Second, time.Since(began), path)
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		all.Go(func() { ask(gone, h, http.MethodGet, "/") })
		all.Wait()
		assert.Equal(t, 10*slots+3, pages.drawn, "nothing is drawn for who has gone")
	})
}

// A browser that does not read what it has asked for keeps nobody waiting.
func TestATurnIsOverBeforeThePageIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := console.InTurn(&slowPages{})
		read := make(chan struct{})
		var all sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			all.Go(func() {
				h.ServeHTTP(&unread{httptest.NewRecorder(), read}, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
			})
		}
		time.Sleep(time.Minute)
		assert.Equal(t, "page", ask(t.Context(), h, http.MethodGet, "/").Body.String())
		close(read)
		all.Wait()
	})
}

// unread takes nothing until it is read.
type unread struct {
	*httptest.ResponseRecorder
	read chan struct{}
}

func (u *unread) Write(b []byte) (int, error) {
	<-u.read
	return u.ResponseRecorder.Write(b)
}
