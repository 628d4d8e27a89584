package api_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// wish is what an administrator asks of an account, with some of it otherwise.
func wish(other m) m {
	w := m{"role": "guard", "schools": []string{apitest.School}, "display_name": "李卫", "reason": "新保安"}
	for k, v := range other {
		w[k] = v
	}
	return w
}

// chooses another password for who is signed in.
func (b *browser) chooses(old, chosen string) answer {
	b.t.Helper()
	raw, err := json.Marshal(m{"old": old, "new": chosen})
	require.NoError(b.t, err)
	return b.do(http.MethodPut, "/api/v1/password", "application/json", raw)
}

func TestAnAccountIsAddedAndChoosesItsOwnPassword(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1")
	a := admin.post("/api/v1/accounts", wish(m{"name": "li-wei"}))
	require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
	drawn := a.json(t)["password"].(string)
	got := a.json(t)["account"].(m)
	assert.Equal(t, "李卫", got["display_name"])
	assert.Equal(t, "added", got["from"])
	assert.Equal(t, true, got["initial"])

	li := h.browser()
	require.Equal(t, http.StatusOK, li.signIn("li-wei", drawn).status)
	refused := li.get("/api/v1/incidents")
	assert.Equal(t, http.StatusForbidden, refused.status)
	assert.Equal(t, "urn:campushub:refusal:password.initial", refused.json(t)["type"])
	require.Equal(t, http.StatusOK, li.chooses(drawn, "frühe Vögel 7 singen").status)
	assert.Equal(t, http.StatusOK, li.get("/api/v1/incidents").status)
	assert.Equal(t, false, admin.managed("li-wei")["initial"])

	taken := admin.post("/api/v1/accounts", wish(m{"name": "li-wei"}))
	assert.Equal(t, http.StatusConflict, taken.status)
	assert.Equal(t, "urn:campushub:refusal:account.taken", taken.json(t)["type"])
	changes := admin.get("/api/v1/accounts/changes?account=li-wei").json(t)["changes"].([]any)
	require.Len(t, changes, 2)
	added := changes[1].(m)
	assert.Equal(t, "added", added["did"])
	assert.Equal(t, "admin-1", added["by"])
	assert.Equal(t, "guard", added["after"].(m)["role"])
	assert.Nil(t, added["before"])
	assert.NotContains(t, string(admin.get("/api/v1/accounts/changes").body), drawn)
	assert.Equal(t, http.StatusOK, admin.post("/api/v1/accounts/li-wei/suspend", m{"reason": "离职"}).status)
	assert.Equal(t, http.StatusUnauthorized, li.get("/api/v1/incidents").status)
}

func TestWhatIsWrongWithAnAccountIsSaid(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1")
	for name, c := range map[string]struct {
		wish   m
		status int
		code   string // "" where it is the form of the request that is wrong
	}{
		"no such role":             {m{"role": "guards"}, http.StatusUnprocessableEntity, ""},
		"parents subscribe":        {m{"role": "parent"}, http.StatusUnprocessableEntity, ""},
		"no school":                {m{"schools": []string{}}, http.StatusUnprocessableEntity, "account.no-school"},
		"an admin of the hub":      {m{"role": "admin", "schools": []string{}}, http.StatusUnprocessableEntity, "account.no-school"},
		"a school that is not":     {m{"schools": []string{"nowhere"}}, http.StatusUnprocessableEntity, "account.school"},
		"somebody else's school":   {m{"schools": []string{apitest.Other}}, http.StatusUnprocessableEntity, "account.school"},
		"release, no officer":      {m{"release": true}, http.StatusUnprocessableEntity, "account.release"},
		"of the police":            {m{"role": "liaison"}, http.StatusForbidden, "account.police"},
		"named":                    {m{"named": true}, http.StatusForbidden, "account.police"},
		"a name with blanks":       {m{"name": "Li Wei"}, http.StatusUnprocessableEntity, "account.name"},
		"a long display name":      {m{"display_name": strings.Repeat("李", 65)}, http.StatusUnprocessableEntity, "account.display-name"},
		"a display name of two":    {m{"display_name": "李\n卫"}, http.StatusUnprocessableEntity, "account.display-name"},
		"no reason":                {m{"reason": "  "}, http.StatusUnprocessableEntity, "account.why"},
		"a name that is there":     {m{"name": "guard-1"}, http.StatusConflict, "account.taken"},
		"that of somebody unknown": {m{"name": "other-1"}, http.StatusConflict, "account.taken"},
	} {
		asked := wish(c.wish)
		if asked["name"] == nil {
			asked["name"] = "li-wei"
		}
		a := admin.post("/api/v1/accounts", asked)
		assert.Equal(t, c.status, a.status, "%s: %s", name, a.body)
		if c.code != "" {
			assert.Equal(t, "urn:campushub:refusal:"+c.code, a.json(t)["type"], name)
		}
		if c.wish["name"] == nil {
			a = admin.post("/api/v1/accounts/clerk-1/change", wish(c.wish))
			assert.Equal(t, c.status, a.status, "change, %s: %s", name, a.body)
			if c.code != "" {
				assert.Equal(t, "urn:campushub:refusal:"+c.code, a.json(t)["type"], "change, "+name)
			}
		}
	}
	for who, c := range map[string]struct {
		status int
		code   string
	}{
		"liaison-1": {http.StatusForbidden, "account.police"},
		"named-1":   {http.StatusForbidden, "account.elsewhere"},
		"other-1":   {http.StatusNotFound, ""},
		"nobody":    {http.StatusNotFound, ""},
		"admin-1":   {http.StatusConflict, "account.own-rights"},
	} {
		a := admin.post("/api/v1/accounts/"+who+"/change", wish(nil))
		assert.Equal(t, c.status, a.status, "%s: %s", who, a.body)
		if c.code != "" {
			assert.Equal(t, "urn:campushub:refusal:"+c.code, a.json(t)["type"], who)
		}
	}
	for _, who := range []string{"officer-1", "guard-1", "liaison-1"} {
		assert.Equal(t, http.StatusForbidden, h.as(who).post("/api/v1/accounts", wish(m{"name": "li-wei"})).status, who)
		assert.Equal(t, http.StatusForbidden, h.as(who).post("/api/v1/accounts/clerk-1/change", wish(nil)).status, who)
	}
	report, err := h.store.VerifyAccounts(t.Context())
	require.NoError(t, err)
	assert.Zero(t, report.Entries, "what was refused stands nowhere")
}

