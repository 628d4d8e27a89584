package console_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// access is who may use a route. In at and body {…} stands for a thing of a school;
// body is a form, with @ before a file's field, or what the API reads.
type access struct{ at, body, own, foreign string }

// The route's pattern calls what a school has by one of these.
var called = strings.NewReplacer(
	"{incident}", "{id}", "{hazard}", "{id}", "{drill}", "{id}", "{post}", "{id}", "{mute}", "{id}", "{call}", "{id}", "{uuid}", "{id}",
	"{account}", "{name}", "{token}", "{name}",
)

func (a access) pattern() string {
	at, _, _ := strings.Cut(a.at, "?")
	return called.Replace(at)
}

// readers of the columns; nobody is the first one.
func readersOf() []string {
	out := []string{""}
	for _, r := range alerting.Roles() {
		out = append(out, string(r)+"-1")
	}
	return append(out, "deputy-1")
}

// things are what a route's {…} stands for at the first school, and at the second.
func (b busy) things() (own, foreign map[string]string) {
	day := calendar.On(time.Now(), gate(b.t).Zone).String()
	b.token("own-one", apitest.School, api.ScopeReadDuty)
	b.token("other-one", apitest.Other, api.ScopeReadDuty)
	away := b.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Emergency))
	version := regexp.MustCompile(`/assets/([0-9a-f]+)/`).FindStringSubmatch(b.browser("zh").get("/sign-in").html)[1]
	plan := regexp.MustCompile(`/plans/[^/]+/[^/]+/([^"#?]+)`).FindStringSubmatch(b.as("officer-1", "zh").get("/incidents/" + b.attack.ID).html)[1]
	second := press(b.hub, "b-3", devices.Emergency).ID
	own = map[string]string{
		"school": apitest.School, "place": "north-gate", "incident": b.attack.ID, "second": second, "device": "b-3", "plan": apitest.PlanID, "version": plan, "assets": version,
		"account": "clerk-1", "token": "own-one", "hazard": strings.TrimPrefix(b.found, "/hazards/"), "drill": "d-1", "post": "north",
		"mute": "none", "call": "0192aaaa-0000-7000-8000-000000000001", "day": day, "pin": gate(b.t).PIN("north"),
	}
	foreign = map[string]string{
		"school": apitest.Other, "place": "field", "incident": away.ID, "second": second, "device": "b-1", "plan": apitest.PlanID, "version": plan, "assets": version,
		"account": "other-1", "token": "other-one", "hazard": "none", "drill": "none", "post": "south", "mute": "none", "call": "none", "day": day,
	}
	return own, foreign
}

var thing = regexp.MustCompile(`\{([a-z]+)\}`)

// filledWith is a text with the things that it speaks of.
func filledWith(text string, things map[string]string) string {
	return thing.ReplaceAllStringFunc(text, func(m string) string {
		switch name := strings.Trim(m, "{}"); name {
		case "uuid":
			return uuid.NewString()
		case "name":
			return "n-" + uuid.NewString()[:8]
		default:
			return things[name]
		}
	})
}

// forParents reports whether only a parent who subscribed is shown anything there.
// They have no account: TestASubscriberReachesTheirOwnPagesAlone is about them.
func forParents(at string) bool {
	_, path, _ := strings.Cut(at, " ")
	return path == "/parent" || strings.HasPrefix(path, "/parent/") && path != "/parent/subscribe" && path != "/parent/code"
}

