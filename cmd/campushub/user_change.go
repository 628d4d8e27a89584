package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/cmd/internal/config"
)

type userAddCmd struct {
	userChange
	passwordInput
	Name    string        `arg:"" help:"The account: a-z, 0-9 and -."`
	Role    alerting.Role `required:"" help:"liaison, officer, guard, volunteer, staff, district, parent or admin."`
	Display string        `name:"display-name" help:"What people call whoever has it." placeholder:"TEXT"`
	School  []string      `help:"A school that it is for; several times for several. An admin needs none."`
	Named   bool          `help:"May open confidential incidents of its schools."`
	Release bool          `help:"An officer who may release notices to parents."`
}

// Run adds the account behind the others and writes its password beside theirs.
func (c userAddCmd) Run(ctx context.Context, out io.Writer, in typing) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(cfg.Accounts, func(a people.Account) bool { return a.Name == c.Name }) {
		return fmt.Errorf("there is an account %q already: campushub user password gives it another password, user enable lets it sign in again", c.Name)
	}
	if !slices.Contains(alerting.Roles(), c.Role) {
		return fmt.Errorf("--role %q: want %s", c.Role, oneOf(alerting.Roles()))
	}
	a := people.Account{Name: c.Name, DisplayName: strings.TrimSpace(c.Display), Role: c.Role, Schools: c.School, Named: c.Named, Release: c.Release}
	if strings.ContainsFunc(c.Display, unicode.IsControl) {
		return errors.New("--display-name: want printable characters")
	}
	named, file, err := config.NewPasswordFile(c.Config, c.Name)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already, of an account that is not in the configuration: remove it first", file)
	}
	hash, drawn, err := c.hash(ctx, in, out, c.guessed(cfg, a)...)
	if err != nil {
		return err
	}
	var e config.Edit
	remove := func() error { return os.Remove(file) }
	_, err = c.chained(ctx, cfg, c.Name, people.AccountAdded, func() error {
		if err := putSecret(file, hash); err != nil {
			return err
		}
		if e, err = config.AddAccount(c.Config, a, named); err != nil {
			return errors.Join(err, remove())
		}
		if err := e.Write(); err != nil {
			return errors.Join(err, remove())
		}
		return nil
	}, func() error { return errors.Join(e.Undo(), remove()) })
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s was added as %s: %s:%d, password in %s\n", c.Name, c.Role, e.File, e.Line, file)
	say(out, drawn)
	return nil
}

type userPasswordCmd struct {
	userChange
	passwordInput
	Name string `arg:"" help:"The account."`
}

// Run writes the hash of another password where the configuration has the old
// one, and ends the account's sessions.
func (c userPasswordCmd) Run(ctx context.Context, out io.Writer, in typing) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	a, err := account(ctx, cfg, c.Name)
	if err != nil {
		return err
	}
	_, file, err := config.PasswordFile(c.Config, c.Name)
	if err != nil {
		return err
	}
	for _, other := range cfg.Accounts { // a shared file would change theirs too
		if _, f, err := config.PasswordFile(c.Config, other.Name); err == nil && f == file && other.Name != c.Name {
			return fmt.Errorf("%s is the password of %s too: give each account a file of its own first", file, other.Name)
		}
	}
	hash, drawn, err := c.hash(ctx, in, out, c.guessed(cfg, a)...)
	if err != nil {
		return err
	}
	before, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	ended, err := c.chained(ctx, cfg, c.Name, people.AccountPassword,
		func() error { return putSecret(file, hash) }, func() error { return config.Put(file, before, secretMode) })
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s has another password, in %s; %s ended\n", c.Name, file, config.Counted(ended, "session"))
	say(out, drawn)
	return nil
}

type userDisableCmd struct {
	userChange
	Name string `arg:"" help:"The account."`
}

// Run says in the configuration that the account is disabled, and ends its
// sessions.
func (c userDisableCmd) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	switch a, err := account(ctx, cfg, c.Name); {
	case err != nil:
		return err
	case a.Off == people.Disabled:
		return fmt.Errorf("%s is disabled already", c.Name)
	}
	var e config.Edit
	ended, err := c.chained(ctx, cfg, c.Name, people.AccountDisabled, func() (err error) {
		if e, err = config.SetDisabled(c.Config, c.Name, true); err != nil {
			return err
		}
		return e.Write()
	}, func() error { return e.Undo() }) //nolint:gocritic // not what e is now
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is disabled: %s:%d; %s ended\n%s\n", c.Name, e.File, e.Line, config.Counted(ended, "session"), reloadHint)
	for _, s := range cfg.Schools {
		if s := s.ID; policed(cfg, s, "") && !policed(cfg, s, c.Name) {
			fmt.Fprintf(out, "warning: no police account is left at %s: nobody can acknowledge its alarms; campushub user add … --role liaison --school %s\n", s, s)
		}
	}
	return nil
}

