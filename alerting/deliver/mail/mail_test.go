package mail_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/delivertest"
	"example.org/campushub/alerting/deliver/mail"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const user = "hub@school.example.org"

var message = deliver.Message{
	Delivery: "0123456789abcdef0123456789abcdef", Incident: "i-1", Number: 7, Audience: alerting.Police, Recipient: "desk",
	School: alerting.Place{ID: "ziwei"}, Severity: alerting.Critical, Mode: devices.Live,
	Text: alerting.Text{ZH: "【校园警情】紫薇小学 北门 火情", EN: "School alarm: Ziwei Primary, north gate, fire"},
}

func gateway(url string, secret []byte) people.Gateway {
	return people.Gateway{Name: "school-mail", Channel: alerting.ChannelMail, URL: url, User: user, Secret: secret, From: user}
}

func book(g people.Gateway, to string) reach.Book {
	return reach.Book{
		Contact: func(name string) (people.Contact, bool) {
			return people.Contact{
				Name: "desk", Audience: alerting.Police, Schools: []string{"ziwei"},
				Paths: []people.Path{{Channel: alerting.ChannelMail, Gateway: g.Name, Address: to}},
			}, name == "desk"
		},
		Gateway: func(name string) (people.Gateway, bool) { return g, name == g.Name },
	}
}

const to = "desk@police.example.org"

func messageID(r delivertest.Request) string { return r.Header.Get("Message-Id") }

func TestMailConforms(t *testing.T) {
	delivertest.Conform(t, delivertest.Harness{
		Two: func(_ *testing.T, one, another string, secret []byte, over ...post.Option) deliver.Channel {
			return mail.New(delivertest.Book(message, to, gateway(one, secret), gateway(another, secret)), nil, over...)
		},
		Double: func(t *testing.T, l net.Listener, script ...delivertest.Doing) delivertest.Far {
			return doubleOn(t, l, script)
		},
		Host: func(host string) string { return "smtp://" + host },
		Key:  messageID,
		Verify: func(r delivertest.Request, secret []byte) error {
			if r.Header.Get("Double-Password") != string(secret) {
				return errors.New("another password")
			}
			return nil
		},
		Open:    open,
		Private: []string{to, user},
		Message: message,
	})
}

// open is a mail as its reader has it.
func open(t *testing.T, r delivertest.Request) string {
	t.Helper()
	require.Equal(t, "quoted-printable", r.Header.Get("Content-Transfer-Encoding"))
	body, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(string(r.Body))))
	require.NoError(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(r.Header.Get("Subject"))
	require.NoError(t, err)
	return delivertest.Plain(r) + subject + "\n" + string(body)
}

// mailed sends one message over a double and gives what arrived.
func mailed(t *testing.T, to string, change func(*people.Gateway, *deliver.Message)) (*delivertest.Request, error) {
	t.Helper()
	d := newDouble(t, []delivertest.Doing{delivertest.Accepts})
	g, m := gateway(d.Address(), []byte("password")), message
	change(&g, &m)
	state, err := mail.New(book(g, to), nil).Send(t.Context(), m)
	select {
	case r := <-d.arrived:
		require.NoError(t, err)
		assert.Equal(t, alerting.Handed, state, "acceptance is never received")
		return &r, nil
	default:
		require.Error(t, err)
		return nil, err
	}
}

func unchanged(*people.Gateway, *deliver.Message) {}

func TestTheLetter(t *testing.T) {
	r, err := mailed(t, to, unchanged)
	require.NoError(t, err)
	assert.Equal(t, user, r.Method, "the envelope's sender")
	assert.Equal(t, to, r.Path, "the envelope's recipient")
	assert.Equal(t, "<0123456789abcdef0123456789abcdef@school.example.org>", messageID(*r))
	assert.Equal(t, "auto-generated", r.Header.Get("Auto-Submitted"))
	assert.Equal(t, "All", r.Header.Get("X-Auto-Response-Suppress"))
	assert.Equal(t, "high", r.Header.Get("Importance"))
	assert.Equal(t, "text/plain; charset=UTF-8", r.Header.Get("Content-Type"))
	assert.Empty(t, r.Header.Get("User-Agent")+r.Header.Get("X-Mailer"))
	at, err := time.Parse(time.RFC1123Z, r.Header.Get("Date"))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), at, time.Minute)
	assert.True(t, strings.HasSuffix(strings.ReplaceAll(open(t, *r), "\r", ""), message.Text.ZH+"\n\n"+message.Text.EN+"\n"))
}

