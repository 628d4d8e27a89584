package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/dashboards/api"
)

// userRig is a configuration that "campushub user" changes.
type userRig struct {
	t      *testing.T
	config string
}

func startUsers(t *testing.T) userRig {
	t.Helper()
	c, err := provision.Demo(t.TempDir(), provision.Options{HTTP: "127.0.0.1:0", MQTT: "127.0.0.1:0"})
	require.NoError(t, err)
	return userRig{t, c.Config}
}

func (r userRig) user(typed string, args ...string) (code int, said string) {
	r.t.Helper()
	var out bytes.Buffer
	args = append([]string{"user", args[0], "--config", r.config}, args[1:]...)
	code = run(r.t.Context(), args, strings.NewReader(typed), &out, &out)
	return code, out.String()
}

func (r userRig) listed(name string) (found listedUser) {
	r.t.Helper()
	code, said := r.user("", "list", "--json")
	require.Zero(r.t, code, said)
	var all []listedUser
	require.NoError(r.t, json.Unmarshal([]byte(said), &all))
	for _, u := range all {
		if u.Name == name {
			return u
		}
	}
	return found
}

func (r userRig) changes() []people.AccountChange {
	r.t.Helper()
	cfg, err := config.Load(r.config)
	require.NoError(r.t, err)
	s, err := openOffice(r.t.Context(), cfg)
	require.NoError(r.t, err)
	defer s.Close()
	all, err := s.AccountChanges(r.t.Context(), "", 0, 100)
	require.NoError(r.t, err)
	report, err := s.VerifyAccounts(r.t.Context())
	require.NoError(r.t, err)
	require.Empty(r.t, report.Break)
	return all
}

func (r userRig) text() string {
	r.t.Helper()
	text, err := os.ReadFile(r.config)
	require.NoError(r.t, err)
	return string(text)
}

// opens reports whether a password is the account's.
func (r userRig) opens(name, pass string) bool {
	r.t.Helper()
	cfg, err := config.Load(r.config)
	require.NoError(r.t, err)
	a, known := cfg.Directory().Account(name)
	require.True(r.t, known, name)
	checker, err := password.NewChecker(password.Params{MemoryKiB: 64, Passes: 1, Parallelism: 1}, 1, 1)
	require.NoError(r.t, err)
	return checker.Check(r.t.Context(), a.PasswordHash, pass) == nil
}

const goodPassword = "清晨的操场上有两只喜鹊在叫"

func TestAnAccountIsAddedGivenAnotherPasswordDisabledAndEnabled(t *testing.T) {
	r := startUsers(t)
	before := r.text()
	school := r.listed("liaison").Schools[0]
	code, said := r.user(goodPassword+"\n", "add", "li-wei", "--role", "guard", "--school", school, "--reason", "新保安", "--by", "wang")
	require.Zero(t, code, said)
	assert.Contains(t, said, "li-wei was added as guard: "+r.config+":")
	assert.Contains(t, said, "SIGHUP")
	assert.NotContains(t, said, goodPassword)
	after := r.text()
	item := "  - {name: li-wei, role: guard, schools: [" + school + "], password_file: secrets/accounts/li-wei.phc}\n"
	assert.Equal(t, before, strings.Replace(after, item, "", 1), "nothing else was touched")
	assert.True(t, r.opens("li-wei", goodPassword))
	info, err := os.Stat(filepath.Join(filepath.Dir(r.config), "secrets/accounts/li-wei.phc"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	code, said = r.user("", "password", "li-wei", "--generate", "--reason", "忘记")
	require.Zero(t, code, said)
	_, drawn, found := strings.Cut(said, "password (shown once): ")
	require.True(t, found, said)
	drawn, _, _ = strings.Cut(drawn, "\n")
	assert.True(t, r.opens("li-wei", drawn))
	assert.False(t, r.opens("li-wei", goodPassword))

	code, said = r.user("", "disable", "li-wei", "--reason", "离职")
	require.Zero(t, code, said)
	assert.Contains(t, said, "li-wei is disabled: ")
	assert.Equal(t, "disabled", r.listed("li-wei").State)
	code, said = r.user("", "disable", "li-wei", "--reason", "离职")
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "disabled already")
	code, said = r.user("", "enable", "li-wei", "--reason", "返聘")
	require.Zero(t, code, said)
	assert.Equal(t, "active", r.listed("li-wei").State)
	code, said = r.user("", "enable", "li-wei", "--reason", "返聘")
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "neither disabled nor suspended")

	var got []string
	for _, c := range r.changes() {
		got = append(got, string(c.Did)+" "+c.Why)
		assert.Equal(t, "li-wei", c.Account)
	}
	assert.Equal(t, []string{"enabled 返聘", "disabled 离职", "password 忘记", "added 新保安"}, got)
	assert.Equal(t, "wang", r.changes()[3].By)
	whole, err := office.VerifyAccounts(t.Context(), filepath.Join(filepath.Dir(r.config), "office.db"))
	require.NoError(t, err)
	assert.Equal(t, office.AccountsReport{Entries: 4}, whole)
	assert.NotEmpty(t, r.changes()[0].By, "who is signed in to the machine")
}

