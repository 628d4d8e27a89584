package console_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAccountsAreListedSuspendedAndRestored(t *testing.T) {
	h := start(t)
	guard := h.as("guard-1", "zh")
	stranger := h.browser("zh")
	for range 4 {
		stranger.post("/sign-in", "name", "officer-1", "password", "wrong")
	}
	admin := h.as("admin-1", "en")
	says(t, admin.get("/").html, `href="/accounts"`)
	list := admin.get("/accounts")
	require.Equal(t, http.StatusOK, list.status)
	row := between(t, list.html, `<tr id="account-guard-1">`, "</tr>")
	says(t, row, ">Guard<")
	says(t, row, "Ziwei Primary School")
	says(t, row, "may sign in")
	says(t, row, ">1<")
	says(t, between(t, list.html, `<tr id="account-officer-1">`, "</tr>"), "1 until ")
	says(t, between(t, list.html, `<tr id="account-clerk-1">`, "</tr>"), "never")
	says(t, between(t, list.html, `<tr id="account-named-1">`, "</tr>"), "named for confidential incidents")
	says(t, between(t, list.html, `<tr id="account-named-1">`, "</tr>"), "and others")
	lacks(t, list.html, "other-1")
	says(t, between(t, list.html, `<tr id="right-release">`, "</tr>"), "with the release right")
	says(t, h.as("admin-1", "zh").get("/accounts").html, "从未登录")

	page := admin.post("/accounts/guard-1/suspend", "reason", "<b>stolen</b> phone")
	assert.Equal(t, "/accounts/guard-1", page.path)
	says(t, page.html, "Suspended; the sessions have ended.")
	says(t, page.html, "&lt;b&gt;stolen&lt;/b&gt; phone")
	says(t, page.html, `formaction="/accounts/guard-1/restore"`)
	lacks(t, page.html, `formaction="/accounts/guard-1/password"`, "of nobody who cannot sign in")
	assert.Equal(t, "/sign-in", guard.get("/").path, "the guard is out")
	says(t, guard.post("/sign-in", "name", "guard-1", "password", "correct horse 电池").html, "账号或密码不对")
	page = admin.post("/accounts/guard-1/suspend", "reason", "again")
	says(t, page.html, "the account has changed meanwhile")

	page = admin.post("/accounts/guard-1/restore", "reason", "found")
	says(t, page.html, "people can sign in to it again")
	says(t, page.html, `formaction="/accounts/guard-1/suspend"`)
	says(t, admin.get("/accounts").html, "<td>guard-1</td><td>restored</td><td>admin-1</td><td>found</td>")
	assert.Equal(t, "/", h.as("guard-1", "zh").get("/").path)
}

func TestTheAccountsPageRefusesInWords(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1", "zh")
	says(t, admin.post("/accounts/guard-1/sign-out", "reason", " ").html, "未完成：请写明原因。")
	says(t, admin.post("/accounts/admin-1/suspend", "reason", "x").html, "不能停用自己的账号")
	lacks(t, admin.get("/accounts/admin-1").html, `formaction="/accounts/admin-1/suspend"`)
	shared := admin.get("/accounts/named-1").html
	says(t, shared, "该账号也属于其他学校")
	lacks(t, shared, "formaction")
	says(t, admin.post("/accounts/named-1/suspend", "reason", "x").html, "由系统管理员办理")
	assert.Equal(t, http.StatusNotFound, admin.get("/accounts/other-1").status)
	assert.Equal(t, http.StatusNotFound, admin.get("/accounts?before=x").status)
}

func TestAccountsAreForAdministrators(t *testing.T) {
	h := start(t)
	for _, who := range []string{"officer-1", "liaison-1", "guard-1", "staff-1", "volunteer-1", "district-1", "parent-1"} {
		b := h.as(who, "zh")
		lacks(t, b.get("/").html, `href="/accounts"`, who)
		assert.Equal(t, http.StatusForbidden, b.get("/accounts").status, who)
		assert.Equal(t, http.StatusForbidden, b.get("/accounts/guard-1").status, who)
		for _, step := range []string{"suspend", "restore", "sign-out"} {
			assert.Equal(t, http.StatusForbidden, b.post("/accounts/guard-1/"+step, "reason", "x").status, "%s %s", who, step)
		}
	}
	assert.Equal(t, "/sign-in", h.browser("zh").get("/accounts").path)
}
