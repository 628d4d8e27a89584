package main

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Bad input on any topic but the alarm's changes nothing, and each refusal is
// counted under its reason.
func TestBadInputIsCountedAndChangesNothing(t *testing.T) {
	h := startDemo(t, t.TempDir(), "--quiet", "--extra-buttons", "2")
	liaison := h.signIn(t, "liaison")
	own, other := "campus/ziwei-primary/x-1/", "campus/ziwei-primary/x-2/"
	for _, c := range []struct{ name, version, topic, payload, reason string }{
		{"not JSON", "311", own + "reading", "hello", "malformed_reading"},
		{"a wrong type", "311", own + "reading", `{"values":{"open":"yes"}}`, "malformed_reading"},
		{"no card", "5", own + "checkin", checkIn("zz", "0"), "malformed_checkin"},
		{"clock nonsense, before now", "5", own + "checkin", checkIn("04a1b2c3", "-1"), "malformed_checkin"},
		{"clock nonsense, for ever", "311", own + "checkin", checkIn("04a1b2c3", "1e30"), "malformed_checkin"},
		{"clock nonsense of a reading", "5", own + "reading", `{"values":{"open":1},"age_ms":1e17}`, "malformed_reading"},
		{"too large", "311", own + "state", `{"status":"online","firmware":"` + strings.Repeat("x", 5000) + `"}`, "payload_size"},
		{"no such topic", "5", own + "alarms", "{}", "topic"},
		{"another device", "311", other + "alarm", `{"id":"` + uuid.NewString() + `"}`, "topic"},
		{"another device, MQTT 5", "5", other + "alarm", `{"id":"` + uuid.NewString() + `"}`, "topic"},
		{"an unknown school", "5", "campus/nowhere/x-1/alarm", `{"id":"` + uuid.NewString() + `"}`, "topic"},
		{"not a receipt", "311", "receipt/abc", "ok", "malformed_receipt"},
	} {
		before := refusals(t, h, c.reason)
		out, _ := publish(t, h.handout, c.version, "x-1", c.topic, c.payload)
		assert.InDelta(t, before+1, refusals(t, h, c.reason), 0, "%s: %s\n%s", c.name, c.reason, out)
	}

	stranger := h.handout
	stranger.Devices = append(stranger.Devices[:0:0], stranger.Devices...)
	for i := range stranger.Devices {
		stranger.Devices[i].Password += "x"
	}
	before := refusals(t, h, "credentials")
	_, err := publish(t, stranger, "311", "x-1", own+"alarm", `{"id":"`+uuid.NewString()+`"}`)
	require.Error(t, err)
	assert.InDelta(t, before+1, refusals(t, h, "credentials"), 0)

	assert.Empty(t, liaison.incidents(t), "and nothing has changed")
}

func checkIn(card, age string) string {
	return `{"id":"` + uuid.NewString() + `","post":"p","card":"` + card + `","age_ms":` + age + `}`
}

// An alarm is never refused: an age that cannot be read is counted, the press
// carries the mark, and people read it on the incident.
func TestAnAlarmsUnreadableAgeIsCountedAndShown(t *testing.T) {
	h := startDemo(t, t.TempDir(), "--quiet", "--extra-buttons", "3")
	liaison := h.signIn(t, "liaison")
	for n, age := range []string{"-5", "1e17", `"soon"`} {
		button := "x-" + strconv.Itoa(n+1)
		out, err := publish(t, h.handout, "311", button, "campus/ziwei-primary/"+button+"/alarm", `{"id":"`+uuid.NewString()+`","age_ms":`+age+`}`)
		require.NoError(t, err, out)
	}
	assert.InDelta(t, 3, metric(t, h, `campushub_broker_mistyped_fields_total{field="age_ms",kind="alarm"}`), 0)

	all := liaison.incidents(t)
	require.Len(t, all, 3)
	for _, i := range all {
		var page struct {
			Malformed bool
			Presses   []struct{ Mistyped []string }
			Timeline  []struct{ Text struct{ EN string } }
		}
		require.Equal(t, http.StatusOK, liaison.call(t, http.MethodGet, "/api/v1/incidents/"+i.ID, "", &page))
		assert.False(t, page.Malformed)
		assert.Equal(t, []string{"age_ms"}, page.Presses[0].Mistyped)
		assert.Contains(t, page.Timeline[0].Text.EN, "the device's age could not be read")
	}
}

// refusals reads one counter of refusals.
func refusals(t *testing.T, h *hubProcess, reason string) float64 {
	t.Helper()
	return metric(t, h, `campushub_broker_refused_total{reason="`+reason+`"}`)
}

// metric reads one line of /metrics.
func metric(t *testing.T, h *hubProcess, name string) float64 {
	t.Helper()
	res, err := http.Get(h.Console + "/metrics")
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	want := name + " "
	for line := range strings.Lines(string(body)) {
		if rest, ok := strings.CutPrefix(line, want); ok {
			return number(t, strings.TrimSpace(rest))
		}
	}
	require.FailNow(t, "no counter "+name)
	return 0
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return v
}