// policed reports whether a school has a police account besides one.
func policed(cfg *config.Config, school, besides string) bool {
	return slices.ContainsFunc(cfg.Accounts, func(a people.Account) bool {
		return a.Role == alerting.RoleLiaison && a.Off == "" && a.Name != besides && slices.Contains(a.Schools, school)
	})
}

type userEnableCmd struct {
	userChange
	Name string `arg:"" help:"The account."`
}

// Run takes back that the account is disabled, and that an administrator has
// suspended it.
func (c userEnableCmd) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	var known userRecords
	if err := known.read(ctx, cfg); err != nil {
		return err
	}
	var a people.Account
	if !slices.Contains(known.kept.Suspended, c.Name) { // one that was added on a page has nothing else to be taken back
		if a, err = account(ctx, cfg, c.Name); err != nil {
			return err
		}
	} else if k := slices.IndexFunc(cfg.Accounts, func(a people.Account) bool { return a.Name == c.Name }); k >= 0 {
		a = cfg.Accounts[k]
	}
	nothing := func() error { return nil }
	change, undo, where := nothing, nothing, "it was suspended"
	switch suspended := slices.Contains(known.kept.Suspended, c.Name); {
	case a.Off == people.Disabled:
		var e config.Edit
		change = func() (err error) {
			if e, err = config.SetDisabled(c.Config, c.Name, false); err != nil {
				return err
			}
			where = fmt.Sprintf("%s:%d", e.File, e.Line)
			return e.Write()
		}
		undo = func() error { return e.Undo() } //nolint:gocritic // not what e is now
	case !suspended:
		return fmt.Errorf("%s is neither disabled nor suspended", c.Name)
	}
	if _, err := c.chained(ctx, cfg, c.Name, people.AccountEnabled, change, undo); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s may sign in again: %s\n%s\n", c.Name, where, reloadHint)
	return nil
}

const (
	secretMode   fs.FileMode = 0o600
	secretFolder fs.FileMode = 0o700
)

func putSecret(file, hash string) error {
	folder := filepath.Dir(file)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(folder, secretFolder); err != nil {
			return fmt.Errorf("make the folder of passwords: %w", err)
		}
		if err := config.Owned(folder, filepath.Dir(folder)); err != nil {
			return err
		}
	}
	return config.Put(file, []byte(hash+"\n"), secretMode)
}

// say prints a password that was drawn, once, and how a change is taken up.
func say(out io.Writer, drawn string) {
	if drawn != "" {
		fmt.Fprintf(out, "password (shown once): %s\n", drawn)
	}
	fmt.Fprintln(out, reloadHint)
}

// guessed is what anybody would try of an account: its name, and the schools'.
func (userChange) guessed(cfg *config.Config, a people.Account) []string {
	out := []string{a.Name}
	for _, s := range cfg.Schools {
		if slices.Contains(a.Schools, s.ID) {
			out = append(out, s.ID, s.Name.ZH, s.Name.EN)
		}
	}
	return out
}

// passwordInput is how a password comes in: never on the command line, where
// everybody on the machine reads it.
type passwordInput struct {
	Generate bool `help:"Draw a password and print it once. Without it one is asked for, or read from standard input."`
}

// hash reads or draws a password, refuses a weak one, and gives its hash; drawn
// is the password where it was drawn.
func (p passwordInput) hash(ctx context.Context, in typing, out io.Writer, names ...string) (hash, drawn string, err error) {
	var chosen string
	if p.Generate {
		drawn, err = password.Readable()
		chosen = drawn
	} else {
		chosen, err = askPassword(ctx, in, out)
	}
	if err != nil {
		return "", "", err
	}
	if err := password.Weak(chosen, names...); err != nil {
		return "", "", fmt.Errorf("%w.\nA password is %s", err, password.Rule)
	}
	hash, err = password.Hash(chosen, password.DefaultParams())
	return hash, drawn, err
}
