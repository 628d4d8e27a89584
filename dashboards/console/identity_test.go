package console_test

import (
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/identity/identitytest"
)

func TestSomebodySignsInByTheProvider(t *testing.T) {
	v := startVouched(t)
	v.far.Be(identitytest.Faults{Token: named("officer-1")})
	page := v.browser("zh").get("/sign-in?next=%2Fincidents")
	says(t, page.html, "用公安统一身份认证登录")
	says(t, page.html, `href="`+v.http.URL+`/sign-in/oidc?next=%2Fincidents"`)
	says(t, v.browser("en").get("/sign-in").html, "Sign in with Police Unified Sign-in")

	planted := v.as("officer-1", "zh").session()
	b := v.browser("zh").plants(planted)
	status, header := b.heads(http.MethodGet, api.IdentityPath)
	require.Equal(t, http.StatusSeeOther, status)
	cookie := (&http.Response{Header: header}).Cookies()[0]
	assert.True(t, cookie.HttpOnly)
	assert.Equal(t, http.SameSiteLaxMode, cookie.SameSite, "it must come along from another site, and by a link alone")
	assert.Equal(t, api.IdentityPath, cookie.Path)
	assert.WithinDuration(t, time.Now().Add(10*time.Minute), cookie.Expires, time.Minute)

	ok := v.signIns("ok")
	in := v.signsIn(b, "u-1", "/incidents?kind=x")
	assert.Equal(t, http.StatusOK, in.status)
	assert.Equal(t, "/incidents", in.path)
	assert.InDelta(t, ok+1, v.signIns("ok"), 0)
	assert.NotEqual(t, planted, b.session())
	assert.False(t, v.opens(planted), "one browser, one session, and none that was planted")
	assert.Equal(t, "/", b.get("/sign-in").path, "they are signed in")
	last, err := v.accounts.SignIns(t.Context())
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), last["officer-1"], time.Minute)

	assert.Equal(t, "/sign-in", b.post("/sign-out").path)
	assert.Equal(t, "/sign-in", b.get("/incidents").path)
}

// Of an account that is linked only the linked identity is taken, whatever others
// are called.
func TestALinkedAccountIsOfItsIdentityAlone(t *testing.T) {
	v := startVouched(t)
	v.link("officer-1", "u-1")
	b := v.browser("zh")
	assert.Equal(t, "/incidents", v.signsIn(b, "u-1", "/incidents").path, "the subject is enough")
	says(t, b.get("/password").html, "officer-1")

	v.far.Be(identitytest.Faults{Token: named("officer-1")})
	other := v.browser("zh")
	assert.Equal(t, http.StatusForbidden, v.signsIn(other, "u-2", "/").status, "somebody who may choose their own name there")
	assert.Empty(t, other.session())
	v.far.Be(identitytest.Faults{Token: named("guard-1")})
	assert.Equal(t, http.StatusOK, v.signsIn(b, "u-1", "/").status)
	says(t, b.get("/password").html, "officer-1", "the subject goes before the name")
}

