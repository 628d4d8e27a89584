package console_test

import (
	"bytes"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/dashboards/api/apitest"
)

// roster asks the API for the roster of a day, or hands one in over a version.
func (b *browser) roster(method, day, match, sheet string) (status int, tag string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.h.http.URL+"/api/v1/roster?school="+apitest.School+"&from="+day+"&to="+day, bytes.NewReader([]byte(sheet)))
	require.NoError(b.t, err)
	if sheet != "" {
		req.Header.Set("Content-Type", "application/octet-stream")
	}
	if match != "" {
		req.Header.Set("If-Match", match)
	}
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	defer res.Body.Close()
	return res.StatusCode, res.Header.Get("ETag")
}

// Two officers have the same days before them: who hands in second is told, and
// changes nothing.
func TestASheetNeverReplacesARosterThatNobodyHasSeen(t *testing.T) {
	h, of := startDuty(t)
	one, two := h.as("officer-1", "en"), h.as("clerk-1", "en")
	day := calendar.On(time.Now(), of.Zone).String()
	sheet := func(who string) string {
		return "日期,岗位,班次,姓名,角色\n" + day + ",北门护学岗,day," + who + ",保安员\n"
	}
	hidden := regexp.MustCompile(`name="seen" value="([0-9a-f]+)"><input type="hidden" name="seen_of" value="([^"]+)"`)
	form := func(b *browser) (seen, seenOf string) {
		found := hidden.FindStringSubmatch(b.get("/roster?from=" + day + "&to=" + day).html)
		require.Len(t, found, 3)
		return found[1], found[2]
	}
	seen, seenOf := form(one)
	assert.Equal(t, apitest.School+" "+day+" "+day, seenOf)
	fields := func(seen string) []string { return []string{"from", day, "to", day, "seen", seen, "seen_of", seenOf} }
	require.Equal(t, http.StatusOK, one.hand("a.csv", sheet("王建国"), fields(seen)...).status)
	refused := two.hand("b.csv", sheet("李卫国"), fields(seen)...)
	assert.Equal(t, http.StatusPreconditionFailed, refused.status)
	says(t, refused.html, "Somebody has changed the roster of these days meanwhile")
	says(t, refused.html, "王建国")
	now, _ := form(two)
	assert.NotEqual(t, seen, now)
	require.Equal(t, http.StatusOK, two.hand("b.csv", sheet("李卫国"), fields(now)...).status, "who has looked again may")
	require.Equal(t, http.StatusOK, one.hand("c.csv", sheet("王建国"), "from", day, "to", day).status, "a form of before names none")
	other := []string{"from", day, "to", day, "seen", seen, "seen_of", apitest.School + " 2026-01-01 2026-01-01"}
	require.Equal(t, http.StatusOK, one.hand("d.csv", sheet("王建国"), other...).status, "what the page did not show it has not seen")

	status, tag := one.roster(http.MethodGet, day, "", "")
	require.Equal(t, http.StatusOK, status)
	require.Regexp(t, `^"[0-9a-f]{32}"$`, tag)
	for match, want := range map[string]int{`"0123"`: 412, "W/" + tag: 412, "nonsense": 412} {
		status, _ := two.roster(http.MethodPost, day, match, sheet("李卫国"))
		assert.Equal(t, want, status, match)
	}
	_, still := one.roster(http.MethodGet, day, "", "")
	assert.Equal(t, tag, still, "nothing was changed")
	status, next := two.roster(http.MethodPost, day, `"0123", `+tag, sheet("李卫国"))
	assert.Equal(t, http.StatusOK, status)
	assert.NotEqual(t, tag, next)
	_, got := one.roster(http.MethodGet, day, "", "")
	assert.Equal(t, next, got)
	status, _ = one.roster(http.MethodPost, day, tag, sheet("王建国"))
	assert.Equal(t, http.StatusPreconditionFailed, status)
	status, _ = one.roster(http.MethodPost, day, "*", sheet("王建国"))
	assert.Equal(t, http.StatusOK, status)
}
