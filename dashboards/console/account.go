package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

type handler func(w http.ResponseWriter, r *http.Request, a people.Account)

// signedIn sends strangers to the sign-in page.
func (c *Console) signedIn(next handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		reader, ok, err := c.api.Reader(w, r)
		switch {
		case err != nil && r.Context().Err() != nil: // who asked has gone
			c.failed(w, r, err)
		case err != nil:
			c.log.Error("reading a session failed", "error", err)
			c.errorPage(w, r, http.StatusServiceUnavailable)
		case !ok:
			http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(comeBack(r)), http.StatusSeeOther)
		case reader.Account.Initial && r.URL.Path != "/password":
			http.Redirect(w, r, "/password", http.StatusSeeOther)
		default:
			next(w, r, reader.Account)
		}
	}
}

// comeBack is the page to return to after signing in: a command is not
// repeated by itself.
func comeBack(r *http.Request) string {
	if r.Method == http.MethodGet {
		return r.URL.RequestURI()
	}
	return "/"
}

type signInPage struct {
	*page
	Next  string
	Name  string
	Fault string
	// Parents says that parents can subscribe here: without an account.
	Parents bool
	// Provider is another way than a password; nil where there is none.
	Provider *providerWay
}

func (c *Console) newSignIn(r *http.Request, next string) *signInPage {
	p := &signInPage{page: c.newPage(r, people.Account{}), Next: next, Parents: c.api.TakesParents()}
	p.Here, p.Provider = "/sign-in", p.providerWay(c.api, next)
	return p
}

func (c *Console) signInPage(w http.ResponseWriter, r *http.Request) {
	if _, ok, err := c.api.Reader(w, r); err == nil && ok {
		http.Redirect(w, r, localPath(r.URL.Query().Get("next")), http.StatusSeeOther)
		return
	}
	p := c.newSignIn(r, localPath(r.URL.Query().Get("next")))
	p.Here = localPath(r.URL.RequestURI())
	c.render(w, http.StatusOK, "signin", p)
}

func (c *Console) signIn(w http.ResponseWriter, r *http.Request) {
	if !c.form(w, r) {
		return
	}
	name, next := r.PostFormValue("name"), localPath(r.PostFormValue("next"))
	_, err := c.api.SignIn(w, r, name, r.PostFormValue("password"))
	if err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	p := c.newSignIn(r, next)
	p.Name = name
	var wait *api.WaitError
	switch {
	case errors.Is(err, api.ErrWrongPassword):
		p.Fault = p.Say("signin.wrong")
		c.render(w, http.StatusUnauthorized, "signin", p)
	case errors.As(err, &wait):
		p.Fault = p.Say("signin.wait", "n", wait.Seconds())
		c.render(w, http.StatusTooManyRequests, "signin", p)
	case errors.Is(err, api.ErrSignInBusy):
		p.Fault = p.Say("signin.busy")
		c.render(w, http.StatusServiceUnavailable, "signin", p)
	default:
		c.log.Error("signing in failed", "account", name, "error", err)
		c.errorPage(w, r, http.StatusInternalServerError)
	}
}

func (c *Console) signOut(w http.ResponseWriter, r *http.Request) {
	if err := c.api.SignOut(w, r); err != nil {
		c.log.Error("signing out failed", "error", err)
		c.errorPage(w, r, http.StatusServiceUnavailable)
		return
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

func (c *Console) language(w http.ResponseWriter, r *http.Request) {
	if !c.form(w, r) {
		return
	}
	lang := r.PostFormValue("language")
	if _, ok := c.words[lang]; !ok {
		c.errorPage(w, r, http.StatusUnprocessableEntity)
		return
	}
	c.speak(w, lang)
	http.Redirect(w, r, localPath(r.PostFormValue("return")), http.StatusSeeOther)
}

// speak has the browser's pages in a language from now on.
func (c *Console) speak(w http.ResponseWriter, lang string) {
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: lang, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		MaxAge: int((365 * 24 * time.Hour).Seconds()),
	})
}

// form reads a form's fields; what is no form or too large is answered here.
func (c *Console) form(w http.ResponseWriter, r *http.Request) bool {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		c.errorPage(w, r, http.StatusUnsupportedMediaType)
		return false
	}
	err := r.ParseForm()
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		c.errorPage(w, r, http.StatusRequestEntityTooLarge)
	case err != nil:
		c.errorPage(w, r, http.StatusUnprocessableEntity)
	}
	return err == nil
}

// localPath keeps a redirect on this host: anything but a plain path of ours
// leads to the board.
func localPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || u.Opaque != "" || strings.ContainsAny(u.Path, "\\\r\n\t") {
		return "/"
	}
	q := u.Query()
	q.Del("notice")
	u.RawQuery = q.Encode()
	// The address as it goes out is what counts: a slash may have been written
	// in another way before.
	out := u.RequestURI()
	if !strings.HasPrefix(out, "/") || strings.HasPrefix(out, "//") {
		return "/"
	}
	return out
}

type errorPage struct {
	*page
	Status int
}

func (c *Console) errorPage(w http.ResponseWriter, r *http.Request, status int) {
	reader, _, _ := c.api.Reader(w, r)
	p := &errorPage{page: c.newPage(r, reader.Account), Status: status}
	p.dead = true
	p.Here = "/"
	c.render(w, status, "error", p)
}

// Sentence says what the status means for the reader.
func (p *errorPage) Sentence() string {
	switch p.Status {
	case http.StatusNotFound, http.StatusForbidden, http.StatusServiceUnavailable:
		return p.Say("error." + strconv.Itoa(p.Status))
	}
	return p.Say("error.other")
}