// Each refusal is a page in the reader's language, counted by why, and begins
// nothing.
func TestWhoIsNotVouchedForIsToldWhy(t *testing.T) {
	v := startVouched(t)
	require.NoError(t, v.accounts.Change(t.Context(), people.AccountChange{At: time.Now(), Account: "guard-1", Did: people.AccountSuspended, By: "admin-1", Why: "手机丢失"}))
	for name, c := range map[string]struct {
		f      identitytest.Faults
		result string
		status int
		zh, en string
	}{
		"an error": {
			identitytest.Faults{Back: func(q url.Values) {
				q.Del("code")
				q.Set("error", "access_denied")
				q.Set("error_description", "<b>no</b>")
			}},
			"identity_denied", 403, "没有让您登录", "did not sign you in",
		},
		"nobody's": {identitytest.Faults{Token: named("nobody-1")}, "identity_no_account", 403, "这里没有对应的账号", "there is no account for you here"},
		"no name":  {identitytest.Faults{}, "identity_no_account", 403, "这里没有对应的账号", "there is no account for you here"},
		"suspended": {
			identitytest.Faults{Token: named("guard-1")}, "identity_account_off", 403, "您的账号已停用", "Your account is switched off",
		},
		"another nonce": {
			identitytest.Faults{Token: func(c map[string]any) { c["preferred_username"], c["nonce"] = "officer-1", "another" }},
			"identity_nonce", 403, "未通过核验", "did not stand up to the checks",
		},
		"another key": {identitytest.Faults{Token: named("officer-1"), Sign: v.far.Forger()}, "identity_token", 403, "未通过核验", "did not stand up to the checks"},
		"another issuer": {
			identitytest.Faults{Token: named("officer-1"), Back: func(q url.Values) { q.Set("iss", "https://a.example") }}, "identity_issuer", 403, "未通过核验", "did not stand up to the checks",
		},
		"another code": {
			identitytest.Faults{Token: named("officer-1"), Back: func(q url.Values) { q.Set("code", "x") }}, "identity_code", 403, "未通过核验", "did not stand up to the checks",
		},
		"another state": {
			identitytest.Faults{Token: named("officer-1"), Back: func(q url.Values) { q.Set("state", "x") }}, "identity_state", 403, "本次登录已失效", "no longer good",
		},
		"gone": {identitytest.Faults{Token: named("officer-1"), Down: true, At: "/token"}, "identity_gone", 503, "暂时无法使用", "can't be reached now"},
	} {
		for lang, words := range map[string]string{"zh": c.zh, "en": c.en} {
			b := v.browser(lang)
			to := b.begins("/incidents")
			v.far.Be(c.f)
			back := v.says(to, "u-1")
			before := v.signIns(c.result)
			page := b.get(back)
			v.far.Be(identitytest.Faults{})
			assert.Equal(t, c.status, page.status, name)
			says(t, page.html, words, name)
			says(t, page.html, `name="password"`, "a password is taken there", name)
			lacks(t, page.html, "<b>no</b>", name)
			assert.InDelta(t, before+1, v.signIns(c.result), 0, name)
			assert.Empty(t, b.session(), name)
			assert.Equal(t, "/sign-in", b.get("/incidents").path, name)
			assert.Equal(t, "/incidents", b.post("/sign-in", "name", "officer-1", "password", apitest.Password, "next", "/incidents").path, name)
		}
	}
}

// What brought somebody in brings nobody in again, there or elsewhere.
func TestAReturnIsGoodOnceAndInItsBrowser(t *testing.T) {
	v := startVouched(t)
	v.far.Be(identitytest.Faults{Token: named("officer-1")})
	b := v.browser("zh")
	to := b.begins("/incidents")
	cookies := b.client.Jar.Cookies(&url.URL{Scheme: "http", Host: strings.TrimPrefix(v.http.URL, "http://"), Path: api.IdentityReturn})
	back := v.says(to, "u-1")

	other := v.browser("zh")
	page := other.get(back)
	assert.Equal(t, http.StatusForbidden, page.status, "a link by which somebody would act in another's account")
	says(t, page.html, "本次登录已失效")
	assert.Empty(t, other.session())

	require.Equal(t, http.StatusOK, b.get(back).status)
	assert.Equal(t, http.StatusForbidden, b.get(back).status, "the browser has forgotten it")
	assert.InDelta(t, 2, v.signIns("identity_state"), 0)

	thief := v.browser("zh")
	at, err := url.Parse(v.http.URL + api.IdentityPath)
	require.NoError(t, err)
	for _, c := range cookies {
		c.Path = api.IdentityPath
	}
	thief.client.Jar.SetCookies(at, cookies)
	assert.Equal(t, http.StatusForbidden, thief.get(back).status)
	assert.InDelta(t, 1, v.signIns("identity_used"), 0, "the hub knows it")
	assert.Empty(t, thief.session())
}

