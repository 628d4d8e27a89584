package hub_test

import (
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/people"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/api"
)

// signsIn reports whether an account can.
func (r *running) signsIn(t *testing.T, name string) bool {
	t.Helper()
	c := caller{t: t, base: r.Console()}
	for _, a := range r.campus.Accounts {
		if a.Name == name {
			return c.call("POST", "/api/v1/session", map[string]any{"name": a.Name, "password": a.Password}, nil) == http.StatusOK
		}
	}
	t.Fatalf("no account %s", name)
	return false
}

// A suspension outlasts a reload and a restart; what the configuration changes
// of accounts is found when it is read, and all of it stands in one chain.
func TestASuspensionOutlastsReloadAndRestart(t *testing.T) {
	r := start(t, unchanged)
	admin := r.callAs(t, "admin")
	why := map[string]any{"reason": "手机丢失"}
	require.Equal(t, http.StatusOK, admin.call("POST", "/api/v1/accounts/guard/suspend", why, nil))
	require.False(t, r.signsIn(t, "guard"))

	r.cfg.Accounts[0].PasswordHash += "x"
	r.Reload(r.cfg)
	assert.False(t, r.signsIn(t, "guard"))
	assert.True(t, r.signsIn(t, "officer"))
	var got struct{ Changes []people.AccountChange }
	require.Equal(t, http.StatusOK, admin.call("GET", "/api/v1/accounts/changes?limit=2", nil, &got))
	assert.Equal(t, people.AccountAltered, got.Changes[0].Did)
	assert.Equal(t, r.cfg.Accounts[0].Name, got.Changes[0].Account)
	assert.Equal(t, []string{people.FactPassword}, got.Changes[0].Of)
	assert.Equal(t, people.AccountSuspended, got.Changes[1].Did)
	require.NoError(t, r.stop())

	again := serve(t, r.campus)
	assert.False(t, again.signsIn(t, "guard"))
	admin = again.callAs(t, "admin")
	require.Equal(t, http.StatusOK, admin.call("POST", "/api/v1/accounts/guard/restore", why, nil))
	assert.True(t, again.signsIn(t, "guard"))
}

// A password that somebody chose on a page outlasts reload and restart; one that
// is set in the configuration afterwards counts instead.
func TestAChosenPasswordOutlastsReloadAndRestart(t *testing.T) {
	const chosen = "frühe Vögel 7 singen"
	r := start(t, unchanged)
	guard := r.callAs(t, "guard")
	old := ""
	for _, a := range r.campus.Accounts {
		if a.Name == "guard" {
			old = a.Password
		}
	}
	require.Equal(t, http.StatusOK, guard.call("PUT", "/api/v1/password", map[string]any{"old": old, "new": chosen}, nil))
	opens := func(r *running, password string) bool {
		return caller{t: t, base: r.Console()}.call("POST", "/api/v1/session", map[string]any{"name": "guard", "password": password}, nil) == http.StatusOK
	}
	assert.True(t, opens(r, chosen))
	assert.False(t, opens(r, old))
	r.Reload(r.cfg)
	assert.True(t, opens(r, chosen))
	require.NoError(t, r.stop())

	again := serve(t, r.campus)
	assert.True(t, opens(again, chosen))
	assert.False(t, opens(again, old))
	for k, a := range again.cfg.Accounts {
		if a.Name == "officer" {
			for at := range again.cfg.Accounts {
				if again.cfg.Accounts[at].Name == "guard" {
					again.cfg.Accounts[at].PasswordHash = again.cfg.Accounts[k].PasswordHash
				}
			}
		}
	}
	again.Reload(again.cfg)
	assert.False(t, opens(again, chosen), "the configuration has another one")
}

