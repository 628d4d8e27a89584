// Package mail tells contacts by mail, over SMTP.
//
// What the server accepts is handed: mail proves neither that it arrived nor
// that anybody read it. A session is encrypted, by STARTTLS or from its first
// byte, unless the server is on this machine; a server that offers less is
// told nothing. Each Send has a connection of its own and ends with its
// context, whatever the server does: the SMTP library watches the clock only
// while it dials, so the connection is closed under it. The package keeps no
// goroutine.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/textproto"
	"time"

	smtp "github.com/wneessen/go-mail"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

const (
	// longest is how long a session may take where the context says nothing.
	longest = 30 * time.Second
	// goodbye is how long the server's farewell is waited for once it has the
	// mail.
	goodbye = 100 * time.Millisecond
)

// Channel sends mail through the contacts' mail servers.
type Channel struct {
	book  reach.Book
	roots *x509.CertPool
	dial  post.Dial
}

// New returns a channel that believes servers whose certificates lead to
// roots; nil are the system's.
func New(b reach.Book, roots *x509.CertPool, options ...post.Option) *Channel {
	return &Channel{book: b, roots: roots, dial: post.DialBy(options...)}
}

// Name is the channel's name.
func (c *Channel) Name() alerting.Channel { return alerting.ChannelMail }

// FarSide is the contact's mail server.
func (c *Channel) FarSide(m deliver.Message) string { return c.book.FarSide(m, alerting.ChannelMail) }

// Send hands the message to the server once.
func (c *Channel) Send(ctx context.Context, m deliver.Message) (alerting.DeliveryState, error) {
	route, err := c.book.Find(m, alerting.ChannelMail)
	if err != nil {
		return "", err
	}
	if err := c.hand(ctx, m, route); err != nil {
		return "", fmt.Errorf("mail by %s: %w", route.Gateway.Name, err)
	}
	return alerting.Handed, nil
}

func (c *Channel) hand(ctx context.Context, m deliver.Message, r reach.Route) error {
	letter, err := newLetter(m, r, time.Now())
	if err != nil {
		return deliver.Permanent(err)
	}
	server, err := parse(r.Gateway.URL)
	if err != nil {
		return deliver.Permanent(post.BadAddress(err))
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	l := &line{server: server, roots: c.roots, by: c.dial}
	defer l.Close()
	// The context that the library dials with ends with the dialling.
	defer context.AfterFunc(ctx, l.Close)()
	client, err := l.client(ctx, r.Gateway)
	if err != nil {
		return deliver.Permanent(post.BadAddress(err))
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return l.failure(ctx, err)
	}
	err = client.SendWithSMTPClient(session, letter)
	if !letter.IsDelivered() {
		return l.failure(ctx, err)
	}
	defer time.AfterFunc(goodbye, cancel).Stop()
	_ = client.CloseWithSMTPClient(session) // it has the mail, whatever it says now
	return nil
}

// client is the SMTP library, set up for one session on the line.
func (l *line) client(ctx context.Context, g people.Gateway) (*smtp.Client, error) {
	timeout := longest
	if at, ok := ctx.Deadline(); ok {
		timeout = max(time.Until(at), time.Nanosecond)
	}
	options := []smtp.Option{
		smtp.WithPort(l.server.port), smtp.WithTimeout(timeout), smtp.WithDialContextFunc(l.dial),
		smtp.WithHELO(domain(g.From)), smtp.WithTLSPolicy(l.server.policy()), smtp.WithTLSConfig(l.tls()),
		smtp.WithoutNoop(), smtp.WithoutRset(), smtp.WithoutSMTPUTF8(),
	}
	if g.User != "" {
		options = append(options, smtp.WithUsername(g.User), smtp.WithPassword(string(g.Secret)),
			smtp.WithOpportunisticSMTPAuth(smtp.SMTPAuthSCRAMSHA256, smtp.SMTPAuthPlain, smtp.SMTPAuthLogin))
	}
	return smtp.NewClient(l.server.host, options...)
}

// failure is why the server does not have the mail. A status of 4xx, and
// whatever befell the connection, is worth another attempt under the same
// Message-ID; 5xx is not, nor a server that cannot do what is configured. Its
// own words stay out: they name the recipient.
func (l *line) failure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return post.InWords(ctx.Err())
	}
	var said *textproto.Error
	var unsent *smtp.SendError
	code := 0
	if errors.As(err, &said) {
		code = said.Code
	} else if errors.As(err, &unsent) {
		code = unsent.ErrorCode()
	}
	switch {
	case code >= 500:
		return deliver.Permanent(fmt.Errorf("status %d", code))
	case code > 0:
		return fmt.Errorf("status %d", code)
	case l.broken() != nil:
		return post.InWords(l.broken())
	case errors.As(err, new(textproto.ProtocolError)), errors.As(err, new(*tls.CertificateVerificationError)):
		return post.InWords(err)
	}
	return deliver.Permanent(errors.New("the server does not offer the encryption or sign-in that is configured"))
}
