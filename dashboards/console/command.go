package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// offered are the verbs that have a form.
var offered = alerting.Verbs()

// command carries out a form and leads back to where it stood.
func (c *Console) command(verb alerting.Verb) handler {
	return func(w http.ResponseWriter, r *http.Request, a people.Account) {
		if !c.form(w, r) {
			return
		}
		number, _ := strconv.ParseInt(r.PostFormValue("number"), 10, 64) // 0 is the present one
		_, err := c.api.Service().Do(r.Context(), a, alerting.Command{
			ID: r.PostFormValue("id"), Incident: r.PathValue("id"), Verb: verb,
			Reason: strings.TrimSpace(r.PostFormValue("reason")), Text: strings.TrimSpace(r.PostFormValue("text")),
			Outcome: alerting.Outcome(r.PostFormValue("outcome")), Number: max(number, 0),
		})
		back := localPath(r.PostFormValue("return"))
		if err == nil {
			http.Redirect(w, r, withNotice(back, "done."+string(verb)), http.StatusSeeOther)
			return
		}
		if key := c.wordFor(r, a, verb, err); key != "" {
			http.Redirect(w, r, withNotice(back, key), http.StatusSeeOther)
			return
		}
		c.failed(w, r, err)
	}
}

// wordFor says a refusal in words that tell what to do now; "" where there is
// nothing to come back to.
func (c *Console) wordFor(r *http.Request, a people.Account, verb alerting.Verb, err error) string {
	switch {
	case errors.Is(err, alerting.ErrConflict):
		if i, err := c.api.Service().Incident(r.Context(), a, r.PathValue("id")); err == nil && i.Latched && !i.Resolved() {
			return "refused.latched"
		}
		return "refused.resolved"
	case errors.Is(err, alerting.ErrForbidden):
		return "refused.forbidden"
	case errors.Is(err, alerting.ErrInvalid):
		return "refused.invalid." + string(verb)
	case errors.Is(err, alerting.ErrUnavailable):
		return "refused.unavailable"
	}
	return ""
}

func withNotice(path, key string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Set("notice", key)
	u.RawQuery = q.Encode()
	return u.String()
}

// noticeOf reads a notice from the address. Only what the catalogue has is
// shown: an address can put no words of its own on the page.
func (p *page) noticeOf(key string) *notice {
	done, refused := strings.HasPrefix(key, "done."), strings.HasPrefix(key, "refused.")
	if text := p.Say(key); (done || refused) && text != key {
		return &notice{Text: text, Error: refused}
	}
	return nil
}

// failed answers what a page could not do.
func (c *Console) failed(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, alerting.ErrNotFound):
		c.errorPage(w, r, http.StatusNotFound)
	case errors.Is(err, alerting.ErrForbidden):
		c.errorPage(w, r, http.StatusForbidden)
	case errors.Is(err, alerting.ErrUnavailable):
		c.errorPage(w, r, http.StatusServiceUnavailable)
	default:
		c.log.Error("serving a page failed", "path", r.URL.Path, "error", err)
		c.errorPage(w, r, http.StatusInternalServerError)
	}
}
