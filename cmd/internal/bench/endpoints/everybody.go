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

// Audiences lists who is told of a press at once.
func Audiences() []string { return []string{"police", "school", "guards"} }

// who is behind an audience of the demonstration.
var who = map[string]struct{ terminal, role, duty string }{
	"police": {"desk-1", "liaison", "station-desk"},
	"school": {"office-1", "officer", "officer, named-person"},
	"guards": {"gatehouse-1", "guard", "response-unit"},
}

// Everybody is two contacts for each audience of a demonstration: a desk with a
// terminal, a webhook and a page, and a telephone for texts and calls.
type Everybody struct {
	heard func(audience, press string, p Proof, at time.Time)
	all   map[string]map[string]Endpoint // by audience and channel

	mu      sync.Mutex        // guards presses
	presses map[string]string // by the reference that a gateway is told
}

// NewEverybody returns people who are not there yet; heard may be called from
// any goroutine.
func NewEverybody(heard func(audience, press string, p Proof, at time.Time)) (*Everybody, error) {
	e := &Everybody{heard: heard, all: map[string]map[string]Endpoint{}, presses: map[string]string{}}
	for _, a := range Audiences() {
		e.all[a] = map[string]Endpoint{}
		for _, c := range receivers() {
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
		for _, c := range []alerting.Channel{alerting.ChannelSMS, alerting.ChannelVoice} {
			k := alerting.LegKey{Audience: alerting.Audience(a), Recipient: a + "-telephone", Channel: c}
			e.presses[alerting.DeliveryID(incident, press, k)] = press
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
		url := map[string]string{}
		for _, c := range receivers() {
			url[c] = e.all[a][c].(*Receiver).URL()
		}
		// It writes to memory, from values that are all there.
		_ = text.Execute(b, map[string]any{
			"Audience": a, "School": school, "Duty": who[a].duty, "Terminal": who[a].terminal, "Account": who[a].role,
			"Named":   a == "school", // as the demonstration's officer is
			"Webhook": url[ChannelWebhook], "Text": url[ChannelText], "Call": url[ChannelCall],
		})
	}
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
		for _, c := range receivers() {
			e.all[a][c].(*Receiver).Confirm(callback(h, a, c))
		}
	}
	return nil
}

// callback is how a receiver of an audience confirms, as the configuration
// names it.
func callback(h Hub, audience, channel string) Callback {
	path, body := map[string]string{
		ChannelWebhook: "/callbacks/webhook/platform-" + audience,
		ChannelText:    "/callbacks/sms/texts-" + audience + "/status",
		ChannelCall:    "/callbacks/voice/calls-" + audience + "/status",
	}[channel], map[string]func(Told) string{
		ChannelWebhook: func(t Told) string {
			return fmt.Sprintf(`{"incident":%q,"delivery":%q,"status":"received"}`, t.Incident, t.Delivery)
		},
		ChannelText: func(t Told) string { return fmt.Sprintf(`{"reference":%q,"status":"received"}`, t.Reference) },
		ChannelCall: func(t Told) string { return fmt.Sprintf(`{"reference":%q,"status":"answered"}`, t.Reference) },
	}[channel]
	return Callback{URL: h.Console + path, Key: h.Key, Body: body}
}

// Become puts everybody's channels into the states of a scenario.
func (e *Everybody) Become(ctx context.Context, s Scenario) error {
	for _, a := range Audiences() {
		for _, c := range Channels() {
			if err := e.all[a][c].Become(ctx, s.Of(c)); err != nil {
				return fmt.Errorf("%s of the %s: %w", c, a, err)
			}
		}
	}
	return nil
}

// Close makes everybody dead.
func (e *Everybody) Close() {
	for _, channels := range e.all {
		for _, c := range channels {
			c.Close()
		}
	}
}