// Whoever gets another role is out at once, with a stream that is open: what comes
// after reaches nobody who may not see it, and signing in again gives the new role.
func TestAnotherRoleEndsWhatTheOldOneSaw(t *testing.T) {
	h := start(t)
	admin, officer := h.as("admin-1"), h.as("officer-1")
	require.Equal(t, http.StatusOK, officer.get("/api/v1/incidents").status)
	stream, err := officer.client.Get(h.http.URL + "/api/v1/stream")
	require.NoError(t, err)
	defer stream.Body.Close()
	in := bufio.NewReader(stream.Body)
	_, err = in.ReadString('\n')
	require.NoError(t, err, "it is open")

	before := admin.get("/api/v1/accounts/officer-1").header.Get("ETag")
	a := admin.post("/api/v1/accounts/officer-1/change", wish(m{"role": "volunteer", "display_name": "王芳"}))
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	assert.Equal(t, true, a.json(t)["signed_out"])
	assert.Equal(t, "changed", a.json(t)["account"].(m)["from"])
	assert.NotEqual(t, before, admin.get("/api/v1/accounts/officer-1").header.Get("ETag"))

	began := time.Now()
	_, err = in.ReadString(0)
	assert.Error(t, err, "its stream has ended")
	assert.Less(t, time.Since(began), time.Second, "with the change, and not when it looks at its session again")
	press(h, "b-1", devices.Emergency)
	assert.Equal(t, http.StatusUnauthorized, officer.get("/api/v1/incidents").status)
	require.Equal(t, http.StatusOK, officer.signIn("officer-1", apitest.Password).status, "the password is the same")
	assert.Equal(t, http.StatusForbidden, officer.get("/api/v1/incidents").status)
	assert.Equal(t, http.StatusForbidden, officer.get("/api/v1/stream").status)

	got := admin.get("/api/v1/accounts/changes?account=officer-1").json(t)["changes"].([]any)[0].(m)
	assert.Equal(t, "changed", got["did"])
	assert.Equal(t, "officer", got["before"].(m)["role"])
	assert.Equal(t, true, got["before"].(m)["release"])
	assert.Equal(t, "volunteer", got["after"].(m)["role"])
	assert.Equal(t, false, got["after"].(m)["release"], "what goes with the role goes with it")
	assert.Equal(t, "王芳", got["after"].(m)["display_name"])

	same := admin.post("/api/v1/accounts/officer-1/change", wish(m{"role": "volunteer", "display_name": "王芳"}))
	assert.Equal(t, http.StatusConflict, same.status)
	assert.Equal(t, "urn:campushub:refusal:account.same", same.json(t)["type"])
	called := admin.post("/api/v1/accounts/officer-1/change", wish(m{"role": "volunteer", "display_name": "王芳芳"}))
	require.Equal(t, http.StatusOK, called.status)
	assert.Equal(t, false, called.json(t)["signed_out"], "a name is no right")
	assert.Equal(t, http.StatusForbidden, officer.get("/api/v1/stream").status, "still signed in")
}

