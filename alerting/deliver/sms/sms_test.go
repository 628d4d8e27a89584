package sms_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/deliver/sms"
	"example.org/campushub/alerting/people"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const number = "+8613900000001"

var message = deliver.Message{
	Delivery: "0123456789abcdef0123456789abcdef", Incident: "i-1", Number: 7, Audience: alerting.Police,
	Recipient: "desk", School: alerting.Place{ID: "ziwei"},
	Text: alerting.Text{ZH: "【校园警情】紫薇小学 北门 \"火情\"", EN: "School alarm: Ziwei Primary School, north gate, fire, pressed 08:00"},
}

func gateway(url string, secret []byte) people.Gateway {
	return people.Gateway{
		Name: "texts", Channel: alerting.ChannelSMS, URL: url, Secret: secret, From: "紫薇小学", Callback: []byte(carriertest.Key),
		Request: people.Request{
			Headers:  []people.Header{{Name: "Authorization", Value: "Bearer {secret}"}},
			Body:     `{"to":"{to}","text":"{text}","ref":"{id}"}`,
			AnswerID: "data.sid",
			Accepted: people.Accepted{Field: "code", Values: []string{"0"}, Busy: []string{"LIMIT"}},
		},
	}
}

func book(g people.Gateway) reach.Book { return carriertest.Book(g, number) }

type sent struct{ To, Text, Ref string }

// check is a gateway's own reading of the request that is configured here.
func check(r delivertest.Request) string {
	var body sent
	d := json.NewDecoder(bytes.NewReader(r.Body))
	d.DisallowUnknownFields()
	switch err := d.Decode(&body); {
	case err != nil:
		return err.Error()
	case body.To != number || body.Text == "" || len([]rune(body.Text)) > 70 || !strings.HasPrefix(body.Text, "【紫薇小学】"):
		return string(r.Body)
	case body.Ref != r.Header.Get("Idempotency-Key"):
		return "two keys"
	}
	return delivertest.JSON(r)
}

func TestTextMessagesConform(t *testing.T) {
	delivertest.Conform(t, delivertest.Harness{
		Two: func(t *testing.T, one, another string, secret []byte, over ...post.Option) deliver.Channel {
			b := delivertest.Book(message, number, gateway(one, secret), gateway(another, secret))
			c := sms.New(b, carrier.NewLedger(), over...)
			t.Cleanup(c.Close)
			return c
		},
		Message: message,
		Private: []string{number, "8613900000001", "13900000001", "139 0000 0001"},
		HTTP: delivertest.HTTP{
			Statuses: []int{200, 201, 202}, Body: `{"code":0,"data":{"sid":"m-17"}}`, Check: check,
			TooMany: `{"code":"LIMIT"}`, Words: func(w string) string { return `{"code":"no ` + w + `"}` },
		},
		Key: func(r delivertest.Request) string { return r.Header.Get("Idempotency-Key") },
		Verify: func(r delivertest.Request, secret []byte) error {
			if r.Header.Get("Authorization") != "Bearer "+string(secret) {
				return errors.New(r.Header.Get("Authorization"))
			}
			return nil
		},
	})
}

// texting sends one text through a gateway and gives what the gateway read.
func texting(t *testing.T, change func(*people.Gateway, *deliver.Message)) (string, error) {
	t.Helper()
	var got sent
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&got))
		_, _ = w.Write([]byte(`{"code":0,"data":{"sid":"m-17"}}`))
	}))
	defer server.Close()
	g, m := gateway(server.URL, []byte("key")), message
	change(&g, &m)
	c := sms.New(book(g), carrier.NewLedger())
	defer c.Close()
	_, err := c.Send(t.Context(), m)
	return got.Text, err
}

func TestOneSegmentOfSeventyWithTheSignature(t *testing.T) {
	fits := strings.Repeat("警", 64) // and six of 【紫薇小学】
	text, err := texting(t, func(_ *people.Gateway, m *deliver.Message) { m.Text = alerting.Text{ZH: fits} })
	require.NoError(t, err)
	assert.Equal(t, "【紫薇小学】"+fits, text)

	text, err = texting(t, func(_ *people.Gateway, m *deliver.Message) { m.Text = alerting.Text{ZH: fits + "情"} })
	require.EqualError(t, err, "sms gateway texts: text of 71 characters with its signature needs 2 segments, 1 allowed")
	assert.True(t, deliver.IsPermanent(err))
	assert.Empty(t, text, "nothing is sent")

	_, err = texting(t, func(g *people.Gateway, m *deliver.Message) { g.Segments, m.Text = 2, alerting.Text{ZH: fits + "情"} })
	require.NoError(t, err)
	_, err = texting(t, func(g *people.Gateway, m *deliver.Message) {
		g.Segments, m.Text = 2, alerting.Text{ZH: strings.Repeat("警", 129)}
	})
	require.ErrorContains(t, err, "text of 135 characters with its signature needs 3 segments, 2 allowed")
	_, err = texting(t, func(_ *people.Gateway, m *deliver.Message) { m.Text = alerting.Text{ZH: strings.Repeat("🚨", 33)} })
	require.ErrorContains(t, err, "text of 72 characters", "what takes two units of UCS-2 counts twice")
}

