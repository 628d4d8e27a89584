package identity_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/identity"
	"example.org/campushub/dashboards/identity/identitytest"
)

func TestAProviderVouchesForSomebody(t *testing.T) {
	for _, alg := range []string{"RS256", "ES256"} {
		d := start(t, "")
		d.far.Rotate(alg)
		who, err := d.signsIn("u-4711")
		require.NoError(t, err, alg)
		assert.Equal(t, identity.Who{Issuer: d.far.Issuer, Subject: "u-4711"}, who)
	}
}

// A key that the hub has not seen is asked for; one that the provider has withdrawn
// is none.
func TestKeysRotate(t *testing.T) {
	d := start(t, "")
	_, err := d.signsIn("u-1")
	require.NoError(t, err)
	before := d.far.Asked("/keys")
	_, err = d.signsIn("u-1")
	require.NoError(t, err)
	assert.Equal(t, before, d.far.Asked("/keys"), "keys that are known are not asked for again")
	for _, alg := range []string{"ES256", "RS256"} {
		d.far.Rotate(alg)
		_, err = d.signsIn("u-1")
		require.NoError(t, err, alg)
	}
	d.far.Withdraw()
	_, err = d.signsIn("u-1")
	require.NoError(t, err)
	d.far.Rotate("RS256") // the next token has the hub ask again
	_, err = d.signsIn("u-1")
	require.NoError(t, err)
	d.far.Be(identitytest.Faults{Sign: d.far.Old()})
	_, err = d.signsIn("u-1")
	require.NoError(t, err, "the key before is still told of")
	d.far.Withdraw()
	d.far.Be(identitytest.Faults{})
	d.far.Rotate("ES256")
	old := d.far.Old()
	d.far.Withdraw()
	_, err = d.signsIn("u-1")
	require.NoError(t, err)
	d.far.Be(identitytest.Faults{Sign: old})
	_, err = d.signsIn("u-1")
	assert.Equal(t, identity.Token, identity.Refusal(err), "%v", err)
}

func TestASecretGoesInTheBodyWhereTheProviderSaysSo(t *testing.T) {
	d := startWith(t, "", identitytest.Faults{Post: true})
	_, err := d.signsIn("u-1")
	require.NoError(t, err)
}

// The claim that names an account is said in the ID token, or when it is asked for.
func TestAClaimNamesAnAccount(t *testing.T) {
	d := start(t, "preferred_username")
	named := func(name any) func(map[string]any) {
		return func(claims map[string]any) { claims["preferred_username"] = name }
	}
	for name, c := range map[string]struct {
		f    identitytest.Faults
		want string
	}{
		"in the token":    {identitytest.Faults{Token: named("li-wei")}, "li-wei"},
		"asked for":       {identitytest.Faults{Info: named("li-wei")}, "li-wei"},
		"nowhere":         {identitytest.Faults{}, ""},
		"no text":         {identitytest.Faults{Token: named(7), Info: named([]string{"li-wei"})}, ""},
		"the token first": {identitytest.Faults{Token: named("li-wei"), Info: named("wang-fang")}, "li-wei"},
	} {
		d.far.Be(c.f)
		who, err := d.signsIn("u-1")
		require.NoError(t, err, name)
		assert.Equal(t, c.want, who.Name, name)
	}
	d.far.Be(identitytest.Faults{Info: func(claims map[string]any) {
		claims["sub"], claims["preferred_username"] = "u-2", "wang-fang"
	}})
	_, err := d.signsIn("u-1")
	assert.Equal(t, identity.Token, identity.Refusal(err), "it speaks of somebody else")
}

func TestWithoutAClaimNobodyIsNamed(t *testing.T) {
	d := start(t, "")
	d.far.Be(identitytest.Faults{Token: func(claims map[string]any) { claims["preferred_username"] = "li-wei" }})
	who, err := d.signsIn("u-1")
	require.NoError(t, err)
	assert.Empty(t, who.Name)
	assert.Zero(t, d.far.Asked("/userinfo"))
}

