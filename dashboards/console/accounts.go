package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// accountChanges is how many changes of accounts a page shows at once.
const accountChanges = 30

// HasAccounts reports whether the reader looks after accounts.
func (p *page) HasAccounts() bool { return p.accounts && api.MayManage(p.Account) }

// accountsPage is who may sign in, and what was done with accounts.
type accountsPage struct {
	*page
	Rows    []accountRow
	Changes []changeRow
	Older   string // address of the next page of changes, "" at the end
	Rights  []rightRow
	Roles   []string // heads of the table of rights
}

// accountRow is an account in words.
type accountRow struct {
	api.AccountState
	page *page
}

// changeRow is one change of an account in words.
type changeRow struct {
	Seq                int64
	When, Who, Of, Did string
	Why                string
}

func (c *Console) mountAccounts(mux routes) {
	if !c.api.HasAccounts() {
		return
	}
	mux.HandleFunc("GET /accounts", c.signedIn(c.accounts))
	mux.HandleFunc("GET /accounts/{name}", c.signedIn(c.account))
	c.mountTokens(mux)
	c.mountPasswords(mux)
	c.mountTerms(mux)
	for step, did := range api.AccountSteps() {
		mux.HandleFunc("POST /accounts/{name}/"+step, c.signedIn(c.changeAccount(did)))
	}
}