// An account that was added on a page, and a role that was changed there, outlast
// reload and restart; what the configuration says afterwards counts instead, and
// nothing of before comes back.
func TestWhatWasSetOnAPageOutlastsReloadAndRestart(t *testing.T) {
	r := start(t, unchanged)
	admin := r.callAs(t, "admin")
	guard := r.callAs(t, "guard")
	require.Equal(t, http.StatusOK, guard.call("GET", "/api/v1/incidents", nil, nil))
	wish := map[string]any{"role": "volunteer", "schools": []string{school}, "reason": "转岗"}
	require.Equal(t, http.StatusOK, admin.call("POST", "/api/v1/accounts/guard/change", wish, nil))
	assert.Equal(t, http.StatusUnauthorized, guard.call("GET", "/api/v1/incidents", nil, nil))
	assert.Equal(t, http.StatusForbidden, r.callAs(t, "guard").call("GET", "/api/v1/incidents", nil, nil))
	var made struct{ Password string }
	require.Equal(t, http.StatusCreated, admin.call("POST", "/api/v1/accounts", map[string]any{
		"name": "li-wei", "display_name": "李卫", "role": "guard", "schools": []string{school}, "reason": "新保安",
	}, &made))
	type listed struct{ Name, Display, Role, From string }
	list := func(c caller) map[string]listed {
		var got struct {
			Accounts []struct {
				Name, Role, From string
				Display          string `json:"display_name"`
			}
		}
		require.Equal(t, http.StatusOK, c.call("GET", "/api/v1/accounts", nil, &got))
		out := map[string]listed{}
		for _, a := range got.Accounts {
			out[a.Name] = listed{a.Name, a.Display, a.Role, a.From}
		}
		return out
	}
	added, changed := listed{"li-wei", "李卫", "guard", "added"}, listed{"guard", "", "volunteer", "changed"}
	r.Reload(r.cfg)
	assert.Equal(t, added, list(admin)["li-wei"])
	assert.Equal(t, changed, list(admin)["guard"])
	require.NoError(t, r.stop())

	again := serve(t, r.campus)
	admin = again.callAs(t, "admin")
	assert.Equal(t, added, list(admin)["li-wei"])
	assert.Equal(t, changed, list(admin)["guard"])
	assert.Equal(t, http.StatusOK, caller{t: t, base: again.Console()}.call("POST", "/api/v1/session", map[string]any{"name": "li-wei", "password": made.Password}, nil))

	at := slices.IndexFunc(again.cfg.Accounts, func(a people.Account) bool { return a.Name == "guard" })
	own := again.cfg.Accounts[at]
	otherwise := own
	otherwise.DisplayName = "赵强"
	other := *again.cfg
	other.Accounts = append(slices.Clone(again.cfg.Accounts), people.Account{Name: "li-wei", Role: "staff", Schools: []string{school}, PasswordHash: own.PasswordHash})
	other.Accounts[at] = otherwise
	again.Reload(&other)
	assert.Equal(t, listed{"guard", "赵强", "guard", "configuration"}, list(admin)["guard"])
	assert.Equal(t, listed{"li-wei", "", "staff", "configuration"}, list(admin)["li-wei"])
	var got struct{ Changes []people.AccountChange }
	require.Equal(t, http.StatusOK, admin.call("GET", "/api/v1/accounts/changes?account=guard", nil, &got))
	var did []people.Deed
	for _, c := range got.Changes {
		did = append(did, c.Did)
	}
	assert.Equal(t, []people.Deed{people.AccountAltered, people.AccountSuperseded, people.AccountChanged, people.AccountCame}, did)

	again.Reload(again.cfg)
	assert.Equal(t, "guard", list(admin)["guard"].Role, "it does not come back")
	assert.NotContains(t, list(admin), "li-wei")
	assert.Equal(t, http.StatusUnauthorized, caller{t: t, base: again.Console()}.call("POST", "/api/v1/session", map[string]any{"name": "li-wei", "password": made.Password}, nil))
}