// An alarm that is too long for the gateway is told in the fullest words that
// it carries; it is refused only where there are none.
func TestALongAlarmIsSentInFewerWords(t *testing.T) {
	short := alerting.Text{ZH: strings.Repeat("短", 60)}
	long := func(_ *people.Gateway, m *deliver.Message) {
		m.Text = alerting.Text{ZH: strings.Repeat("长", 100)}
		m.Shorter = []alerting.Text{{ZH: strings.Repeat("中", 80)}, short, {ZH: "最短"}}
	}
	text, err := texting(t, long)
	require.NoError(t, err)
	assert.Equal(t, "【紫薇小学】"+short.ZH, text)
	text, err = texting(t, func(g *people.Gateway, m *deliver.Message) { long(g, m); g.Segments = 2 })
	require.NoError(t, err)
	assert.Equal(t, "【紫薇小学】"+strings.Repeat("长", 100), text, "where there is room nothing is left out")
	_, err = texting(t, func(g *people.Gateway, m *deliver.Message) { long(g, m); m.Shorter = m.Shorter[:1] })
	require.ErrorContains(t, err, "text of 106 characters")
}

func TestBothLanguagesWhereTheSegmentHasRoom(t *testing.T) {
	text, err := texting(t, func(_ *people.Gateway, m *deliver.Message) { m.Text = alerting.Text{ZH: "解除", EN: "All clear"} })
	require.NoError(t, err)
	assert.Equal(t, "【紫薇小学】解除 All clear", text)
	text, err = texting(t, func(_ *people.Gateway, _ *deliver.Message) {})
	require.NoError(t, err)
	assert.Equal(t, "【紫薇小学】"+message.Text.ZH, text)
}

func TestGatewayThatSignsItselfGetsTheTextAlone(t *testing.T) {
	text, err := texting(t, func(g *people.Gateway, m *deliver.Message) {
		g.Request.Body = `{"to":"{to}","text":"{text}","ref":"{id}","sign":"{from}"}`
		m.Text = alerting.Text{ZH: "解除"}
	})
	require.NoError(t, err)
	assert.Equal(t, "解除", text)
	_, err = texting(t, func(g *people.Gateway, m *deliver.Message) {
		g.Request.Body = `{"to":"{to}","text":"{text}","ref":"{id}","sign":"{from}"}`
		m.Text = alerting.Text{ZH: strings.Repeat("警", 65)}
	})
	require.ErrorContains(t, err, "71 characters", "the signature counts all the same")
}