func (c *Console) accounts(w http.ResponseWriter, r *http.Request, a people.Account) {
	p := &accountsPage{page: c.newPage(r, a)}
	all, err := c.api.Managed(r.Context(), a, p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	for _, one := range all {
		p.Rows = append(p.Rows, accountRow{one, p.page})
	}
	before, err := strconv.ParseInt("0"+r.URL.Query().Get("before"), 10, 64)
	if err != nil {
		c.failed(w, r, alerting.ErrNotFound) // no address that a page has given
		return
	}
	changes, next, err := c.api.AccountChanges(r.Context(), a, "", before, accountChanges, p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	if p.Changes = p.changes(changes); next > 0 {
		p.Older = "/accounts?" + url.Values{"before": {strconv.FormatInt(next, 10)}}.Encode()
	}
	p.Roles, p.Rights = p.rights()
	p.Title = p.Say("accounts")
	c.render(w, http.StatusOK, "accounts", p)
}

// accountPage is one account, and what can be done with it.
type accountPage struct {
	*page
	accountRow
	Changes []changeRow
	Tokens  []string // that it made and are good, by name
	Self    bool
	// Secret is the password that was drawn just now: it is shown this once.
	Secret string
}

func (c *Console) account(w http.ResponseWriter, r *http.Request, a people.Account) {
	c.showAccount(w, r, &accountPage{page: c.newPage(r, a)}, r.PathValue("name"))
}

func (c *Console) showAccount(w http.ResponseWriter, r *http.Request, p *accountPage, name string) {
	a := p.page.Account
	one, err := c.api.ManagedOne(r.Context(), a, name, p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	changes, _, err := c.api.AccountChanges(r.Context(), a, one.Name, 0, accountChanges, p.now)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	if p.Tokens, err = c.api.TokensBy(r.Context(), a, one.Name, p.now); err != nil {
		c.failed(w, r, err)
		return
	}
	p.accountRow, p.Changes, p.Self = accountRow{one, p.page}, p.changes(changes), one.Name == a.Name
	p.Title = one.Name + " · " + p.Say("accounts")
	c.render(w, http.StatusOK, "account", p)
}

// MayChange reports whether the reader may change it.
func (p *accountPage) MayChange() bool { return p.Holds(p.page.Account) }

// MayGive reports whether the reader may draw a password for it.
func (p *accountPage) MayGive() bool {
	return !p.Self && api.GivesPasswords(p.page.Account, p.AccountState.Account)
}

func (c *Console) changeAccount(did people.Deed) handler {
	return func(w http.ResponseWriter, r *http.Request, a people.Account) {
		if !c.form(w, r) {
			return
		}
		name := r.PathValue("name")
		_, err := c.api.ChangeAccountSeen(r.Context(), a, name, did, r.PostFormValue("reason"), r.PostFormValue("seen"), time.Now())
		c.done(w, r, "/accounts/"+url.PathEscape(name), "done.account."+string(did), accountRefusals, err)
	}
}

// RoleName is the account's role in words.
func (r accountRow) RoleName() string { return r.page.Say("role." + string(r.Role)) }

// SchoolNames are the schools that the reader knows of.
func (r accountRow) SchoolNames() string { return r.page.schoolNames(r.Schools, r.Elsewhere) }

// schoolNames are schools, and that there are others where it is so.
func (p *page) schoolNames(ids []string, elsewhere bool) string {
	var out []string
	for _, id := range ids {
		out = append(out, p.schoolName(id))
	}
	names := strings.Join(out, p.Say("list.comma"))
	if elsewhere {
		return p.Say("accounts.elsewhere", "schools", names)
	}
	return names
}

// More is what it may do beyond its role.
func (r accountRow) More() string {
	var out []string
	if r.Named {
		out = append(out, r.page.Say("accounts.named"))
	}
	if r.Release {
		out = append(out, r.page.Say("accounts.release"))
	}
	return strings.Join(out, r.page.Say("list.comma"))
}

// FromLine is where what it is and may comes from.
func (r accountRow) FromLine() string {
	line := r.page.Say("accounts.from." + r.From())
	if r.Initial {
		line += r.page.Say("list.semicolon") + r.page.Say("accounts.initial")
	}
	return line
}

// StateName says whether anybody can sign in.
func (r accountRow) StateName() string { return r.page.Say("accounts.state." + r.State()) }

// IsOff reports whether nobody can.
func (r accountRow) IsOff() bool { return r.Off != "" }

// IsSuspended reports whether an administrator said so.
func (r accountRow) IsSuspended() bool { return r.Off == people.Suspended }

// IsDisabled reports whether the configuration says so.
func (r accountRow) IsDisabled() bool { return r.Off == people.Disabled }

// SeenLine is when somebody signed in last.
func (r accountRow) SeenLine() string {
	if r.LastSignIn.IsZero() {
		return r.page.Say("accounts.never")
	}
	return r.page.moment(r.LastSignIn)
}

// WaitLine says who waits after failed sign-ins, "" for nobody.
func (r accountRow) WaitLine() string {
	if r.Places == 0 {
		return ""
	}
	return r.page.Say("accounts.waits", "n", r.Places, "time", r.WaitsUntil.In(r.page.zone()).Format(time.TimeOnly))
}

// moment is a day and a time of day where the reader is.
func (p *page) moment(at time.Time) string {
	at = at.In(p.zone())
	return p.date(at) + " " + at.Format(time.TimeOnly)
}

func (p *page) changes(all []people.AccountChange) (out []changeRow) {
	for _, c := range all {
		row := changeRow{Seq: c.Seq, When: p.moment(c.At), Who: c.By, Of: c.Account, Did: p.Say("account.did." + string(c.Did)), Why: c.Why}
		if school, ok := people.SchoolOfParents(c.Account); ok {
			row.Of = p.Say("accounts.of.subscribers", "school", p.schoolName(school))
		}
		if c.By == people.ByConfiguration {
			row.Who = p.Say("accounts.by.configuration")
		}
		var facts []string
		for _, f := range c.Of {
			facts = append(facts, p.Say("account.fact."+f))
		}
		if line := p.termsLine(c.Before, c.After); line != "" {
			facts = append(facts, line)
		}
		if c.Grant != nil {
			facts = append(facts, p.Say("role."+string(c.Grant.Role)))
			for _, s := range c.Grant.Scopes {
				facts = append(facts, p.Say("scope."+s))
			}
		}
		if len(facts) > 0 {
			row.Did += p.Say("audit.colon") + strings.Join(facts, p.Say("list.comma"))
		}
		out = append(out, row)
	}
	return out
}

// rightRow is a right, and who of each role has it.
type rightRow struct {
	ID, Name string
	Cells    []rightCell
}

// rightCell is who of a role has a right; May is false for nobody.
type rightCell struct {
	Role, Says string
	May        bool
}

// rights are the heads and the rows of the table of rights.
func (p *page) rights() (heads []string, rows []rightRow) {
	for _, role := range alerting.Roles() {
		heads = append(heads, p.Say("role."+string(role)))
	}
	for _, r := range api.Rights() {
		row := rightRow{ID: r.ID, Name: p.Say("right." + r.ID)}
		for k, role := range alerting.Roles() {
			of := r.Of(role)
			row.Cells = append(row.Cells, rightCell{heads[k], p.Say("rights." + string(of)), of != api.AllowedNone})
		}
		rows = append(rows, row)
	}
	return heads, rows
}
