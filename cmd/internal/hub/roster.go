package hub

import (
	"crypto/sha256"
	"crypto/subtle"
	"sync"
	"time"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/broker"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/devices"
)

// roster is who is known at one moment; a reload puts another in its place.
type roster struct {
	directory *people.Directory
	calendars map[string]*calendar.Calendar // by school
	duties    map[string]watch.School       // of those that have posts
	rules     map[string]*rules.Set         // by school
	secrets   map[string][sha256.Size]byte  // by user name

	config *config.Config // that it was made of
	kept   people.Kept
	faults func() []api.ConfigFault // of that, with these accounts; looked for once
}

func newRoster(c *config.Config, seed []byte, k people.Kept) *roster {
	return &roster{
		directory: c.With(k).Directory(), calendars: c.Calendars, duties: dutiesOf(c, seed), rules: c.Rules, secrets: c.Credentials(),
		config: c, kept: k, faults: sync.OnceValue(func() []api.ConfigFault { return faultsOf(c.WarningsWith(k.Apply(c.Accounts))) }),
	}
}

// gatekeeper is the broker's directory.
type gatekeeper struct{ hub *Hub }

// Authenticate checks a secret against its SHA-256. Secrets are random and
// long, so that a plain hash keeps them; an unknown user costs the same.
func (g gatekeeper) Authenticate(user string, password []byte) (broker.Principal, bool) {
	if p, ok := g.hub.pathDevice.authenticate(user, password); ok {
		return p, true
	}
	r := g.hub.who.Load()
	want, known := r.secrets[user]
	got := sha256.Sum256(password)
	if subtle.ConstantTimeCompare(want[:], got[:]) != 1 || !known {
		return broker.Principal{}, false
	}
	if t, ok := r.directory.Terminal(user); ok {
		return broker.Principal{User: user, Terminal: t.User()}, true
	}
	from, err := devices.ParseAddress(user)
	if err != nil {
		return broker.Principal{}, false
	}
	return broker.Principal{User: user, Device: from}, true
}

// Reload puts a new configuration's people, terminals and devices in place,
// and disconnects whoever is gone or has a new secret. What is said of the hub
// itself, such as its listeners and folders, stays as it is until the next
// start; Reload names what of it has changed. Frozen plans stay frozen; whoever
// is gone is told nothing more.
func (h *Hub) Reload(cfg *config.Config) (needRestart []string) {
	h.replacing.Lock()
	defer h.replacing.Unlock()
	h.takeUp(cfg)
	h.replace(cfg)
	h.readings.took(time.Now())
	return h.changed(cfg)
}

// replace is what Reload does of it with h.replacing held: it also puts who is
// suspended in force.
func (h *Hub) replace(cfg *config.Config) {
	next := newRoster(cfg, h.seed, h.kept())
	old := h.who.Swap(next)
	for user, secret := range old.secrets {
		if now, ok := next.secrets[user]; !ok || now != secret {
			h.broker.Disconnect(user)
		}
	}
	if h.paths != nil {
		h.paths.Reloaded()
	}
	h.duty.Reloaded()
	h.supervisor.Reloaded()
	h.lookout.Reloaded()
	h.noticeCalendars(time.Now())
}
