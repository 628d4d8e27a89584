package push_test

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/carrier/carriertest"
	"example.org/campushub/alerting/deliver/delivertest"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/push"
	"example.org/campushub/alerting/deliver/push/pushtest"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const subscriber = "duty@school.example.org"

var message = deliver.Message{
	Delivery: "d-1", Incident: "i-1", Number: 7, Audience: alerting.School, Recipient: "officer",
	School: alerting.Place{ID: "ziwei"}, Severity: alerting.Critical, Mode: devices.Live,
	Text: alerting.Text{ZH: "【紧急】北门 火情", EN: "High: north gate, fire"},
}

// keyOf is a VAPID key made of any secret.
func keyOf(t *testing.T, secret []byte) (private []byte, public []byte) {
	t.Helper()
	sum := sha256.Sum256(secret)
	key, err := ecdh.P256().NewPrivateKey(sum[:])
	require.NoError(t, err)
	return []byte(base64.RawURLEncoding.EncodeToString(sum[:])), key.PublicKey().Bytes()
}

func book(secret []byte) reach.Book {
	return reach.Book{
		Contact: func(name string) (people.Contact, bool) {
			account := map[string]string{"officer": "wang", delivertest.Another: "li"}[name]
			return people.Contact{
				Name: name, Audience: alerting.School, Schools: []string{"ziwei"},
				Paths: []people.Path{{Channel: alerting.ChannelPush, Gateway: "web", Address: account}},
			}, account != ""
		},
		Gateway: func(name string) (people.Gateway, bool) {
			return people.Gateway{Name: "web", Channel: alerting.ChannelPush, Secret: secret, From: subscriber}, name == "web"
		},
	}
}

// office knows the subscriptions of wang's account, and of another's.
type office struct {
	subscriptions, another []push.Subscription

	mu   sync.Mutex // guards gone
	gone []string
}

func (o *office) Subscriptions(account string) []push.Subscription {
	switch account {
	case "wang":
		return o.subscriptions
	case "li":
		return o.another
	}
	return nil
}

func (o *office) Gone(account string, s push.Subscription) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gone = append(o.gone, account+" "+s.Endpoint)
}

func TestPushConforms(t *testing.T) {
	b := pushtest.New(t)
	delivertest.Conform(t, delivertest.Harness{
		Two: func(t *testing.T, one, another string, secret []byte, over ...post.Option) deliver.Channel {
			private, _ := keyOf(t, secret)
			c := push.New(book(private), &office{subscriptions: []push.Subscription{b.At(one)}, another: []push.Subscription{b.At(another)}}, over...)
			t.Cleanup(c.Close)
			return c
		},
		Message: message,
		Joint:   true, // a push service is the same for all browsers
		HTTP:    delivertest.HTTP{Check: check},
		Reveals: []delivertest.Part{delivertest.Incident},
		Private: []string{subscriber, b.At("").Auth, b.At("").P256dh},
		Open: func(t *testing.T, r delivertest.Request) string {
			assert.NotContains(t, delivertest.Plain(r), delivertest.Incident, "the push service learns nothing")
			said, err := b.Open(r.Body)
			require.NoError(t, err)
			return delivertest.Plain(r) + string(said)
		},
		Key: func(r delivertest.Request) string {
			said, err := b.Open(r.Body)
			require.NoError(t, err)
			var p struct{ Delivery string }
			require.NoError(t, json.Unmarshal(said, &p))
			return p.Delivery
		},
		Verify: func(r delivertest.Request, secret []byte) error {
			_, public := keyOf(t, secret)
			return signed(r, public)
		},
	})
}

// service is a push service that answers with a status and keeps what came.
func service(t *testing.T, status int) (string, chan delivertest.Request) {
	t.Helper()
	arrived := make(chan delivertest.Request, 16)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		arrived <- delivertest.Request{Header: r.Header, Body: body}
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/send/1", arrived
}

func sendTo(t *testing.T, o *office, m deliver.Message) (alerting.DeliveryState, error) {
	t.Helper()
	private, _ := keyOf(t, nil)
	c := push.New(book(private), o)
	defer c.Close()
	return c.Send(t.Context(), m)
}

func TestSubscriptionsThatHaveEndedAreSaid(t *testing.T) {
	b := pushtest.New(t)
	for _, status := range []int{404, 410} {
		dead, _ := service(t, status)
		live, arrived := service(t, 201)
		o := &office{subscriptions: []push.Subscription{b.At(dead), b.At(live)}}
		state, err := sendTo(t, o, message)
		require.NoError(t, err)
		assert.Equal(t, alerting.Handed, state)
		assert.Len(t, arrived, 1)
		assert.Equal(t, []string{"wang " + dead}, o.gone)

		o = &office{subscriptions: []push.Subscription{b.At(dead)}}
		_, err = sendTo(t, o, message)
		require.Error(t, err)
		assert.True(t, deliver.IsPermanent(err))
		assert.Len(t, o.gone, 1)
	}
	refused, _ := service(t, 403)
	o := &office{subscriptions: []push.Subscription{b.At(refused)}}
	_, err := sendTo(t, o, message)
	assert.True(t, deliver.IsPermanent(err))
	assert.Empty(t, o.gone, "refused is not gone")
}

