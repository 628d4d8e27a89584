package console

import (
	"errors"
	"net/http"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// passwordPage is where people choose another password for themselves.
type passwordPage struct {
	*page
	Fault string
}

// HasPassword reports whether the reader can choose another password here.
func (p *page) HasPassword() bool { return p.accounts }

func (c *Console) mountPasswords(mux routes) {
	mux.HandleFunc("GET /password", c.signedIn(c.password))
	mux.HandleFunc("POST /password", c.signedIn(c.changePassword))
	mux.HandleFunc("POST /accounts/{name}/password", c.signedIn(c.givePassword))
}

func (c *Console) password(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &passwordPage{page: c.newPage(r, a)}
	p.Title = p.Say("password")
	c.render(w, http.StatusOK, "password", p)
}

// changePassword draws the page anew where the password is not taken: what was
// typed does not stand there again.
func (c *Console) changePassword(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	p := &passwordPage{page: c.newPage(r, a)}
	p.Title, p.Here = p.Say("password"), "/password"
	if r.PostFormValue("new") != r.PostFormValue("again") {
		p.Fault = p.Say("password.differ")
		c.render(w, http.StatusUnprocessableEntity, "password", p)
		return
	}
	_, err := c.api.ChangePassword(w, r, a, r.PostFormValue("old"), r.PostFormValue("new"))
	var refused *alerting.Refusal
	var wait *api.WaitError
	switch {
	case err == nil:
		http.Redirect(w, r, withNotice("/password", "done.password"), http.StatusSeeOther)
	case errors.As(err, &refused):
		p.Fault = p.Text(refused.Text)
		c.render(w, http.StatusUnprocessableEntity, "password", p)
	case errors.As(err, &wait):
		p.Fault = p.Say("signin.wait", "n", wait.Seconds())
		c.render(w, http.StatusTooManyRequests, "password", p)
	case errors.Is(err, api.ErrSignInBusy):
		p.Fault = p.Say("signin.busy")
		c.render(w, http.StatusServiceUnavailable, "password", p)
	default:
		c.failed(w, r, err)
	}
}

// givePassword shows the password that it draws: it is in this answer and nowhere
// else.
func (c *Console) givePassword(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	name := r.PathValue("name")
	back := "/accounts/" + name
	_, drawn, err := c.api.GivePassword(r.Context(), a, name, r.PostFormValue("reason"), time.Now())
	var refused *alerting.Refusal
	switch {
	case err == nil:
		p := &accountPage{page: c.newPage(r, a), Secret: drawn}
		p.Here = back
		c.showAccount(w, r, p, name)
	case errors.As(err, &refused) && !errors.Is(refused.Kind, alerting.ErrForbidden):
		c.again(w, r, c.newPage(r, a), back, c.newPage(r, a).Text(refused.Text), err)
	default:
		c.failed(w, r, err)
	}
}