// callbacks is a hub's end of a gateway that has been handed some messages.
func callbacks(t *testing.T, told ...deliver.Message) *carriertest.Caller {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"code":0,"data":{"sid":"m-` + r.Header.Get("Idempotency-Key") + `"}}`))
	}))
	t.Cleanup(server.Close)
	g, ledger, desk, reg := gateway(server.URL, nil), carrier.NewLedger(), &carriertest.Desk{}, prometheus.NewRegistry()
	b := book(g)
	c := sms.New(b, ledger)
	t.Cleanup(c.Close)
	for _, m := range told {
		_, err := c.Send(t.Context(), m)
		require.NoError(t, err)
	}
	return &carriertest.Caller{Desk: desk, Metrics: reg, Gateway: "texts", Handler: sms.NewCallbacks(b, ledger, desk, reg, slog.New(slog.DiscardHandler))}
}

func of(incident string, n int64) deliver.Message {
	m := message
	m.Incident, m.Number, m.Delivery = incident, n, incident+"-d"
	return m
}

func TestReportOfTheGatewayIsAReceipt(t *testing.T) {
	c := callbacks(t, of("i-1", 1))
	for _, body := range []string{
		`{"id":"m-i-1-d","status":"received"}`, `{"reference":"i-1-d","status":"received"}`,
		`{"id":"m-i-1-d","reference":"i-1-d","status":"received"}`,
	} {
		assert.Equal(t, http.StatusNoContent, c.Call(t, "status", body).Code, body)
		assert.Equal(t, "i-1 i-1-d received ", c.Desk.Last(t))
	}
	c.Call(t, "status", `{"id":"m-i-1-d","status":"failed","reason":"`+number+` is switched off"}`)
	assert.Equal(t, "i-1 i-1-d failed not delivered: … is switched off", c.Desk.Last(t))
	c.Call(t, "status", `{"id":"m-i-1-d","status":"failed"}`)
	assert.Equal(t, "i-1 i-1-d failed not delivered", c.Desk.Last(t))
}

func TestReportsThatProveNothing(t *testing.T) {
	c := callbacks(t, of("i-1", 1), of("i-2", 1))
	for body, status := range map[string]int{
		`{"id":"m-i-3-d","status":"received"}`:                     404,
		`{"reference":"i-3-d","status":"received"}`:                404,
		`{"id":"m-i-1-d","reference":"i-2-d","status":"received"}`: 404,
		`{"status":"received"}`:                                    422,
		`{"id":"m-i-1-d","status":"read"}`:                         422,
		`{"id":"m-i-1-d","status":"received","read":true}`:         422,
		`{"id":"m-i-1-d","status":"received"} {}`:                  422,
		`["m-i-1-d"]`: 422,
		``:            422,
		`{"id":"` + strings.Repeat("x", 17<<10) + `","status":"received"}`: 413,
	} {
		assert.Equal(t, status, c.Call(t, "status", body).Code, body)
	}
	assert.Empty(t, c.Desk.Progress)
	assert.Equal(t, map[string]float64{"unknown message": 3, "malformed": 6, "too long": 1}, c.Refused(t))
}

func TestAnswerOneTakesTheIncidentOn(t *testing.T) {
	for _, from := range []string{number, "13900000001", "8613900000001", "0086 139-0000-0001"} {
		for _, text := range []string{"1", " 1 ", "1。", "\uff11"} {
			c := callbacks(t, of("i-1", 4), of("i-1", 9))
			body, err := json.Marshal(map[string]string{"from": from, "text": text})
			require.NoError(t, err)
			require.Equal(t, http.StatusNoContent, c.Call(t, "reply", string(body)).Code, from)
			require.Len(t, c.Desk.Taken, 1)
			a := c.Desk.Taken[0]
			assert.Equal(t, "desk i-1 9 sms", strings.Join([]string{a.Contact.Name, a.Incident, "9", string(a.Channel)}, " "))
			assert.EqualValues(t, 9, a.Number, "the latest that they were told")
			assert.Equal(t, "i-1 i-1-d read ", c.Desk.Last(t), "whoever answers has read it")
		}
	}
}

func TestAnswersThatTakeNothingOn(t *testing.T) {
	c := callbacks(t, of("i-1", 1))
	for body, status := range map[string]int{
		`{"from":"13900000002","text":"1"}`:  404, // a stranger
		`{"from":"nobody","text":"1"}`:       404,
		`{"from":"13900000001","text":"11"}`: 422,
		`{"from":"13900000001","text":"2"}`:  422,
		`{"from":"13900000001"}`:             422,
		`{"text":"1"}`:                       422,
	} {
		assert.Equal(t, status, c.Call(t, "reply", body).Code, body)
	}
	assert.Empty(t, c.Desk.Taken)
	assert.Empty(t, c.Desk.Progress)
}

func TestAnAnswerIsForTheOneIncidentThatWaits(t *testing.T) {
	c := callbacks(t, of("i-1", 1), of("i-2", 1))
	answer := `{"from":"` + number + `","text":"1"}`
	assert.Equal(t, http.StatusConflict, c.Call(t, "reply", answer).Code, "nobody knows which was read")
	assert.Empty(t, c.Desk.Taken)

	c.Desk.Over = []string{"i-2"}
	assert.Equal(t, http.StatusNoContent, c.Call(t, "reply", answer).Code)
	require.Len(t, c.Desk.Taken, 1)
	assert.Equal(t, "i-1", c.Desk.Taken[0].Incident)

	c.Desk.Over = []string{"i-1", "i-2"}
	assert.Equal(t, http.StatusConflict, c.Call(t, "reply", answer).Code)
	assert.Len(t, c.Desk.Taken, 1)
	assert.Equal(t, map[string]float64{"more than one incident waits": 1, "nothing waits": 1}, c.Refused(t))
}

func TestWhoeverWasNotToldTakesNothingOn(t *testing.T) {
	status := http.StatusForbidden
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	defer server.Close()
	g, ledger, desk, reg := gateway(server.URL, nil), carrier.NewLedger(), &carriertest.Desk{}, prometheus.NewRegistry()
	c := sms.New(book(g), ledger)
	defer c.Close()
	caller := carriertest.Caller{Desk: desk, Metrics: reg, Gateway: "texts", Handler: sms.NewCallbacks(book(g), ledger, desk, reg, slog.New(slog.DiscardHandler))}
	answer := `{"from":"` + number + `","text":"1"}`

	_, err := c.Send(t.Context(), message)
	require.Error(t, err)
	assert.Equal(t, http.StatusNotFound, caller.Call(t, "reply", answer).Code, "the gateway refused it")

	status = http.StatusBadGateway
	_, err = c.Send(t.Context(), message)
	require.Error(t, err)
	assert.Equal(t, http.StatusNoContent, caller.Call(t, "reply", answer).Code, "whether it arrived only the answer says")
}
