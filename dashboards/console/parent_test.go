package console_test

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/subscribe"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// phones are what telephones have had from the first school's gateway.
type phones struct {
	mu  sync.Mutex
	had map[string]string // the latest by number
}

func (p *phones) Hand(_ context.Context, l notice.Letter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.had == nil {
		p.had = map[string]string{}
	}
	p.had[l.Address] = l.Text.ZH + l.Text.EN
	return nil
}

// latest is what came to a number last; it is read once.
func (p *phones) latest(number string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer delete(p.had, number)
	return p.had[number]
}

// desk is one that writes to these telephones, until the test ends.
func (p *phones) desk(t *testing.T, store *office.Store, dir func() *people.Directory) *subscribe.Desk {
	t.Helper()
	d := subscribe.New(subscribe.Deps{
		Book: store, People: dir, Log: slog.New(slog.DiscardHandler),
		Senders: func(school string, c alerting.Channel) (notice.Sender, bool) {
			return p, school == apitest.School && c == alerting.ChannelSMS
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = d.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return d
}

var (
	printed   = regexp.MustCompile(`id="code-[^"]*">([^<]+)<`)
	sixDigits = regexp.MustCompile(`[0-9]{6}`)
)

// issued is the code that the officer has now; one is issued where there is none.
func (h *hub) issued() string {
	h.t.Helper()
	officer := h.as("officer-1", "zh")
	page := officer.get("/subscriptions")
	if !printed.MatchString(page.html) {
		page = officer.post("/subscriptions/" + apitest.School + "/code")
	}
	found := printed.FindStringSubmatch(page.html)
	require.NotNil(h.t, found, "no code on the page")
	return found[1]
}

// proves has a one-time code sent.
func (b *browser) proves(code, number string) shown {
	b.t.Helper()
	page := b.post("/parent/subscribe", "code", code, "number", number, "language", b.lang)
	require.Equal(b.t, "/parent/code", page.path, page.status)
	return page
}

// hears is the text that came to a number.
func (h *hub) hears(number string) (text string) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		text = h.texts.latest(number)
		return text != ""
	}, 10*time.Second, time.Millisecond, "no text came")
	return text
}

// reads is the one-time code in it.
func (h *hub) reads(number string) string {
	h.t.Helper()
	return sixDigits.FindString(h.hears(number))
}

// subscriber is a parent's browser who has subscribed.
func (h *hub) subscriber(lang, number string) *browser {
	h.t.Helper()
	b := h.browser(lang)
	if page := b.post("/parent/subscribe", "code", h.issued(), "number", number, "language", lang); page.path != "/parent/code" {
		require.Fail(h.t, "nothing was sent", page.status)
	}
	page := b.post("/parent/code", "digits", h.reads(number))
	require.Equal(h.t, "/parent", page.path)
	return b
}

// whoever is an account's browser, that of a parent who has subscribed, or of one
// who is about to.
func (h *hub) whoever(who, lang string) *browser {
	own := map[string]string{"zh": "1", "en": "2"}[lang]
	switch who {
	case "subscriber":
		return h.subscriber(lang, "+861390000001"+own)
	case "proving":
		b := h.browser(lang)
		b.proves("", "+861390000002"+own)
		return b
	}
	return h.as(who, lang)
}

