package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// AccountWish is what an administrator asks of an account that is to be added or
// changed.
type AccountWish struct {
	Terms people.Terms // its classes follow from what there is
	Why   string
}

// AccountRoles are the roles that an account can be given on a page: parents
// subscribe by themselves.
func AccountRoles() []alerting.Role {
	return slices.DeleteFunc(alerting.Roles(), func(r alerting.Role) bool { return r == alerting.RoleParent })
}

// Why an account is not added, or not changed.
var (
	errAccountName = wrongAccount("name", "账号名只能用 a-z、0-9 和 -，不以 - 开头，最多 63 个字符。", "A name is 1 to 63 of a-z, 0-9 and -, not beginning with -.")
	errAccountCall = wrongAccount("display-name", fmt.Sprintf("姓名最多 %d 个字符，不含换行等控制字符。", people.LongestDisplayName),
		fmt.Sprintf("A display name is at most %d printable characters.", people.LongestDisplayName))
	errAccountNoSchool = wrongAccount("no-school", "请至少选择一所学校。", "Choose at least one school.")
	errAccountRelease  = wrongAccount("release", "只有学校安全员能有“审核发布”权限。", "Only an officer can hold the release right.")
	errAccountTaken    = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "account.taken", Text: alerting.Text{
		ZH: "这个账号名已经有了，请换一个。", EN: "There is an account of this name: choose another one.",
	}}
	errAccountsMany = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "account.many", Text: alerting.Text{
		ZH: fmt.Sprintf("页面上添加的账号已达 %d 个：更多的请写入配置。", people.MostAdded), EN: fmt.Sprintf("%d accounts were added on pages: write more into the configuration.", people.MostAdded),
	}}
	errAccountSame = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "account.same", Text: alerting.Text{
		ZH: "没有改动：账号已经是这样。", EN: "Nothing to change: the account is so already.",
	}}
	errOwnRights = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "account.own-rights", Text: alerting.Text{
		ZH: "不能改自己的身份、学校和权限：请另一位管理员办理。", EN: "You can't change your own role, schools and rights: ask another administrator.",
	}}
	errAccountPolice = &alerting.Refusal{Kind: alerting.ErrForbidden, Code: "account.police", Text: alerting.Text{
		ZH: "民警账号和“保密事件专人”由管理整个系统的管理员办理。", EN: "Accounts of the police, and of who is named for confidential incidents, are looked after by whoever administers the whole hub.",
	}}
)

func wrongAccount(what, zh, en string) *alerting.Refusal {
	return &alerting.Refusal{Kind: alerting.ErrInvalid, Code: "account." + what, Text: alerting.Text{ZH: zh, EN: en}}
}

// check says what is wrong with a wish of an administrator. was is the account as
// it is, empty for one that is to be added.
func (w *AccountWish) check(admin people.Account, dir *people.Directory, was people.Account) error {
	t := &w.Terms
	t.DisplayName, t.Schools = strings.TrimSpace(t.DisplayName), slices.Compact(slices.Sorted(slices.Values(t.Schools)))
	var reasoned bool
	w.Why, reasoned = reasonOf(w.Why)
	switch {
	case utf8.RuneCountInString(t.DisplayName) > people.LongestDisplayName || !utf8.ValidString(t.DisplayName) || strings.ContainsFunc(t.DisplayName, unicode.IsControl):
		return errAccountCall
	case !slices.Contains(AccountRoles(), t.Role):
		return wrongAccount("role", fmt.Sprintf("没有身份“%.63s”，可用：%s。", t.Role, joined(AccountRoles())), fmt.Sprintf("There is no role %.63q: want %s.", t.Role, joined(AccountRoles())))
	case len(t.Schools) == 0 && (t.Role != alerting.RoleAdmin || len(admin.Schools) > 0):
		return errAccountNoSchool
	case t.Release && t.Role != alerting.RoleOfficer:
		return errAccountRelease
	case !reasoned:
		return errNoWhy
	}
	for _, school := range t.Schools {
		_, there := dir.School(school)
		if !there || len(admin.Schools) > 0 && !slices.Contains(admin.Schools, school) { // what is somebody else's does not exist
			return wrongAccount("school", fmt.Sprintf("没有学校“%.63s”。", school), fmt.Sprintf("There is no school %.63q.", school))
		}
	}
	t.Classes = classesLeft(was, *t, dir)
	if !GivesPasswords(admin, was) || !GivesPasswords(admin, people.Account{Role: t.Role, Named: t.Named}) {
		return errAccountPolice
	}
	return nil
}

// classesLeft are the classes of an account that stays of the staff of a school
// that has them.
func classesLeft(was people.Account, t people.Terms, dir *people.Directory) (out []string) {
	if was.Role != t.Role {
		return nil
	}
	for _, id := range t.Schools {
		s, _ := dir.School(id)
		for _, c := range s.Classes {
			if slices.Contains(was.Classes, c.ID) && !slices.Contains(out, c.ID) {
				out = append(out, c.ID)
			}
		}
	}
	return out
}

