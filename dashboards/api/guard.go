package api

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
)

// maxBody bounds every request's body but that of a roster and of a photo. Overflow: 413.
const maxBody = 64 << 10

// contentPolicy lets a page load what the hub serves, and nothing else: no
// inline script, no other host, no frame around it.
const contentPolicy = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Refuse writes a refusal in the form that the client expects.
type Refuse func(w http.ResponseWriter, r *http.Request, status int, detail string)

// Problems refuses with RFC 9457 problems.
func Problems(w http.ResponseWriter, _ *http.Request, status int, detail string) {
	writeProblem(w, status, detail)
}

// Guard stands before every route: security headers, the refusal of
// cross-origin commands and of programs that ask for pages, the bound on bodies, the counting of refusals and
// the words for a path or a method that is not there.
func (s *Server) Guard(mux *http.ServeMux, refuse Refuse) http.Handler {
	origins := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		defer func() {
			if reason := rec.refusal(); reason != "" {
				s.metrics.refused.WithLabelValues(reason).Inc()
			}
		}()
		defer s.recovered(rec, r, refuse)
		secure(rec.Header())
		if byProgram(r) {
			// No other site can have a browser send this header, and no cookie counts
			// beside it: there is nothing to forge.
			if !forPrograms(r.URL.Path) {
				errNoPages.write(rec)
				return
			}
		} else if err := origins.Check(r); err != nil {
			rec.reason = "cross_origin"
			refuse(rec, r, http.StatusForbidden, "cross-origin request")
			return
		}
		r.Body = http.MaxBytesReader(rec, r.Body, bodyOf(r))
		dispatch(mux, rec, r, refuse)
	})
}

// forPrograms reports whether a program may ask for a path at all.
func forPrograms(path string) bool {
	return strings.HasPrefix(path, "/api/") || path == "/openapi.json" || path == "/livez" || path == "/readyz"
}

// bodyOf is how long a request's body may be: a roster is a whole file, and so is
// a photo.
func bodyOf(r *http.Request) int64 {
	if carriesPhoto(r) {
		return photoBody
	}
	if r.Method == http.MethodPost && (r.URL.Path == "/roster" || r.URL.Path == "/api/v1/roster") {
		return rosterBody + maxBody
	}
	return maxBody
}

// carriesPhoto reports whether a request may have a photo in it.
func carriesPhoto(r *http.Request) bool {
	under := func(root string) bool {
		return strings.HasPrefix(r.URL.Path, root) && strings.HasSuffix(r.URL.Path, "/photo")
	}
	switch r.Method {
	case http.MethodPut:
		return under("/api/v1/hazards/")
	case http.MethodPost:
		return r.URL.Path == "/hazards" || under("/hazards/")
	}
	return false
}

// dispatch lets the mux serve what it knows and words the rest itself.
func dispatch(mux *http.ServeMux, w http.ResponseWriter, r *http.Request, refuse Refuse) {
	h, pattern := mux.Handler(r)
	if pattern != "" {
		mux.ServeHTTP(w, r)
		return
	}
	probe := &probe{header: http.Header{}}
	h.ServeHTTP(probe, r)
	switch probe.status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", probe.header.Get("Allow"))
		refuse(w, r, http.StatusMethodNotAllowed, "allowed here: "+probe.header.Get("Allow"))
	default:
		refuse(w, r, http.StatusNotFound, "not found")
	}
}

// probe hears what the mux would have answered.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(status int)      { p.status = status }

func secure(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	// Not "no-referrer": with it browsers send Origin: null with the console's
	// own forms, which then look cross-origin.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store") // what a browser may keep says so itself
}

// recovered answers a handler's panic and leaves the hub running.
func (s *Server) recovered(rec *recorder, r *http.Request, refuse Refuse) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	s.log.Error("handler panicked", "method", r.Method, "path", r.URL.Path, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
	rec.reason = "panic"
	if rec.status == 0 {
		refuse(rec, r, http.StatusInternalServerError, "the hub could not do this")
	}
}