// Tokens are their programs': they go on, and are said.
func TestTokensOfAnAdministratorWhoIsNoneAnyMoreAreSaid(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1")
	second, ok := h.people.Load().Account("admin-1")
	require.True(t, ok)
	second.Name = "admin-2"
	h.people.Store(with(h.people.Load(), second))
	other := h.as("admin-2")
	for _, name := range []string{"old-system", "gate-system"} {
		require.Equal(t, http.StatusCreated, other.post("/api/v1/tokens", m{
			"name": name, "role": "officer", "schools": []string{apitest.School}, "scopes": []string{"duty:read"}, "reason": "x",
		}).status)
	}
	require.Equal(t, http.StatusOK, other.post("/api/v1/tokens/old-system/revoke", m{"reason": "x"}).status)
	a := admin.post("/api/v1/accounts/admin-2/change", wish(m{"role": "staff"}))
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	assert.Equal(t, []any{"gate-system"}, a.json(t)["tokens"])
	assert.Equal(t, http.StatusUnauthorized, other.get("/api/v1/tokens").status)
}

// Two administrators who take the role from each other at once: one is refused.
func TestOfTwoWhoDemoteEachOtherOneIsRefused(t *testing.T) {
	h := start(t)
	first, ok := h.people.Load().Account("admin-1")
	require.True(t, ok)
	second := first
	second.Name = "admin-2"
	h.people.Store(with(h.people.Load(), second))
	to := func(role alerting.Role) api.AccountWish {
		return api.AccountWish{Terms: people.Terms{Role: role, Schools: first.Schools}, Why: "调离"}
	}
	for range 10 {
		done := make(chan error, 2)
		for _, pair := range [][2]people.Account{{first, second}, {second, first}} {
			go func() {
				_, err := h.server.SetAccount(t.Context(), pair[0], pair[1].Name, to(alerting.RoleStaff), time.Now())
				done <- err
			}()
		}
		one, two := <-done, <-done
		require.NotEqual(t, one == nil, two == nil, "%v, %v", one, two)
		var refused *alerting.Refusal
		require.ErrorAs(t, cmp.Or(one, two), &refused)
		require.Equal(t, "account.last-admin", refused.Code)
		left, off := first, second
		if a, _ := h.people.Load().Account("admin-1"); a.Role != alerting.RoleAdmin {
			left, off = second, first
		}
		_, err := h.server.SetAccount(t.Context(), left, off.Name, to(alerting.RoleAdmin), time.Now())
		require.NoError(t, err)
	}
	root := people.Account{Name: "root", Role: alerting.RoleAdmin}
	h.people.Store(withoutAccount(h.people.Load(), "named-1"))
	_, err := h.server.SetAccount(t.Context(), root, "liaison-1", to(alerting.RoleStaff), time.Now())
	var refused *alerting.Refusal
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "account.last-liaison", refused.Code)
}

// Whoever administers the whole hub looks after the police too; the classes of
// staff stay while they are of the staff of a school that has them.
func TestWhoAdministersTheHubLooksAfterThePolice(t *testing.T) {
	h := start(t)
	root := people.Account{Name: "root", Role: alerting.RoleAdmin}
	_, drawn, err := h.server.AddAccount(t.Context(), root, "liaison-9", api.AccountWish{
		Terms: people.Terms{Role: alerting.RoleLiaison, Schools: []string{apitest.School, apitest.Other}, Named: true}, Why: "调入",
	}, time.Now())
	require.NoError(t, err)
	assert.NotEmpty(t, drawn)
	a, ok := h.people.Load().Account("liaison-9")
	require.True(t, ok)
	assert.True(t, a.Named)
	assert.Equal(t, http.StatusForbidden, h.as("admin-1").post("/api/v1/accounts/liaison-9/change", wish(nil)).status)

	staff, ok := h.people.Load().Account("staff-1")
	require.True(t, ok)
	require.NotEmpty(t, staff.Classes)
	terms := staff.Terms()
	terms.DisplayName = "王老师"
	_, err = h.server.SetAccount(t.Context(), root, "staff-1", api.AccountWish{Terms: people.Terms{DisplayName: "王老师", Role: terms.Role, Schools: terms.Schools}, Why: "x"}, time.Now())
	require.NoError(t, err)
	staff, _ = h.people.Load().Account("staff-1")
	assert.Equal(t, terms, staff.Terms())
}
