package hub_test

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/identity/identitytest"
)

// withProvider has people sign in by an identity provider too, which sends them
// back to a public address.
func withProvider(t *testing.T, issuer, public string) func(yaml string) string {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "oidc.secret")
	require.NoError(t, os.WriteFile(secret, []byte("a-client-secret-of-the-tests\n"), 0o600))
	return func(yaml string) string {
		return strings.Replace(yaml, "  http:\n", "  http:\n    public: "+public+"\n    oidc: {issuer: \""+issuer+"\", client_id: campushub, secret_file: "+secret+", label: {zh: 统一身份认证, en: Unified sign-in}}\n", 1)
	}
}

func (r *running) signInPage(t *testing.T) string {
	t.Helper()
	res, err := http.Get(r.Console() + "/sign-in")
	require.NoError(t, err)
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(page)
}

// A provider that takes connections and never answers holds up neither the start
// nor an alarm, nor anybody's password; one that is there is offered.
func TestAHubStartsWithoutItsProvider(t *testing.T) {
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	begun := time.Now()
	r := start(t, withProvider(t, "http://"+silent.Addr().String(), "http://127.0.0.1:8080"))
	assert.Contains(t, r.signInPage(t), "统一身份认证暂时无法使用")
	assert.True(t, r.signsIn(t, r.campus.Accounts[0].Name))
	assert.Contains(t, r.metrics(t), "campushub_identity_provider_up 0\n")
	assert.Less(t, time.Since(begun), 20*time.Second)
	require.NoError(t, r.stop())
}

func TestAHubOffersItsProvider(t *testing.T) {
	const public = "http://127.0.0.1:8080"
	far := identitytest.New(t, public+api.IdentityReturn)
	r := start(t, withProvider(t, far.Issuer, public))
	eventually(t, func() bool { return strings.Contains(r.metrics(t), "campushub_identity_provider_up 1\n") }, "it was asked")
	assert.Contains(t, r.signInPage(t), `href="http://127.0.0.1:8080/sign-in/oidc?next=%2F"`)
}