// The command line writes beside a hub that runs: it takes that up when it
// reloads.
func TestAReloadTakesUpWhatTheCommandLineChanged(t *testing.T) {
	r := start(t, unchanged)
	e, err := config.SetDisabled(r.campus.Config, "guard", true)
	require.NoError(t, err)
	require.NoError(t, e.Write())
	require.True(t, r.signsIn(t, "guard"), "not yet")
	r.ReloadFile(r.campus.Config)
	assert.False(t, r.signsIn(t, "guard"))
	text, err := os.ReadFile(r.campus.Config)
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(text), "disabled: true"))
	var got struct {
		Accounts []struct{ Name, State string }
	}
	require.Equal(t, http.StatusOK, r.callAs(t, "admin").call("GET", "/api/v1/accounts", nil, &got))
	assert.Contains(t, got.Accounts, struct{ Name, State string }{"guard", "disabled"})
}

// A hand that reaches into the office's file shows in the check of the chains,
// to who looks after accounts.
func TestTheAccountsChainIsCheckedWithTheOthers(t *testing.T) {
	r := start(t, unchanged)
	admin := r.callAs(t, "admin")
	own := func(chains []chainFound) chainFound {
		require.NotEmpty(t, chains)
		last := chains[len(chains)-1]
		require.Empty(t, last.School)
		return last
	}
	assert.Equal(t, chainFound{Entries: int64(len(r.cfg.Accounts)), Holds: true}, own(admin.checked()))
	for _, c := range r.callAs(t, "officer").checked() {
		assert.NotEmpty(t, c.School, "it is not the officer's")
	}
	db, err := sql.Open("sqlite", filepath.Join(r.cfg.Hub.Dir, "office.db"))
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `UPDATE account_changes SET did = 'altered' WHERE seq = 3`)
	require.NoError(t, err)
	assert.Equal(t, chainFound{Entries: 2, BrokenAt: 3, Break: "unlinked"}, own(admin.checked()))
}

// The page says what "campushub check" says of the configuration that the hub runs
// with, and that a later one was not taken until one is.
func TestWhatIsAtFaultIsWhatTheCheckSays(t *testing.T) {
	r := start(t, unchanged)
	read := r.Configuration
	loaded, err := config.Load(r.campus.Config)
	require.NoError(t, err)
	require.NotEmpty(t, loaded.Warnings)
	got := read()
	require.Len(t, got.Warnings, len(loaded.Warnings))
	for k, w := range loaded.Warnings {
		assert.Equal(t, w.Message, got.Warnings[k].Message)
		assert.Equal(t, w.Line, got.Warnings[k].Line)
	}
	assert.True(t, got.RefusedAt.IsZero())

	unnamed := func() bool {
		return slices.ContainsFunc(read().Warnings, func(f api.ConfigFault) bool { return f.Code == "unnamed" })
	}
	require.True(t, unnamed())
	root := *r.cfg
	root.Accounts = slices.Clone(r.cfg.Accounts)
	root.Accounts[slices.IndexFunc(root.Accounts, func(a people.Account) bool { return a.Name == "admin" })].Schools = nil
	r.Reload(&root)
	require.Equal(t, http.StatusCreated, r.callAs(t, "admin").call("POST", "/api/v1/accounts", map[string]any{
		"name": "liaison-9", "role": "liaison", "schools": []string{school}, "named": true, "reason": "保密事件专人",
	}, nil))
	assert.False(t, unnamed(), "who was named on a page counts")
	loaded.Warnings = slices.DeleteFunc(loaded.Warnings, func(f config.Fault) bool { return f.Code == "unnamed" })

	whole, err := os.ReadFile(r.campus.Config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(r.campus.Config, append(whole, []byte("\nnonsense: true\n")...), 0o600))
	r.ReloadFile(r.campus.Config)
	got = read()
	assert.False(t, got.RefusedAt.IsZero())
	require.Len(t, got.Refused, 1)
	assert.Contains(t, got.Refused[0].Message, "unknown key")
	assert.Len(t, got.Warnings, len(loaded.Warnings), "the hub goes on with the one before")
	require.NoError(t, os.WriteFile(r.campus.Config, whole, 0o600))
	r.ReloadFile(r.campus.Config)
	assert.True(t, read().RefusedAt.IsZero())
}