// What a provider, or whoever stands between, may answer wrongly.
func TestAnAnswerThatIsNotGoodIsRefused(t *testing.T) {
	d := start(t, "")
	claim := func(name string, v any) identitytest.Faults {
		return identitytest.Faults{Token: func(claims map[string]any) {
			if claims[name] = v; v == nil {
				delete(claims, name)
			}
		}}
	}
	back := func(change func(url.Values)) identitytest.Faults { return identitytest.Faults{Back: change} }
	unix := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	for name, c := range map[string]struct {
		f    identitytest.Faults
		want identity.Reason
	}{
		"an error":                      {back(func(v url.Values) { v.Del("code"); v.Set("error", "access_denied") }), identity.Denied},
		"an error and a code":           {back(func(v url.Values) { v.Set("error", "server_error") }), identity.Denied},
		"of another issuer":             {back(func(v url.Values) { v.Set("iss", "https://attacker.example") }), identity.Issuer},
		"that does not say of whom":     {back(func(v url.Values) { v.Del("iss") }), identity.Issuer},
		"an error of another issuer":    {back(func(v url.Values) { v.Set("error", "access_denied"); v.Set("iss", "https://a.example") }), identity.Issuer},
		"no code":                       {back(func(v url.Values) { v.Del("code") }), identity.Code},
		"another code":                  {back(func(v url.Values) { v.Set("code", "guessed") }), identity.Code},
		"another state":                 {back(func(v url.Values) { v.Set("state", "ABCDEFGHIJKLMNOPQRSTUVWXYZ") }), identity.State},
		"no state":                      {back(func(v url.Values) { v.Del("state") }), identity.State},
		"another nonce":                 {claim("nonce", "of-somebody-elses-beginning"), identity.Nonce},
		"no nonce":                      {claim("nonce", nil), identity.Nonce},
		"a token of another issuer":     {claim("iss", "https://attacker.example"), identity.Token},
		"a token for another client":    {claim("aud", "library"), identity.Token},
		"for several, by nobody's word": {claim("aud", []string{identitytest.ClientID, "library"}), identity.Token},
		"by another client's word":      {claim("azp", "library"), identity.Token},
		"expired":                       {claim("exp", unix(-identity.Skew-5*time.Second)), identity.Token},
		"without an end":                {claim("exp", nil), identity.Token},
		"of the future":                 {claim("iat", unix(identity.Skew+time.Minute)), identity.Token},
		"without a beginning":           {claim("iat", nil), identity.Token},
		"not yet good":                  {claim("nbf", unix(10*time.Minute)), identity.Token},
		"of nobody":                     {claim("sub", nil), identity.Token},
		"beside another access token":   {claim("at_hash", base64.RawURLEncoding.EncodeToString(make([]byte, 16))), identity.Token},
		"signed by nobody":              {identitytest.Faults{Sign: identitytest.Unsigned}, identity.Token},
		"signed by the client's secret": {identitytest.Faults{Sign: identitytest.BySecret}, identity.Token},
		"signed by another key":         {identitytest.Faults{Sign: d.far.Forger()}, identity.Token},
		"no token":                      {identitytest.Faults{Sign: func(any, any) string { return "" }}, identity.Token},
		"a token that is none":          {identitytest.Faults{Sign: func(any, any) string { return "a.b.c" }}, identity.Token},
		"out of order":                  {identitytest.Faults{Fails: "/token"}, identity.Gone},
		"cut off":                       {identitytest.Faults{Down: true, At: "/token"}, identity.Gone},
	} {
		t.Run(name, func(t *testing.T) {
			to, held := d.begins()
			d.far.Be(c.f)
			said := d.says(to, "u-1")
			who, _, err := d.finishes(held, said)
			assert.Equal(t, c.want, identity.Refusal(err), "%v", err)
			assert.Zero(t, who)
			d.far.Be(identitytest.Faults{})
		})
	}
	_, err := d.signsIn("u-1")
	require.NoError(t, err, "the provider was good all along")
}

// Clocks that are a little apart keep nobody out.
func TestClocksMayBeApart(t *testing.T) {
	d := start(t, "")
	for _, apart := range []time.Duration{-identity.Skew + 10*time.Second, identity.Skew - 10*time.Second} {
		d.far.Be(identitytest.Faults{Token: func(claims map[string]any) {
			now := time.Now().Add(apart)
			claims["iat"], claims["exp"] = now.Unix(), now.Add(time.Second).Unix()
		}})
		_, err := d.signsIn("u-1")
		require.NoError(t, err, "%v", apart)
	}
}

// Keys that can't be read are the provider's fault, and not the token's.
func TestKeysThatAreGone(t *testing.T) {
	for _, f := range []identitytest.Faults{{Down: true, At: "/keys"}, {Fails: "/keys"}} {
		d := start(t, "")
		d.far.Be(f)
		_, err := d.signsIn("u-1")
		assert.Equal(t, identity.Gone, identity.Refusal(err), "%v", err)
		d.far.Be(identitytest.Faults{})
		_, err = d.signsIn("u-1")
		require.NoError(t, err, "and asked for again")
	}
}

