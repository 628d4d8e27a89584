package doctor

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"

	"example.org/campushub/cmd/internal/config"
)

// earliest is a moment, in Unix time, before which no right clock can be any
// more: 2026-01-01.
const earliest = 1_767_225_600

func clock(f *Findings, now time.Time) {
	set, known := clockIsSet()
	switch {
	case now.Unix() < earliest:
		f.say(Bad, "clock", "set the clock and let NTP keep it", "it says %s", now.UTC().Format(time.RFC3339))
	case !known:
		f.say(Warn, "clock", "compare it with a clock that is right", "it says %s; whether anything keeps it right cannot be told here", now.UTC().Format(time.RFC3339))
	case !set:
		f.say(Warn, "clock", "let NTP keep it (chrony, systemd-timesyncd)", "it says %s, and nothing keeps it right", now.UTC().Format(time.RFC3339))
	default:
		f.say(OK, "clock", "", "it says %s and is kept right", now.UTC().Format(time.RFC3339))
	}
}

// zones shows each school's own time: a wrong zone is seen at once.
func zones(f *Findings, cfg *config.Config, now time.Time) {
	for _, s := range cfg.Schools {
		if _, err := time.LoadLocation(s.Location().String()); err != nil {
			f.say(Bad, "time zone", "install the zone data of this system", "%s: %v", s.ID, err)
			continue
		}
		f.say(OK, "time zone", "", "%s: it is %s in %s", s.ID, now.In(s.Location()).Format("15:04"), s.Location())
	}
}

// soon is how long before its end a certificate has to be renewed.
const soon = 30 * 24 * time.Hour

func certificates(f *Findings, cfg *config.Config, now time.Time) {
	certificate(f, "certificate of the console", cfg.Hub.HTTP.TLS, now)
	certificate(f, "certificate of the broker", cfg.Hub.MQTT.TLS.KeyPair, now)
}

func certificate(f *Findings, about string, k config.KeyPair, now time.Time) {
	if !k.Enabled() {
		return
	}
	c, err := readCertificate(k.Cert)
	if err != nil {
		f.say(Bad, about, "put a certificate there", "%v", err)
		return
	}
	left, end := c.NotAfter.Sub(now), c.NotAfter.UTC().Format(time.DateOnly)
	switch {
	case left <= 0:
		f.say(Bad, about, "renew it: devices refuse the hub", "it ended on %s", end)
	case now.Before(c.NotBefore):
		f.say(Bad, about, "look at the clock", "it begins only on %s", c.NotBefore.UTC().Format(time.DateOnly))
	case left < soon:
		f.say(Warn, about, "renew it", "it ends on %s, in %d days", end, int(left.Hours()/24))
	default:
		f.say(OK, about, "", "it ends on %s", end)
	}
}

var errNoCertificate = errors.New("it holds no certificate")

func readCertificate(path string) (*x509.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			return x509.ParseCertificate(block.Bytes)
		}
	}
	return nil, fmt.Errorf("read certificate %s: %w", path, errNoCertificate)
}
