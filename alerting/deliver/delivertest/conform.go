// Package delivertest holds every channel to what the engine and its lanes rely
// on: a Channel, which sends over a network, by Conform, and a Sink of its
// own, as the terminals' and the console's, by ConformSink.
//
// Doubles are strict. What is about an answer they say on real sockets of
// 127.0.0.1; what is about time they say over connections in memory, in a
// synctest bubble, where time passes only when nothing else can: what is
// measured there is the channel's own doing, and nothing of the machine's. The
// doubles' goroutines end with the test that started them.
package delivertest

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/post"
)

// Harness is a channel as the suite needs it.
type Harness struct {
	// Two returns the channel whose recipient is reached at one address and
	// Another at the other, each by a far side of their own that shares the
	// secret, over those connections. It cleans up with the test.
	Two func(t *testing.T, one, another string, secret []byte, over ...post.Option) deliver.Channel
	// Message is one for that recipient.
	Message deliver.Message
	// Double starts a far side that does as scripted on a listener, and closes
	// it with the test; nil is one that speaks HTTP, and the suite's part about
	// HTTP is run too.
	Double func(t *testing.T, l net.Listener, script ...Doing) Far
	// Host makes an address of a host and port; nil is an HTTP URL.
	Host func(host string) string
	// HTTP is how a double that speaks HTTP differs from a plain one.
	HTTP HTTP
	// Key is a request's idempotency key; nil where the medium has none.
	Key func(Request) string
	// Verify checks a request's proof of its sender, by other code than the
	// channel's; nil where the medium has none of its own.
	Verify func(r Request, secret []byte) error
	// Private lists what else must stand in no error and no log line: the
	// recipient's address or number in every form that a far side may write it,
	// and tokens. A double says it back wherever the medium lets it.
	Private []string
	// Joint says that far sides at one address share connections.
	Joint bool
	// Pause is how long the channel asks its lane to wait when the far side
	// takes no more messages for now (TooMany); 0 leaves that to the lane. HTTP's
	// own answer, 429, names 7 s.
	Pause time.Duration
	// Open is all that a reader of the request learns; nil is all of it.
	Open func(t *testing.T, r Request) string
	// Reveals lists what of the message leaves beside its text, by the
	// channel's contract: of Place, Device, Press and Incident. All else must
	// stay.
	Reveals []Part
}

// What must stand in no error and no log line.
const (
	secret   = "signing-key-of-the-suite"
	pathWord = "token-in-the-path"
	word     = "token-in-the-query"
	password = "token-in-the-userinfo"
)

// patience ends a test whose channel does not keep its deadline.
const patience = 30 * time.Second

// Conform runs the suite.
func Conform(t *testing.T, h Harness) {
	t.Run("accepts", h.accepts)
	t.Run("tells the text and no more", h.redacts)
	t.Run("refused for good, or for now", h.classes)
	t.Run("broken connections", h.broken)
	t.Run("deadline", h.deadline)
	t.Run("deadline on sockets", h.deadlineOnSockets)
	t.Run("cancel", h.cancel)
	t.Run("nothing is sent under a context that has ended", h.ended)
	t.Run("connections again", h.connectsAgain)
	t.Run("endless answer", h.endless)
	t.Run("too many", h.tooMany)
	t.Run("quoted without secrets", h.quotes)
	t.Run("connections of its own", h.apart)
	t.Run("connections of each far side", h.apartWithin)
	t.Run("lane", h.lane)
	t.Run("a far side that hangs holds up no other", h.hangs)
	t.Run("what is tried again and has no use any more", h.withdrawn)
	if h.Double == nil {
		h.conformHTTP(t)
	}
}

// New returns the channel whose recipients are reached at the address.
func (h Harness) New(t *testing.T, address string, secret []byte, over ...post.Option) deliver.Channel {
	return h.Two(t, address, address, secret, over...)
}

func address(host string) string {
	return "http://user:" + password + "@" + host + "/hook/" + pathWord + "?from=" + word
}

// double is a far side on a real socket.
func (h Harness) double(t *testing.T, script ...Doing) Far {
	return h.doubleOn(t, listen(t), script...)
}

func (h Harness) doubleOn(t *testing.T, l net.Listener, script ...Doing) Far {
	if h.Double != nil {
		return h.Double(t, l, script...)
	}
	var answers []answer
	for _, d := range script {
		answers = append(answers, h.answer(d))
	}
	return newEndpoint(t, l, h.HTTP, answers...)
}

