package provision

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/cmd/internal/config"
)

func options(extra int) Options {
	return Options{ExtraButtons: extra, HTTP: "127.0.0.1:0", MQTT: "127.0.0.1:0"}
}

func demo(t *testing.T, dir string, opt Options) *Campus {
	t.Helper()
	c, err := Demo(dir, opt)
	require.NoError(t, err)
	return c
}

func load(t *testing.T, c *Campus) *config.Config {
	t.Helper()
	cfg, err := config.Load(c.Config)
	require.NoError(t, err)
	return cfg
}

func TestConfigurationServesEverybody(t *testing.T) {
	dir := t.TempDir()
	c := demo(t, dir, Options{ExtraButtons: 2, HTTP: "127.0.0.1:8081", MQTT: "[::1]:1884"})
	cfg := load(t, c)

	assert.Equal(t, dir, cfg.Hub.Dir, "the records lie in the folder itself")
	assert.Equal(t, "127.0.0.1:8081", cfg.Hub.HTTP.Listen)
	assert.Equal(t, []string{"[::1]:1884"}, cfg.Hub.MQTT.Listen)

	credentials := cfg.Credentials()
	require.Len(t, credentials, len(c.Devices)+len(c.Terminals))
	for _, d := range c.Devices {
		assert.Equal(t, sha256.Sum256([]byte(d.Password)), credentials[d.Username], d.Username)
	}
	for _, term := range c.Terminals {
		assert.Equal(t, sha256.Sum256([]byte(term.Password)), credentials[term.Username], term.Username)
		known, ok := cfg.Directory().Terminal(term.Username)
		require.True(t, ok)
		assert.Equal(t, known.Topic(), term.Topic)
		assert.False(t, known.Public)
	}
}

func TestEveryRoleCanSignIn(t *testing.T) {
	c := demo(t, t.TempDir(), options(0))
	directory := load(t, c).Directory()
	checker, err := password.NewChecker(password.DefaultParams(), 1, 1)
	require.NoError(t, err)

	var roles []alerting.Role
	for _, a := range c.Accounts {
		roles = append(roles, a.Role)
		known, ok := directory.Account(a.Name)
		require.True(t, ok)
		assert.Equal(t, a.Role, known.Role)
		assert.Equal(t, a.Schools, known.Schools)
		require.NoError(t, checker.Check(t.Context(), known.PasswordHash, a.Password), a.Name)
		require.ErrorIs(t, checker.Check(t.Context(), known.PasswordHash, a.Password+"x"), password.ErrWrong)
	}
	assert.ElementsMatch(t, alerting.Roles(), roles)
}

func TestSecondStartCarriesOn(t *testing.T) {
	dir := t.TempDir()
	first := demo(t, dir, options(1))
	before := load(t, first).Directory().AccountsOf(school)

	second := demo(t, dir, options(3))
	assert.Equal(t, first.Accounts, second.Accounts)
	assert.Equal(t, first.Terminals, second.Terminals)
	assert.Equal(t, first.Devices, second.Devices[:len(first.Devices)])
	assert.Equal(t, []string{"x-1", "x-2", "x-3"}, extras(second))
	assert.Equal(t, before, load(t, second).Directory().AccountsOf(school), "hashes stay too")

	third := demo(t, dir, options(0))
	assert.Equal(t, second.Devices, third.Devices, "a button that was handed out keeps working")
}

func TestEverySecretIsItsOwn(t *testing.T) {
	one, other := demo(t, t.TempDir(), options(5)), demo(t, t.TempDir(), options(5))
	seen := map[string]bool{}
	for _, c := range []*Campus{one, other} {
		for _, secret := range secretsOf(c) {
			assert.False(t, seen[secret], "drawn twice")
			seen[secret] = true
		}
	}
	for _, d := range one.Devices {
		assert.Regexp(t, "^[0-9a-f]{32}$", d.Password)
	}
	for _, a := range one.Accounts {
		assert.Regexp(t, "^([bdfghkmnprstvz][aeiou]){2}(-([bdfghkmnprstvz][aeiou]){2}){3}$", a.Password)
	}
}

func TestSecretsAreTheOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	demo(t, dir, options(1))
	var files int
	err := filepath.WalkDir(filepath.Join(dir, "secrets"), func(path string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := e.Info()
		require.NoError(t, err)
		want := fs.FileMode(0o600)
		if e.IsDir() {
			want = 0o700
		} else {
			files++
		}
		assert.Equal(t, want, info.Mode().Perm(), path)
		return nil
	})
	require.NoError(t, err)
	assert.Positive(t, files)
}

func TestDigestIsMadeAnewFromItsSecret(t *testing.T) {
	dir := t.TempDir()
	first := demo(t, dir, options(0))
	for _, name := range []string{"devices/b-1.sha256", "accounts/guard.phc"} {
		require.NoError(t, os.Remove(filepath.Join(dir, "secrets", name)))
	}
	second := demo(t, dir, options(0))
	assert.Equal(t, first.Devices, second.Devices)
	assert.Equal(t, first.Accounts, second.Accounts)
	load(t, second)
}

func TestDamagedSecretIsSaid(t *testing.T) {
	dir := t.TempDir()
	demo(t, dir, options(0))
	path := filepath.Join(dir, "secrets", "devices", "b-1.secret")
	require.NoError(t, os.Truncate(path, 0))
	_, err := Demo(dir, options(0))
	require.ErrorContains(t, err, "secret "+path+" is damaged: remove it to draw another")
}

func TestUnusableRequests(t *testing.T) {
	_, err := Demo(t.TempDir(), options(-1))
	require.ErrorContains(t, err, "want 0 to 20000, found -1")

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = Demo(file, options(0))
	require.ErrorContains(t, err, "make secrets")
}

func extras(c *Campus) []string {
	var out []string
	for _, d := range c.Devices {
		if d.Extra {
			out = append(out, d.ID)
		}
	}
	return out
}

func secretsOf(c *Campus) []string {
	var out []string
	for _, d := range c.Devices {
		out = append(out, d.Password)
	}
	for _, t := range c.Terminals {
		out = append(out, t.Password)
	}
	for _, a := range c.Accounts {
		out = append(out, a.Password)
	}
	return out
}
