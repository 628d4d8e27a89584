// Package people holds who and what belongs to a school: terminals, accounts,
// webhooks and devices, as values, and looks them up.
//
// A Directory is immutable; a reload builds a new one. The package starts no
// goroutine and knows no HTTP.
package people

import (
	"cmp"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// School is one school.
type School struct {
	ID       string
	Name     alerting.Text
	Callback string         // telephone number that the police call back
	Zone     *time.Location // nil is UTC
	Places   []alerting.Place
	// Plans are its drawings, Spots where a place lies on one of them, by the
	// place's id.
	Plans []Plan
	Spots map[string]Spot
	// Position is where it lies; nil where nobody wrote it down.
	Position *Position
	// Pickups are where the school hands children over, in words for parents.
	Pickups []alerting.Place
	Classes []Class // that are counted
	Holding Holding
	// ToParents names the gateway that carries notices to parents, by channel;
	// on a channel without one no parent is told.
	ToParents map[alerting.Channel]string
	// Calendar says which days are school days; nil is Monday to Friday.
	Calendar *calendar.Calendar
	// Texts are the words that its people are told in; nil is the built-in ones.
	Texts *texts.Book
}

// Location is the school's own time zone.
func (s School) Location() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

// Device is one device of a school.
type Device struct {
	Address devices.Address
	Kind    devices.Kind
	Power   devices.Power
	Place   alerting.Place
}

// Terminal is a client of its own on the broker: a desk, a siren, an LED sign.
type Terminal struct {
	Audience alerting.Audience
	ID       string
	Schools  []string // schools whose incidents it is told
	Public   bool     // others can see it: it gets the policy's own text and nothing else
	Via      alerting.Via
}

// User is the terminal's user name on the broker, "audience/terminal".
func (t Terminal) User() string { return string(t.Audience) + "/" + t.ID }

// Topic is where the terminal is told, "alert/audience/terminal".
func (t Terminal) Topic() string { return "alert/" + t.User() }

// Account is a person who signs in to the console.
type Account struct {
	Name string
	// DisplayName is what people call whoever has it; "" where nobody wrote it down.
	DisplayName string

	Role    alerting.Role
	Schools []string
	Named   bool // may see confidential incidents of the schools
	Release bool // an officer who may let notices to parents out
	// Classes are those that staff report the head count of.
	Classes []string
	// PasswordHash is argon2id in PHC form.
	PasswordHash string
	// Initial says that an administrator has drawn the password: whoever signs in
	// with it chooses another one first.
	Initial bool
	// Via is what the way to the person's pages runs over. A directory gives
	// ViaLAN to those of whom nothing is said.
	Via alerting.Via
	// Identity is whom the identity provider vouches for by this account; zero where
	// no one is named.
	Identity Identity
	// Off is why nobody signs in to it. A directory looks up and lists only
	// accounts that are not off, but for Everyone.
	Off Off

	configured string // fingerprint of the configuration's hash, where that is another one
	basis      string // fingerprint of the configuration's terms, where these are others
	added      bool   // on a page

	standsIn []string // schools at which nobody of its audience is named
}

// Webhook is an HTTP endpoint that is told by a signed POST.
type Webhook struct {
	Name     string
	Audience alerting.Audience
	Schools  []string
	URL      string
	Secret   []byte // key of the HMAC-SHA256 signature
	Via      alerting.Via
}

// Directory is everybody and everything that the hub knows.
type Directory struct {
	schools   map[string]School
	devices   map[devices.Address]Device
	terminals map[string]Terminal // by user
	accounts  map[string]Account  // by name
	off       map[string]Account  // by name: those that nobody signs in to
	webhooks  map[string]Webhook  // by name
	contacts  map[string]Contact  // by name
	gateways  map[string]Gateway  // by name
	district  District

	devicesOf   map[string][]Device // by school
	terminalsOf map[string][]Terminal
	accountsOf  map[string][]Account
	webhooksOf  map[string][]Webhook
	contactsOf  map[string][]Contact

	named map[side]bool // where somebody may open what is confidential

	policy Policy
}

// Lists is what a directory is made of.
type Lists struct {
	Schools   []School
	Devices   []Device
	Terminals []Terminal
	Accounts  []Account
	Webhooks  []Webhook
	Contacts  []Contact
	Gateways  []Gateway
	District  District
}

// New builds a directory. Later entries of the same name win.
func New(l Lists) *Directory {
	d := &Directory{
		schools:   map[string]School{},
		devices:   map[devices.Address]Device{},
		terminals: map[string]Terminal{},
		accounts:  map[string]Account{},
		off:       map[string]Account{},
		webhooks:  map[string]Webhook{},
		contacts:  map[string]Contact{},
		gateways:  map[string]Gateway{},
		district:  l.District,
	}
	for _, s := range l.Schools {
		d.schools[s.ID] = s
	}
	for _, v := range l.Devices {
		d.devices[v.Address] = v
	}
	for _, t := range l.Terminals {
		d.terminals[t.User()] = t
	}
	for _, a := range l.Accounts {
		a.Via = cmp.Or(a.Via, alerting.ViaLAN)
		if a.Off != "" {
			d.off[a.Name] = a
			continue
		}
		d.accounts[a.Name] = a
	}
	d.standIn()
	for _, h := range l.Webhooks {
		d.webhooks[h.Name] = h
	}
	for _, c := range l.Contacts {
		d.contacts[c.Name] = c
	}
	for _, g := range l.Gateways {
		d.gateways[g.Name] = g
	}
	d.devicesOf = serving(d.Devices(), func(v Device) []string { return []string{v.Address.School} })
	d.terminalsOf = serving(sorted(d.terminals, Terminal.User), func(t Terminal) []string { return t.Schools })
	d.accountsOf = serving(sorted(d.accounts, func(a Account) string { return a.Name }), func(a Account) []string { return a.Schools })
	d.webhooksOf = serving(sorted(d.webhooks, func(h Webhook) string { return h.Name }), func(h Webhook) []string { return h.Schools })
	d.contactsOf = serving(sorted(d.contacts, func(c Contact) string { return c.Name }), func(c Contact) []string { return c.Schools })
	return d
}

// School looks up a school by id.
func (d *Directory) School(id string) (School, bool) { s, ok := d.schools[id]; return s, ok }

// Device looks up a device by address.
func (d *Directory) Device(a devices.Address) (Device, bool) { v, ok := d.devices[a]; return v, ok }

// Terminal looks up a terminal by its user name.
func (d *Directory) Terminal(user string) (Terminal, bool) { t, ok := d.terminals[user]; return t, ok }

// Account looks up an account by name.
func (d *Directory) Account(name string) (Account, bool) { a, ok := d.accounts[name]; return a, ok }

// Everyone lists every account, by name; also those that are off.
func (d *Directory) Everyone() []Account {
	out := sorted(d.accounts, func(a Account) string { return a.Name })
	out = append(out, sorted(d.off, func(a Account) string { return a.Name })...)
	slices.SortStableFunc(out, func(a, b Account) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// Webhook looks up a webhook by name.
func (d *Directory) Webhook(name string) (Webhook, bool) { h, ok := d.webhooks[name]; return h, ok }

// Contact looks up a contact by name.
func (d *Directory) Contact(name string) (Contact, bool) { c, ok := d.contacts[name]; return c, ok }

// Gateway looks up a gateway by name.
func (d *Directory) Gateway(name string) (Gateway, bool) { g, ok := d.gateways[name]; return g, ok }

// Schools lists every school, by id.
func (d *Directory) Schools() []School {
	return sorted(d.schools, func(s School) string { return s.ID })
}

// Devices lists every device, by address.
func (d *Directory) Devices() []Device {
	return sorted(d.devices, func(v Device) string { return v.Address.String() })
}

// DevicesOf lists the devices of a school, by address; not to be changed.
func (d *Directory) DevicesOf(school string) []Device { return d.devicesOf[school] }

// TerminalsOf lists the terminals that serve a school, by user name. Whoever
// asks must not change the list: it is on the way of every alarm and made once.
func (d *Directory) TerminalsOf(school string) []Terminal { return d.terminalsOf[school] }

// AccountsOf lists the accounts of a school, by name; not to be changed.
func (d *Directory) AccountsOf(school string) []Account { return d.accountsOf[school] }

// WebhooksOf lists the webhooks that serve a school, by name; not to be changed.
func (d *Directory) WebhooksOf(school string) []Webhook { return d.webhooksOf[school] }

// ContactsOf lists the contacts that serve a school, by name; not to be changed.
func (d *Directory) ContactsOf(school string) []Contact { return d.contactsOf[school] }

func sorted[K comparable, V any](m map[K]V, key func(V) string) []V {
	out := make([]V, 0, len(m))
	for _, v := range m {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b V) int {
		if key(a) < key(b) {
			return -1
		}
		return 1
	})
	return out
}

// serving lists, for each school, the ones that serve it.
func serving[V any](all []V, schools func(V) []string) map[string][]V {
	out := map[string][]V{}
	for _, v := range all {
		for i, s := range schools(v) {
			if !slices.Contains(schools(v)[:i], s) { // named twice is told once
				out[s] = append(out[s], v)
			}
		}
	}
	return out
}
