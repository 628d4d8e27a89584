package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/subscribe"
	"example.org/campushub/dashboards/api"
)

// The pages of parents who subscribed by themselves. They have no account, and no
// session of one: nothing else of the console knows them.
const (
	parentHome      = api.ParentPages
	parentSubscribe = api.ParentPages + "/subscribe"
	parentProve     = api.ParentPages + "/code"
	parentStream    = api.ParentPages + "/stream"
)

func (c *Console) mountParents(mux routes) {
	mux.HandleFunc("GET "+parentHome, c.subscribed(c.parent))
	mux.HandleFunc("GET "+parentSubscribe, c.subscribePage)
	mux.HandleFunc("POST "+parentSubscribe, c.subscribe)
	mux.HandleFunc("GET "+parentProve, c.provePage)
	mux.HandleFunc("POST "+parentProve, c.prove)
	mux.HandleFunc("GET "+parentStream, c.api.ParentStream)
	mux.HandleFunc("POST "+parentHome+"/language", c.subscribed(c.parentLanguage))
	mux.HandleFunc("POST "+parentHome+"/unsubscribe", c.subscribed(c.unsubscribe))
	mux.HandleFunc("POST "+parentHome+"/sign-out", c.subscribed(c.parentLeaves))
}

type parentHandler func(w http.ResponseWriter, r *http.Request, of subscribe.Session)

// subscribed sends everybody else to where one subscribes.
func (c *Console) subscribed(next parentHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch of, ok, err := c.api.Parent(w, r); {
		case err != nil:
			c.failed(w, r, err)
		case !ok:
			http.Redirect(w, r, parentSubscribe, http.StatusSeeOther)
		default:
			next(w, r, of)
		}
	}
}

// strange is a page for whoever is nobody to the accounts.
func (c *Console) strange(r *http.Request) *page {
	p := c.newPage(r, people.Account{})
	p.dead = true
	return p
}

// parentPage is all that a subscriber sees: the notices, and the own subscription.
type parentPage struct {
	*page
	of       subscribe.Session
	Notices  []letter
	Schools  []option
	Speaking []option
}

func (c *Console) parent(w http.ResponseWriter, r *http.Request, of subscribe.Session) {
	p := &parentPage{page: c.strange(r), of: of}
	p.Title, p.Live = p.Say("notices"), true
	p.Account.Schools = of.Schools // for their time zone: nobody is signed in
	p.Notices = p.letters(c.api.NoticesOf(of))
	for _, id := range of.Schools {
		p.Schools = append(p.Schools, option{Code: id, Name: p.schoolName(id)})
	}
	for _, lang := range languages {
		p.Speaking = append(p.Speaking, option{Code: lang, Name: p.Say("parent.language." + lang), On: lang == of.Language})
	}
	c.render(w, http.StatusOK, "parent", p)
}

// Stream is the subscriber's own.
func (p *parentPage) Stream() string { return parentStream + "?beat=1" }

// ShowsState reports that no state of the hub is on it.
func (p *parentPage) ShowsState() bool { return false }

// Ending is how the number ends: enough to know one's own.
func (p *parentPage) Ending() string { return p.of.Number[max(0, len(p.of.Number)-4):] }

// subscribePage is the form with which parents begin.
type subscribePage struct {
	*page
	Offered  bool
	Speaking []option
}

func (c *Console) subscribePage(w http.ResponseWriter, r *http.Request) {
	p := &subscribePage{page: c.strange(r), Offered: c.api.TakesParents()}
	p.Title = p.Say("parent.subscribe")
	for _, lang := range languages {
		p.Speaking = append(p.Speaking, option{Code: lang, Name: p.Say("parent.language." + lang), On: lang == p.Lang()})
	}
	c.render(w, http.StatusOK, "subscribe", p)
}

func (c *Console) subscribe(w http.ResponseWriter, r *http.Request) {
	if !c.form(w, r) {
		return
	}
	err := c.api.BeginParent(w, r, subscribe.Ask{
		Code: strings.TrimSpace(r.PostFormValue("code")), Number: r.PostFormValue("number"), Language: r.PostFormValue("language"),
	})
	c.onward(w, r, parentSubscribe, parentProve, err)
}

// provePage is the form for the digits that came by text message.
type provePage struct {
	*page
	Minutes, Digits int
}

func (c *Console) provePage(w http.ResponseWriter, r *http.Request) {
	if !c.api.Proving(r) {
		http.Redirect(w, r, parentSubscribe, http.StatusSeeOther)
		return
	}
	p := &provePage{page: c.strange(r), Minutes: int(subscribe.GoodFor / time.Minute), Digits: subscribe.Tries}
	p.Title = p.Say("parent.prove")
	c.render(w, http.StatusOK, "prove", p)
}

