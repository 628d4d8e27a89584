package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/trial"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// carried is a lane whose far side takes everything at once.
type carried struct{ to *trial.Desk }

func (c carried) Tell(m deliver.Message) { c.to.Report(m.Progress(alerting.Handed, "", time.Now())) }

// desks are the terminals that are connected: that of the police.
type desks struct{}

func (desks) Terminal(user string) bool { return user == "police/desk-1" }

func (desks) Console(string) bool { return false }

const (
	leaderPhone = "+8613900000001"
	secretPhone = "+8613900000077"
)

// peopled is the campus with contacts of the school, one of them named for
// confidential incidents, and some who are away.
func peopled(t *testing.T) *people.Directory {
	t.Helper()
	c := apitest.Campus()
	today := calendar.On(time.Now(), time.FixedZone("", 8*3600))
	contact := func(name string, a alerting.Audience, school string, paths ...people.Path) people.Contact {
		return people.Contact{Name: name, Title: alerting.Text{ZH: name, EN: name}, Audience: a, Schools: []string{school}, Paths: paths, Duties: []people.Duty{people.DutyDutyLeader}}
	}
	text := func(to string) people.Path {
		return people.Path{Channel: alerting.ChannelSMS, Via: alerting.ViaInternet, Address: to, Gateway: "texts"}
	}
	mail := people.Path{Channel: alerting.ChannelMail, Via: alerting.ViaInternet, Address: "leader@school.example.org", Gateway: "letters"}
	secret := contact("counsellor", alerting.School, apitest.School, text(secretPhone))
	secret.Named = true
	away := contact("deputy", alerting.School, apitest.School, text("+8613900000003"))
	away.Leave = []calendar.Span{{From: today.Add(-1), To: today.Add(1)}}
	l := people.Lists{
		Schools: c.Schools(), Devices: c.Devices(), Terminals: append(c.TerminalsOf(apitest.School), people.Terminal{Audience: alerting.Guards, ID: "sign", Schools: []string{apitest.School}, Public: true, Via: alerting.ViaLAN}),
		Contacts: []people.Contact{
			contact("leader", alerting.School, apitest.School, text(leaderPhone), mail), secret, away,
			contact("far", alerting.School, apitest.Other, text("+8613900000009")), contact("captain", alerting.Police, apitest.School, text("+8613900000004")),
		},
		Gateways: []people.Gateway{
			{Name: "texts", Channel: alerting.ChannelSMS, Via: alerting.ViaInternet, Callback: []byte("0123456789abcdef")}, {Name: "letters", Channel: alerting.ChannelMail, Via: alerting.ViaInternet},
		},
	}
	for _, s := range []string{apitest.School, apitest.Other} {
		for _, a := range c.AccountsOf(s) {
			if s == apitest.School || len(a.Schools) == 1 {
				l.Accounts = append(l.Accounts, a)
			}
		}
	}
	return people.New(l)
}

func test(audience, recipient, channel string) m {
	return m{"id": uuid.NewString(), "audience": audience, "recipient": recipient, "channel": channel, "reason": "例行"}
}

func TestWhoReadsAndTestsWhoseWays(t *testing.T) {
	h := start(t)
	h.people.Store(peopled(t))
	// Columns: nobody, liaison, officer, guard, volunteer, staff, district, parent, admin, another school's liaison, named liaison.
	for _, row := range []struct {
		method, path string
		body         func() m
		want         []int
	}{
		{"GET", "/api/v1/people", nil, []int{401, 200, 200, 403, 403, 403, 403, 403, 403, 200, 200}},
		{"GET", "/api/v1/people?school=" + apitest.School, nil, []int{401, 200, 200, 403, 403, 403, 403, 403, 403, 404, 200}},
		{"GET", "/api/v1/people?school=" + apitest.Other, nil, []int{401, 404, 404, 403, 403, 403, 403, 403, 403, 200, 200}},
		{"POST", "/api/v1/people/tests", func() m { return test("school", "leader", "mail") }, []int{401, 404, 202, 403, 403, 403, 403, 403, 403, 404, 404}},
		{"POST", "/api/v1/people/tests", func() m { b := test("police", "desk-1", "mqtt"); b["school"] = apitest.School; return b }, []int{401, 202, 404, 403, 403, 403, 403, 403, 403, 404, 429}},
		{"GET", "/api/v1/people/tests/" + uuid.NewString(), nil, []int{401, 404, 404, 403, 403, 403, 403, 403, 403, 404, 404}},
	} {
		for k, account := range accounts {
			b := h.browser()
			if account != "" {
				b = h.as(account)
			}
			var a answer
			if row.method == "POST" {
				a = b.post(row.path, row.body())
			} else {
				a = b.get(row.path)
			}
			assert.Equal(t, row.want[k], a.status, "%s %s as %q: %s", row.method, row.path, account, a.body)
			if a.status >= 400 {
				assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
			}
		}
	}
}

