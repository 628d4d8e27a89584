package endpoints

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"text/template"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// The channels that a demonstration's people are told over.
const (
	ChannelTerminal = "terminal"
	ChannelPage     = "page"
	ChannelWebhook  = "webhook"
	ChannelText     = "text message"
	ChannelCall     = "call"
)

// Channels lists them: the three paths of a desk, then the two of a telephone.
func Channels() []string {
	return []string{ChannelTerminal, ChannelWebhook, ChannelPage, ChannelText, ChannelCall}
}

// receivers are those that are told by a request.
func receivers() []string { return []string{ChannelWebhook, ChannelText, ChannelCall} }

// Second is another receiver of a kind, of a contact of its own.
func Second(channel string) string { return "second " + channel }

func seconds() (all []string) {
	for _, c := range receivers() {
		all = append(all, Second(c))
	}
	return all
}

// secondly is what the names of the second ones bear in a configuration.
const secondly = "-2"

// Audiences lists who is told of a press at once.
func Audiences() []string { return []string{"police", "school", "guards"} }

// who is behind an audience of the demonstration.
var who = map[string]struct{ terminal, role, duty string }{
	"police": {"desk-1", "liaison", "station-desk"},
	"school": {"office-1", "officer", "officer, named-person"},
	"guards": {"gatehouse-1", "guard", "response-unit"},
}

// Everybody is two contacts for each audience of a demonstration: a desk with a
// terminal, a webhook and a page, and a telephone for texts and calls; as pairs, a
// second webhook and a second telephone besides, by gateways of their own.
type Everybody struct {
	suffixes []string // of the configuration's names: "", and secondly
	heard    func(audience, press string, p Proof, at time.Time)
	all      map[string]map[string]Endpoint // by audience and channel

	mu      sync.Mutex        // guards presses
	presses map[string]string // by the reference that a gateway is told

	flapping *flapping // nil where nothing flaps
}

// NewEverybody returns people who are not there yet; heard may be called from
// any goroutine.
func NewEverybody(pairs bool, heard func(audience, press string, p Proof, at time.Time)) (*Everybody, error) {
	e := &Everybody{suffixes: []string{""}, heard: heard, all: map[string]map[string]Endpoint{}, presses: map[string]string{}}
	all := receivers()
	if pairs {
		e.suffixes, all = append(e.suffixes, secondly), append(all, seconds()...)
	}
	for _, a := range Audiences() {
		e.all[a] = map[string]Endpoint{}
		for _, c := range all {
			r, err := NewReceiver(e.of(a))
			if err != nil {
				return nil, err
			}
			e.all[a][c] = r
		}
	}
	return e, nil
}

func (e *Everybody) of(audience string) Heard {
	return func(key string, p Proof, at time.Time) {
		e.mu.Lock()
		press, ok := e.presses[key]
		e.mu.Unlock()
		if !ok {
			press = key
		}
		e.heard(audience, press, p, at)
	}
}

// Expect says that a press comes, as the first one of its incident: a text
// names it by nothing but the delivery's id, which is derived from it.
func (e *Everybody) Expect(from devices.Address, press string) {
	incident := alerting.IncidentID(from, press)
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range Audiences() {
		for _, suffix := range e.suffixes {
			for _, c := range []alerting.Channel{alerting.ChannelSMS, alerting.ChannelVoice} {
				k := alerting.LegKey{Audience: alerting.Audience(a), Recipient: a + "-telephone" + suffix, Channel: c}
				e.presses[alerting.DeliveryID(incident, press, k)] = press
			}
		}
	}
}

// Config is what a demonstration's configuration needs besides. The key of
// webhooks and callbacks stands in platform.key.
func (e *Everybody) Config(school string) string {
	var b strings.Builder
	e.section(&b, "webhooks", school, webhookText)
	e.section(&b, "gateways", school, gatewayText)
	e.section(&b, "contacts", school, contactText)
	return b.String()
}

func (e *Everybody) section(b *strings.Builder, name, school string, text *template.Template) {
	fmt.Fprintf(b, "\n%s:\n", name)
	for _, a := range Audiences() {
		for _, suffix := range e.suffixes {
			e.entry(b, a, suffix, school, text)
		}
	}
}

