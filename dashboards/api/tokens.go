package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// TokenWish is what somebody asks of a token that is to be made.
type TokenWish struct {
	Name    string
	Role    alerting.Role
	Schools []string
	Scopes  []string
	Days    int // 0: people.TokenDays
	Why     string
}

// TokenView is a token as an administrator sees it.
type TokenView struct {
	people.Token
	Schools   []string // those that are the reader's too
	Elsewhere bool     // it serves others as well
	At        time.Time
}

// State is where it stands.
func (v TokenView) State() people.TokenState { return v.Token.State(v.At) }

// Holds reports whether the administrator may end the token.
func (v TokenView) Holds(admin people.Account) bool { return holds(admin, asked(v.Token)) }

// asked is whom a token was made for, also where a school is configured no more.
func asked(t people.Token) people.Account {
	return people.Account{Name: t.Program(), Role: t.Role, Schools: t.Schools}
}

// NewToken is a token as somebody wishes it, drawn, and not stored yet. It fails
// with an alerting.Refusal that says what is wrong.
func NewToken(dir *people.Directory, w TokenWish, by string, now time.Time) (t people.Token, text string, kept people.TokenHash, err error) {
	if w.Days == 0 {
		w.Days = people.TokenDays
	}
	w.Schools, w.Scopes = slices.Compact(slices.Sorted(slices.Values(w.Schools))), inOrder(w.Scopes)
	if err := w.check(dir); err != nil {
		return t, "", kept, err
	}
	now = now.UTC().Truncate(time.Millisecond)
	t = people.Token{
		Name: w.Name, Role: w.Role, Schools: w.Schools, Scopes: w.Scopes, Made: now, By: by, Until: now.AddDate(0, 0, w.Days),
	}
	text, kept = people.DrawToken()
	return t, text, kept, nil
}

// inOrder is each of some scopes once, in their own order; what is none of them
// comes last.
func inOrder(scopes []string) (out []string) {
	for _, s := range Scopes() {
		if slices.Contains(scopes, s.ID) {
			out = append(out, s.ID)
		}
	}
	for _, s := range scopes {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (w TokenWish) check(dir *people.Directory) error {
	switch {
	case !people.IsTokenName(w.Name):
		return errTokenName
	case !slices.Contains(ProgramRoles(), w.Role):
		return wrongToken("role", fmt.Sprintf("令牌没有身份“%.63s”，可用：%s。", w.Role, joined(ProgramRoles())), fmt.Sprintf("No token is of the role %.63q: want %s.", w.Role, joined(ProgramRoles())))
	case len(w.Schools) == 0:
		return errTokenNoSchool
	case len(w.Scopes) == 0:
		return errTokenNoScope
	case w.Days < 1 || w.Days > people.LongestTokenDays:
		return errTokenDays
	case strings.TrimSpace(w.Why) == "" || len(w.Why) > people.LongestWhy:
		return errNoWhy
	}
	for _, s := range w.Schools {
		if _, there := dir.School(s); !there {
			return noSchool(s)
		}
	}
	for _, s := range w.Scopes {
		if can := ScopesFor(w.Role); !slices.Contains(can, s) {
			return wrongToken("scope", fmt.Sprintf("身份“%s”没有范围“%.63s”，可用：%s。", w.Role, s, joined(can)), fmt.Sprintf("The role %s has no scope %.63q: want %s.", w.Role, s, joined(can)))
		}
	}
	return nil
}

func joined[S ~string](all []S) string {
	return strings.Join(mapped(all, func(s S) string { return string(s) }), ", ")
}

// Why no token is made or ended.
var (
	errTokenName     = wrongToken("name", "名称只能用 a-z、0-9 和 -，不以 - 开头，最多 40 个字符。", "A name is 1 to 40 of a-z, 0-9 and -, not beginning with -.")
	errTokenNoSchool = wrongToken("school", "请至少选择一所学校。", "Choose at least one school.")
	errTokenNoScope  = wrongToken("scope", "请至少选择一个范围。", "Choose at least one scope.")
	errTokenDays     = wrongToken("days", fmt.Sprintf("有效期为 1 至 %d 天。", people.LongestTokenDays), fmt.Sprintf("A token is good for 1 to %d days.", people.LongestTokenDays))
	errTokenTaken    = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "token.taken", Text: alerting.Text{
		ZH: "这个名称用过了：名称不会给第二次，请换一个。", EN: "A token has had this name: a name is given once. Choose another one.",
	}}
	errTokensMany = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "token.many", Text: alerting.Text{
		ZH: fmt.Sprintf("有效令牌已达 %d 个：请先吊销一个。", people.MostTokens), EN: fmt.Sprintf("%d tokens are good already: revoke one first.", people.MostTokens),
	}}
	errTokenEnded = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "token.ended", Text: alerting.Text{
		ZH: "这个令牌已经吊销。", EN: "The token is revoked already.",
	}}
	errTokenPolice = &alerting.Refusal{Kind: alerting.ErrForbidden, Code: "token.police", Text: alerting.Text{
		ZH: "民警身份的令牌由系统管理员办理。", EN: "A token of the police is made by whoever administers the whole hub.",
	}}
	errTokenElsewhere = &alerting.Refusal{Kind: alerting.ErrForbidden, Code: "token.elsewhere", Text: alerting.Text{
		ZH: "该令牌涉及其他学校，由系统管理员办理。", EN: "The token serves other schools too: whoever administers the whole hub looks after it.",
	}}
)