func TestNobodyReadsOfAForeignOrAConfidentialPerson(t *testing.T) {
	h := start(t)
	h.people.Store(peopled(t))
	read := func(account string) string {
		return string(h.as(account).get("/api/v1/people?school=" + apitest.School).body)
	}
	officer, deputy, liaison := read("officer-1"), read("deputy-1"), read("liaison-1")
	for _, secret := range []string{"counsellor", "deputy-1", "far", "captain", "desk-1", leaderPhone, leaderPhone[4:], secretPhone, "leader@school"} {
		assert.NotContains(t, officer, secret)
	}
	for _, own := range []string{`"leader"`, `"deputy"`, "••••0001", "l•••@school.example.org", `"on_leave":true`} {
		assert.Contains(t, officer, own)
	}
	assert.Contains(t, deputy, "counsellor", "who is named knows who else is")
	assert.NotContains(t, deputy, secretPhone)
	assert.Contains(t, liaison, "captain")
	assert.NotContains(t, liaison, `"leader"`)

	hidden, missing := h.as("officer-1").post("/api/v1/people/tests", test("school", "counsellor", "sms")), h.as("officer-1").post("/api/v1/people/tests", test("school", "nobody", "sms"))
	assert.Equal(t, http.StatusNotFound, hidden.status)
	assert.Equal(t, string(missing.body), string(hidden.body))
	began := h.as("deputy-1").post("/api/v1/people/tests", test("school", "counsellor", "sms"))
	require.Equal(t, http.StatusAccepted, began.status)
	assert.Equal(t, http.StatusNotFound, h.as("officer-1").get("/api/v1/people/tests/"+began.json(t)["id"].(string)).status)
	assert.NotContains(t, read("officer-1"), "counsellor", "nor among the tests")
}

func TestHowAudiencesStand(t *testing.T) {
	h := start(t)
	h.people.Store(peopled(t))
	stands := func() map[string]string {
		out := map[string]string{}
		for _, s := range h.as("officer-1").get("/api/v1/people").json(t)["audiences"].([]any) {
			s := s.(map[string]any)
			out[s["audience"].(string)] = s["verdict"].(string)
		}
		return out
	}
	assert.Equal(t, map[string]string{"police": "few", "school": "nobody", "guards": "nobody", "staff": "unset", "district": "unset"}, stands())
	require.Equal(t, http.StatusAccepted, h.as("officer-1").post("/api/v1/people/tests", test("school", "leader", "sms")).status)
	assert.Equal(t, "few", stands()["school"], "one person over one network")
	require.Equal(t, http.StatusAccepted, h.as("officer-1").post("/api/v1/people/tests", test("school", "deputy", "sms")).status)
	school := h.as("officer-1").get("/api/v1/people").json(t)["audiences"].([]any)[1].(map[string]any)
	assert.Equal(t, "school", school["audience"])
	assert.InDelta(t, 1, school["ready"], 0, "who is on leave is nobody")
}

func TestATestIsAskedForOnceAndWithAReason(t *testing.T) {
	h := start(t)
	h.people.Store(peopled(t))
	b := h.as("officer-1")
	body := test("school", "leader", "sms")
	first := b.post("/api/v1/people/tests", body)
	require.Equal(t, http.StatusAccepted, first.status, "%s", first.body)
	assert.Equal(t, "handed", first.json(t)["state"])
	assert.Equal(t, "officer-1", first.json(t)["by"])
	again := b.post("/api/v1/people/tests", body)
	assert.Equal(t, first.json(t), again.json(t), "the same id is the same test")
	body["channel"] = "mail"
	assert.Equal(t, http.StatusConflict, b.post("/api/v1/people/tests", body).status)
	often := b.post("/api/v1/people/tests", test("school", "leader", "sms"))
	assert.Equal(t, http.StatusTooManyRequests, often.status)
	assert.NotEmpty(t, often.header.Get("Retry-After"))
	assert.Equal(t, 1.0, h.refused("tests_often"))
	for _, wrong := range []m{{"reason": " "}, {"reason": strings.Repeat("长", 201)}, {"reason": ""}, {"id": "7"}, {"audience": "parents"}} {
		body := test("school", "leader", "mail")
		for k, v := range wrong {
			body[k] = v
		}
		assert.Equal(t, http.StatusUnprocessableEntity, b.post("/api/v1/people/tests", body).status, wrong)
	}
	for _, none := range []m{test("school", "officer-1", "console"), test("guards", "sign", "mqtt")} {
		assert.Equal(t, http.StatusConflict, b.post("/api/v1/people/tests", none).status, "pages and public signs have no test")
	}
	got := b.get("/api/v1/people").json(t)["tests"].([]any)
	require.Len(t, got, 1)
	assert.Equal(t, "例行", got[0].(map[string]any)["reason"])
}

func TestNoWayIsTestedWhileAnAlarmIsOpen(t *testing.T) {
	h := start(t)
	h.people.Store(peopled(t))
	b := h.as("officer-1")
	begun := test("school", "leader", "sms")
	require.Equal(t, http.StatusAccepted, b.post("/api/v1/people/tests", begun).status)
	hushed := apitest.APress(apitest.School, "b-2", devices.Bullying)
	h.engine.Press(hushed)
	require.Equal(t, http.StatusAccepted, b.post("/api/v1/people/tests", test("school", "leader", "mail")).status, "what one may not see stops nothing, and is not learnt of")
	h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	refused := b.post("/api/v1/people/tests", test("school", "deputy", "sms"))
	assert.Equal(t, http.StatusConflict, refused.status)
	assert.Equal(t, "urn:campushub:refusal:alarm-test", refused.json(t)["type"])
	assert.Equal(t, http.StatusAccepted, b.post("/api/v1/people/tests", begun).status, "one that was begun is asked for again")
}

var _ api.Trials = (*trial.Desk)(nil)