// content is a body as a browser or a program sends it.
func (a access) content(things map[string]string) (body, sort string) {
	body = filledWith(a.body, things)
	switch {
	case strings.Contains(a.at, " /api/") && strings.HasPrefix(body, "{"):
		return body, "application/json"
	case strings.HasPrefix(a.at, "PUT"):
		return body, "image/jpeg"
	case strings.Contains(a.at, " /api/") && body != "":
		return body, "application/octet-stream"
	case !strings.Contains(body, "@"):
		return body, "application/x-www-form-urlencoded"
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for pair := range strings.SplitSeq(body, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if file, ok := strings.CutPrefix(name, "@"); ok {
			part, _ := w.CreateFormFile(file, "a.csv")
			_, _ = part.Write([]byte(value))
			continue
		}
		_ = w.WriteField(name, value)
	}
	_ = w.Close()
	return form.String(), w.FormDataContentType()
}

// meets is what somebody meets at a route, as a letter.
func (b *browser) meets(a access, things map[string]string) string {
	b.t.Helper()
	method, path, _ := strings.Cut(strings.ReplaceAll(a.at, "{$}", ""), " ")
	if strings.HasPrefix(path, "/assets/") {
		path = "/assets/{assets}/console.css"
	}
	body, sort := a.content(things)
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.h.http.URL+filledWith(path, things), strings.NewReader(body))
	require.NoError(b.t, err)
	if method != http.MethodGet {
		req.Header.Set("Content-Type", sort)
	}
	req.Header.Set("Accept", "text/html")
	direct := *b.client
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := direct.Do(req)
	require.NoError(b.t, err)
	require.NoError(b.t, res.Body.Close())
	to, err := url.Parse(res.Header.Get("Location"))
	require.NoError(b.t, err)
	notice := to.Query().Get("notice")
	switch {
	case res.StatusCode == http.StatusSeeOther && to.Path == "/parent/subscribe" && forParents(a.at):
		return "s"
	case res.StatusCode == http.StatusSeeOther && to.Path == "/sign-in" && method+path != "POST/sign-out",
		res.StatusCode == http.StatusUnauthorized && path != "/sign-in" && method+path != "POST/api/v1/session":
		return "s"
	case strings.HasSuffix(notice, ".forbidden"), res.StatusCode == http.StatusForbidden:
		return "f"
	case strings.HasSuffix(notice, ".none"), res.StatusCode == http.StatusNotFound:
		return "n"
	case strings.HasPrefix(notice, "refused."), res.StatusCode >= 400 && res.StatusCode < 500:
		return "~"
	case res.StatusCode < 400:
		return "+"
	}
	b.t.Errorf("%s: %d", a.at, res.StatusCode)
	return "?"
}

// holdsTo tries every row as everybody, and holds that there is one for every
// route. A row that refuses everybody alike proves nothing of the request: at
// their own school somebody gets further. Only a program reads its own token, and only
// whom the identity provider sends back is taken.
func (b busy) holdsTo(rows []access, routes []string) {
	b.t.Helper()
	there := map[string]bool{}
	for _, a := range rows {
		there[a.pattern()] = true
	}
	for _, r := range routes {
		assert.True(b.t, there[r], "nobody says who may use %s", r)
	}
	assert.Len(b.t, there, len(routes), "a row is of no route")
	own, foreign := b.things()
	var everybody []*browser
	for _, name := range readersOf() {
		one := b.browser("zh")
		if name != "" {
			one = b.as(name, "zh")
		}
		everybody = append(everybody, one)
	}
	for _, a := range rows {
		row := func(things map[string]string) (got string) {
			for _, one := range everybody {
				got += one.meets(a, things)
			}
			return got
		}
		foreigners := ""
		if thing.MatchString(strings.ReplaceAll(a.at+a.body, "{uuid}", "")) { // at others' first: whoever may not changes nothing
			foreigners = row(foreign)
		}
		if got := strings.ReplaceAll(row(own), "~", "+"); got != a.own || foreigners != a.foreign {
			b.t.Errorf("%s: it is %q and at another school %q, and not %q and %q", a.at, got, foreigners, a.own, a.foreign)
		}
		further := strings.Contains(a.own, "+") || strings.Contains(a.own, "n") && strings.Contains(a.own, "f")
		assert.True(b.t, further || a.at == "GET /api/v1/token" || a.at == "GET "+api.IdentityReturn || forParents(a.at), "%s refuses everybody alike: its request is no good", a.at)
	}
}

func TestEachRoleAtEachPage(t *testing.T) {
	b := startBusy(t)
	b.holdsTo(pages, b.patterns)
}

func TestEachRoleAtEachOperation(t *testing.T) {
	b := startBusy(t)
	b.holdsTo(operations, b.mounted)
}
