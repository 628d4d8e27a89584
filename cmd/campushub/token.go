package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/api"
)

type tokenCmd struct {
	List   tokenListCmd   `cmd:"" help:"List the tokens: what each may do, until when, and when it was used last."`
	Add    tokenAddCmd    `cmd:"" help:"Make a token for a program, and print it once."`
	Revoke tokenRevokeCmd `cmd:"" help:"End a token for good."`
}

type tokenListCmd struct {
	userConfig
	JSON bool `help:"As JSON."`
}

// listedToken is a token as the list shows it.
type listedToken struct {
	Name    string            `json:"name"`
	Role    string            `json:"role"`
	Schools []string          `json:"schools"`
	Scopes  []string          `json:"scopes"`
	State   people.TokenState `json:"state"`
	By      string            `json:"made_by"`
	Until   time.Time         `json:"until"`
	Used    *time.Time        `json:"used_at"`    // the hour; null where it never was
	Refused *time.Time        `json:"refused_on"` // the day on which it was used behind its end; null where it never was
}

// Run prints a line for each token.
func (c tokenListCmd) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	all, err := tokensOf(ctx, cfg, time.Now())
	if err != nil {
		return err
	}
	if c.JSON {
		return indented(out, all)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tROLE\tSCHOOLS\tSCOPES\tSTATE\tUNTIL\tLAST USED\tMADE BY")
	for _, t := range all {
		used := "never"
		if t.Used != nil {
			used = t.Used.Local().Format(dayAndTime)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.Name, t.Role, strings.Join(t.Schools, " "), strings.Join(t.Scopes, " "),
			t.State, t.Until.Local().Format(dayAndTime), used, t.By)
	}
	return w.Flush()
}

// tokensOf lists the tokens that office.db knows, those that are good first; a
// hub that never ran has none.
func tokensOf(ctx context.Context, cfg *config.Config, now time.Time) ([]listedToken, error) {
	out := []listedToken{}
	if _, err := os.Stat(officePath(cfg)); errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	s, err := openOffice(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer s.Close() //nolint:errcheck // it was only read
	all, err := s.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		out = append(out, listedToken{
			Name: t.Name, Role: string(t.Role), Schools: t.Schools, Scopes: t.Scopes, State: t.State(now), By: t.By,
			Until: t.Until, Used: unlessZero(t.Used), Refused: unlessZero(t.Refused),
		})
	}
	slices.SortStableFunc(out, func(a, b listedToken) int {
		return cmp.Compare(slices.Index(people.TokenStates(), a.State), slices.Index(people.TokenStates(), b.State))
	})
	return out, nil
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type tokenAddCmd struct {
	userChange
	Name   string        `arg:"" help:"The program: a-z, 0-9 and -. A name is given once and never again."`
	Role   alerting.Role `required:"" help:"Whose rights the scopes are a part of: liaison, officer, guard or admin."`
	School []string      `required:"" help:"A school that it is for; several times for several."`
	Scope  []string      `required:"" help:"What it may do; several times for several. GET /api/v1/rights lists them: incidents:read, incidents:note, incidents:raise, incidents:test, duty:read, roster:read, roster:write, devices:read, audit:read."`
	Days   int           `default:"90" help:"For how many days it is good: 1 to 366."`
}

// Run makes the token. A hub that runs takes it at once.
func (c tokenAddCmd) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	// 0 days are no answer here: only where nobody says are they the default.
	wish := api.TokenWish{Name: c.Name, Role: c.Role, Schools: c.School, Scopes: c.Scope, Days: cmp.Or(c.Days, -1), Why: c.Reason}
	t, text, kept, err := api.NewToken(cfg.Directory(), wish, cmp.Or(c.By, operator()), time.Now())
	if err != nil {
		return inEnglish(err)
	}
	err = c.inOffice(ctx, cfg, func(s *office.Store) error {
		return s.MakeToken(ctx, t, kept, c.deed(t, people.TokenMade))
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s may %s at %s as %s until %s\n", t.Name, strings.Join(t.Scopes, ", "), strings.Join(t.Schools, ", "), t.Role, t.Until.Local().Format(dayAndTime))
	fmt.Fprintf(out, "token (shown once): %s\n", text)
	return nil
}

type tokenRevokeCmd struct {
	userChange
	Name string `arg:"" help:"The program."`
}

// Run ends the token. A hub that runs refuses it at once and ends its streams.
func (c tokenRevokeCmd) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	all, err := tokensOf(ctx, cfg, time.Now())
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(t listedToken) bool { return t.Name == c.Name })
	switch {
	case at < 0:
		return fmt.Errorf("there is no token %q: campushub token list", c.Name)
	case all[at].State == people.TokenRevoked:
		return fmt.Errorf("%s is revoked already", c.Name)
	}
	err = c.inOffice(ctx, cfg, func(s *office.Store) error {
		return s.RevokeToken(ctx, c.Name, c.deed(people.Token{Name: c.Name}, people.TokenWasRevoked))
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is revoked: nothing is let in with it any more\n", c.Name)
	return nil
}

// deed is what the audit chain of the accounts says of a change.
func (c userChange) deed(t people.Token, did people.Deed) people.AccountChange {
	d := people.AccountChange{At: time.Now(), Account: t.Program(), Did: did, By: cmp.Or(c.By, operator()), Why: strings.TrimSpace(c.Reason)}
	if did == people.TokenMade {
		d.Grant = t.Granted()
	}
	return d
}

// inOffice changes office.db, beside a hub that may run.
func (c userChange) inOffice(ctx context.Context, cfg *config.Config, change func(*office.Store) error) (err error) {
	if err := c.reasoned(); err != nil {
		return err
	}
	s, err := openOffice(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := change(s); err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	return nil
}

// inEnglish is a refusal in the language of the command line.
func inEnglish(err error) error {
	var r *alerting.Refusal
	if errors.As(err, &r) {
		return errors.New(r.Text.EN)
	}
	return err
}
