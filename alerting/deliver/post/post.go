// Package post sends one HTTP request as a channel needs it: it ends with its
// context, follows no redirect, reads no more of an answer than it needs, and
// says what went wrong in words that hold no secret.
//
// Each Client has a connection pool of its own, so that lanes share none. The
// package starts no goroutine, and never tries twice.
package post

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"example.org/campushub/alerting/deliver"
)

// Bounds of an answer.
const (
	// maxDrained is how much of an answer that nobody needs is read, so that
	// the connection can be used again; what is longer closes it.
	maxDrained = 4 << 10
	// drainFor is how long such an answer is waited for: what counts is its
	// status, and a body that never ends holds up nobody.
	drainFor = 100 * time.Millisecond
	// answerWithin is for how long an answer is waited for where the request has
	// no end of its own: as long as a call may take by the built-in policy.
	answerWithin = 30 * time.Second
	// maxBody is how long a body that counts may be, in bytes.
	maxBody = 64 << 10
	// maxHead is how long an answer's head may be, in bytes.
	maxHead = 64 << 10
)

// Client sends requests over its own connections.
type Client struct{ http *http.Client }

// New returns a client without connections.
func New(options ...Option) *Client {
	return &Client{http: &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: DialBy(options...), MaxIdleConnsPerHost: 4, MaxConnsPerHost: 16,
			IdleConnTimeout: time.Minute, ResponseHeaderTimeout: answerWithin,
			MaxResponseHeaderBytes: maxHead, ForceAttemptHTTP2: true,
		},
		// A redirect would carry an alarm, and what signs it, to somebody else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// NewRequest makes a request with a body of the given type. An address that
// is none is a permanent error.
func NewRequest(ctx context.Context, method, url, contentType string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err == nil && (req.URL.Host == "" || req.URL.Scheme != "http" && req.URL.Scheme != "https") {
		err = errors.New("no http or https URL")
	}
	if err != nil {
		return nil, deliver.Permanent(BadAddress(err))
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("User-Agent", "campushub")
	return req, nil
}

// Send takes the answer's status alone.
func (c *Client) Send(req *http.Request) (Answer, error) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	res, err := c.http.Do(req.WithContext(ctx))
	if err != nil {
		return Answer{}, InWords(err)
	}
	defer res.Body.Close()
	defer time.AfterFunc(drainFor, cancel).Stop()
	_, _ = io.CopyN(io.Discard, res.Body, maxDrained)
	return StatusOf(res), nil
}

// Ask reads the answer's body too, where that is what counts. A body that
// breaks off or is too long leaves open what became of the request: an error.
func (c *Client) Ask(req *http.Request) (Answer, error) {
	res, err := c.http.Do(req)
	if err != nil {
		return Answer{}, InWords(err)
	}
	defer res.Body.Close()
	a := StatusOf(res)
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = errors.New("answer too long")
	}
	if err != nil {
		if a.OK() {
			return Answer{}, InWords(err)
		}
		return a, nil
	}
	a.Body = body
	return a, nil
}

// Do is for a library that makes the request itself.
func (c *Client) Do(req *http.Request) (*http.Response, error) { return c.http.Do(req) }

// StatusOf is what an answer says before its body.
func StatusOf(res *http.Response) Answer {
	return Answer{Status: res.StatusCode, Pause: retryAfter(res.Header.Get("Retry-After"), time.Now())}
}