func TestWhatAnotherAttemptMayMendIsTriedAgain(t *testing.T) {
	b := pushtest.New(t)
	dead, _ := service(t, 410)
	busy, _ := service(t, 503)
	for _, all := range [][]string{{dead, busy}, {busy, dead}} {
		o := &office{}
		for _, url := range all {
			o.subscriptions = append(o.subscriptions, b.At(url))
		}
		_, err := sendTo(t, o, message)
		require.Error(t, err)
		assert.False(t, deliver.IsPermanent(err))
	}
}

func TestNobodyToTell(t *testing.T) {
	_, err := sendTo(t, &office{}, message)
	require.EqualError(t, err, "push to wang: no browser has subscribed")
	assert.True(t, deliver.IsPermanent(err))
}

func TestAnAccountsBrowsersAreBounded(t *testing.T) {
	b := pushtest.New(t)
	live, arrived := service(t, 201)
	o := &office{subscriptions: slices.Repeat([]push.Subscription{b.At(live)}, 12)}
	_, err := sendTo(t, o, message)
	require.NoError(t, err)
	assert.Len(t, arrived, 8)
}

func TestSubscriptionsThatCannotBeUsed(t *testing.T) {
	b := pushtest.New(t)
	live, arrived := service(t, 201)
	short := b.At(live)
	short.P256dh = "AAAA"
	for _, s := range []push.Subscription{
		short, b.At("http://push.example.org/1"), b.At("ftp://127.0.0.1/"), b.At("http://127.0.0.1.example.org/"), b.At(""),
	} {
		_, err := sendTo(t, &office{subscriptions: []push.Subscription{s}}, message)
		require.Error(t, err, s.Endpoint)
		assert.True(t, deliver.IsPermanent(err), s.Endpoint)
	}
	m := message
	m.Text.EN = strings.Repeat("x", 4096)
	_, err := sendTo(t, &office{subscriptions: []push.Subscription{b.At(live)}}, m)
	require.ErrorContains(t, err, "the text is too long")
	assert.Empty(t, arrived)
}

func TestUrgencyAndTimeToLive(t *testing.T) {
	b := pushtest.New(t)
	live, arrived := service(t, 201)
	o := &office{subscriptions: []push.Subscription{b.At(live)}}
	header := func(change func(*deliver.Message)) http.Header {
		m := message
		m.Deadline = time.Now().Add(90*time.Second + 500*time.Millisecond)
		change(&m)
		_, err := sendTo(t, o, m)
		require.NoError(t, err)
		return (<-arrived).Header
	}
	h := header(func(*deliver.Message) {})
	assert.Equal(t, "high", h.Get("Urgency"))
	assert.Equal(t, "91", h.Get("TTL"))
	topic := h.Get("Topic")
	assert.Equal(t, "normal", header(func(m *deliver.Message) { m.Mode = devices.Drill }).Get("Urgency"))
	assert.Equal(t, "normal", header(func(m *deliver.Message) { m.Severity = alerting.Low }).Get("Urgency"))
	assert.Equal(t, "0", header(func(m *deliver.Message) { m.Deadline = time.Now().Add(-time.Hour) }).Get("TTL"))
	assert.Equal(t, topic, header(func(m *deliver.Message) { m.Number++; m.Delivery = "d-2" }).Get("Topic"), "newer news replaces the older")
	assert.NotEqual(t, topic, header(func(m *deliver.Message) { m.Incident = "i-2" }).Get("Topic"))
}

// desk writes down what it is told.
type desk = carriertest.Desk