func (c *Console) prove(w http.ResponseWriter, r *http.Request) {
	if !c.form(w, r) {
		return
	}
	err := c.api.FinishParent(w, r, r.PostFormValue("digits"))
	c.onward(w, r, parentProve, parentHome, err)
}

// onward leads to the next page, or shows the form again with why not.
func (c *Console) onward(w http.ResponseWriter, r *http.Request, form, next string, err error) {
	var refused *alerting.Refusal
	switch {
	case err == nil:
		http.Redirect(w, r, next, http.StatusSeeOther)
	case errors.As(err, &refused):
		p := c.strange(r)
		c.again(w, r, p, form, p.Text(refused.Text), err)
	default:
		c.failed(w, r, err)
	}
}

func (c *Console) parentLanguage(w http.ResponseWriter, r *http.Request, of subscribe.Session) {
	if !c.form(w, r) {
		return
	}
	lang := r.PostFormValue("language")
	err := c.api.SpeakTo(r.Context(), of, lang)
	if err == nil {
		c.speak(w, lang)
	}
	c.onward(w, r, parentHome, withNotice(parentHome, "done.parent.language"), err)
}

// unsubscribe takes a school off that the subscriber has; with the last one they
// are nobody.
func (c *Console) unsubscribe(w http.ResponseWriter, r *http.Request, of subscribe.Session) {
	if !c.form(w, r) {
		return
	}
	school := r.PostFormValue("school")
	if !slices.Contains(of.Schools, school) {
		c.errorPage(w, r, http.StatusUnprocessableEntity)
		return
	}
	err := c.api.Unsubscribe(r.Context(), of, school)
	next := parentHome
	if len(of.Schools) == 1 {
		next = parentSubscribe
	}
	c.onward(w, r, parentHome, withNotice(next, "done.parent.unsubscribed"), err)
}

func (c *Console) parentLeaves(w http.ResponseWriter, r *http.Request, _ subscribe.Session) {
	err := c.api.LeaveParent(w, r)
	c.onward(w, r, parentHome, parentSubscribe, err)
}

// invitationsPage is what an officer's schools give parents to subscribe with.
type invitationsPage struct {
	*page
	Rows []invitationRow
	At   string // the address to print beside the code
}

// invitationRow is a school's code in words.
type invitationRow struct {
	subscribe.Overview
	page *page
}

func (c *Console) mountInvitations(mux routes) {
	mux.HandleFunc("GET /subscriptions", c.signedIn(c.invitations))
	mux.HandleFunc("POST /subscriptions/{school}/code", c.signedIn(c.invite))
	mux.HandleFunc("POST /subscriptions/{school}/revoke", c.signedIn(c.uninvite))
}

func (c *Console) invitations(w http.ResponseWriter, r *http.Request, a people.Account) {
	all, err := c.api.Invitations(r.Context(), a)
	if err != nil {
		c.failed(w, r, err)
		return
	}
	p := &invitationsPage{page: c.newPage(r, a), At: r.Host + parentHome}
	p.Title = p.Say("subscriptions")
	for _, o := range all {
		p.Rows = append(p.Rows, invitationRow{o, p.page})
	}
	c.render(w, http.StatusOK, "subscriptions", p)
}

func (c *Console) invite(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	_, err := c.api.Invite(r.Context(), a, r.PathValue("school"), time.Now())
	c.invited(w, r, a, "done.subscriptions.issued", err)
}

func (c *Console) uninvite(w http.ResponseWriter, r *http.Request, a people.Account) {
	if !c.form(w, r) {
		return
	}
	_, err := c.api.Uninvite(r.Context(), a, r.PathValue("school"), r.PostFormValue("reason"), time.Now())
	c.invited(w, r, a, "done.subscriptions.revoked", err)
}

func (c *Console) invited(w http.ResponseWriter, r *http.Request, a people.Account, done string, err error) {
	var refused *alerting.Refusal
	if errors.As(err, &refused) {
		p := c.newPage(r, a)
		c.again(w, r, p, "/subscriptions", p.Text(refused.Text), err)
		return
	}
	c.onward(w, r, "/subscriptions", withNotice("/subscriptions", done), err)
}

// Name is the school's.
func (i invitationRow) Name() string { return i.page.schoolName(i.School) }

// Has reports whether a code is good.
func (i invitationRow) Has() bool { return i.Code.Secret != "" }

// Issued says since when, and by whom.
func (i invitationRow) Issued() string {
	return i.page.Say("subscriptions.issued", "who", i.Code.By, "time", i.page.moment(i.Code.Made))
}

// CountLine says how many have subscribed.
func (i invitationRow) CountLine() string {
	return i.page.many("subscriptions.count", i.Subscribers)
}
