package hub_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parentBrowser is one without JavaScript, on a parent's telephone.
type parentBrowser struct {
	t    *testing.T
	base string
	*http.Client
}

func (r *running) parentBrowser(t *testing.T) parentBrowser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return parentBrowser{t, r.Console(), &http.Client{Jar: jar}}
}

// sends a form, and gives the page that it leads to.
func (p parentBrowser) sends(path string, form url.Values) string {
	p.t.Helper()
	res, err := p.PostForm(p.base+path, form)
	require.NoError(p.t, err)
	require.NoError(p.t, res.Body.Close())
	require.Equal(p.t, http.StatusOK, res.StatusCode, path)
	return res.Request.URL.Path
}

// reads a page.
func (p parentBrowser) reads(path string) string {
	p.t.Helper()
	res, err := p.Get(p.base + path)
	require.NoError(p.t, err)
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	require.NoError(p.t, err)
	return string(said)
}

var sixDigits = regexp.MustCompile(`[0-9]{6}`)

// subscribes with the school's code: what the gateway carries proves the number.
func (p parentBrowser) subscribes(w *overheard, code, number, language string) {
	p.t.Helper()
	before := len(w.at(number))
	require.Equal(p.t, "/parent/code", p.sends("/parent/subscribe", url.Values{"code": {code}, "number": {number}, "language": {language}}))
	require.Eventually(p.t, func() bool { return len(w.at(number)) > before }, patience, 5*time.Millisecond, "no text came")
	digits := sixDigits.FindString(w.at(number)[before])
	require.Equal(p.t, "/parent", p.sends("/parent/code", url.Values{"digits": {digits}}))
}

// A parent subscribes by text message, is told what is released by the same
// gateway as the school's list, once, in the language that they chose, and
// nothing any more once they have unsubscribed.
func TestWhoSubscribesIsToldUntilTheyUnsubscribe(t *testing.T) {
	r, w, _ := reachable(t)
	defer http.DefaultClient.CloseIdleConnections()
	officer := r.client(t, "officer")
	code := officer.do(http.MethodPost, "/api/v1/subscriptions/ziwei-primary/code", nil, http.StatusOK)["code"].(string)
	const own = "+8613900000041"
	listed, alone := r.parentBrowser(t), r.parentBrowser(t)
	defer listed.CloseIdleConnections()
	defer alone.CloseIdleConnections()
	listed.subscribes(w, code, inEnglish, "zh") // is on the list, for English
	alone.subscribes(w, code, own, "en")

	raised := officer.do(http.MethodPost, "/api/v1/incidents", map[string]any{"id": uuid.NewString(), "school": "ziwei-primary", "place": "north-gate", "kind": "attack"}, http.StatusCreated)
	path := "/api/v1/incidents/" + raised["id"].(string) + "/release"
	out := func(content map[string]any) {
		t.Helper()
		content["step"] = "draft"
		got := officer.do(http.MethodPost, path, content, http.StatusOK)
		hash := got["release"].(map[string]any)["draft"].(map[string]any)["hash"]
		officer.do(http.MethodPost, path, map[string]any{"step": "release", "hash": hash}, http.StatusOK)
	}
	until := func() string { return time.Now().Add(30 * time.Minute).UTC().Format(time.RFC3339) }
	assert.Len(t, w.at(own), 1, "before a release nothing but the one-time code")
	out(map[string]any{"text": "PAR-01", "next": until()})
	for number, says := range map[string]string{own: "No. 1", inEnglish: "第1号", inChinese: "第1号"} {
		require.Eventually(t, func() bool {
			all := w.at(number)
			return len(all) > 0 && regexp.MustCompile(says).MatchString(all[len(all)-1])
		}, patience, 5*time.Millisecond, number)
	}
	assert.Len(t, w.at(inEnglish), 2, "the one-time code and the notice, once")
	assert.Contains(t, alone.reads("/parent"), "No. 1")

	require.Equal(t, "/parent/subscribe", alone.sends("/parent/unsubscribe", url.Values{"school": {"ziwei-primary"}}))
	out(map[string]any{"text": "PAR-03", "next": until()})
	require.Eventually(t, func() bool { return len(w.at(inChinese)) == 2 && len(w.at(inEnglish)) == 3 }, patience, 5*time.Millisecond)
	assert.Len(t, w.at(own), 2, "told no more")
	figures := officer.do(http.MethodGet, "/api/v1/subscriptions", nil, http.StatusOK)
	assert.InDelta(t, 1, figures["schools"].([]any)[0].(map[string]any)["subscribers"], 0)
}