// secrets are what a far side knows and must not get into anybody's log.
func (h Harness) secrets() []string {
	return append([]string{secret, pathWord, word, password}, h.Private...)
}

// private is all that must stay.
func (h Harness) private() []string {
	return append(h.secrets(), "http:", "smtp:", "127.0.0.1")
}

// spoken is all that must stay, as a far side says it back.
func (h Harness) spoken() string { return strings.Join(h.private(), " ") }

func (h Harness) at(host string) string {
	if h.Host != nil {
		return h.Host(host)
	}
	return address(host)
}

// send sends once, within patience unless ctx ends earlier.
func (h Harness) send(ctx context.Context, t *testing.T, address string) (alerting.DeliveryState, error) {
	t.Helper()
	return h.sendBy(ctx, t, h.New(t, address, []byte(secret)), h.Message)
}

func (h Harness) sendBy(ctx context.Context, t *testing.T, c deliver.Channel, m deliver.Message) (alerting.DeliveryState, error) {
	t.Helper()
	if m.Deadline.IsZero() {
		m.Deadline = time.Now().Add(patience)
	}
	type result struct {
		state alerting.DeliveryState
		err   error
	}
	done := make(chan result, 1)
	go func() {
		state, err := c.Send(ctx, m)
		done <- result{state, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			assert.Empty(t, r.state, "no state beside an error")
			h.keepsSecrets(t, r.err.Error())
		}
		return r.state, r.err
	case <-time.After(patience):
		require.FailNow(t, "Send does not return")
		return "", nil
	}
}

func (h Harness) keepsSecrets(t *testing.T, s string) {
	t.Helper()
	for _, w := range h.private() {
		assert.NotContains(t, s, w)
	}
}

func (h Harness) accepts(t *testing.T) {
	far := h.double(t, Accepts)
	state, err := h.send(t.Context(), t, far.Address())
	require.NoError(t, err)
	assert.Contains(t, []alerting.DeliveryState{alerting.Handed, alerting.Received}, state)
	r := <-far.Arrived()
	if h.Key != nil {
		assert.NotEmpty(t, h.Key(r))
	}
	if h.Verify != nil {
		require.NoError(t, h.Verify(r, []byte(secret)))
		require.Error(t, h.Verify(r, []byte("another key")), "the suite's own check of signatures must be able to fail")
	}
}

// classes tells a lane what to try again.
func (h Harness) classes(t *testing.T) {
	_, err := h.send(t.Context(), t, h.double(t, Refuses).Address())
	require.Error(t, err)
	assert.True(t, deliver.IsPermanent(err), "%v", err)
	_, err = h.send(t.Context(), t, h.double(t, Busy).Address())
	require.Error(t, err)
	assert.False(t, deliver.IsPermanent(err), "%v", err)
}

func (h Harness) broken(t *testing.T) {
	for name, address := range map[string]string{
		"nobody listens":   h.at(nobody(t)),
		"reset mid-answer": h.double(t, Resets).Address(),
	} {
		_, err := h.send(t.Context(), t, address)
		require.Error(t, err, name)
		assert.False(t, deliver.IsPermanent(err), "%s: %v", name, err)
	}
}

// apart holds lanes to their own connections: what fills one audience's
// leaves the other's free.
func (h Harness) apart(t *testing.T) {
	far := h.double(t, Accepts)
	first, second := h.New(t, far.Address(), []byte(secret)), h.New(t, far.Address(), []byte(secret))
	var from []string
	for _, c := range []deliver.Channel{first, second} {
		_, err := h.sendBy(t.Context(), t, c, h.Message)
		require.NoError(t, err)
		from = append(from, (<-far.Arrived()).From)
	}
	assert.NotEqual(t, from[0], from[1], "two channels share a connection")
}

// apartWithin is the same for the far sides of one lane, wherever they are.
func (h Harness) apartWithin(t *testing.T) {
	if h.Joint {
		return
	}
	far := h.double(t, Accepts)
	c := h.New(t, far.Address(), []byte(secret))
	var from []string
	for _, m := range []deliver.Message{h.Message, h.another()} {
		_, err := h.sendBy(t.Context(), t, c, m)
		require.NoError(t, err)
		from = append(from, (<-far.Arrived()).From)
	}
	assert.NotEqual(t, from[0], from[1], "two far sides share a connection")
}
