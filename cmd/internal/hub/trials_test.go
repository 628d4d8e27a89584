package hub_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// folk is what these tests look at of whom alarms reach.
type folk struct {
	Audiences []struct{ Audience, Verdict string }
	People    []struct {
		Name, Audience string
		Ways           []struct {
			Recipient, Channel, Address, State string
			Deaf, Testable                     bool
			Seen                               struct{ Reached, WorkedBy string }
		}
	}
}

type tried struct {
	ID, State, Why, By, Reason string
	TookMS                     float64 `json:"took_ms"`
}

// try tests a way, and gives the status and the test.
func (c caller) try(audience, recipient, channel string) (status int, t tried) {
	c.t.Helper()
	status = c.call("POST", "/api/v1/people/tests", map[string]any{
		"id": uuid.NewString(), "audience": audience, "recipient": recipient, "channel": channel, "reason": "新号码",
	}, &t)
	return status, t
}

func (c caller) becomes(id, state string) (t tried) {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		return c.call("GET", "/api/v1/people/tests/"+id, nil, &t) == http.StatusOK && t.State == state
	}, patience, 5*time.Millisecond, "%+v", &t)
	return t
}

// An officer tests the way to a leader's telephone: the gateway gets one text that
// says at both ends that it is a test, and what it reports is what the test says.
func TestAnOfficerTestsTheWayToATelephone(t *testing.T) {
	waits(t)
	texts := newGateway(t, nil)
	r := start(t, with("gateways:\n", texts.yaml("texts", "sms"), "contacts:\n",
		contact("leader", alerting.School, "duty-leader", path("sms", leader, "texts")),
		contact("beat", alerting.Police, "assigned-officer", path("sms", beat, "texts"))))
	officer, liaison := r.callAs(t, "officer"), r.callAs(t, "liaison")

	status, begun := officer.try("school", "leader", "sms")
	require.Equal(t, http.StatusAccepted, status)
	got := texts.to(leader)
	assert.True(t, strings.HasPrefix(got.Text, "【紫薇小学】【测试】") && strings.Contains(got.Text, "无需处理【测试】") && strings.Contains(got.Text, "TEST"), got.Text)
	assert.Positive(t, officer.becomes(begun.ID, "handed").TookMS)
	r.report(t, "/callbacks/sms/texts/status", `{"id":%q,"reference":%q,"status":"received"}`, got.ID, got.Reference)
	done := officer.becomes(begun.ID, "received")
	assert.Equal(t, "新号码", done.Reason)
	assert.NotEmpty(t, done.By)

	status, _ = officer.try("school", "leader", "sms")
	assert.Equal(t, http.StatusTooManyRequests, status, "the telephone rings once")
	status, _ = officer.try("police", "beat", "sms")
	assert.Equal(t, http.StatusNotFound, status, "the police test their own")
	status, _ = liaison.try("school", "leader", "sms")
	assert.Equal(t, http.StatusNotFound, status)
	require.Equal(t, http.StatusNotFound, liaison.call("GET", "/api/v1/people/tests/"+begun.ID, nil, &tried{}))

	var all folk
	require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/people", nil, &all))
	for _, p := range all.People {
		assert.NotEqual(t, "police", p.Audience)
		for _, w := range p.Ways {
			if p.Name == "leader" {
				assert.Equal(t, "••••0001", w.Address)
				assert.Equal(t, "works", w.State)
				assert.False(t, w.Deaf)
				assert.Equal(t, "received", w.Seen.Reached)
			}
		}
	}
	var open struct{ Incidents []alerting.Incident }
	require.Equal(t, http.StatusOK, liaison.call("GET", "/api/v1/incidents", nil, &open))
	assert.Empty(t, open.Incidents, "a test opens nothing")
}

// A gateway that refuses: the test says so, and why, and that the way fails.
func TestATestSaysWhyNothingCameOfIt(t *testing.T) {
	waits(t)
	texts := newGateway(t, nil)
	texts.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	r := start(t, with("gateways:\n", texts.yaml("texts", "sms"), "contacts:\n",
		contact("leader", alerting.School, "duty-leader", path("sms", leader, "texts")), contact("beat", alerting.Police, "assigned-officer", path("sms", beat, "texts"))))
	officer := r.callAs(t, "officer")
	_, begun := officer.try("school", "leader", "sms")
	why := officer.becomes(begun.ID, "failed").Why
	assert.Contains(t, why, "403")
	assert.NotContains(t, why, leader[3:], "no number stands in it")
}

// A test at a terminal is the terminal's own receipt; one that is away says so. On
// an examination day nobody is tested.
func TestATerminalAnswersItsTestAndExaminationDaysHaveNone(t *testing.T) {
	waits(t)
	r := start(t, with())
	officer := r.callAs(t, "officer")
	_, away := officer.try("school", "office-1", "mqtt")
	assert.Equal(t, "not connected", officer.becomes(away.ID, "failed").Why)

	s := r.school(t)
	require.Eventually(t, func() bool {
		var all folk
		officer.call("GET", "/api/v1/people", nil, &all)
		for _, p := range all.People {
			for _, w := range p.Ways {
				if w.Recipient == "gatehouse-1" && w.Channel == "mqtt" {
					return w.State == "works"
				}
			}
		}
		return false
	}, patience, 5*time.Millisecond)
	_, begun := officer.try("guards", "gatehouse-1", "mqtt")
	told := heard(t, s, "guards/gatehouse-1", func(a wire.Alert) bool { return a.Delivery == "trial-"+begun.ID })
	assert.Equal(t, devices.Test, told.Mode)
	assert.Equal(t, "way-test", told.Kind)
	assert.Equal(t, "resolved", told.State)
	assert.Equal(t, "once", told.Sound)
	officer.becomes(begun.ID, "received")
}

func TestNoWayIsTestedOnAnExaminationDay(t *testing.T) {
	waits(t)
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	today := calendar.On(time.Now(), zone)
	r := start(t, examined(today.Add(-1), today.Add(1)))
	var refused struct{ Type string }
	status := r.as(t, "officer").do("POST", "/api/v1/people/tests", map[string]any{
		"id": uuid.NewString(), "audience": "guards", "recipient": "gatehouse-1", "channel": "mqtt", "reason": "例行",
	}, &refused)
	assert.Equal(t, http.StatusConflict, status)
	assert.Equal(t, "urn:campushub:refusal:examination-test", refused.Type)
}
