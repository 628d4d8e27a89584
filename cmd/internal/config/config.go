package config

import (
	"fmt"
	"maps"
	"net/netip"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/rules"
)

// Config is a whole configuration that has passed every check.
type Config struct {
	Hub       Hub
	Schools   []people.School
	Devices   []people.Device
	Terminals []people.Terminal
	Accounts  []people.Account
	Webhooks  []people.Webhook
	Contacts  []people.Contact
	Gateways  []people.Gateway
	// Policies holds what schools do otherwise than the built-in policy, by
	// school.
	Policies map[string]*policy.Rules
	// Calendars holds the calendar of every school.
	Calendars map[string]*calendar.Calendar
	// District is where the schools lie: its outline, and the police stations.
	District people.District
	// Rules holds the gates and rules of the schools that say something of them.
	Rules map[string]*rules.Set
	// Duty holds the posts of the schools that have any, by school. The seed of
	// each is the hub's to add.
	Duty map[string]watch.School

	Telemetry Telemetry

	// Warnings are what works, and is less than an alarm should have. They keep
	// nothing from being loaded.
	Warnings Faults
	// again is what is warned of with other accounts; nil of a configuration that was
	// not read.
	again func([]people.Account) Faults

	// Files are what was read: the configuration's own, and those that it names.
	Files []File

	credentials map[string][32]byte
}

// File is a file that a configuration was read from.
type File struct {
	Path   string
	Secret bool // holds a secret, or what one is recognised by
}

// Hub is the process itself: where it keeps its records and where it listens.
type Hub struct {
	Name string
	// Dir is where journal.db and office.db lie.
	Dir     string
	HTTP    HTTP
	MQTT    MQTT
	Metrics Metrics
	// PathCheck says how the way to the police is proven.
	PathCheck PathCheck
	// Supervision says when a device is lost.
	Supervision Supervision
	// StopWithin is how long a graceful stop may take.
	StopWithin time.Duration
}

// HTTP is the listener of the console and the API.
type HTTP struct {
	Listen string // host:port; port 0 takes a free one
	TLS    KeyPair
	// BehindTLS says that a proxy before it has TLS, so that browsers keep cookies
	// to TLS whether or not the proxy says X-Forwarded-Proto.
	BehindTLS bool
	// Public is the address that browsers reach the hub by, as they write it: scheme
	// and host. "" where it does not matter.
	Public string
	// OIDC is the identity provider by which people may sign in; without an issuer
	// there is none.
	OIDC OIDC
}

// OIDC is an identity provider (OpenID Connect).
type OIDC struct {
	Issuer, ClientID string
	Secret           []byte
	// Claim holds the name of an account; "" where accounts are linked by subject.
	Claim string
	// Label is what people call the provider.
	Label alerting.Text
}

// MQTT is the broker's listeners.
type MQTT struct {
	Listen []string // plain TCP, host:port each
	TLS    MQTTTLS
}

// MQTTTLS is the broker's listeners that speak TLS; none where Listen is empty.
type MQTTTLS struct {
	Listen []string
	KeyPair
}

// Metrics is a listener of its own for /metrics.
type Metrics struct {
	Listen string // "" serves /metrics beside the console
	// From are the networks that may read it: beside the console these, this
	// machine and administrators; on an address of its own everybody where there
	// are none, else these and this machine.
	From []netip.Prefix
}

// KeyPair names the two PEM files of a TLS server; both or neither are set.
type KeyPair struct {
	Cert string
	Key  string
}

// Enabled reports whether a certificate is named.
func (p KeyPair) Enabled() bool { return p.Cert != "" }

// Directory is everybody and everything in the configuration, for lookup, with
// the schools' policy compiled for them.
func (c *Config) Directory() *people.Directory {
	d := c.people()
	return d.WithPolicy(policy.Compile(d, c.Policies))
}

func (c *Config) people() *people.Directory {
	return people.New(people.Lists{
		Schools: c.Schools, Devices: c.Devices, Terminals: c.Terminals, Accounts: c.Accounts, Webhooks: c.Webhooks,
		Contacts: c.Contacts, Gateways: c.Gateways, District: c.District,
	})
}

// With is the same configuration with what the hub's office keeps of accounts.
func (c *Config) With(k people.Kept) *Config {
	out := *c
	out.Accounts = k.Apply(c.Accounts)
	return &out
}

// Counts says how much there is of what people look for first.
func (c *Config) Counts() string {
	return strings.Join([]string{
		Counted(len(c.Schools), "school"), Counted(len(c.Devices), "device"),
		Counted(len(c.Terminals), "terminal"), Counted(len(c.Accounts), "account"),
	}, ", ")
}

// Counted says how many there are of something whose plural ends with -s.
func Counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Credentials gives the SHA-256 of the secret of every client of the broker,
// by user name: "school/device" for a device, "audience/terminal" for a
// terminal. Compare them in constant time.
func (c *Config) Credentials() map[string][32]byte { return maps.Clone(c.credentials) }