func TestOnlyLiveAlarmsAreImportant(t *testing.T) {
	r, err := mailed(t, to, func(_ *people.Gateway, m *deliver.Message) { m.Mode = devices.Drill })
	require.NoError(t, err)
	assert.Empty(t, r.Header.Get("Importance"))
	r, err = mailed(t, to, func(_ *people.Gateway, m *deliver.Message) { m.Severity = alerting.Low })
	require.NoError(t, err)
	assert.Empty(t, r.Header.Get("Importance"))
}

func TestNothingBreaksOutOfItsPlace(t *testing.T) {
	hostile := "alarm\r\nBcc: all@example.org\r\n\r\n.\r\nMAIL FROM:<x@example.org>\n.\n..\n"
	r, err := mailed(t, to, func(_ *people.Gateway, m *deliver.Message) {
		m.Text, m.Delivery = alerting.Text{ZH: hostile, EN: hostile}, "d>\r\nBcc: all@example.org"
	})
	require.NoError(t, err)
	assert.Empty(t, r.Header.Get("Bcc"))
	assert.Equal(t, "alarm Bcc: all@example.org . MAIL FROM:<x@example.org> . ..", r.Header.Get("Subject"))
	assert.Equal(t, "<d---Bcc--all-example-org@school.example.org>", messageID(*r))
	assert.Contains(t, strings.ReplaceAll(open(t, *r), "\r", ""), strings.ReplaceAll(hostile, "\r", "")+"\n\n")
}

func TestLongTextsKeepTheirBody(t *testing.T) {
	long := strings.Repeat("警情通报", 100)
	r, err := mailed(t, to, func(_ *people.Gateway, m *deliver.Message) { m.Text.ZH = long })
	require.NoError(t, err)
	assert.Contains(t, open(t, *r), long)
	subject, err := new(mime.WordDecoder).DecodeHeader(r.Header.Get("Subject"))
	require.NoError(t, err)
	assert.Len(t, []rune(subject), 80)
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, address := range []string{
		"", "desk", "desk@", "@police.example.org", "a@b.example, c@d.example", "desk@police.example.org\r\nBcc: x@y.example",
		"<desk@police.example.org", `"de sk"@police.example.org`, "desk@[127.0.0.1]", "警@police.example.org", "desk@police..org",
	} {
		_, err := mailed(t, address, unchanged)
		require.ErrorContains(t, err, "want a mail address", address)
		assert.True(t, deliver.IsPermanent(err), address)
		_, err = mailed(t, to, func(g *people.Gateway, _ *deliver.Message) { g.From = address })
		require.ErrorContains(t, err, "sender: want a mail address", address)
	}
	r, err := mailed(t, to, func(g *people.Gateway, _ *deliver.Message) { g.From = "紫薇小学 <" + user + ">" })
	require.NoError(t, err)
	assert.Equal(t, user, r.Method)
}

