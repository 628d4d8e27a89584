package telemetry

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	influx "github.com/influxdata/influxdb-client-go/v2"
	"github.com/influxdata/influxdb-client-go/v2/api"
)

// Target is an InfluxDB and what is written to there.
type Target struct {
	URL      string
	Org      string // of InfluxDB 2; empty for 1.x
	Database string // of 1.x, or "database/retention policy"; the bucket of 2
	Token    string // of 2; "user:password" for 1.x; empty where nobody is asked
	// Timeout is how long one request may take; 10 s where 0.
	Timeout time.Duration
}

func (t Target) timeout() time.Duration {
	if t.Timeout == 0 {
		return 10 * time.Second
	}
	return t.Timeout
}

// longestAnswer is how much of an answer is read, in bytes.
const longestAnswer = 64 << 10

// open returns what writes batches, and what ends it.
func (t Target) open() (api.WriteAPIBlocking, func()) {
	options := influx.DefaultOptions().SetPrecision(time.Nanosecond).SetHTTPClient(t.http()).SetApplicationName("campushub")
	client := influx.NewClientWithOptions(t.URL, t.Token, options)
	return client.WriteAPIBlocking(t.Org, t.Database), client.Close
}

// http is a client with every wait bounded, that follows nobody elsewhere: the
// token goes to the configured address alone.
func (t Target) http() *http.Client {
	timeout := t.timeout()
	return &http.Client{
		Timeout: timeout,
		Transport: bounded{&http.Transport{
			DialContext:           (&net.Dialer{Timeout: min(timeout, 5*time.Second)}).DialContext,
			TLSHandshakeTimeout:   min(timeout, 5*time.Second),
			ResponseHeaderTimeout: timeout,
			MaxIdleConnsPerHost:   1,
			IdleConnTimeout:       time.Minute,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded reads no more of an answer than it may be long.
type bounded struct{ *http.Transport }

// RoundTrip sends one request.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.Transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, longestAnswer), resp.Body}
	return resp, nil
}

// laterError says that a batch is to be sent again as it is.
type laterError struct{ answer }

// Error says why.
func (e laterError) Error() string { return "write points: " + e.reason + ": " + e.detail }

func asLater(err error) (laterError, bool) { return errors.AsType[laterError](err) }

// lineWriter is what the writer needs of the client.
type lineWriter interface {
	WriteRecord(ctx context.Context, line ...string) error
}
