package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// Longest pause that an endpoint's Retry-After is believed.
const maxRetryAfter = time.Minute

// retryAfter reads RFC 9110 section 10.2.3: seconds or a date. What is
// neither asks for no pause.
func retryAfter(h string, now time.Time) time.Duration {
	if s, err := strconv.ParseUint(h, 10, 64); err == nil {
		return time.Duration(min(s, uint64(maxRetryAfter/time.Second))) * time.Second
	} else if errors.Is(err, strconv.ErrRange) {
		return maxRetryAfter
	}
	if at, err := http.ParseTime(h); err == nil {
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// failure is why nothing was posted, in words that hold no part of the
// address: a URL may carry a token, and the words go into logs and onto the
// incident's page.
type failure struct {
	words string
	cause error
}

func (f failure) Error() string { return f.words }

func (f failure) Unwrap() error { return f.cause }

func inWords(err error) error {
	var unresolved *net.DNSError
	var certificate *tls.CertificateVerificationError
	var timed net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return failure{"stopped", err}
	case errors.As(err, &unresolved):
		return failure{"the name does not resolve", err}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timed) && timed.Timeout():
		return failure{"no answer in time", err}
	case errors.Is(err, syscall.ECONNREFUSED):
		return failure{"connection refused", err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return failure{"connection lost", err}
	case errors.As(err, &certificate):
		return failure{"the certificate is not accepted", err}
	}
	return failure{"no usable answer", err}
}