func TestStatusesOfEveryStep(t *testing.T) {
	for verb, answers := range map[string]map[string]bool{ // permanent
		"EHLO": {"421 closing": false, "554 no": true},
		"AUTH": {"535 5.7.8 who are you": true, "454 4.7.0 later": false},
		"MAIL": {"452 4.3.1 full": false, "550 5.7.1 not you": true},
		"RCPT": {"450 4.2.1 later": false, "550 5.1.1 <" + to + "> unknown": true},
		"DATA": {"451 later": false, "554 no": true},
	} {
		for answer, permanent := range answers {
			d := newDouble(t, []delivertest.Doing{delivertest.Accepts}, func(d *double) { d.refuse = map[string]string{verb: answer, "HELO": answer} })
			_, err := mail.New(book(gateway(d.Address(), []byte("password")), to), nil).Send(t.Context(), message)
			require.Error(t, err, answer)
			assert.Equal(t, permanent, deliver.IsPermanent(err), "%s: %v", answer, err)
			assert.Equal(t, "mail by school-mail: status "+answer[:3], err.Error(), "and nothing of what it said")
		}
	}
}

// certificate is a server's for 127.0.0.1, and who believes it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates, MinVersion: tls.VersionTLS12}, roots
}

func TestEncryptionByTheScheme(t *testing.T) {
	cert, roots := certificate(t)
	for scheme, option := range map[string]option{
		"smtp+starttls://": func(d *double) { d.cert = cert },
		"smtps://":         func(d *double) { d.cert, d.implicit = cert, true },
	} {
		d := newDouble(t, []delivertest.Doing{delivertest.Accepts}, option)
		g := gateway(scheme+d.host(), []byte("password"))
		_, err := mail.New(book(g, to), roots).Send(t.Context(), message)
		require.NoError(t, err, scheme)
		r := <-d.arrived
		assert.Equal(t, "true", r.Header.Get("Double-Safe"), scheme)
		assert.Equal(t, "password", r.Header.Get("Double-Password"), scheme)

		_, err = mail.New(book(g, to), x509.NewCertPool()).Send(t.Context(), message)
		require.ErrorContains(t, err, "the certificate is not accepted", scheme)
		assert.Empty(t, d.arrived)
	}
}

func TestServersThatOfferLessAreToldNothing(t *testing.T) {
	d := newDouble(t, []delivertest.Doing{delivertest.Accepts})
	_, err := mail.New(book(gateway("smtp+starttls://"+d.host(), nil), to), nil).Send(t.Context(), message)
	require.ErrorContains(t, err, "the server does not offer the encryption or sign-in that is configured")
	assert.True(t, deliver.IsPermanent(err))

	d = newDouble(t, []delivertest.Doing{delivertest.Accepts}, func(d *double) { d.noAuth = true })
	_, err = mail.New(book(gateway(d.Address(), nil), to), nil).Send(t.Context(), message)
	require.ErrorContains(t, err, "the server does not offer")
	assert.Empty(t, d.arrived)
}

func TestServersURLs(t *testing.T) {
	for url, want := range map[string]string{
		"smtps://mail.example.org":                  "",
		"smtps://mail.example.org:465/":             "",
		"smtp+starttls://[2001:db8::1]:587":         "",
		"smtp://localhost:25":                       "",
		"smtp://[::1]":                              "",
		"smtp://mail.example.org":                   "what is not encrypted stays on this machine",
		"smtp://127.0.0.1.example.org":              "what is not encrypted stays on this machine",
		"https://mail.example.org":                  "want smtps or smtp+starttls",
		"smtps://":                                  "want a URL",
		"mail.example.org:465":                      "want",
		"smtps://mail.example.org:0":                "want a port",
		"smtps://user:password@mail.example.org":    "and nothing else",
		"smtps://mail.example.org/?password=secret": "and nothing else",
	} {
		err := mail.Check(url)
		if want == "" {
			require.NoError(t, err, url)
			continue
		}
		require.ErrorContains(t, err, want, url)
	}
}

// A server that has the mail may take its time to say goodbye.
func TestASlowGoodbyeHoldsUpNobody(t *testing.T) {
	d := newDouble(t, []delivertest.Doing{delivertest.Accepts}, func(d *double) { d.refuse = map[string]string{"QUIT": "250-and"} })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	state, err := mail.New(book(gateway(d.Address(), nil), to), nil).Send(ctx, message)
	require.NoError(t, err)
	assert.Equal(t, alerting.Handed, state)
	require.NoError(t, ctx.Err())
}
