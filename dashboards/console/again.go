package console

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/subscribe"
	"example.org/campushub/alerting/trial"
)

// refused answers a form that was not taken: the page that it stands on, drawn
// anew, with what was sent in it and why nothing came of it. Where the page cannot
// be drawn, its fault is answered, with what was typed beside it.
func (c *Console) refused(w http.ResponseWriter, r *http.Request, back, key string, err error) {
	if key == "" {
		c.failed(w, r, err)
		return
	}
	reader, _, _ := c.api.Reader(w, r)
	p := c.newPage(r, reader.Account)
	c.again(w, r, p, withNotice(back, key), p.whyNot(key, err), err)
}

// whyNot says why a form was not taken: in the page's words, else in the refusal's own.
func (p *page) whyNot(key string, err error) string {
	why := p.Say(key)
	var own *alerting.Refusal
	if why == key && errors.As(err, &own) {
		return p.vocabulary(own.Text)
	}
	return why
}

// again does so with words of the hub's own.
func (c *Console) again(w http.ResponseWriter, r *http.Request, p *page, back, why string, err error) {
	status := statusOf(err)
	with := refill{
		Path: r.URL.Path, Sent: sentOf(r), Why: why, Kept: p.Say("kept"), Here: localPath(back),
		Wrong: errors.Is(err, alerting.ErrInvalid), Same: errors.Is(err, alerting.ErrUnavailable),
	}
	drawn := c.drawn(r, back)
	if drawn.status >= http.StatusBadRequest {
		status = drawn.status
	}
	if drawn.status != http.StatusOK && drawn.status < http.StatusBadRequest { // it leads elsewhere
		http.Redirect(w, r, back, http.StatusSeeOther)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Cookie, Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(with.into(drawn.Bytes()))
}

// sentOf are the fields of a form, whichever way they came.
func sentOf(r *http.Request) url.Values {
	if r.MultipartForm != nil {
		return r.MultipartForm.Value
	}
	return r.PostForm
}

// statusOf says a refusal's sort to programs.
func statusOf(err error) int {
	var wait *trial.WaitError
	switch {
	case errors.As(err, &wait), subscribe.Waits(err):
		return http.StatusTooManyRequests
	case errors.Is(err, alerting.ErrForbidden):
		return http.StatusForbidden
	case errors.Is(err, alerting.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, alerting.ErrConflict):
		return http.StatusConflict
	case errors.Is(err, alerting.ErrChanged):
		return http.StatusPreconditionFailed
	case errors.Is(err, alerting.ErrUnavailable):
		return http.StatusServiceUnavailable
	}
	return http.StatusUnprocessableEntity
}

// drawnPage is a page in memory.
type drawnPage struct {
	bytes.Buffer
	header http.Header
	status int
}

func (d *drawnPage) Header() http.Header { return d.header }

func (d *drawnPage) WriteHeader(status int) {
	if d.status == 0 {
		d.status = status
	}
}

func (d *drawnPage) Write(b []byte) (int, error) {
	d.WriteHeader(http.StatusOK)
	return d.Buffer.Write(b)
}

// drawn is a page of ours as whoever sent the form would see it now.
func (c *Console) drawn(r *http.Request, at string) *drawnPage {
	out := &drawnPage{header: http.Header{}}
	get, err := http.NewRequestWithContext(r.Context(), http.MethodGet, at, nil)
	if err != nil {
		out.status = http.StatusNotFound
		return out
	}
	get.Header, get.Host, get.RemoteAddr, get.TLS, get.RequestURI = r.Header.Clone(), r.Host, r.RemoteAddr, r.TLS, at
	for name := range get.Header {
		if strings.HasPrefix(name, "Content-") {
			get.Header.Del(name)
		}
	}
	c.pages.ServeHTTP(out, get)
	return out
}
