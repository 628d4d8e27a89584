package post

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"syscall"
)

// failure is why nothing was sent, in words that hold no part of the address:
// a URL may carry a token, and the words go into logs and onto the incident's
// page.
type failure struct {
	words string
	cause error
}

func (f failure) Error() string { return f.words }

func (f failure) Unwrap() error { return f.cause }

// InWords is a network's error without the address that it names.
func InWords(err error) error {
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

// BadAddress is the error of an address that is none.
func BadAddress(err error) error { return failure{"its address cannot be used", err} }

// Quote is what a far side said, fit for a log and a page: one line of at
// most 80 characters, and none of the secrets.
func Quote(s string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "…")
		}
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }), " ")
	if r := []rune(s); len(r) > maxQuote {
		s = string(r[:maxQuote]) + "…"
	}
	return s
}

const maxQuote = 80

// shortest is how long a part of an address is at least that may be a secret.
const shortest = 8

// SecretsIn are the parts of an address that may be secrets: its password, and
// whatever is long in its path and its query.
func SecretsIn(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	parts := strings.Split(u.Path, "/")
	for _, values := range u.Query() {
		parts = append(parts, values...)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return len(s) < shortest })
	if password, ok := u.User.Password(); ok {
		parts = append(parts, password)
	}
	return parts
}
