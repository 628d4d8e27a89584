package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// tokensPage is which programs may ask what, and a form for another one.
type tokensPage struct {
	*page
	Rows []tokenRow
	Made *tokenRow // that was made just now; nil where none was
	// Secret is the text of the token that was made: it is shown this once.
	Secret string
}

// tokenRow is a token in words.
type tokenRow struct {
	api.TokenView
	page *page
}

func (c *Console) mountTokens(mux routes) {
	mux.HandleFunc("GET /tokens", c.signedIn(c.tokens))
	mux.HandleFunc("POST /tokens", c.signedIn(c.makeToken))
	mux.HandleFunc("GET /tokens/{name}", c.signedIn(c.token))
	mux.HandleFunc("POST /tokens/{name}/revoke", c.signedIn(c.revokeToken))
}

func (c *Console) tokens(w http.ResponseWriter, r *http.Request, a people.Account) {
	c.showTokens(w, r, &tokensPage{page: c.newPage(r, a)})
}

func (c *Console) showTokens(w http.ResponseWriter, r *http.Request, p *tokensPage) {
	all, err := c.api.ManagedTokens(r.Context(), p.Account, p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	for _, t := range all {
		p.Rows = append(p.Rows, tokenRow{t, p.page})
	}
	p.Title = p.Say("tokens")
	c.render(w, http.StatusOK, "tokens", p)
}

// makeToken shows the token that it makes: its text is in this answer and
// nowhere else.
func (c *Console) makeToken(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil || days == 0 {
		days = -1 // nothing else is the default here than what the form says
	}
	p := &tokensPage{page: c.newPage(r, a)}
	made, text, err := c.api.MakeToken(r.Context(), a, api.TokenWish{
		Name: strings.TrimSpace(r.PostFormValue("name")), Role: alerting.Role(r.PostFormValue("role")),
		Schools: r.PostForm["school"], Scopes: r.PostForm["scope"], Days: days, Why: r.PostFormValue("reason"),
	}, time.Now())
	var refused *alerting.Refusal
	switch {
	case err == nil:
		p.Made, p.Secret = &tokenRow{made, p.page}, text
		c.showTokens(w, r, p)
	case errors.As(err, &refused):
		c.again(w, r, p.page, "/tokens", p.Text(refused.Text), err)
	default:
		c.failed(w, r, err)
	}
}

// tokenPage is one token, and its end.
type tokenPage struct {
	*page
	tokenRow
	Changes []changeRow
}

func (c *Console) token(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &tokenPage{page: c.newPage(r, a)}
	one, err := c.api.ManagedToken(r.Context(), a, r.PathValue("name"), p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	changes, _, err := c.api.AccountChanges(r.Context(), a, one.Program(), 0, accountChanges, p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p.tokenRow, p.Changes = tokenRow{one, p.page}, p.changes(changes)
	p.Title = one.Name + " · " + p.Say("tokens")
	c.render(w, http.StatusOK, "token", p)
}

func (c *Console) revokeToken(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	name := r.PathValue("name")
	_, err := c.api.RevokeToken(r.Context(), a, name, r.PostFormValue("reason"), time.Now())
	c.done(w, r, "/tokens/"+url.PathEscape(name), "done.token.revoked", tokenRefusals, err)
}

// MayRevoke reports whether the reader may end it.
func (p *tokenPage) MayRevoke() bool {
	return p.Holds(p.page.Account) && p.State() != people.TokenRevoked
}

// RoleOptions are the roles that a program can have; those of the police where
// the reader administers the whole hub.
func (p *tokensPage) RoleOptions() []option {
	var out []option
	for _, r := range api.ProgramRoles() {
		if r == alerting.RoleLiaison && len(p.Account.Schools) > 0 {
			continue
		}
		out = append(out, option{Code: string(r), Name: p.Say("role." + string(r)), On: r == alerting.RoleOfficer})
	}
	return out
}

// SchoolOptions are the schools that the reader looks after.
func (p *tokensPage) SchoolOptions() []option {
	ids := p.Account.Schools
	if len(ids) == 0 {
		for _, s := range p.people.Schools() {
			ids = append(ids, s.ID)
		}
	}
	var out []option
	for _, id := range ids {
		out = append(out, option{Code: id, Name: p.schoolName(id), On: len(ids) == 1})
	}
	return out
}

// scopeOption is a scope, and whose programs can have it.
type scopeOption struct {
	option
	Roles string
}

// ScopeOptions are the scopes.
func (p *tokensPage) ScopeOptions() []scopeOption {
	var out []scopeOption
	for _, s := range api.Scopes() {
		var roles []string
		for _, r := range api.ProgramRoles() {
			if s.For(r) {
				roles = append(roles, p.Say("role."+string(r)))
			}
		}
		out = append(out, scopeOption{
			option{Code: s.ID, Name: p.Say("scope." + s.ID)}, strings.Join(roles, p.Say("list.comma")),
		})
	}
	return out
}

// Usual is for how many days a token is good where nobody says otherwise.
func (p *tokensPage) Usual() int { return people.TokenDays }

// Longest is for how many days a token can be good.
func (p *tokensPage) Longest() int { return people.LongestTokenDays }

// RoleName is whose rights its scopes are a part of.
func (r tokenRow) RoleName() string { return r.page.Say("role." + string(r.Role)) }

// SchoolNames are the schools that the reader knows of.
func (r tokenRow) SchoolNames() string { return r.page.schoolNames(r.Schools, r.Elsewhere) }

// ScopeNames are what it may do.
func (r tokenRow) ScopeNames() []string {
	var out []string
	for _, s := range r.Scopes {
		out = append(out, r.page.Say("scope."+s))
	}
	return out
}

// StateName says whether it is good.
func (r tokenRow) StateName() string { return r.page.Say("tokens.state." + string(r.State())) }

// IsOver reports whether it is not.
func (r tokenRow) IsOver() bool { return r.State() != people.TokenActive }

// UntilLine is when it ends, MadeLine who made it and when.
func (r tokenRow) UntilLine() string { return r.page.moment(r.Until) }
func (r tokenRow) MadeLine() string {
	return r.page.Say("tokens.made.by", "who", r.By, "time", r.page.moment(r.Made))
}

// UsedLine is in which hour it was used last.
func (r tokenRow) UsedLine() string {
	if r.Used.IsZero() {
		return r.page.Say("accounts.never")
	}
	at := r.Used.In(r.page.zone())
	return r.page.Say("tokens.hour", "time", r.page.date(at)+" "+at.Format("15:04"))
}

// RefusedLine is on which day it was used last behind its end, "" where it never
// was.
func (r tokenRow) RefusedLine() string {
	if r.Refused.IsZero() {
		return ""
	}
	return r.page.date(r.Refused)
}
