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
		i, err := c.api.Service().Do(r.Context(), a, commandOf(r, verb))
		back := localPath(r.PostFormValue("return"))
		switch {
		case err == nil && !a.MaySee(i): // the reader has made it confidential
			http.Redirect(w, r, withNotice("/", "done.concealed"), http.StatusSeeOther)
		case err == nil:
			http.Redirect(w, r, withNotice(back, "done."+string(verb)), http.StatusSeeOther)
		default:
			c.refused(w, r, back, c.wordFor(r, a, verb, err), err)
		}
	}
}

// commandOf reads a form. What its verb does not need is not there.
func commandOf(r *http.Request, verb alerting.Verb) alerting.Command {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	number, _ := strconv.ParseInt(value("number"), 10, 64) // 0 is the present one
	return alerting.Command{
		ID: value("id"), Incident: r.PathValue("id"), Verb: verb, Number: max(number, 0),
		Reason: value("reason"), Text: value("text"), Outcome: alerting.Outcome(value("outcome")),
		Verify: alerting.Verification(value("verify")), Facts: r.PostForm["facts"], Withdrawn: r.PostForm["withdrawn"],
		Kind: alerting.Kind(value("kind")), Severity: alerting.Severity(value("severity")),
		Stage: alerting.DispatchStage(value("stage")),
		Party: alerting.Party(strings.TrimSuffix(value("party"), onPost)), OnPost: strings.HasSuffix(value("party"), onPost),
		To: alerting.Callee(value("to")), Reached: value("reached") == "yes", Other: value("incident"),
		Audience: alerting.Audience(value("audience")),
		Report:   alerting.ReportStage(value("report")), Way: alerting.ReportWay(value("way")),
	}
}

// onPost ends the value of a button that stamps somebody who was there already.
const onPost = "+on-post"

// wordFor says a refusal in words that tell what to do now; "" where there is
// nothing to come back to.
func (c *Console) wordFor(r *http.Request, a people.Account, verb alerting.Verb, err error) string {
	switch {
	case errors.Is(err, alerting.ErrConflict):
		return c.conflict(r, a, verb)
	case errors.Is(err, alerting.ErrForbidden):
		return "refused.forbidden"
	case errors.Is(err, alerting.ErrInvalid):
		return "refused.invalid." + string(verb)
	case errors.Is(err, alerting.ErrUnavailable):
		return "refused.unavailable"
	}
	return ""
}

// conflict says which state forbids the command.
func (c *Console) conflict(r *http.Request, a people.Account, verb alerting.Verb) string {
	i, err := c.api.Service().Incident(r.Context(), a, r.PathValue("id"))
	switch {
	case err != nil || i.Resolved():
		return "refused.resolved"
	case verb == alerting.VerbResolve && i.Latched:
		return "refused.latched"
	}
	return "refused.conflict." + string(verb)
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
	case r.Context().Err() != nil: // the tab was closed meanwhile: there is nobody to answer, and no fault
		c.log.Debug("a page was not waited for", "path", r.URL.Path, "error", err)
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