// AddAccount adds an account that the configuration has not, and draws a first
// password for it, which is good for choosing another one alone. The password is in
// the answer and nowhere else.
func (s *Server) AddAccount(ctx context.Context, admin people.Account, name string, w AccountWish, now time.Time) (AccountState, string, error) {
	if !MayManage(admin) {
		return AccountState{}, "", fmt.Errorf("%w: %s looks after no accounts", alerting.ErrForbidden, admin.Role)
	}
	s.terms.Lock()
	defer s.terms.Unlock()
	dir := s.people()
	all := dir.Everyone()
	if err := w.check(admin, dir, people.Account{}); err != nil {
		return AccountState{}, "", err
	}
	switch {
	case !devices.ValidName(name):
		return AccountState{}, "", errAccountName
	case slices.ContainsFunc(all, func(a people.Account) bool { return a.Name == name }):
		return AccountState{}, "", errAccountTaken
	case len(slices.DeleteFunc(all, func(a people.Account) bool { return !a.Added() })) >= people.MostAdded:
		return AccountState{}, "", errAccountsMany
	}
	drawn, err := password.Readable()
	if err != nil {
		return AccountState{}, "", err
	}
	hash, err := s.hashed(ctx, drawn)
	if err != nil {
		return AccountState{}, "", err
	}
	err = s.accounts.Change(ctx, people.AccountChange{
		At: now, Account: name, Did: people.AccountAdded, By: admin.Name, Why: w.Why, After: &w.Terms,
		Password: &people.NewPassword{Replaces: people.Account{}.Fingerprint(), Hash: hash, Initial: true},
	})
	if err != nil {
		return AccountState{}, "", err
	}
	a, err := s.ManagedOne(ctx, admin, name, now)
	return a, drawn, err
}

// AccountSet is what came of a change of an account's terms.
type AccountSet struct {
	AccountState
	SignedOut bool // who has it has other rights now, and signs in again
}

// SetAccountSeen is SetAccount for whoever has a version of the account before
// them; "" is any. It fails with ErrOtherAccount where it is another by now.
func (s *Server) SetAccountSeen(ctx context.Context, admin people.Account, name string, w AccountWish, seen string, now time.Time) (AccountSet, error) {
	s.editing.Lock()
	defer s.editing.Unlock()
	if is, err := s.ManagedOne(ctx, admin, name, now); err == nil && seen != "" && seen != is.Version() {
		return AccountSet{}, ErrOtherAccount
	}
	return s.SetAccount(ctx, admin, name, w, now)
}

// SetAccount gives an account other terms. Where they are other rights its sessions
// and streams end: whoever has it sees from then on what the new ones permit. It
// fails with an alerting.Refusal that says why.
func (s *Server) SetAccount(ctx context.Context, admin people.Account, name string, w AccountWish, now time.Time) (AccountSet, error) {
	s.terms.Lock() // what is replaced is what was looked at
	defer s.terms.Unlock()
	a, err := s.ManagedOne(ctx, admin, name, now)
	if err != nil {
		return AccountSet{}, err
	}
	before := a.Account.Terms()
	if !holds(admin, a.Account) {
		return AccountSet{}, errNotAllSchools
	}
	if err := w.check(admin, s.people(), a.Account); err != nil {
		return AccountSet{}, err
	}
	same := before.SameRights(w.Terms)
	switch {
	case same && before.DisplayName == w.Terms.DisplayName:
		return AccountSet{}, errAccountSame
	case !same && name == admin.Name:
		return AccountSet{}, errOwnRights
	}
	c := people.AccountChange{
		At: now, Account: name, Did: people.AccountChanged, By: admin.Name, Why: w.Why, Before: &before, After: &w.Terms, Replaces: a.Basis(),
	}
	if err := s.accounts.Change(ctx, c); err != nil {
		return AccountSet{}, err
	}
	if !same {
		s.signedOut(name)
	}
	// Who is nobody of the administrator's any more is not seen again.
	is, err := s.ManagedOne(ctx, admin, name, now)
	switch {
	case err != nil:
		return AccountSet{}, err
	case is.Account.Terms().Fingerprint() != w.Terms.Fingerprint(): // the configuration was read meanwhile, and has the last word
		return AccountSet{}, ErrOtherAccount
	}
	return AccountSet{is, !same}, nil
}

// hashed hashes a password, a few at a time as they are checked.
func (s *Server) hashed(ctx context.Context, chosen string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, signInTimeout)
	defer cancel()
	hash, err := s.passwords.Hash(ctx, chosen)
	if errors.Is(err, password.ErrBusy) {
		return "", ErrSignInBusy
	}
	return hash, err
}

// TokensBy are the names of the tokens that an account has made and are good, of
// those that the administrator sees: they are their programs', and stay when the
// account becomes another.
func (s *Server) TokensBy(ctx context.Context, admin people.Account, name string, now time.Time) ([]string, error) {
	all, err := s.ManagedTokens(ctx, admin, now)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, t := range all {
		if t.By == name && t.State() == people.TokenActive {
			out = append(out, t.Name)
		}
	}
	return out, nil
}
