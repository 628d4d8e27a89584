package endpoints

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// The channels that a demonstration's people are told over.
const (
	ChannelTerminal = "terminal"
	ChannelPage     = "page"
	ChannelWebhook  = "webhook"
)

// Channels lists them, in the order of a contact's paths.
func Channels() []string { return []string{ChannelTerminal, ChannelWebhook, ChannelPage} }

// Audiences lists who is told of a press at once.
func Audiences() []string { return []string{"police", "school", "guards"} }

// who is behind an audience of the demonstration.
var who = map[string]struct{ terminal, role, duty string }{
	"police": {"desk-1", "liaison", "station-desk"},
	"school": {"office-1", "officer", "officer, named-person"},
	"guards": {"gatehouse-1", "guard", "response-unit"},
}

// Everybody is one contact for each audience of a demonstration, with a
// terminal, a webhook and a page.
type Everybody struct {
	heard func(audience, press string, at time.Time)
	all   map[string]map[string]Endpoint // by audience and channel
}

// NewEverybody returns people who are not there yet; heard may be called from
// any goroutine.
func NewEverybody(heard func(audience, press string, at time.Time)) (*Everybody, error) {
	e := &Everybody{heard: heard, all: map[string]map[string]Endpoint{}}
	for _, a := range Audiences() {
		w, err := NewWebhook(e.of(a))
		if err != nil {
			return nil, err
		}
		e.all[a] = map[string]Endpoint{ChannelWebhook: w}
	}
	return e, nil
}

func (e *Everybody) of(audience string) Heard {
	return func(press string, at time.Time) { e.heard(audience, press, at) }
}

// Config is what a demonstration's configuration needs besides: a webhook and
// a contact with three paths for each audience. The webhooks' key stands in
// platform.key.
func (e *Everybody) Config(school string) string {
	var b strings.Builder
	b.WriteString("\nwebhooks:\n")
	for _, a := range Audiences() {
		fmt.Fprintf(&b, "  - {name: platform-%s, audience: %s, schools: [%s], url: %q, secret_file: platform.key}\n",
			a, a, school, e.all[a][ChannelWebhook].(*Webhook).URL())
	}
	b.WriteString("\ncontacts:\n")
	for _, a := range Audiences() {
		w := who[a]
		fmt.Fprintf(&b, `  - name: %[1]s-contact
    title: {zh: 值班室, en: Desk of the %[1]s}
    audience: %[1]s
    duties: [%[2]s]
    schools: [%[3]s]
    named: %[6]t
    paths:
      - {channel: mqtt, address: %[4]s}
      - {channel: webhook, address: platform-%[1]s}
      - {channel: console, address: %[5]s}
`, a, w.duty, school, w.terminal, w.role, a == "school") // the demonstration's officer is
	}
	return b.String()
}

// Hub is where everybody connects to.
type Hub struct {
	MQTT, Console string                            // host:port, and a URL
	Password      func(terminal string) string      // of a terminal, by its user name
	Token         func(role string) (string, error) // signs the account of a role in
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
	}
	return nil
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

// Scenario says what is broken for everybody.
type Scenario struct {
	Name   string
	States map[string]State // by channel; whatever is missing is well
}

// Of is the state of a channel.
func (s Scenario) Of(channel string) State {
	if state, ok := s.States[channel]; ok {
		return state
	}
	return Well
}

// Scenarios are all well, each channel broken in turn, and all but one broken.
func Scenarios() []Scenario {
	all := []Scenario{{Name: "nothing"}}
	for _, c := range Channels() {
		for _, s := range Broken() {
			all = append(all, Scenario{fmt.Sprintf("%s %s", c, s), map[string]State{c: s}})
		}
	}
	for _, alive := range Channels() {
		for _, s := range Broken() {
			all = append(all, allBut(alive, s))
		}
	}
	return all
}

func allBut(alive string, s State) Scenario {
	states := map[string]State{}
	for _, c := range Channels() {
		if c != alive {
			states[c] = s
		}
	}
	return Scenario{fmt.Sprintf("all but the %s %s", alive, s), states}
}