func TestAStateIsGoodOnce(t *testing.T) {
	d := start(t, "")
	to, held := d.begins()
	said := d.says(to, "u-1")
	_, _, err := d.finishes(held, said)
	require.NoError(t, err)
	asked := d.far.Asked("/token")
	_, next, err := d.finishes(held, said)
	assert.Equal(t, identity.Used, identity.Refusal(err))
	assert.Equal(t, "/incidents?page=2", next, "they may begin again for the same page")
	_, _, err = d.finishes(held, d.says(to, "u-1"))
	assert.Equal(t, identity.Used, identity.Refusal(err), "also with another code")
	assert.Equal(t, asked, d.far.Asked("/token"), "the provider was not asked")
}

// Of many that come back with the same state at once, one comes in.
func TestAStateIsGoodOnceAlsoAtOnce(t *testing.T) {
	d := start(t, "")
	to, held := d.begins()
	said := d.says(to, "u-1")
	var mu sync.Mutex
	in := 0
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			_, _, err := d.finishes(held, said)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			} else {
				assert.Equal(t, identity.Used, identity.Refusal(err))
			}
		})
	}
	all.Wait()
	assert.Equal(t, 1, in)
}

// A browser that began nothing brings nobody in: else a stranger could send people
// a link by which they act in the stranger's account.
func TestAnAnswerBelongsToItsBrowser(t *testing.T) {
	d := start(t, "")
	to, held := d.begins()
	_, other := d.begins()
	body, sum, _ := strings.Cut(held, ".")
	forged := base64.RawURLEncoding.EncodeToString([]byte(`{"s":"` + state(t, to) + `","n":"/","u":99999999999}`))
	for name, has := range map[string]string{
		"nothing": "", "another beginning": other, "no signature": body, "half of one": body + "." + sum[:20], "its own words": forged + "." + sum, "none": forged + ".",
	} {
		who, next, err := d.finishes(has, d.says(to, "u-1"))
		assert.Equal(t, identity.State, identity.Refusal(err), name)
		assert.Zero(t, who)
		assert.Equal(t, "/", next, name)
	}
	// One that another hub signed, or this one before it was restarted.
	again := start(t, "")
	_, foreign := again.begins()
	_, _, err := d.finishes(foreign, d.says(to, "u-1"))
	assert.Equal(t, identity.State, identity.Refusal(err))

	_, _, err = d.hub.Finish(t.Context(), held, d.says(to, "u-1"), time.Now().Add(identity.TicketLifetime))
	assert.Equal(t, identity.State, identity.Refusal(err), "too late")
	_, _, err = d.finishes(held, d.says(to, "u-1"))
	require.NoError(t, err, "none of these used it up")
}

func state(t *testing.T, to string) string {
	u, err := url.Parse(to)
	require.NoError(t, err)
	return u.Query().Get("state")
}

// What stands in addresses and in the browser says neither nonce's nor verifier's
// secret to anybody, and two beginnings share nothing.
func TestNothingIsToBeGuessed(t *testing.T) {
	d := start(t, "")
	seen := map[string]bool{}
	for range 20 {
		to, held := d.begins()
		u, err := url.Parse(to)
		require.NoError(t, err)
		for _, name := range []string{"state", "nonce", "code_challenge"} {
			v := u.Query().Get(name)
			assert.False(t, seen[v], name)
			seen[v] = true
		}
		assert.NotContains(t, held, u.Query().Get("nonce"))
		assert.Less(t, len(held), 3000)
	}
	_, held, err := d.hub.Begin("/"+strings.Repeat("x", 5000), time.Now())
	require.NoError(t, err)
	assert.Less(t, len(held), 3000, "a cookie holds it, however long the page's address")
}

// Nothing of what a provider says stands in full in the log, and the secret never.
func TestWhatIsRefusedIsSaidShortly(t *testing.T) {
	d := start(t, "")
	d.far.Be(identitytest.Faults{Back: func(v url.Values) { v.Set("error", strings.Repeat("long\n", 500)) }})
	_, err := d.signsIn("u-1")
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 400)
	assert.NotContains(t, err.Error(), "\n")
	assert.NotContains(t, d.logs.String(), identitytest.Secret)
}

// An endpoint that leads elsewhere is not followed: the secret and the code would
// go along.
func TestNoRedirectIsFollowed(t *testing.T) {
	d := start(t, "")
	for _, path := range []string{"/token", "/keys", "/userinfo"} {
		d := start(t, "preferred_username")
		d.far.Be(identitytest.Faults{Leads: path})
		_, err := d.signsIn("u-1")
		assert.NotEmpty(t, identity.Refusal(err), path)
		assert.Zero(t, d.far.Asked("/elsewhere"), path)
	}
	_, err := d.signsIn("u-1")
	require.NoError(t, err)
}
