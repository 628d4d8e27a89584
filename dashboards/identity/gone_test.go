package identity_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/identity"
	"example.org/campushub/dashboards/identity/identitytest"
)

// A document by which nobody could be asked safely is as none.
func TestADocumentThatIsNotGood(t *testing.T) {
	set := func(name string, v any) identitytest.Faults {
		return identitytest.Faults{Meta: func(m map[string]any) { m[name] = v }}
	}
	for name, f := range map[string]identitytest.Faults{
		"no connection":             {Down: true},
		"out of order":              {Fails: "/.well-known/openid-configuration"},
		"another issuer":            set("issuer", "https://attacker.example"),
		"its issuer with a slash":   {Meta: func(m map[string]any) { m["issuer"] = m["issuer"].(string) + "/" }},
		"an endpoint in clear":      set("token_endpoint", "http://elsewhere.example/token"),
		"keys in clear":             set("jwks_uri", "http://elsewhere.example/keys"),
		"userinfo in clear":         set("userinfo_endpoint", "http://elsewhere.example/userinfo"),
		"no endpoint":               set("authorization_endpoint", ""),
		"another way for a secret":  set("token_endpoint_auth_methods_supported", []string{"private_key_jwt"}),
		"signed by a shared secret": set("id_token_signing_alg_values_supported", []string{"HS256", "none"}),
		"by SM2":                    set("id_token_signing_alg_values_supported", []string{"SM2"}),
	} {
		t.Run(name, func(t *testing.T) {
			d := startWith(t, "", f)
			assert.False(t, d.hub.There())
			_, _, err := d.hub.Begin("/", time.Now())
			assert.Equal(t, identity.Gone, identity.Refusal(err))
		})
	}
}

// A document may leave out what has a default.
func TestADocumentMaySayLittle(t *testing.T) {
	d := startWith(t, "", identitytest.Faults{Meta: func(m map[string]any) {
		for _, name := range []string{"token_endpoint_auth_methods_supported", "id_token_signing_alg_values_supported", "userinfo_endpoint", "authorization_response_iss_parameter_supported"} {
			delete(m, name)
		}
	}})
	d.far.Be(identitytest.Faults{Back: func(v url.Values) { v.Del("iss") }})
	_, err := d.signsIn("u-1")
	require.NoError(t, err, "a provider that does not promise to name itself need not")
}

// A provider that goes is missed, and found again, without anybody waiting for it.
func TestAProviderGoesAndComes(t *testing.T) {
	d := startWith(t, "", identitytest.Faults{Down: true})
	assert.Zero(t, d.up())
	d.far.Be(identitytest.Faults{})
	d.until(d.hub.There)
	d.until(func() bool { return d.up() == 1 })
	assert.Contains(t, d.logs.String(), "there again")
	to, held := d.begins()
	said := d.says(to, "u-1")

	d.far.Be(identitytest.Faults{Down: true})
	_, _, err := d.finishes(held, said)
	assert.Equal(t, identity.Gone, identity.Refusal(err), "it went while somebody was there")
	d.until(func() bool { return !d.hub.There() })
	begun := time.Now()
	_, _, err = d.hub.Begin("/", begun)
	assert.Equal(t, identity.Gone, identity.Refusal(err))
	assert.Less(t, time.Since(begun), time.Second, "nobody waits for it")
	d.until(func() bool { return d.up() == 0 })

	d.far.Be(identitytest.Faults{})
	d.until(d.hub.There)
	_, err = d.signsIn("u-1")
	require.NoError(t, err)
}

// A provider that hangs is waited for by who asked it, and by so many at most.
func TestAProviderThatHangs(t *testing.T) {
	d := start(t, "")
	type back struct {
		held string
		said url.Values
	}
	var all []back
	for range identity.MostAtOnce + 1 {
		to, held := d.begins()
		all = append(all, back{held, d.says(to, "u-1")})
	}
	hangs := make(chan struct{})
	d.far.Be(identitytest.Faults{Hangs: hangs, At: "/token"})
	results := make(chan error, len(all))
	for _, b := range all[1:] {
		go func() {
			_, _, err := d.finishes(b.held, b.said)
			results <- err
		}()
	}
	d.until(func() bool { return d.far.Asked("/token") == identity.MostAtOnce })
	_, _, err := d.finishes(all[0].held, all[0].said)
	assert.Equal(t, identity.Crowded, identity.Refusal(err))
	close(hangs)
	for range all[1:] {
		assert.NoError(t, <-results)
	}
}
