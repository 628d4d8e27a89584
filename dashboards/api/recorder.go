package api

import (
	"maps"
	"net/http"
	"slices"
)

// recorder remembers how a request was answered, so that every refusal is
// counted in one place.
type recorder struct {
	http.ResponseWriter
	status  int
	instead int     // replaces the status that the handler writes, unless 0
	success int     // replaces every status that says that it was done, unless 0
	reason  string  // why it was refused; "" takes the status' own word
	copied  *copied // nil: what is answered is not needed again
}

// mostCopied bounds an answer that is kept. Overflow: it is not kept.
const mostCopied = 64 << 10

// copied is a copy of the body that is written.
type copied struct {
	body []byte
	long bool // it has grown beyond the bound
}

func (c *copied) add(b []byte) {
	if c.long = c.long || len(c.body)+len(b) > mostCopied; !c.long {
		c.body = append(c.body, b...)
	}
}

func (r *recorder) WriteHeader(status int) {
	if r.instead != 0 {
		status = r.instead
	}
	if r.success != 0 && status >= 200 && status < 300 {
		status = r.success
	}
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	if r.copied != nil {
		r.copied.add(b)
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// because names the reason of a refusal where the status alone says too little.
func because(w http.ResponseWriter, reason string) {
	if rec, ok := w.(*recorder); ok {
		rec.reason = reason
	}
}

var statusReasons = map[int]string{
	http.StatusUnauthorized:          "not_signed_in",
	http.StatusForbidden:             "forbidden",
	http.StatusNotFound:              "not_found",
	http.StatusMethodNotAllowed:      "method",
	http.StatusRequestTimeout:        "slow_body",
	http.StatusConflict:              "conflict",
	http.StatusPreconditionFailed:    "changed",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType:  "content_type",
	http.StatusUnprocessableEntity:   "invalid",
	http.StatusTooManyRequests:       "backed_off",
	http.StatusServiceUnavailable:    "unavailable",
}

// refusal is the reason to count; "" where nothing was refused.
func (r *recorder) refusal() string {
	switch {
	case r.reason != "":
		return r.reason
	case r.status < http.StatusBadRequest:
		return ""
	}
	if reason, ok := statusReasons[r.status]; ok {
		return reason
	}
	return "error"
}

// refusalReasons are all that a refusal is counted by.
func refusalReasons() []string {
	out := []string{
		"cross_origin", "panic", "error", "too_many_streams", "readings_often", "readings_busy", "tests_often",
		"wrong_password", "sign_in_busy", // of signing in, where the status says too little
	}
	return slices.AppendSeq(append(out, tokenReasons()...), maps.Values(statusReasons))
}
