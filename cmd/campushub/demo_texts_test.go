package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A newcomer subscribes as a parent: the demonstration shows the text message
// where it runs.
func TestANewcomerSubscribesAsAParent(t *testing.T) {
	p := startDemo(t, t.TempDir(), "--quiet")
	require.Eventually(t, func() bool { return regexp.MustCompile(`Parents +http://[^ ]+/parent`).MatchString(p.said()) }, patience, 5*time.Millisecond)
	var issued struct{ Code string }
	require.Equal(t, http.StatusOK, p.signIn(t, "officer").call(t, http.MethodPost, "/api/v1/subscriptions/"+p.School+"/code", "", &issued))
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	parent := &http.Client{Jar: jar}
	defer parent.CloseIdleConnections()
	sends := func(path string, form url.Values) string {
		t.Helper()
		res, err := parent.PostForm(p.Console+path, form)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res.Request.URL.Path
	}
	require.Equal(t, "/parent/code", sends("/parent/subscribe", url.Values{"code": {issued.Code}, "number": {"13900000001"}, "language": {"en"}}))
	shown := regexp.MustCompile(`Text message to "\+8613900000001": ".*Code ([0-9]{6}),`)
	require.Eventually(t, func() bool { return shown.MatchString(p.said()) }, patience, 5*time.Millisecond, "nothing is shown")
	digits := shown.FindStringSubmatch(p.said())[1]
	assert.Equal(t, "/parent", sends("/parent/code", url.Values{"digits": {digits}}))
}
