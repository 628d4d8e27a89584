package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/api"
)

type userCmd struct {
	List     userListCmd     `cmd:"" help:"List the accounts: who may sign in, as what, and who did."`
	Add      userAddCmd      `cmd:"" help:"Add an account to the configuration."`
	Password userPasswordCmd `cmd:"" help:"Give an account another password."`
	Disable  userDisableCmd  `cmd:"" help:"Let nobody sign in to an account any more; it stays in the configuration."`
	Enable   userEnableCmd   `cmd:"" help:"Let an account that was disabled or suspended sign in again."`
}

// userConfig is the configuration whose accounts are meant.
type userConfig struct {
	Config string `required:"" help:"The configuration: a YAML file, or a folder of them." placeholder:"campus.yaml"`
}

// userChange is what every change of an account needs: it stands in the audit
// chain of the accounts.
type userChange struct {
	userConfig
	Reason string `required:"" help:"Why; it stands in the audit chain." placeholder:"TEXT"`
	By     string `help:"Who does it; without it who is signed in to this machine." placeholder:"NAME"`
}

type userListCmd struct {
	userConfig
	JSON bool `help:"As JSON."`
}

// listedUser is an account as the list shows it.
type listedUser struct {
	Name       string     `json:"name"`
	Display    string     `json:"display_name"`
	Role       string     `json:"role"`
	Schools    []string   `json:"schools"`
	Named      bool       `json:"named"`
	Release    bool       `json:"release"`
	State      string     `json:"state"`        // active, disabled, suspended
	LastSignIn *time.Time `json:"last_sign_in"` // null where nobody ever did
	Sessions   int        `json:"sessions"`
}