// Whatever stands in the address, nobody is led away from the hub.
func TestTheProviderLeadsNowhereElse(t *testing.T) {
	v := startVouched(t)
	v.far.Be(identitytest.Faults{Token: named("officer-1")})
	for _, next := range []string{"https://attacker.example/", "//attacker.example/", `/\attacker.example`, "/%2Fattacker.example/..", "\t//attacker.example", "javascript:alert(1)", "/%5C/attacker.example"} {
		b := v.browser("zh")
		back := v.says(b.begins(next), "u-1")
		status, header := b.heads(http.MethodGet, back)
		require.Equal(t, http.StatusSeeOther, status, next)
		at, err := url.Parse(v.http.URL)
		require.NoError(t, err)
		led, err := at.Parse(header.Get("Location"))
		require.NoError(t, err)
		assert.Equal(t, at.Host, led.Host, next)
		assert.False(t, strings.HasPrefix(header.Get("Location"), "//") || strings.Contains(header.Get("Location"), `\`), next)
	}
}

// A provider that is gone keeps nobody out, and no page says that it is there.
func TestPasswordsWorkWhileTheProviderIsGone(t *testing.T) {
	v := startVouchedWith(t, identitytest.Faults{Down: true})
	page := v.browser("zh").get("/sign-in")
	says(t, page.html, "公安统一身份认证暂时无法使用，请用密码登录。")
	lacks(t, page.html, api.IdentityPath)
	b := v.as("officer-1", "zh")
	assert.Equal(t, "/incidents", b.get("/incidents").path)
	gone := v.browser("en").get(api.IdentityPath + "?next=%2Fincidents")
	assert.Equal(t, http.StatusServiceUnavailable, gone.status)
	says(t, gone.html, "can't be reached now")
	says(t, gone.html, `value="/incidents"`)
	assert.InDelta(t, 1, v.signIns("identity_gone"), 0)

	v.far.Be(identitytest.Faults{Token: named("officer-1")})
	require.Eventually(t, v.near.There, patience, 5*time.Millisecond)
	says(t, v.browser("zh").get("/sign-in").html, "用公安统一身份认证登录")
	assert.Equal(t, "/incidents", v.signsIn(v.browser("zh"), "u-1", "/incidents").path)
}

// Who waits for a provider that hangs keeps no page waiting.
func TestAProviderThatHangsHoldsNoPage(t *testing.T) {
	v := startVouched(t)
	hangs := make(chan struct{})
	free := sync.OnceFunc(func() { close(hangs) })
	defer free()
	var waiting sync.WaitGroup
	var all []func()
	for range runtime.GOMAXPROCS(0) + 1 {
		b := v.browser("zh")
		back := v.says(b.begins("/"), "u-1")
		all = append(all, func() { b.get(back) })
	}
	v.far.Be(identitytest.Faults{Hangs: hangs, At: "/token", Token: named("officer-1")})
	for _, one := range all[:min(len(all), 8)] { // of one address no more ask at once
		waiting.Go(one)
	}
	require.Eventually(t, func() bool { return v.far.Asked("/token") == min(len(all), 8) }, patience, 5*time.Millisecond)
	begun := time.Now()
	assert.Equal(t, http.StatusOK, v.browser("zh").get("/sign-in").status)
	assert.Less(t, time.Since(begun), 3*time.Second)
	free()
	waiting.Wait()
}

// A session that was begun by the provider ends as any other does, and with the
// link to who began it.
func TestASessionByTheProviderEnds(t *testing.T) {
	v := startVouched(t)
	v.far.Be(identitytest.Faults{Token: named("guard-1")})
	in := func() *browser {
		b := v.browser("zh")
		require.Equal(t, http.StatusOK, v.signsIn(b, "u-1", "/").status)
		require.True(t, v.opens(b.session()))
		return b
	}
	b, byPassword := in(), v.as("guard-1", "zh")
	v.link("guard-1", "u-1")
	assert.False(t, v.opens(b.session()), "it was another link")
	assert.True(t, v.opens(byPassword.session()), "a password is no link")
	b = in()
	v.link("guard-1", "u-9")
	assert.False(t, v.opens(b.session()))
	v.link("guard-1", "u-1")
	assert.True(t, v.opens(b.session()))
	admin := v.as("admin-1", "zh")
	require.Equal(t, http.StatusOK, admin.post("/accounts/guard-1/suspend", "reason", "手机丢失").status)
	assert.False(t, v.opens(b.session()))
	assert.Equal(t, http.StatusForbidden, v.signsIn(b, "u-1", "/").status)
}

// Who was given a first password, which an administrator knows, and comes by the
// provider, has proven more than that.
func TestAFirstPasswordIsNoMatterOfTheProvider(t *testing.T) {
	v := startVouched(t)
	v.far.Be(identitytest.Faults{Token: named("guard-1")})
	require.Equal(t, http.StatusOK, v.as("admin-1", "zh").post("/accounts/guard-1/password", "reason", "新保安").status)
	a, ok := v.who.Load().Account("guard-1")
	require.True(t, ok)
	require.True(t, a.Initial)
	assert.Equal(t, "/raise", v.signsIn(v.browser("zh"), "u-1", "/raise").path)
}
