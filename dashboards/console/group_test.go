package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestAGroupStandsTogetherAndIsSignedAtOnce(t *testing.T) {
	h := start(t)
	one := press(h, "b-1", devices.Emergency)
	two := press(h, "b-2", devices.Attack)
	high := press(h, "b-3", devices.Intrusion)
	h.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Fire))
	b := h.as("named-1", "zh")
	page := b.get("/").html
	assert.Equal(t, 3, strings.Count(page, "本校关联警情 3 起"), "on each of its cards, and on no other")
	assert.Equal(t, 1, strings.Count(page, "签收本校全部 3 起"), "one button for all")
	form := between(t, page, `action="/acknowledge"`, "</form>")
	for _, i := range []alerting.Incident{one, two, high} {
		says(t, form, `name="incident" value="`+i.ID+":")
	}
	at := func(i alerting.Incident) int { return strings.Index(page, `id="i-`+i.ID) }
	assert.Less(t, at(two), at(high), "each in its own column")

	done := b.posts("/acknowledge", form)

	assert.Equal(t, http.StatusOK, done.status)
	says(t, done.html, "已签收。")
	lacks(t, done.html, "签收本校全部")
	for _, id := range []string{one.ID, two.ID, high.ID} {
		i, err := h.engine.Incident(t.Context(), id)
		require.NoError(t, err)
		assert.Len(t, i.Acknowledgements, 1, "each by an event of its own")
	}
	says(t, b.post("/acknowledge", "return", "/").html, "未接手：请在看板上重试")
}

func TestWhatIsTakenApartHasNoButtonForAll(t *testing.T) {
	h := start(t)
	one, two := press(h, "b-1", devices.Emergency), press(h, "b-2", devices.Attack)
	b := h.as("liaison-1", "zh")
	says(t, b.get("/").html, "签收本校全部 2 起")
	b.post("/incidents/"+one.ID+"/unlink", "incident", two.ID, "return", "/")
	lacks(t, b.get("/").html, "签收本校全部")
}

// posts sends a form's hidden fields as they stand on the page.
func (b *browser) posts(path, form string) shown {
	b.t.Helper()
	values := map[string][]string{}
	for _, f := range regexp.MustCompile(`name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		values[f[1]] = append(values[f[1]], f[2])
	}
	return b.do(http.MethodPost, path, values)
}

func TestFalseAlarmsHaveAPageWithoutARanking(t *testing.T) {
	h := start(t)
	b := h.as("liaison-1", "zh")
	for range 3 {
		i := press(h, "b-2", devices.Emergency)
		b.post("/incidents/"+i.ID+"/reset", "reason", "看过", "return", "/")
		b.post("/incidents/"+i.ID+"/resolve", "outcome", "prank", "return", "/")
	}
	i := press(h, "b-1", devices.Emergency)
	b.post("/incidents/"+i.ID+"/reset", "reason", "看过", "return", "/")
	b.post("/incidents/"+i.ID+"/resolve", "outcome", "accidental", "return", "/")
	officer := h.as("officer-1", "zh")
	says(t, officer.get("/incidents").html, `href="/false-alarms"`)
	page := officer.get("/false-alarms")
	require.Equal(t, http.StatusOK, page.status)
	says(t, page.html, "善意报警从不计入")
	says(t, page.html, "请检查位置和防护罩")
	assert.Less(t, strings.Index(page.html, ">b-1<"), strings.Index(page.html, ">b-2<"), "by name, and not by count")
	lacks(t, h.as("guard-1", "zh").get("/incidents").html, "/false-alarms")
	assert.Equal(t, http.StatusForbidden, h.as("guard-1", "zh").get("/false-alarms").status)
}