func TestAParentSubscribesReadsAndUnsubscribes(t *testing.T) {
	h := start(t)
	const number = "+8613900000001"
	parent := h.browser("zh")
	says(t, parent.get("/sign-in").html, `href="/parent"`)
	page := parent.get("/parent")
	assert.Equal(t, "/parent/subscribe", page.path)
	says(t, page.html, "学校发给您的登记码")

	wrong := parent.post("/parent/subscribe", "code", apitest.School+"-0000-0000", "number", "139 0000 0001", "language", "en")
	assert.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	says(t, wrong.html, "登记码不正确")
	says(t, wrong.html, `value="139 0000 0001"`)

	code := h.issued()
	asked := parent.post("/parent/subscribe", "code", strings.ToLower(code), "number", "139 0000 0001", "language", "en")
	require.Equal(t, "/parent/code", asked.path)
	text := h.hears(number)
	says(t, text, "Tell nobody", "in the language that was chosen")
	digits := sixDigits.FindString(text)
	bad := "000000"
	if digits == bad {
		bad = "111111"
	}
	refused := parent.post("/parent/code", "digits", bad)
	assert.Equal(t, http.StatusUnprocessableEntity, refused.status)
	says(t, refused.html, "验证码不正确")
	page = parent.post("/parent/code", "digits", digits)
	require.Equal(t, "/parent", page.path)
	says(t, page.html, "还没有发布任何通知")
	says(t, page.html, "0001")
	lacks(t, page.html, "13900000001")
	says(t, h.as("officer-1", "zh").get("/subscriptions").html, "已登记 1 人")
	lacks(t, h.as("officer-1", "zh").get("/subscriptions").html, "0001", "no number")

	incident := press(h, "b-1", devices.Attack)
	lacks(t, parent.get("/parent").html, `class="letter`, "nothing before a release")
	officer := h.as("officer-1", "zh")
	officer.step(incident.ID, "draft", "text", "PAR-01", "next", "30")
	lacks(t, parent.get("/parent").html, `class="letter`, "a draft is nobody's")
	says(t, officer.step(incident.ID, "release").html, "已发布")
	page = parent.get("/parent")
	says(t, page.html, "第1号")
	assert.Equal(t, 1, strings.Count(page.html, `class="letter"`))

	page = parent.post("/parent/language", "language", "en")
	says(t, page.html, "The language is saved")
	assert.Equal(t, http.StatusUnprocessableEntity, parent.post("/parent/unsubscribe", "school", "elsewhere").status)
	gone := parent.post("/parent/unsubscribe", "school", apitest.School)
	assert.Equal(t, "/parent/subscribe", gone.path)
	says(t, gone.html, "You have unsubscribed")
	assert.Equal(t, "/parent/subscribe", parent.get("/parent").path)
	says(t, officer.get("/subscriptions").html, "已登记 0 人")
}

// A parent's session opens the parents' pages, and nothing else that the hub has;
// no session of an account opens theirs (the rows of access_rows_test.go).
func TestASubscriberReachesTheirOwnPagesAlone(t *testing.T) {
	b := startBusy(t)
	parent, stranger := b.subscriber("zh", "+8613900000007"), b.browser("zh")
	own, foreign := b.things()
	for _, a := range slices.Concat(pages, operations) {
		if forParents(a.at) {
			continue
		}
		for _, things := range []map[string]string{own, foreign} {
			assert.Equal(t, stranger.meets(a, things), parent.meets(a, things), a.at)
		}
	}
	home, says := access{at: "GET /parent"}, access{at: "POST /parent/language", body: "language=en"}
	assert.Equal(t, "++", parent.meets(home, own)+parent.meets(says, own))
	parent.meets(access{at: "POST /parent/unsubscribe", body: "school={school}"}, own)
	assert.Equal(t, "ss", parent.meets(home, own)+parent.meets(says, own), "it is over")
}

func TestAParentLeavesADeviceAndComesBackWithTheNumberAlone(t *testing.T) {
	h := start(t)
	const number = "+8613900000001"
	parent := h.subscriber("zh", number)
	assert.Equal(t, "/parent/subscribe", parent.post("/parent/sign-out").path)
	assert.Equal(t, "/parent/subscribe", parent.get("/parent").path)
	parent.proves("", number)
	twice := h.browser("zh").post("/parent/subscribe", "code", "", "number", number, "language", "zh")
	assert.Equal(t, http.StatusTooManyRequests, twice.status, "not twice within a minute")
	says(t, twice.html, "1 分钟后再试")
	assert.Equal(t, "/parent", parent.post("/parent/code", "digits", h.reads(number)).path)
	says(t, h.as("officer-1", "zh").get("/subscriptions").html, "已登记 1 人")
}

func TestAParentsCookiesGoToTheirPagesAlone(t *testing.T) {
	h := start(t)
	code := h.issued()
	var set []*http.Cookie
	parent := h.browser("zh")
	parent.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		set = append(set, r.Response.Cookies()...)
		return nil
	}
	parent.post("/parent/subscribe", "code", code, "number", "+8613900000001", "language", "zh")
	parent.post("/parent/code", "digits", h.reads("+8613900000001"))
	require.Len(t, set, 3)
	for _, c := range set {
		assert.Equal(t, "/parent", c.Path, c.Name)
		assert.True(t, c.HttpOnly, c.Name)
		assert.Equal(t, http.SameSiteLaxMode, c.SameSite, c.Name)
	}
}

func TestWhereNoSchoolWritesToParentsNobodySubscribes(t *testing.T) {
	h := startAt(t, people.New(people.Lists{}), nil, nil, nil)
	says(t, h.browser("en").get("/parent").html, "No school takes subscriptions")
	lacks(t, h.browser("en").get("/sign-in").html, `href="/parent"`)
}
