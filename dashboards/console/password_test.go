package console_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
)

const better = "frühe Vögel 7 singen"

// Somebody chooses another password: what is wrong is said, nothing that was
// typed stands on the page, and the other browsers are signed out.
func TestAPersonChoosesAnotherPassword(t *testing.T) {
	h := start(t)
	own, other := h.as("guard-1", "zh"), h.as("guard-1", "zh")
	says(t, own.get("/").html, `href="/password"`)
	for _, c := range []struct{ old, new, again, words string }{
		{apitest.Password, better, "another", "两次输入的新密码不同。"},
		{"wrong", better, better, "现在的密码不对。"},
		{apitest.Password, "guard-1guard-1", "guard-1guard-1", "太容易猜到"},
	} {
		page := own.post("/password", "old", c.old, "new", c.new, "again", c.again)
		assert.Equal(t, http.StatusUnprocessableEntity, page.status)
		says(t, page.html, c.words)
		lacks(t, page.html, c.new)
		lacks(t, page.html, c.old+`"`)
	}
	page := own.post("/password", "old", apitest.Password, "new", better, "again", better)
	require.Equal(t, "/password", page.path)
	says(t, page.html, "密码已修改")
	assert.Equal(t, "/", own.get("/").path)
	assert.Equal(t, "/sign-in", other.get("/").path)
}

// An administrator reads the password once that they give; whoever signs in with
// it comes to no page before they have chosen their own.
func TestAnAdministratorGivesAPasswordThatIsShownOnce(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1", "zh")
	says(t, admin.get("/accounts/guard-1").html, `formaction="/accounts/guard-1/password"`)
	lacks(t, admin.get("/accounts/liaison-1").html, `formaction="/accounts/liaison-1/password"`)
	lacks(t, admin.get("/accounts/admin-1").html, `formaction="/accounts/admin-1/password"`)
	says(t, admin.post("/accounts/guard-1/password", "reason", " ").html, "请写明原因")
	made := admin.post("/accounts/guard-1/password", "reason", "忘记密码")
	require.Equal(t, http.StatusOK, made.status)
	drawn := regexp.MustCompile(`id="given-text">([^<]+)<`).FindStringSubmatch(made.html)
	require.Len(t, drawn, 2)
	again := admin.get("/accounts/guard-1").html
	lacks(t, again, drawn[1], "it is shown once")
	says(t, again, "忘记密码")

	guard := h.browser("zh")
	first := guard.post("/sign-in", "name", "guard-1", "password", drawn[1])
	assert.Equal(t, "/password", first.path)
	says(t, first.html, "只能用来登录一次")
	for _, path := range []string{"/", "/shift", "/raise", "/incidents", "/notices"} {
		assert.Equal(t, "/password", guard.get(path).path, path)
	}
	require.Equal(t, "/password", guard.post("/password", "old", drawn[1], "new", better, "again", better).path)
	assert.Equal(t, "/raise", guard.get("/raise").path)
	assert.Equal(t, http.StatusUnauthorized, h.browser("zh").post("/sign-in", "name", "guard-1", "password", drawn[1]).status)
}