func (e *Everybody) entry(b *strings.Builder, a, suffix, school string, text *template.Template) {
	url := func(channel string) string { return e.all[a][named(channel, suffix)].(*Receiver).URL() }
	// It writes to memory, from values that are all there.
	_ = text.Execute(b, map[string]any{
		"Audience": a, "Suffix": suffix, "School": school, "Duty": who[a].duty, "Terminal": who[a].terminal, "Account": who[a].role,
		"Named":   a == "school", // as the demonstration's officer is
		"Webhook": url(ChannelWebhook), "Text": url(ChannelText), "Call": url(ChannelCall),
	})
}

// named is the receiver of a kind that bears the suffix in a configuration.
func named(channel, suffix string) string {
	if suffix == "" {
		return channel
	}
	return Second(channel)
}

// Hub is where everybody connects to.
type Hub struct {
	MQTT, Console string                            // host:port, and a URL
	Password      func(terminal string) string      // of a terminal, by its user name
	Token         func(role string) (string, error) // signs the account of a role in
	Key           []byte                            // of webhooks and callbacks
}

// Connect says where the hub is; everybody is dead until Become.
func (e *Everybody) Connect(h Hub) error {
	for _, a := range Audiences() {
		user := a + "/" + who[a].terminal
		token, err := h.Token(who[a].role)
		if err != nil {
			return err
		}
		e.all[a][ChannelTerminal] = NewTerminal(Login{Address: h.MQTT, Username: user, Password: h.Password(user), Topic: "alert/" + user}, e.of(a))
		e.all[a][ChannelPage] = NewPage(h.Console, token, e.of(a))
		for _, suffix := range e.suffixes {
			for _, c := range receivers() {
				e.all[a][named(c, suffix)].(*Receiver).Confirm(e.callback(h, suffix+"-"+a, c))
			}
		}
	}
	return nil
}

// callback is how a receiver confirms the news of a press, by the end of its name in
// the configuration.
func (e *Everybody) callback(h Hub, end, channel string) Callback {
	path, body := map[string]string{
		ChannelWebhook: "/callbacks/webhook/platform" + end,
		ChannelText:    "/callbacks/sms/texts" + end + "/status",
		ChannelCall:    "/callbacks/voice/calls" + end + "/status",
	}[channel], map[string]func(Told) string{
		ChannelWebhook: func(t Told) string {
			return fmt.Sprintf(`{"incident":%q,"delivery":%q,"status":"received"}`, t.Incident, t.Delivery)
		},
		ChannelText: e.status("received"),
		ChannelCall: e.status("answered"),
	}[channel]
	return Callback{URL: h.Console + path, Key: h.Key, Body: body}
}

// status is what a gateway says of a message that tells of a press.
func (e *Everybody) status(said string) func(Told) string {
	return func(t Told) string {
		e.mu.Lock()
		defer e.mu.Unlock()
		if _, ok := e.presses[t.Reference]; !ok {
			return ""
		}
		return fmt.Sprintf(`{"reference":%q,"status":%q}`, t.Reference, said)
	}
}

// Become puts everybody's channels into the states of a scenario.
func (e *Everybody) Become(ctx context.Context, s Scenario) error {
	if err := e.steady(); err != nil {
		return err
	}
	var flap []Endpoint
	for a, channels := range e.all {
		for c, one := range channels {
			state := s.Of(c)
			if state == Flapping {
				flap, state = append(flap, one), Well
			}
			if err := one.Become(ctx, state); err != nil {
				return fmt.Errorf("%s of the %s: %w", c, a, err)
			}
		}
	}
	if len(flap) > 0 {
		e.flapping = flapTogether(ctx, flap)
	}
	return nil
}

// steady ends what flaps, and says whether it could come back each time.
func (e *Everybody) steady() error {
	f := e.flapping
	e.flapping = nil
	if f == nil {
		return nil
	}
	return f.end()
}

// Close makes everybody dead.
func (e *Everybody) Close() {
	_ = e.steady()
	for _, channels := range e.all {
		for _, c := range channels {
			c.Close()
		}
	}
}
