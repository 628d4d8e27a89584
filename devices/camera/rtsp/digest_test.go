package rtsp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The examples of RFC 7616, 3.9.1.
func TestAnswersAreThoseOfTheStandard(t *testing.T) {
	const challenge = `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=%s, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	for algorithm, response := range map[string]string{
		"MD5":     "8ca523f5e9506fed4657c9700eebdbec",
		"SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		d := digest{account: Credentials{"Mufasa", "Circle of Life"}, cnonce: func() string { return "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ" }}
		require.NoError(t, d.challenge([]string{fmt.Sprintf(challenge, algorithm)}))
		answer := d.answer("GET", "/dir/index.html")
		require.Contains(t, answer, `response="`+response+`"`)
		require.Contains(t, answer, "nc=00000001")
		require.Contains(t, answer, `opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`)
		require.Contains(t, d.answer("GET", "/dir/index.html"), "nc=00000002")
		both := digest{account: d.account, cnonce: d.cnonce}
		require.NoError(t, both.challenge([]string{"Basic realm=a", fmt.Sprintf(challenge, "MD5"), fmt.Sprintf(challenge, "SHA-256"), fmt.Sprintf(challenge, "MD4")}))
		require.Contains(t, both.answer("GET", "/dir/index.html"), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")
	}
}

// The example of RFC 2069, 2.4, with the response of its erratum 749.
func TestAnOldCameraIsAnsweredInItsWay(t *testing.T) {
	d := digest{account: Credentials{"Mufasa", "CircleOfLife"}, cnonce: randomNonce}
	require.NoError(t, d.challenge([]string{`Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`}))
	answer := d.answer("GET", "/dir/index.html")
	require.Contains(t, answer, `response="1949323746fe6a43ef61f9606e7febea"`)
	require.NotContains(t, answer, "qop")
	require.NotContains(t, answer, "algorithm")
}

func TestNoPasswordGoesOutInTheClear(t *testing.T) {
	d := digest{account: Credentials{"a", "secret"}, cnonce: randomNonce}
	for _, headers := range [][]string{{`Basic realm="a"`}, {}, {`Digest realm="a"`}, {`Digest realm="a", nonce="b", algorithm=MD4`}, {`Digest realm="a", nonce="b", qop="auth-int"`}} {
		require.ErrorIs(t, d.challenge(headers), errScheme)
		require.Empty(t, d.answer("PLAY", "rtsp://a/"))
	}
	nobody := digest{cnonce: randomNonce}
	require.ErrorIs(t, nobody.challenge([]string{`Digest realm="a", nonce="b"`}), ErrCredentials)
}

func TestCredentialsComeFromAFileAndAreNeverPrinted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cam-1")
	require.NoError(t, os.WriteFile(path, []byte("viewer:4 walls: have ears\n"), 0o600))
	c, err := ReadCredentials(path)
	require.NoError(t, err)
	require.Equal(t, "4 walls: have ears", c.Password)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		require.NotContains(t, fmt.Sprintf(verb, c), "walls")
		require.NotContains(t, fmt.Sprintf(verb, struct{ C Credentials }{c}), "walls")
	}
	for _, bad := range []string{"", "secret", ":secret", "a:secret\nb", "a:sec\"ret", "a:secret" + strings.Repeat("x", 2000)} {
		require.NoError(t, os.WriteFile(path, []byte(bad), 0o600))
		_, err := ReadCredentials(path)
		require.ErrorContains(t, err, path)
		require.NotContains(t, err.Error(), "sec")
	}
	_, err = ReadCredentials(path + "-gone")
	require.ErrorIs(t, err, os.ErrNotExist)
}
