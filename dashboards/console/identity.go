package console

import (
	"errors"
	"net/http"
	"net/url"

	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/identity"
)

// providerWay is the way to sign in by the identity provider.
type providerWay struct {
	Label string
	// Href is a link and no form: a form's answer may lead to no other host.
	Href  string
	There bool // the provider answers
}

func (p *page) providerWay(from *api.Server, next string) *providerWay {
	offer, ok := from.IdentityOffer()
	if !ok {
		return nil
	}
	return &providerWay{Label: p.Text(offer.Label), Href: offer.At + "?next=" + url.QueryEscape(next), There: offer.There}
}

// toProvider sends a browser to the identity provider.
func (c *Console) toProvider(w http.ResponseWriter, r *http.Request) {
	next := localPath(r.URL.Query().Get("next"))
	to, err := c.api.BeginIdentity(w, r, next)
	if err != nil {
		c.notVouched(w, r, next, err)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// fromProvider takes who comes back from there.
func (c *Console) fromProvider(w http.ResponseWriter, r *http.Request) {
	_, next, err := c.api.FinishIdentity(w, r)
	if err != nil {
		c.notVouched(w, r, localPath(next), err)
		return
	}
	http.Redirect(w, r, localPath(next), http.StatusSeeOther)
}

// unvouched are what a page says, and with which status: not 502 or 504, which mean
// to a browser that there is no hub.
var unvouched = map[identity.Reason]struct {
	word   string
	status int
}{
	identity.Gone:    {"gone", http.StatusServiceUnavailable},
	identity.Crowded: {"busy", http.StatusServiceUnavailable},
	identity.Denied:  {"denied", http.StatusForbidden},
	identity.State:   {"again", http.StatusForbidden},
	identity.Used:    {"again", http.StatusForbidden},
	identity.Issuer:  {"wrong", http.StatusForbidden},
	identity.Code:    {"wrong", http.StatusForbidden},
	identity.Token:   {"wrong", http.StatusForbidden},
	identity.Nonce:   {"wrong", http.StatusForbidden},
}

// notVouched draws the page for signing in, with why it did not come to that. A
// password is taken there.
func (c *Console) notVouched(w http.ResponseWriter, r *http.Request, next string, err error) {
	p := c.newSignIn(r, next)
	refused, known := unvouched[identity.Refusal(err)]
	word, status := refused.word, refused.status
	switch {
	case known:
		c.log.Warn("signing in by the identity provider was refused", "error", err)
	case errors.Is(err, api.ErrNoAccount):
		word, status = "account", http.StatusForbidden
	case errors.Is(err, api.ErrAccountOff):
		word, status = "off", http.StatusForbidden
	case errors.Is(err, api.ErrSignInBusy):
		word, status = "busy", http.StatusServiceUnavailable
	default:
		c.log.Error("signing in by the identity provider failed", "error", err)
		c.errorPage(w, r, http.StatusInternalServerError)
		return
	}
	p.Fault = p.Say("signin.provider."+word, "label", p.Provider.Label)
	c.render(w, status, "signin", p)
}