func TestWhatIsWrongChangesNothingAndSaysWhatToDo(t *testing.T) {
	r := startUsers(t)
	before := r.text()
	school := r.listed("liaison").Schools[0]
	why := []string{"--reason", "x"}
	for name, c := range map[string]struct {
		typed string
		args  []string
		want  string
	}{
		"a weak password":          {"password1234\n", []string{"add", "li-wei", "--role", "guard", "--school", school}, "A password is at least 12 characters"},
		"its own name":             {"li-wei-li-wei-1\n", []string{"add", "li-wei", "--role", "guard", "--school", school}, "weak password"},
		"no password":              {"", []string{"add", "li-wei", "--role", "guard", "--school", school}, "--generate"},
		"no such role":             {goodPassword, []string{"add", "li-wei", "--role", "guards", "--school", school}, "want liaison, officer, guard"},
		"no such school":           {goodPassword, []string{"add", "li-wei", "--role", "guard", "--school", school + "x"}, "did you mean " + school + "?"},
		"no school":                {goodPassword, []string{"add", "li-wei", "--role", "guard"}, "schools: is missing"},
		"a name that is not":       {goodPassword, []string{"add", "Li Wei", "--role", "guard", "--school", school}, `"Li Wei" is no name`},
		"a name out of the folder": {goodPassword, []string{"add", "../../li", "--role", "guard", "--school", school}, "is no name"},
		"release, no officer":      {goodPassword, []string{"add", "li-wei", "--role", "guard", "--school", school, "--release"}, "only an officer"},
		"a long display name":      {goodPassword, []string{"add", "li-wei", "--role", "guard", "--school", school, "--display-name", strings.Repeat("李", 65)}, "display_name: want at most 64 characters"},
		"twice":                    {goodPassword, []string{"add", "liaison", "--role", "guard", "--school", school}, "campushub user password"},
		"nobody":                   {goodPassword, []string{"password", "nobody"}, "want admin"},
		"nobody to disable":        {"", []string{"disable", "nobody"}, `no account "nobody"`},
	} {
		code, said := r.user(c.typed, append(c.args, why...)...)
		assert.Equal(t, 1, code, "%s: %s", name, said)
		assert.Contains(t, said, c.want, name)
		assert.NotContains(t, said, goodPassword, name)
	}
	code, said := r.user("", "disable", "guard")
	assert.Equal(t, 2, code, "a change says why")
	assert.Contains(t, said, "--reason")
	code, said = r.user("", "disable", "guard", "--reason", " ")
	assert.Equal(t, 1, code, said)

	assert.Equal(t, before, r.text())
	left, err := filepath.Glob(filepath.Join(filepath.Dir(r.config), "secrets/accounts/li-wei*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	assert.Empty(t, r.changes(), "what was refused stands nowhere")
}

// What can't be written into the audit chain is not done.
func TestNothingIsChangedThatStandsNowhere(t *testing.T) {
	r := startUsers(t)
	before := r.text()
	cfg, err := config.Load(r.config)
	require.NoError(t, err)
	require.Empty(t, r.changes())
	_, file, err := config.PasswordFile(r.config, "guard")
	require.NoError(t, err)
	hash, err := os.ReadFile(file)
	require.NoError(t, err)
	breakChain(t, officePath(cfg))

	school := r.listed("liaison").Schools[0]
	for _, args := range [][]string{{"disable", "guard"}, {"password", "guard"}, {"add", "li-wei", "--role", "guard", "--school", school}} {
		code, said := r.user(goodPassword, append(args, "--reason", "x")...)
		assert.Equal(t, 1, code, said)
		assert.Contains(t, said, "nothing was changed", args)
	}
	assert.Equal(t, before, r.text())
	still, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(hash), string(still))
	assert.NoFileExists(t, filepath.Join(filepath.Dir(file), "li-wei.phc"))
}

// breakChain has the audit chain of the accounts take nothing more.
func breakChain(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `CREATE TRIGGER full BEFORE INSERT ON account_changes BEGIN SELECT raise(ABORT, 'the disk is full'); END`)
	require.NoError(t, err)
}

func TestTheLastPoliceAccountIsNotDisabledInSilence(t *testing.T) {
	r := startUsers(t)
	code, said := r.user("", "disable", "liaison", "--reason", "x")
	require.Zero(t, code, said)
	assert.Contains(t, said, "warning: no police account is left at ziwei-primary")
	code, said = r.user("", "disable", "guard", "--reason", "x")
	require.Zero(t, code, said)
	assert.NotContains(t, said, "warning")
}

