package deliver

import (
	"context"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// Message is what one recipient is told about one update of one incident,
// already cut down to what that recipient may see.
type Message struct {
	Delivery  string
	Incident  string
	Number    int64
	Audience  alerting.Audience
	Recipient string
	Channel   alerting.Channel

	Press     string // the press that caused this update, "" where none did
	School    alerting.Place
	Place     alerting.Place
	Device    string
	Kind      alerting.Kind
	Severity  alerting.Severity
	Mode      alerting.Mode
	Silent    bool
	State     alerting.State
	PressedAt time.Time
	Age       time.Duration // since PressedAt when the message was made
	Text      alerting.Text
	// Made is when the message was made. Aged is how it reads later: its age, and the
	// texts that name one, of what it returns nothing else counts; nil where it reads
	// the same. It may be called from any goroutine.
	Made time.Time
	Aged func(at time.Time) Message
	// Shorter says the same in fewer words, the longest first, for a channel whose
	// texts have a length: it takes the first that it can carry. Nil where there is
	// no other.
	Shorter []alerting.Text
	// Lateness is how news is told that was held up; "" and AsLive are the same.
	Lateness alerting.Lateness
	// Once says that it sounds once, whatever its severity; Mute that it does not.
	Once, Mute bool

	Deadline time.Time
	// Again marks what is sent once more after a reconnect: it waits behind
	// whatever is new.
	Again bool
}

// asOf is the message as it is sent at a moment. What is sent at once is sent as
// it was made.
func (m Message) asOf(now time.Time) Message {
	if m.Aged == nil || now.Sub(m.Made) < time.Second {
		return m
	}
	later := m.Aged(now)
	m.Age, m.Text, m.Shorter = later.Age, later.Text, later.Shorter
	return m
}

// Sound is how the message may sound, where that is not as its severity says:
// "once", or "none".
func (m Message) Sound() string {
	switch {
	case m.Mute:
		return "none"
	case m.Once && m.Lateness.Sounds():
		return "once"
	case m.Lateness == "" || m.Lateness.Repeats():
		return ""
	case m.Lateness.Sounds():
		return "once"
	}
	return "none"
}

// Progress is a report about this message.
func (m Message) Progress(s alerting.DeliveryState, reason string, at time.Time) alerting.Progress {
	return alerting.Progress{Incident: m.Incident, Delivery: m.Delivery, State: s, Reason: reason, At: at}
}

// Failed is the report that this message came to nothing.
func (m Message) Failed(reason string, why alerting.Why, at time.Time) alerting.Progress {
	p := m.Progress(alerting.Failed, reason, at)
	p.Why = why
	return p
}

// Urgent reports whether a person may have to act on the message: it is live.
func (m Message) Urgent() bool { return m.Mode == devices.Live }

// Reporter takes what became of a delivery. It never blocks and may be called
// from any goroutine, also from within Tell.
type Reporter interface {
	Report(p alerting.Progress)
}

// Sink takes messages for the recipients of one audience over one channel.
type Sink interface {
	// Tell never blocks. A message for a recipient that an earlier one of the
	// same incident still waits for, or is tried again, replaces that one; it goes
	// after an attempt that is on its way. Whatever cannot be sent at
	// once is reported at once, so that the recipient's next path begins. A lane
	// gives a message up at its deadline; a terminal or a page that can be
	// reached again is told all the same, and the report says when: an alarm is
	// never dropped as too old, and late is shown as late.
	Tell(m Message)
}

// Withdrawer is a Sink that tries again.
type Withdrawer interface {
	// Withdraw ends the retries of a delivery and takes it back where it waits:
	// then p is reported, and nothing of it is sent. An attempt that is on its way
	// is reported as it ends, and where it fails as p. What is unknown, or has
	// ended, stays as it is. It never blocks.
	Withdraw(leg alerting.LegKey, p alerting.Progress)
	// Cut ends the attempt on its way to a leg that tells of an incident what it
	// was before a number, whichever delivery it is of: a newer one may have been
	// taken back behind it. What became of it is said to Withdraw before. It never
	// blocks.
	Cut(leg alerting.LegKey, incident string, before int64)
}

// Channel reaches one kind of endpoint, one message at a time.
type Channel interface {
	// Send returns how far the message got: Handed, or Received where the far
	// side's answer proves it; Expired where it was not sent because the same
	// recipient has been sent newer news of the incident, or is about to be. It
	// ends with ctx. An error is retried unless it is Permanent; RetryAfter is
	// honoured within the deadline.
	Send(ctx context.Context, m Message) (alerting.DeliveryState, error)
	// FarSide names who would be sent the message now, beyond the network: a
	// gateway, a robot, a mail server, an endpoint; "" where nobody is reached any
	// more. What goes to one far side waits for no other. It never blocks.
	FarSide(m Message) string
	// Name names the channel in logs and metrics.
	Name() alerting.Channel
}