func noSchool(id string) error {
	return wrongToken("school", fmt.Sprintf("没有学校“%.63s”。", id), fmt.Sprintf("There is no school %.63q.", id))
}

func wrongToken(what, zh, en string) *alerting.Refusal {
	return &alerting.Refusal{Kind: alerting.ErrInvalid, Code: "token." + what, Text: alerting.Text{ZH: zh, EN: en}}
}

// ManagedTokens lists the tokens that an administrator sees: those that are good
// first, by name.
func (s *Server) ManagedTokens(ctx context.Context, admin people.Account, now time.Time) ([]TokenView, error) {
	if !MayManage(admin) {
		return nil, fmt.Errorf("%w: %s looks after no tokens", alerting.ErrForbidden, admin.Role)
	}
	all, err := s.accounts.Tokens(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", alerting.ErrUnavailable, err)
	}
	out := []TokenView{}
	for _, t := range all {
		if !reaches(admin, asked(t)) {
			continue
		}
		v := TokenView{Token: t, At: now}
		v.Schools, v.Elsewhere = shared(admin, t.Schools)
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b TokenView) int { return rank(a) - rank(b) })
	return out, nil
}

func rank(v TokenView) int { return slices.Index(people.TokenStates(), v.State()) }

// shared are the schools that an administrator looks after too, and whether there
// are others.
func shared(admin people.Account, schools []string) (own []string, others bool) {
	if len(admin.Schools) == 0 {
		return schools, false
	}
	for _, s := range schools {
		if slices.Contains(admin.Schools, s) {
			own = append(own, s)
		}
	}
	return own, len(own) < len(schools)
}

// ManagedToken is one of them.
func (s *Server) ManagedToken(ctx context.Context, admin people.Account, name string, now time.Time) (TokenView, error) {
	all, err := s.ManagedTokens(ctx, admin, now)
	if err != nil {
		return TokenView{}, err
	}
	for _, t := range all {
		if t.Name == name {
			return t, nil
		}
	}
	return TokenView{}, fmt.Errorf("%w: token %s", alerting.ErrNotFound, name)
}

// MakeToken makes a token; text is what its program has to show, and is known to
// nobody else. It fails with ErrInvalid for what no token can be, with
// ErrForbidden beyond what the administrator looks after, and with ErrConflict
// where its name was given already.
func (s *Server) MakeToken(ctx context.Context, admin people.Account, w TokenWish, now time.Time) (v TokenView, text string, err error) {
	if !MayManage(admin) {
		return v, "", fmt.Errorf("%w: %s makes no tokens", alerting.ErrForbidden, admin.Role)
	}
	for _, school := range w.Schools {
		if len(admin.Schools) > 0 && !slices.Contains(admin.Schools, school) { // what is somebody else's does not exist
			return v, "", noSchool(school)
		}
	}
	t, text, kept, err := NewToken(s.people(), w, admin.Name, now)
	if err != nil {
		return v, "", err
	}
	if t.Role == alerting.RoleLiaison && len(admin.Schools) > 0 {
		return v, "", errTokenPolice
	}
	if err := s.room(ctx, t, now); err != nil {
		return v, "", err
	}
	c := people.AccountChange{At: now, Account: t.Program(), Did: people.TokenMade, By: admin.Name, Why: strings.TrimSpace(w.Why), Grant: t.Granted()}
	if err := s.accounts.MakeToken(ctx, t, kept, c); err != nil {
		return v, "", err
	}
	s.log.Info("token made", "token", t.Name, "by", admin.Name)
	v, err = s.ManagedToken(ctx, admin, t.Name, now)
	return v, text, err
}

// room refuses a token whose name was given, and one too many; the store has the
// last word on both.
func (s *Server) room(ctx context.Context, t people.Token, now time.Time) error {
	all, err := s.accounts.Tokens(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", alerting.ErrUnavailable, err)
	}
	good := 0
	for _, o := range all {
		if o.Name == t.Name {
			return errTokenTaken
		}
		if o.State(now) == people.TokenActive {
			good++
		}
	}
	if good >= people.MostTokens {
		return errTokensMany
	}
	return nil
}

// RevokeToken ends a token and its streams, for good. It fails with ErrNotFound
// for one that the administrator does not see, with ErrConflict where it is
// revoked already, with ErrInvalid without a reason.
func (s *Server) RevokeToken(ctx context.Context, admin people.Account, name, why string, now time.Time) (TokenView, error) {
	v, err := s.ManagedToken(ctx, admin, name, now)
	if err != nil {
		return TokenView{}, err
	}
	why = strings.TrimSpace(why)
	switch {
	case !v.Holds(admin):
		return TokenView{}, errTokenElsewhere
	case why == "" || len(why) > people.LongestWhy:
		return TokenView{}, errNoWhy
	case !v.Revoked.IsZero():
		return TokenView{}, errTokenEnded
	}
	c := people.AccountChange{At: now, Account: v.Program(), Did: people.TokenWasRevoked, By: admin.Name, Why: why}
	if err := s.accounts.RevokeToken(ctx, name, c); err != nil {
		return TokenView{}, err
	}
	s.streams.endAccount(v.Program())
	s.log.Info("token revoked", "token", name, "by", admin.Name)
	return s.ManagedToken(ctx, admin, name, now)
}
