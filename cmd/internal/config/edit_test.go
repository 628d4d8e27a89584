package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// edited writes the files of a configuration whose accounts are given, and
// returns its folder.
func edited(t *testing.T, accounts string) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	minimal, err := os.ReadFile("testdata/good/minimal.yaml")
	require.NoError(t, err)
	text := strings.ReplaceAll(string(minimal), "../secrets", "secrets") + accounts
	require.NoError(t, os.CopyFS(filepath.Join(dir, "secrets"), os.DirFS("testdata/secrets")))
	file = filepath.Join(dir, "campus.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o640))
	return dir, file
}

const flowAccounts = `
# Who signs in.
accounts:
  # the station's desk
  - {name: liaison-1, role: liaison, schools: [ziwei-primary], password_file: secrets/person.phc} # 派出所
  - {name: "guard-1", role: guard, schools: [ziwei-primary], password_file: secrets/person.phc}

# what follows
webhooks: []
`

const blockAccounts = `
accounts:
- role: liaison
  name: liaison-1 # 派出所
  schools:
  - ziwei-primary
  password_file: secrets/person.phc
- name: guard-1
  role: guard
  schools: [ziwei-primary]
  disabled: false # since May
  password_file: secrets/person.phc`

func TestAnAccountIsAddedBehindTheOthers(t *testing.T) {
	item := "{name: new-1, role: officer, schools: [ziwei-primary], named: true, release: true, password_file: secrets/person.phc}"
	a := people.Account{Name: "new-1", Role: alerting.RoleOfficer, Schools: []string{"ziwei-primary"}, Named: true, Release: true}
	for name, c := range map[string]struct{ accounts, want string }{
		"flow":  {flowAccounts, strings.Replace(flowAccounts, "\n\n# what", "\n  - "+item+"\n\n# what", 1)},
		"block": {blockAccounts, blockAccounts + "\n- " + item + "\n"},
		"none":  {"", "\naccounts:\n  - " + item + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := edited(t, c.accounts)
			before, err := os.ReadFile(file)
			require.NoError(t, err)
			e, err := AddAccount(dir, a, "secrets/person.phc")
			require.NoError(t, err)
			require.NoError(t, e.Write())
			after, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, strings.TrimSuffix(string(before), c.accounts)+c.want, string(after))
			assert.Contains(t, strings.Split(string(after), "\n")[e.Line-1], item)
			info, err := os.Stat(file)
			require.NoError(t, err)
			assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())
			cfg, err := Load(file)
			require.NoError(t, err)
			assert.Equal(t, "new-1", cfg.Accounts[len(cfg.Accounts)-1].Name)
			require.NoError(t, e.Undo())
			undone, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(before), string(undone))
		})
	}
}

func TestDisablingChangesOneWord(t *testing.T) {
	for name, c := range map[string]struct{ accounts, old, disabled string }{
		"flow":  {flowAccounts, `{name: "guard-1", role`, `{name: "guard-1", disabled: true, role`},
		"block": {blockAccounts, `disabled: false # since May`, `disabled: true # since May`},
		"block without the key": {
			strings.Replace(blockAccounts, "  disabled: false # since May\n", "", 1), "- name: guard-1\n", "- name: guard-1\n  disabled: true\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, file := edited(t, c.accounts)
			before, err := os.ReadFile(file)
			require.NoError(t, err)
			set := func(disabled bool) string {
				e, err := SetDisabled(file, "guard-1", disabled)
				require.NoError(t, err)
				require.NoError(t, e.Write())
				after, err := os.ReadFile(file)
				require.NoError(t, err)
				return string(after)
			}
			want := strings.Replace(string(before), c.old, c.disabled, 1)
			require.Contains(t, string(before), c.old)
			assert.Equal(t, want, set(true))
			cfg, err := Load(file)
			require.NoError(t, err)
			_, signsIn := cfg.Directory().Account("guard-1")
			assert.False(t, signsIn)
			assert.Equal(t, strings.Replace(want, "disabled: true", "disabled: false", 1), set(false))
			cfg, err = Load(file)
			require.NoError(t, err)
			_, signsIn = cfg.Directory().Account("guard-1")
			assert.True(t, signsIn)
		})
	}
}

func TestAnEditThatWouldBreakTheConfigurationIsRefused(t *testing.T) {
	dir, file := edited(t, flowAccounts)
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	for name, try := range map[string]func() (Edit, error){
		"no such school": func() (Edit, error) {
			return AddAccount(dir, people.Account{Name: "new-1", Role: alerting.RoleGuard, Schools: []string{"ziwei-primry"}}, "secrets/person.phc")
		},
		"twice": func() (Edit, error) {
			return AddAccount(dir, people.Account{Name: "guard-1", Role: alerting.RoleGuard, Schools: []string{"ziwei-primary"}}, "secrets/person.phc")
		},
		"no password": func() (Edit, error) {
			return AddAccount(dir, people.Account{Name: "new-1", Role: alerting.RoleGuard, Schools: []string{"ziwei-primary"}}, "secrets/none.phc")
		},
		"nobody": func() (Edit, error) { return SetDisabled(dir, "nobody", true) },
	} {
		_, err := try()
		assert.Error(t, err, name)
	}
	_, err = AddAccount(dir, people.Account{Name: "new-1", Role: alerting.RoleGuard, Schools: []string{"ziwei-primry"}}, "secrets/person.phc")
	assert.ErrorContains(t, err, "did you mean ziwei-primary?")
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))

	_, one := edited(t, "\naccounts: [{name: guard-1, role: guard, schools: [ziwei-primary], password_file: secrets/person.phc}]\n")
	_, err = AddAccount(one, people.Account{Name: "new-1", Role: alerting.RoleGuard, Schools: []string{"ziwei-primary"}}, "secrets/person.phc")
	assert.ErrorContains(t, err, "add {name: new-1, role: guard")
}