// Whoever disables the last administrator is refused, and of two who disable one
// of two each the second: the files are changed one after the other.
func TestTheLastAdministratorIsNotDisabled(t *testing.T) {
	r := startUsers(t)
	before := r.text()
	code, said := r.user("", "disable", "admin", "--reason", "x")
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "nothing was changed")
	assert.Contains(t, said, "the last administrator")
	assert.Contains(t, said, "campushub user add")
	assert.Equal(t, before, r.text())
	assert.Empty(t, r.changes())

	for _, name := range []string{"admin-2", "admin-3"} { // of the whole hub; admin is its school's
		code, said = r.user(goodPassword, "add", name, "--role", "admin", "--reason", "x")
		require.Zero(t, code, said)
	}
	both := r.text()
	type ended struct {
		code int
		said string
	}
	done := make(chan ended, 2)
	for _, name := range []string{"admin-2", "admin-3"} {
		go func() {
			var out bytes.Buffer
			code := run(t.Context(), []string{"user", "disable", "--config", r.config, name, "--reason", "x"}, strings.NewReader(""), &out, &out)
			done <- ended{code, out.String()}
		}()
	}
	one, two := <-done, <-done
	assert.Equal(t, 1, one.code+two.code, "%s\n%s", one.said, two.said)
	assert.Equal(t, 1, strings.Count(r.text(), "disabled: true"))
	assert.Equal(t, both, strings.Replace(r.text(), ", disabled: true", "", 1))
	assert.Len(t, r.changes(), 3, "two added, and one disabled")
}

// Who was suspended on a page is none who could look after accounts.
func TestWhoIsSuspendedIsNoOtherAdministrator(t *testing.T) {
	r := startUsers(t)
	school := r.listed("admin").Schools[0]
	code, said := r.user(goodPassword, "add", "admin-2", "--role", "admin", "--school", school, "--reason", "x")
	require.Zero(t, code, said)
	cfg, err := config.Load(r.config)
	require.NoError(t, err)
	s, err := openOffice(t.Context(), cfg)
	require.NoError(t, err)
	defer s.Close()
	_, err = s.ChangeAccount(t.Context(), people.AccountChange{Account: "admin-2", Did: people.AccountSuspended, By: "admin", Why: "x"}, api.OwnerOf,
		func(before, after people.Kept) error { return api.Permitted(cfg.Accounts, before, after) })
	require.NoError(t, err)
	code, said = r.user("", "disable", "admin", "--reason", "x")
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "the last administrator")
}

// What was added on a page stands in no file: the list has it, and the commands say
// where it is looked after.
func TestWhatWasAddedOnAPageIsSaid(t *testing.T) {
	r := startUsers(t)
	school := r.listed("admin").Schools[0]
	cfg, err := config.Load(r.config)
	require.NoError(t, err)
	s, err := openOffice(t.Context(), cfg)
	require.NoError(t, err)
	_, err = s.ChangeAccount(t.Context(), people.AccountChange{
		Account: "li-wei", Did: people.AccountAdded, By: "admin", Why: "x", After: &people.Terms{DisplayName: "李卫", Role: "guard", Schools: []string{school}},
	}, api.OwnerOf, func(before, after people.Kept) error { return api.Permitted(cfg.Accounts, before, after) })
	require.NoError(t, err)
	require.NoError(t, s.Close())
	assert.Equal(t, "李卫", r.listed("li-wei").Display)
	assert.Equal(t, "guard", r.listed("li-wei").Role)
	before := r.text()
	for _, args := range [][]string{{"password", "li-wei"}, {"disable", "li-wei"}, {"enable", "li-wei"}, {"add", "li-wei", "--role", "guard", "--school", school}} {
		code, said := r.user(goodPassword, append(args, "--reason", "x")...)
		assert.Equal(t, 1, code, said)
		assert.Contains(t, said, "added on the page Accounts", args)
	}
	assert.Equal(t, before, r.text())
	left, err := filepath.Glob(filepath.Join(filepath.Dir(r.config), "secrets/accounts/li-wei*"))
	require.NoError(t, err)
	assert.Empty(t, left)

	code, said := r.user(goodPassword, "add", "zhao", "--role", "guard", "--school", school, "--display-name", "赵'强", "--reason", "x")
	require.Zero(t, code, said)
	assert.Equal(t, "赵'强", r.listed("zhao").Display)
}

func TestUsersAreListedForPeople(t *testing.T) {
	r := startUsers(t)
	code, said := r.user("", "list")
	require.Zero(t, code, said)
	assert.Regexp(t, `(?m)^NAME +ROLE +SCHOOLS +RIGHTS +STATE +LAST SIGN-IN +SESSIONS$`, said)
	assert.Regexp(t, `(?m)^officer +officer +\S+ +\S.*release +active +never +0$`, said)
}