// Run prints a line for each account.
func (c userListCmd) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	users, err := usersOf(ctx, cfg)
	if err != nil {
		return err
	}
	if c.JSON {
		return indented(out, users)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tROLE\tSCHOOLS\tRIGHTS\tSTATE\tLAST SIGN-IN\tSESSIONS")
	for _, u := range users {
		last := "never"
		if u.LastSignIn != nil {
			last = u.LastSignIn.Local().Format(dayAndTime)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\n", u.Name, u.Role, cmp.Or(strings.Join(u.Schools, " "), "-"), u.rights(), u.State, last, u.Sessions)
	}
	return w.Flush()
}

func (u listedUser) rights() string {
	var out []string
	if u.Named {
		out = append(out, "named")
	}
	if u.Release {
		out = append(out, "release")
	}
	return cmp.Or(strings.Join(out, " "), "-")
}

// usersOf lists the accounts of a configuration with what office.db knows of
// them; a hub that never ran has none.
func usersOf(ctx context.Context, cfg *config.Config) ([]listedUser, error) {
	var known userRecords
	if _, err := os.Stat(officePath(cfg)); err == nil {
		if err := known.read(ctx, cfg); err != nil {
			return nil, err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var out []listedUser
	for _, a := range cfg.With(known.kept).Directory().Everyone() {
		u := listedUser{
			Name: a.Name, Display: a.DisplayName, Role: string(a.Role), Schools: append([]string{}, a.Schools...), Named: a.Named, Release: a.Release,
			State: cmp.Or(string(a.Off), "active"), Sessions: known.sessions[a.Name], LastSignIn: unlessZero(known.signIns[a.Name]),
		}
		out = append(out, u)
	}
	return out, nil
}

// userRecords is what office.db knows of accounts.
type userRecords struct {
	signIns  map[string]time.Time
	sessions map[string]int
	kept     people.Kept
}

func (r *userRecords) read(ctx context.Context, cfg *config.Config) (err error) {
	s, err := openOffice(ctx, cfg)
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // it was only read
	if r.signIns, err = s.SignIns(ctx); err != nil {
		return err
	}
	if r.sessions, err = s.OpenSessions(ctx, time.Now(), api.OwnerOf); err != nil {
		return err
	}
	r.kept, err = s.Kept(ctx)
	return err
}

func officePath(cfg *config.Config) string { return filepath.Join(cfg.Hub.Dir, "office.db") }

// openOffice opens office.db beside a hub that may run. A new one gets the owner
// of its folder: the hub has to write it.
func openOffice(ctx context.Context, cfg *config.Config) (*office.Store, error) {
	if err := os.MkdirAll(cfg.Hub.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the hub's folder: %w", err)
	}
	_, before := os.Stat(officePath(cfg))
	s, err := office.Open(ctx, officePath(cfg), slog.New(slog.DiscardHandler))
	if err != nil || before == nil {
		return s, err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := config.Owned(officePath(cfg)+suffix, cfg.Hub.Dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// account looks an account up in the configuration, and says which there are where
// it is not there.
func account(ctx context.Context, cfg *config.Config, name string) (people.Account, error) {
	var names []string
	for _, a := range cfg.Accounts {
		if a.Name == name {
			return a, nil
		}
		names = append(names, a.Name)
	}
	if users, err := usersOf(ctx, cfg); err == nil && slices.ContainsFunc(users, func(u listedUser) bool { return u.Name == name }) {
		return people.Account{}, fmt.Errorf("%s was added on the page Accounts and stands in no configuration: look after it there; campushub user list has it", name)
	}
	slices.Sort(names)
	return people.Account{}, fmt.Errorf("there is no account %q: want %s", name, oneOf(names))
}

// reasoned refuses a change that says no reason.
func (c userChange) reasoned() error {
	if len(c.Reason) > people.LongestWhy || strings.TrimSpace(c.Reason) == "" {
		return fmt.Errorf("--reason: want 1 to %d bytes", people.LongestWhy)
	}
	return nil
}

// chained makes a change, and writes it into the audit chain of the accounts:
// both or neither. The files are changed within the office's transaction, so that
// of several at once, here and on pages, each finds what the one before it has
// left. It says how many sessions ended.
func (c userChange) chained(ctx context.Context, cfg *config.Config, name string, did people.Deed, change, undo func() error) (ended int, err error) {
	if err := c.reasoned(); err != nil {
		return 0, err
	}
	s, err := openOffice(ctx, cfg)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var changed bool
	var unchanged error // why the files were not
	ended, err = s.ChangeAccount(ctx, people.AccountChange{
		At: time.Now(), Account: name, Did: did, By: cmp.Or(c.By, operator()), Why: strings.TrimSpace(c.Reason),
	}, api.OwnerOf, func(before, after people.Kept) error {
		was, err := config.Load(c.Config)
		if err != nil {
			return err
		}
		if _, there := before.Settings[name]; there && did == people.AccountAdded {
			unchanged = fmt.Errorf("%s was added on the page Accounts: choose another name, or have it changed there", name)
			return unchanged
		}
		if unchanged = change(); unchanged != nil {
			return unchanged
		}
		changed = true
		if err := c.stillAdministered(was, before, after, name); err != nil {
			changed = false
			return errors.Join(err, undo()) // before anybody else's change begins
		}
		return nil
	})
	switch {
	case unchanged != nil:
		return 0, unchanged
	case err != nil && changed:
		return 0, errors.Join(fmt.Errorf("nothing was changed: %w", err), undo())
	case err != nil:
		return 0, fmt.Errorf("nothing was changed: %w", err)
	}
	return ended, nil
}

// stillAdministered refuses what leaves nobody to look after the accounts.
func (c userChange) stillAdministered(was *config.Config, before, after people.Kept, name string) error {
	now, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if people.Unadministered(was.Accounts, before, now.Accounts, after) {
		return fmt.Errorf("%s is the last administrator who can sign in with a password of their own: add or enable another one first (campushub user add … --role admin)", name)
	}
	return nil
}

// operator is who is signed in to this machine, also behind sudo.
func operator() string {
	name := os.Getenv("SUDO_USER")
	if name == "" {
		name = "uid " + fmt.Sprint(os.Getuid())
		if u, err := user.Current(); err == nil {
			name = u.Username
		}
	}
	host, err := os.Hostname()
	if err != nil {
		return name
	}
	return name + "@" + host
}

// reloadHint says how a hub that runs takes a change up.
const reloadHint = "A hub that campushub serve runs takes it up when it reloads: send it SIGHUP (systemctl reload, or kill -HUP and its process id). Until then it goes on as before."
