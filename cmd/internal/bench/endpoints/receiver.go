package endpoints

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"
)

// longestRequest bounds what a receiver reads of one request, in bytes.
const longestRequest = 1 << 20

// Receiver is told by POST: a webhook's receiver, or a gateway that takes
// texts or calls. It hears the press that a request names, or its reference.
type Receiver struct {
	address string // the same in every state
	heard   Heard
	// callback is how the hub is told that an alert was received.
	callback Callback
	client   *http.Client // for callbacks
	life     *life
	server   *http.Server
}

// Callback is how a webhook or a gateway confirms: a signed POST.
type Callback struct {
	URL  string // "" confirms nothing
	Key  []byte
	Body func(Told) string // "" confirms not this one
}

// Told is what a request names.
type Told struct{ Press, Reference, Incident, Delivery string }

// NewReceiver finds an address for it; it is dead.
func NewReceiver(heard Heard) (*Receiver, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, fmt.Errorf("find an address for a receiver: %w", err)
	}
	client := &http.Client{Timeout: greet, Transport: &http.Transport{}}
	return &Receiver{address: address, heard: heard, client: client}, nil
}

// Ports that Linux gives to nobody who asks for any: those begin at 32,768. While
// a receiver is dead nobody holds its port, and it has to be there afterwards.
const (
	firstPort = 20_000
	lastPort  = 32_767
)

func freeAddress() (address string, err error) {
	for range 100 {
		l, listenErr := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", firstPort+rand.IntN(lastPort-firstPort+1)))
		if listenErr == nil {
			return l.Addr().String(), l.Close()
		}
		err = listenErr
	}
	return "", err
}

// Confirm says how it confirms what it is told from the next Become on.
func (r *Receiver) Confirm(c Callback) { r.callback = c }

// URL is where it is told.
func (r *Receiver) URL() string { return "http://" + r.address + "/" }

// Become closes every connection and, unless it is to be dead, listens again.
func (r *Receiver) Become(ctx context.Context, s State) error {
	r.Close()
	if s == Dead {
		return nil
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", r.address)
	if err != nil {
		return fmt.Errorf("listen for requests: %w", err)
	}
	life := newLife()
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, in *http.Request) { r.take(life, s, w, in) }),
		ReadHeaderTimeout: greet,
	}
	r.life, r.server = life, server
	life.works.Go(func() { _ = server.Serve(l) }) // ends with Close
	return nil
}

// Close hangs up on everybody.
func (r *Receiver) Close() {
	if r.life == nil {
		return
	}
	_ = r.server.Close()
	r.life.end()
	r.life = nil
	r.client.CloseIdleConnections()
}

func (r *Receiver) take(l *life, s State, w http.ResponseWriter, in *http.Request) {
	var told Told
	body, err := io.ReadAll(io.LimitReader(in.Body, longestRequest))
	if err != nil || json.Unmarshal(body, &told) != nil {
		http.Error(w, "not understood", http.StatusBadRequest)
		return
	}
	if s != Well && !l.lasts(in.Context(), s) {
		return
	}
	at := time.Now()
	w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(w, "{}")
	key := cmp.Or(told.Press, told.Reference)
	if key == "" {
		return
	}
	r.heard(key, Handed, at)
	if r.callback.URL != "" {
		l.beside(func() { r.confirm(key, told) })
	}
}

// confirm tells the hub that an alert was received.
func (r *Receiver) confirm(key string, told Told) {
	at, body := time.Now(), r.callback.Body(told)
	if body == "" {
		return
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, r.callback.URL, strings.NewReader(body))
	if err != nil {
		return
	}
	mac := hmac.New(sha256.New, r.callback.Key)
	_, _ = fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Campushub-Signature", fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil))))
	answer, err := r.client.Do(req)
	if err != nil {
		return
	}
	_ = answer.Body.Close()
	if answer.StatusCode/100 == 2 {
		r.heard(key, Received, at)
	}
}
