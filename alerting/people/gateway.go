package people

import "example.org/campushub/alerting"

// Gateway is a service that carries messages to contacts: a mail server, an
// SMS or voice gateway, a group's robot, web push under the hub's own key.
type Gateway struct {
	Name    string // unique among gateways
	Channel alerting.Channel
	// URL is where it takes messages, without secrets:
	// "smtp+starttls://host:587" or "smtps://host:465" for mail, "" for web
	// push, whose subscriptions name their own.
	URL  string
	Via  alerting.Via
	User string
	// Secret is the password or API key; a robot's signing key, nil where it
	// signs nothing; the private VAPID key of web push, in base64url, nil for
	// the one that the hub made itself.
	Secret []byte
	// Token names a robot in its vendor's address: whoever has it can write to
	// the group.
	Token []byte
	// Callback is the key of the HMAC-SHA256 that an SMS or voice gateway signs
	// its callbacks with; nil takes none.
	Callback []byte
	// From is the sender: a mail address, an SMS signature without its
	// brackets, the mail address that a push service may write to.
	From string
	// Segments is how many segments an SMS may take; 0 is 1.
	Segments int
	// Request describes what an SMS or voice gateway is sent.
	Request Request
}

// Request describes one HTTP request to an SMS or voice gateway. Values may
// hold the placeholders {to}, {local}, {text}, {id}, {from}, {user} and
// {secret}; each is escaped for where it stands.
type Request struct {
	Method  string // POST or PUT; "" is POST
	Form    Form   // how Body is written; "" is JSON
	Headers []Header
	Body    string // a JSON object or a form, with placeholders in its values
	// AnswerID is where the answer, a JSON object, holds the gateway's own id
	// of the message: keys joined by dots. "" where it has none.
	AnswerID string
	Accepted Accepted
}

// Header is one header line of a request.
type Header struct{ Name, Value string }

// Form is how a request's body is written.
type Form string

// The forms.
const (
	FormJSON Form = "json" // application/json
	FormURL  Form = "form" // application/x-www-form-urlencoded
)

// Accepted says how the answer, a JSON object, tells acceptance from refusal
// where a gateway answers both with status 200. The zero value takes the
// status alone.
type Accepted struct {
	Field  string   // keys joined by dots
	Values []string // mean accepted
	Busy   []string // mean try again; any other value is refused for good
}
