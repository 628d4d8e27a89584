package hub_test

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// callbackKey is what the doubles sign their callbacks with.
const callbackKey = "a-key-of-128-bits-and-more"

// keyFile writes a secret of one line beside no configuration.
func keyFile(t *testing.T, key string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(path, []byte(key+"\n"), 0o600))
	return path
}

// sent is one text message or call that a gateway was handed.
type sent struct {
	ID        string `json:"-"` // the gateway's own
	To        string `json:"to"`
	Text      string `json:"text"`
	Reference string `json:"reference"`
}

// gateway is a carrier's HTTP interface on a real socket.
type gateway struct {
	t       *testing.T
	server  *httptest.Server
	arrived chan sent
	// hang, if not nil, keeps every request unanswered until it is closed.
	hang chan struct{}

	mu       sync.Mutex // guards what follows
	count    int
	answered int
}

func newGateway(t *testing.T, hang chan struct{}) *gateway {
	t.Helper()
	g := &gateway{t: t, arrived: make(chan sent, 256), hang: hang}
	g.server = httptest.NewServer(http.HandlerFunc(g.take))
	t.Cleanup(g.server.Close)
	return g
}

func (g *gateway) take(w http.ResponseWriter, r *http.Request) {
	var s sent
	if err := json.NewDecoder(r.Body).Decode(&s); err != nil || r.Header.Get("Idempotency-Key") != s.Reference {
		g.t.Errorf("request to the gateway: %v", err)
	}
	g.mu.Lock()
	g.count++
	s.ID = fmt.Sprintf("m-%d", g.count)
	g.mu.Unlock()
	g.arrived <- s
	if g.hang != nil {
		<-g.hang
	}
	g.mu.Lock()
	g.answered++
	g.mu.Unlock()
	_, _ = fmt.Fprintf(w, `{"id":%q}`, s.ID)
}

func (g *gateway) answers() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.answered
}

// to waits for the next message to a number.
func (g *gateway) to(number string) sent {
	g.t.Helper()
	limit := time.After(patience)
	for {
		select {
		case s := <-g.arrived:
			if s.To == number {
				return s
			}
		case <-limit:
			require.FailNow(g.t, "nothing was sent to "+number)
		}
	}
}

// yaml is the gateway as a configuration describes it.
func (g *gateway) yaml(name, channel string) string {
	return fmt.Sprintf("  - {name: %s, channel: %s, url: %q, via: internet, from: 紫薇小学, callback_file: %q,\n"+
		"     request: {body: '{\"to\":\"{to}\",\"text\":\"{text}\",\"reference\":\"{id}\"}', answer_id: id}%s}\n",
		name, channel, g.server.URL, keyFile(g.t, callbackKey), map[string]string{"sms": ", segments: 3"}[channel])
}

// signature is a far side's, made from the description alone.
func signature(key string, at time.Time, body string) string {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

// callBack posts a signed body as another machine would: no session, and
// another site's origin.
func (r *running) callBack(t *testing.T, path, sign, body string) (status int, words string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.Console()+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("X-Campushub-Signature", sign)
	req.Header.Set("Origin", "https://gateway.example.org")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, strings.TrimSpace(string(said))
}

// report is a gateway's signed callback that has to be taken.
func (r *running) report(t *testing.T, path, format string, of ...any) {
	t.Helper()
	body := fmt.Sprintf(format, of...)
	status, words := r.callBack(t, path, signature(callbackKey, time.Now(), body), body)
	require.Equal(t, http.StatusNoContent, status, words)
}

// mailbox is a mail server on this machine that takes every mail.
type mailbox struct {
	t       *testing.T
	l       net.Listener
	arrived chan *mail.Message
	running sync.WaitGroup
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	m := &mailbox{t: t, l: l, arrived: make(chan *mail.Message, 64)}
	m.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			m.running.Go(func() { defer conn.Close(); m.serve(conn) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); m.running.Wait() })
	return m
}

func (m *mailbox) url() string { return "smtp://" + m.l.Addr().String() }

func (m *mailbox) serve(conn net.Conn) {
	r := bufio.NewReader(conn)
	say := func(s string) { _, _ = io.WriteString(conn, s+"\r\n") }
	say("220 mailbox ESMTP")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " "); verb {
		case "EHLO":
			say("250-mailbox")
			say("250 8BITMIME")
		case "MAIL", "RCPT":
			say("250 ok")
		case "DATA":
			say("354 go on")
			if !m.data(r) {
				return
			}
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("503 not now")
		}
	}
}

func (m *mailbox) data(r *bufio.Reader) bool {
	var raw bytes.Buffer
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		raw.WriteString(strings.TrimPrefix(line, "."))
	}
	letter, err := mail.ReadMessage(&raw)
	if !assert.NoError(m.t, err) {
		return false
	}
	m.arrived <- letter
	return true
}

func (m *mailbox) next() *mail.Message {
	m.t.Helper()
	select {
	case letter := <-m.arrived:
		return letter
	case <-time.After(patience):
		require.FailNow(m.t, "no mail came")
		return nil
	}
}
