package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

func (c *Console) mountTerms(mux routes) {
	mux.HandleFunc("POST /accounts", c.signedIn(c.addAccount))
	mux.HandleFunc("POST /accounts/{name}/change", c.signedIn(c.setAccount))
}

// wishOf reads what a form says of an account.
func wishOf(r *http.Request) api.AccountWish {
	return api.AccountWish{Why: r.PostFormValue("reason"), Terms: people.Terms{
		DisplayName: r.PostFormValue("display_name"), Role: alerting.Role(r.PostFormValue("role")), Schools: r.PostForm["school"],
		Named: r.PostFormValue("named") == "yes", Release: r.PostFormValue("release") == "yes",
	}}
}

// addAccount shows the account that it adds, with its first password: that is in
// this answer and nowhere else.
func (c *Console) addAccount(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	added, drawn, err := c.api.AddAccount(r.Context(), a, strings.TrimSpace(r.PostFormValue("name")), wishOf(r), time.Now())
	if err != nil {
		c.notSet(w, r, a, "/accounts", err)
		return
	}
	p := &accountPage{page: c.newPage(r, a), Secret: drawn}
	p.Here = "/accounts/" + url.PathEscape(added.Name)
	c.showAccount(w, r, p, added.Name)
}

func (c *Console) setAccount(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	name := r.PathValue("name")
	back := "/accounts/" + url.PathEscape(name)
	is, err := c.api.SetAccountSeen(r.Context(), a, name, wishOf(r), r.PostFormValue("seen"), time.Now())
	switch {
	case err != nil:
		c.notSet(w, r, a, back, err)
	case is.SignedOut:
		http.Redirect(w, r, withNotice(back, "done.account.changed.out"), http.StatusSeeOther)
	default:
		http.Redirect(w, r, withNotice(back, "done.account.changed"), http.StatusSeeOther)
	}
}

// notSet says in the hub's own words why an account is not added or changed.
func (c *Console) notSet(w http.ResponseWriter, r *http.Request, a people.Account, back string, err error) {
	var refused *alerting.Refusal
	if p := c.newPage(r, a); errors.As(err, &refused) {
		c.again(w, r, p, back, p.Text(refused.Text), err)
		return
	}
	c.failed(w, r, err)
}

// termsForm is what can be said of an account in a form.
type termsForm struct {
	*page
	Is people.Terms
	ID string // begins the ids of its fields
}

// NewTerms is the form for an account that is to be added.
func (p *accountsPage) NewTerms() termsForm {
	t := people.Terms{Role: alerting.RoleGuard}
	if own := p.SchoolsOf(); len(own) == 1 {
		t.Schools = own
	}
	return termsForm{p.page, t, "add"}
}

// ItsTerms is the form for the account.
func (p *accountPage) ItsTerms() termsForm {
	return termsForm{p.page, p.AccountState.Account.Terms(), "set"}
}

// MaySet reports whether the reader may give it other rights.
func (p *accountPage) MaySet() bool {
	return api.GivesPasswords(p.page.Account, p.AccountState.Account) && slices.Contains(api.AccountRoles(), p.AccountState.Role)
}

// SchoolsOf are the schools that the reader looks after.
func (p *page) SchoolsOf() []string {
	if len(p.Account.Schools) > 0 {
		return p.Account.Schools
	}
	var out []string
	for _, s := range p.people.Schools() {
		out = append(out, s.ID)
	}
	return out
}

// WholeHub reports whether the reader administers the whole hub.
func (p *page) WholeHub() bool { return len(p.Account.Schools) == 0 }

// RoleOptions are the roles that the reader can give.
func (f termsForm) RoleOptions() (out []option) {
	for _, r := range api.AccountRoles() {
		if api.GivesPasswords(f.Account, people.Account{Role: r}) {
			out = append(out, option{Code: string(r), Name: f.Say("role." + string(r)), On: r == f.Is.Role})
		}
	}
	return out
}

// SchoolOptions are the schools that the reader can give.
func (f termsForm) SchoolOptions() (out []option) {
	for _, id := range f.SchoolsOf() {
		out = append(out, option{Code: id, Name: f.schoolName(id), On: slices.Contains(f.Is.Schools, id)})
	}
	return out
}

// LongestName is how long a display name may be.
func (termsForm) LongestName() int { return people.LongestDisplayName }

// termsLine says in words what is other between two terms, or all of one.
func (p *page) termsLine(before, after *people.Terms) string {
	var out []string
	say := func(fact, was, is string) {
		switch {
		case before != nil && after != nil && was != is:
			out = append(out, p.Say("account.changed", "fact", p.Say("account.fact."+fact), "was", p.orNone(was), "is", p.orNone(is)))
		case (before == nil || after == nil) && was+is != "":
			out = append(out, was+is)
		}
	}
	for _, f := range []string{people.FactDisplay, people.FactRole, people.FactSchools, people.FactNamed, people.FactRelease, people.FactClasses} {
		say(f, p.factOf(before, f), p.factOf(after, f))
	}
	return strings.Join(out, p.Say("list.semicolon"))
}

func (p *page) orNone(s string) string {
	if s == "" {
		return p.Say("account.none")
	}
	return s
}

// factOf is one fact in words, "" for none; of schools those that the reader knows.
func (p *page) factOf(t *people.Terms, fact string) string {
	if t == nil {
		return ""
	}
	switch fact {
	case people.FactDisplay:
		return t.DisplayName
	case people.FactRole:
		return p.Say("role." + string(t.Role))
	case people.FactSchools:
		own := slices.DeleteFunc(slices.Sorted(slices.Values(t.Schools)), func(s string) bool { return !slices.Contains(p.SchoolsOf(), s) })
		return p.schoolNames(own, len(own) < len(t.Schools))
	case people.FactNamed:
		return p.flag(t.Named, "accounts.named")
	case people.FactRelease:
		return p.flag(t.Release, "accounts.release")
	}
	return strings.Join(slices.Sorted(slices.Values(t.Classes)), p.Say("list.comma"))
}

func (p *page) flag(on bool, key string) string {
	if on {
		return p.Say(key)
	}
	return ""
}
