package mail

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"

	smtp "github.com/wneessen/go-mail"
)

// mode is how a session is encrypted.
type mode string

const (
	plain     mode = "smtp"          // not at all: to this machine only
	upgraded  mode = "smtp+starttls" // by STARTTLS, before anything is said
	encrypted mode = "smtps"         // from the first byte
)

// server is where a mail server listens.
type server struct {
	mode mode
	host string
	port int
}

// Check says what is wrong with a mail server's URL, if anything.
func Check(address string) error { _, err := parse(address); return err }

// parse reads smtp+starttls://host:587, smtps://host:465, or smtp:// for a
// server on this machine.
func parse(address string) (server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return server{}, errors.New("want a URL, such as smtps://mail.example.org:465")
	}
	s := server{mode: mode(u.Scheme), host: u.Hostname()}
	fallback := map[mode]int{plain: 25, upgraded: 587, encrypted: 465}
	s.port = fallback[s.mode]
	if u.Port() != "" {
		s.port, err = strconv.Atoi(u.Port())
	}
	switch {
	case fallback[s.mode] == 0:
		return s, errors.New("want smtps or smtp+starttls")
	case err != nil || s.port < 1 || s.port > 65535:
		return s, errors.New("want a port from 1 to 65535")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/":
		return s, errors.New("want a host and a port, and nothing else")
	case s.mode == plain && !loopback(s.host):
		return s, errors.New("want smtps or smtp+starttls: what is not encrypted stays on this machine")
	}
	return s, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

func (s server) policy() smtp.TLSPolicy {
	if s.mode == upgraded {
		return smtp.TLSMandatory
	}
	return smtp.NoTLS
}
