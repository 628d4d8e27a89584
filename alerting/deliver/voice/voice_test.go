package voice_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/carrier/carriertest"
	"example.org/campushub/alerting/deliver/delivertest"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/voice"
	"example.org/campushub/alerting/people"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const number = "+8613900000001"

var message = deliver.Message{
	Delivery: "d-1", Incident: "i-1", Number: 7, Audience: alerting.Police, Recipient: "desk", School: alerting.Place{ID: "ziwei"},
	Text: alerting.Text{ZH: "【演练】紫薇小学 北门 一键报警。【演练】", EN: "[DRILL] alarm [DRILL]"},
}

func gateway(url string, secret []byte) people.Gateway {
	return people.Gateway{
		Name: "calls", Channel: alerting.ChannelVoice, URL: url, User: "school", Secret: secret, Callback: []byte(carriertest.Key),
		Request: people.Request{
			Form:     people.FormURL,
			Headers:  []people.Header{{Name: "X-Api-Key", Value: "{secret}"}},
			Body:     "called={local}&tts={text}&ref={id}&account={user}",
			Accepted: people.Accepted{Field: "Code", Values: []string{"OK"}, Busy: []string{"BUSY"}},
			AnswerID: "CallId",
		},
	}
}

// check is a gateway's own reading of the request that is configured here.
func check(r delivertest.Request) string {
	form, err := url.ParseQuery(string(r.Body))
	switch {
	case r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded":
		return r.Method + " " + r.Header.Get("Content-Type")
	case err != nil || len(form) != 4 || form.Get("called") != "13900000001" || form.Get("account") != "school":
		return string(r.Body)
	case strings.Count(form.Get("tts"), "【演练】") != 6:
		return "said: " + form.Get("tts")
	}
	return ""
}

func open(t *testing.T, r delivertest.Request) string {
	form, err := url.ParseQuery(string(r.Body))
	require.NoError(t, err)
	return delivertest.Plain(r) + strings.Join(form["tts"], "")
}

func TestCallsConform(t *testing.T) {
	delivertest.Conform(t, delivertest.Harness{
		Two: func(t *testing.T, one, another string, secret []byte, over ...post.Option) deliver.Channel {
			b := delivertest.Book(message, number, gateway(one, secret), gateway(another, secret))
			c := voice.New(b, carrier.NewLedger(), over...)
			t.Cleanup(c.Close)
			return c
		},
		Message: message,
		Private: []string{number, "8613900000001", "13900000001", "139-0000-0001"},
		HTTP: delivertest.HTTP{
			Statuses: []int{200, 201}, Body: `{"Code":"OK","CallId":"c-17"}`, Check: check,
			TooMany: `{"Code":"BUSY"}`, Words: func(w string) string { return `{"Code":"no ` + w + `"}` },
		},
		Open: open,
		Key:  func(r delivertest.Request) string { return r.Header.Get("Idempotency-Key") },
		Verify: func(r delivertest.Request, secret []byte) error {
			if r.Header.Get("X-Api-Key") != string(secret) {
				return errors.New(r.Header.Get("X-Api-Key"))
			}
			return nil
		},
	})
}

// called is a hub's end of a gateway that has been handed one call.
func called(t *testing.T, m deliver.Message) (said string, _ *carriertest.Caller, _ error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said = r.FormValue("tts")
		_, _ = w.Write([]byte(`{"Code":"OK","CallId":"c-17"}`))
	}))
	t.Cleanup(server.Close)
	ledger, desk, reg := carrier.NewLedger(), &carriertest.Desk{}, prometheus.NewRegistry()
	b := carriertest.Book(gateway(server.URL, nil), number)
	c := voice.New(b, ledger)
	t.Cleanup(c.Close)
	_, err := c.Send(t.Context(), m)
	return said, &carriertest.Caller{
		Desk: desk, Metrics: reg, Gateway: "calls",
		Handler: voice.NewCallbacks(b, ledger, desk, reg, slog.New(slog.DiscardHandler)),
	}, err
}

func TestTheTextIsSaidThreeTimes(t *testing.T) {
	said, _, err := called(t, message)
	require.NoError(t, err)
	once := "【演练】紫薇小学 北门 一键报警。【演练】"
	assert.Equal(t, once+"。"+once+"。"+once, said)

	m := message
	m.Text.ZH = strings.Repeat("警", 151)
	said, _, err = called(t, m)
	require.EqualError(t, err, "voice gateway calls: text of 151 characters, a call says 150")
	assert.True(t, deliver.IsPermanent(err))
	assert.Empty(t, said)
}

func TestTheKeyOneTakesTheIncidentOn(t *testing.T) {
	_, c, err := called(t, message)
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, c.Call(t, "status", `{"id":"c-17","status":"answered"}`).Code)
	assert.Equal(t, "i-1 d-1 received ", c.Desk.Last(t))
	assert.Empty(t, c.Desk.Taken, "to answer a call is not to take anything on")
	require.Equal(t, http.StatusNoContent, c.Call(t, "status", `{"id":"c-17","status":"answered","key":"2"}`).Code)
	assert.Empty(t, c.Desk.Taken)

	require.Equal(t, http.StatusNoContent, c.Call(t, "status", `{"id":"c-17","status":"answered","key":"1"}`).Code)
	assert.Equal(t, "i-1 d-1 read ", c.Desk.Last(t))
	require.Len(t, c.Desk.Taken, 1)
	assert.Equal(t, "i-1", c.Desk.Taken[0].Incident)
	assert.EqualValues(t, 7, c.Desk.Taken[0].Number)
	assert.Equal(t, alerting.ChannelVoice, c.Desk.Taken[0].Channel)
}

func TestCallsThatNobodyTookFail(t *testing.T) {
	_, c, err := called(t, message)
	require.NoError(t, err)
	for body, want := range map[string]string{
		`{"id":"c-17","status":"no-answer"}`:                                "failed no answer",
		`{"id":"c-17","status":"busy"}`:                                     "failed busy",
		`{"reference":"d-1","status":"rejected","reason":"line 3"}`:         "failed rejected: line 3",
		`{"id":"c-17","status":"failed","reason":"` + number + ` is gone"}`: "failed call failed: … is gone",
	} {
		require.Equal(t, http.StatusNoContent, c.Call(t, "status", body).Code, body)
		assert.Equal(t, "i-1 d-1 "+want, c.Desk.Last(t))
	}
}

func TestReportsOfCallsThatCannotBe(t *testing.T) {
	_, c, err := called(t, message)
	require.NoError(t, err)
	for body, status := range map[string]int{
		`{"id":"c-17","status":"busy","key":"1"}`:  422,
		`{"id":"c-17","status":"ringing"}`:         422,
		`{"status":"answered"}`:                    422,
		`{"id":"c-18","status":"answered"}`:        404,
		`{"id":"c-17","status":"answered","x":""}`: 422,
	} {
		assert.Equal(t, status, c.Call(t, "status", body).Code, body)
	}
	assert.Empty(t, c.Desk.Progress)
	assert.Empty(t, c.Desk.Taken)
}
