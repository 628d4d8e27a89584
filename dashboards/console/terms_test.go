package console_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
)

func TestAnAccountIsAddedOnThePage(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1", "zh")
	form := between(t, admin.get("/accounts").html, `id="add-form"`, "</form>")
	says(t, form, `<option value="guard" selected>保安员</option>`)
	lacks(t, form, `value="liaison"`, "of the police, for whoever administers the whole hub")
	lacks(t, form, `value="parent"`)
	lacks(t, form, `name="named"`)
	says(t, form, `value="`+apitest.School+`" checked`)
	lacks(t, form, `value="`+apitest.Other+`"`)

	made := admin.post("/accounts", "name", "li-wei", "display_name", "李<b>卫", "role", "officer", "school", apitest.School, "release", "yes", "reason", "新安全员")
	require.Equal(t, http.StatusOK, made.status)
	drawn := regexp.MustCompile(`id="given-text">([^<]+)<`).FindStringSubmatch(made.html)
	require.Len(t, drawn, 2)
	says(t, made.html, "<h1>li-wei · 李&lt;b&gt;卫</h1>")
	says(t, made.html, "在页面上添加；初始密码尚未修改")
	says(t, made.html, "学校安全员 · 审核发布")
	lacks(t, admin.get("/accounts/li-wei").html, drawn[1], "it is shown once")
	li := h.browser("zh")
	assert.Equal(t, "/password", li.post("/sign-in", "name", "li-wei", "password", drawn[1]).path)

	again := admin.post("/accounts", "name", "li-wei", "display_name", "另一位", "role", "guard", "school", apitest.School, "reason", "重名")
	assert.Equal(t, http.StatusConflict, again.status)
	says(t, again.html, "这个账号名已经有了")
	says(t, between(t, again.html, `id="add-form"`, "</form>"), `value="另一位"`)
	none := admin.post("/accounts", "name", "li-wei-2", "role", "guard", "reason", "没有学校")
	assert.Equal(t, http.StatusUnprocessableEntity, none.status)
	says(t, none.html, "请至少选择一所学校")
}

// An administrator gives somebody another role: the page says what was and what is,
// and their browser is out.
func TestAnotherRoleIsGivenOnThePage(t *testing.T) {
	h := start(t)
	admin, clerk := h.as("admin-1", "zh"), h.as("clerk-1", "zh")
	form := between(t, admin.get("/accounts/clerk-1").html, `id="terms-form"`, "</form>")
	says(t, form, `<option value="officer" selected>`)
	done := admin.post("/accounts/clerk-1/change", "display_name", "王芳", "role", "guard", "school", apitest.School, "reason", "转岗")
	assert.Equal(t, "/accounts/clerk-1", done.path)
	says(t, done.html, "其登录已全部结束")
	says(t, done.html, "姓名由“无”改为“王芳”；身份由“学校安全员”改为“保安员”")
	says(t, done.html, "配置文件，之后在页面上改过")
	assert.Equal(t, "/sign-in", clerk.get("/today").path)
	clerk = h.as("clerk-1", "zh")
	assert.Equal(t, http.StatusForbidden, clerk.get("/today").status)
	assert.Equal(t, http.StatusOK, clerk.get("/raise").status)
	says(t, admin.get("/accounts").html, "<small>王芳</small>")

	own := admin.get("/accounts/admin-1").html
	lacks(t, own, `id="set-role"`)
	says(t, admin.post("/accounts/admin-1/change", "display_name", "系统管理员甲", "role", "admin", "school", apitest.School, "reason", "改姓名").html, "已修改。")
	refused := admin.post("/accounts/admin-1/change", "display_name", "x", "role", "guard", "school", apitest.School, "reason", "试试")
	assert.Equal(t, http.StatusConflict, refused.status)
	says(t, refused.html, "不能改自己的身份")
	lacks(t, admin.get("/accounts/liaison-1").html, `id="terms-form"`)
}
