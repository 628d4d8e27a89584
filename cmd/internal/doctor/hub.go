package doctor

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/cmd/internal/config"
)

// askWithin bounds one question to the hub, and answerSize its answer.
const (
	askWithin  = 5 * time.Second
	answerSize = 8 << 20
)

// answers is what a running hub says of itself.
type answers struct {
	address string
	alive   error // nil where a hub answers
	ready   error
	figures map[string]float64 // by name and labels, as /metrics writes them
	closed  error              // why there are no figures
}

// hubAddress is where to ask: what was said, or what the configuration says.
func hubAddress(said string, cfg *config.Config) string {
	if said != "" {
		return strings.TrimSuffix(said, "/")
	}
	host, port, err := net.SplitHostPort(cfg.Hub.HTTP.Listen)
	if err != nil || port == "0" {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	scheme := "http"
	if cfg.Hub.HTTP.TLS.Enabled() {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

var errNowhere = errors.New("the configuration names no port that stays; say --hub")

// ask asks a hub what it knows.
func ask(ctx context.Context, address string, cfg *config.Config) answers {
	a := answers{address: address, alive: errNowhere}
	if address == "" {
		return a
	}
	client := &http.Client{Timeout: askWithin, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: own(cfg)}}
	if _, a.alive = get(ctx, client, address+"/livez"); a.alive != nil {
		return a
	}
	_, a.ready = get(ctx, client, address+"/readyz")
	body, err := get(ctx, client, address+"/metrics")
	if a.closed = err; err == nil {
		a.figures = figures(body)
	}
	return a
}

// own trusts the hub's own certificate beside those that the system trusts: it
// is asked by an address that the certificate may not name.
func own(cfg *config.Config) *tls.Config {
	c, err := readCertificate(cfg.Hub.HTTP.TLS.Cert)
	if err != nil {
		return nil
	}
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // VerifyConnection compares the certificate itself
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) > 0 && bytes.Equal(s.PeerCertificates[0].Raw, c.Raw) {
				return nil
			}
			return trusted(s)
		},
	}
}

// trusted is the check that every client makes.
func trusted(s tls.ConnectionState) error {
	if len(s.PeerCertificates) == 0 {
		return errNoCertificate
	}
	between := x509.NewCertPool()
	for _, c := range s.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: s.ServerName, Intermediates: between})
	return err
}

func get(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, answerSize))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, strings.TrimSpace(string(body)))
	}
	return body, err
}

// figures reads the lines of a metrics page.
func figures(page []byte) map[string]float64 {
	out := map[string]float64{}
	for s := bufio.NewScanner(bytes.NewReader(page)); s.Scan(); {
		at := strings.LastIndexByte(s.Text(), ' ')
		if at < 0 || strings.HasPrefix(s.Text(), "#") {
			continue
		}
		if n, err := strconv.ParseFloat(s.Text()[at+1:], 64); err == nil {
			out[s.Text()[:at]] = n
		}
	}
	return out
}

// of is a school's figure.
func (a answers) of(name, school string) (float64, bool) {
	n, ok := a.figures[fmt.Sprintf("%s{school=%q}", name, school)]
	return n, ok
}

func hubItself(f *Findings, a answers) {
	switch {
	case a.alive != nil:
		f.say(Warn, "hub", "start it, or say where it is with --hub", "none answers: %v", a.alive)
	case a.ready != nil:
		f.say(Bad, "hub", "look at its log and its disk", "%s cannot do its whole work: %v", a.address, a.ready)
	case a.closed != nil:
		f.say(Warn, "hub", "ask on the hub's own machine", "%s is ready, and gives no figures here: %v", a.address, a.closed)
	default:
		f.say(OK, "hub", "", "%s is ready", a.address)
	}
}