func TestTheServiceWorkerCallsBack(t *testing.T) {
	b := pushtest.New(t)
	live, arrived := service(t, 201)
	_, err := sendTo(t, &office{subscriptions: []push.Subscription{b.At(live)}}, message)
	require.NoError(t, err)
	said, err := b.Open((<-arrived).Body)
	require.NoError(t, err)
	var p struct {
		Gateway, Incident, Delivery, Token string
		Number                             int64
		Silent                             *bool
		Text                               alerting.Text
	}
	require.NoError(t, json.Unmarshal(said, &p))
	assert.Equal(t, message.Text, p.Text)
	assert.EqualValues(t, 7, p.Number)
	require.NotNil(t, p.Silent)
	assert.Equal(t, message.Silent, *p.Silent)

	private, _ := keyOf(t, nil)
	d := &desk{}
	caller := &carriertest.Caller{Desk: d, Metrics: prometheus.NewRegistry()}
	caller.Handler = push.NewReceipts(book(private), d, caller.Metrics)
	receipt := func(incident, delivery, token, status string) string {
		return fmt.Sprintf(`{"incident":%q,"delivery":%q,"token":%q,"status":%q}`, incident, delivery, token, status)
	}
	good := receipt(p.Incident, p.Delivery, p.Token, "received")
	assert.Equal(t, 204, caller.Post(t, "/"+p.Gateway, good, "").Code)
	assert.Equal(t, "i-1 d-1 received ", d.Last(t))
	assert.Equal(t, 204, caller.Post(t, "/web", receipt(p.Incident, p.Delivery, p.Token, "read"), "").Code)
	assert.Equal(t, "i-1 d-1 read ", d.Last(t))

	for body, status := range map[string]int{
		receipt("i-2", "d-1", p.Token, "received"):                     401,
		receipt("i-1", "d-2", p.Token, "received"):                     401,
		receipt("i-1", "d-1", "", "received"):                          401,
		receipt("i-1", "d-1", p.Token[1:], "received"):                 401,
		receipt("i-1", "d-1", p.Token, "acknowledged"):                 422,
		strings.Replace(good, "}", `,"x":1}`, 1):                       422,
		receipt("i-1", "d-1", strings.Repeat("x", 17<<10), "received"): 413,
		receipt("i-1\x00", "d-1", p.Token, "received"):                 422,
	} {
		assert.Equal(t, status, caller.Post(t, "/web", body, "").Code, body)
	}
	assert.Equal(t, 404, caller.Post(t, "/other", good, "").Code)
	assert.Equal(t, 404, caller.Post(t, "/web/more", good, "").Code)
	assert.Len(t, d.Progress, 2)
	assert.Equal(t, map[string]float64{"wrong token": 4, "malformed": 3, "too long": 1, "unknown gateway": 1, "unknown callback": 1}, caller.Refused(t))
	d.Err = context.DeadlineExceeded
	assert.Equal(t, 503, caller.Post(t, "/web", good, "").Code)
}

// A parent's browser gets the released text and nothing else: no incident, no
// delivery, no token. What its push service still holds of the school's row is
// replaced, and nobody can tell from the topic whose row it is.
func TestAParentsBrowserGetsTheTextAlone(t *testing.T) {
	b := pushtest.New(t)
	live, arrived := service(t, 201)
	private, _ := keyOf(t, nil)
	parents := reach.Book{
		Contact: func(name string) (people.Contact, bool) {
			return people.Contact{Name: name, Audience: alerting.Parents, Schools: []string{"ziwei"}, Paths: []people.Path{{Channel: alerting.ChannelPush, Gateway: "web", Address: name}}}, true
		},
		Gateway: book(private).Gateway,
	}
	c := push.New(parents, &office{subscriptions: []push.Subscription{b.At(live)}})
	defer c.Close()
	send := func(m deliver.Message) http.Header {
		_, err := c.Send(t.Context(), m)
		require.NoError(t, err)
		r := <-arrived
		said, err := b.Open(r.Body)
		require.NoError(t, err)
		assert.JSONEq(t, `{"text":{"zh":"【紫薇小学】第1号","en":"[Ziwei] No. 1"}}`, string(said))
		return r.Header
	}
	letter := deliver.Message{
		Delivery: "letter", Audience: alerting.Parents, Recipient: "wang", School: alerting.Place{ID: "ziwei"}, Mode: devices.Live,
		Text: alerting.Text{ZH: "【紫薇小学】第1号", EN: "[Ziwei] No. 1"}, Deadline: time.Now().Add(time.Hour),
	}
	first := send(letter)
	assert.Equal(t, "high", first.Get("Urgency"))
	letter.Delivery, letter.Incident, letter.Device, letter.Kind = "other", "i-9", "b-9", "attack"
	assert.Equal(t, first.Get("Topic"), send(letter).Get("Topic"), "the next number takes the place of the one before")
	letter.Mode = devices.Drill
	assert.NotEqual(t, first.Get("Topic"), send(letter).Get("Topic"), "a drill's row is another")
}

func TestKeysThatAreNone(t *testing.T) {
	private, public := keyOf(t, nil)
	got, err := push.PublicKey(private)
	require.NoError(t, err)
	assert.Equal(t, base64.RawURLEncoding.EncodeToString(public), got)
	for _, key := range []string{"", "AAAA", "not base64!", base64.RawURLEncoding.EncodeToString(make([]byte, 32))} {
		require.Error(t, push.CheckKey([]byte(key)), key)
	}
}
