package trial

import (
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// Trial is one test of one way.
type Trial struct {
	ID     string          `json:"id"` // a UUID, drawn by whoever asks
	School string          `json:"school"`
	Leg    alerting.LegKey `json:"leg"`
	Via    alerting.Via    `json:"via"`
	By     string          `json:"by"` // the account
	Reason string          `json:"reason"`
	At     time.Time       `json:"at"` // when it was asked for

	State      alerting.DeliveryState `json:"state"`
	Why        string                 `json:"why,omitempty"` // what the far side, or the hub, says of it
	HandedAt   time.Time              `json:"handed_at,omitzero"`
	ReceivedAt time.Time              `json:"received_at,omitzero"`
	ReadAt     time.Time              `json:"read_at,omitzero"`
	FailedAt   time.Time              `json:"failed_at,omitzero"`
}

// prefix begins the id of every test's message, and of the thing that it is
// about: neither is an incident's or a delivery's of one.
const prefix = "trial-"

// Owns reports whether a delivery, or what it is about, is a test's.
func Owns(id string) bool { return strings.HasPrefix(id, prefix) }

// UnderWay reports whether nothing is known of it yet.
func (t Trial) UnderWay() bool { return t.State == alerting.Planned }

// Took is the time from the asking until the latest that is known of it; 0 while
// nothing is.
func (t Trial) Took() time.Duration {
	at := map[alerting.DeliveryState]time.Time{
		alerting.Handed: t.HandedAt, alerting.Received: t.ReceivedAt, alerting.Read: t.ReadAt, alerting.Failed: t.FailedAt,
	}[t.State]
	if at.IsZero() {
		return 0
	}
	return max(at.Sub(t.At), 0)
}

// rank orders what can be known of a test: no later report takes back what an
// earlier one proved, but a gateway may fail what it had only accepted.
var rank = map[alerting.DeliveryState]int{alerting.Planned: 0, alerting.Failed: 1, alerting.Handed: 2, alerting.Received: 3, alerting.Read: 4}

// after is the test after a report; false where that changes nothing.
func (t Trial) after(p alerting.Progress) (Trial, bool) {
	state := p.State
	switch {
	case state == alerting.Planned && p.Reason == alerting.NotConnected, state == alerting.Expired:
		state = alerting.Failed // nothing tries it again
	case state == alerting.Planned:
		t.Why = p.Reason // it waits, and this is what for
		return t, p.Reason != "" && t.UnderWay()
	}
	refused := state == alerting.Failed && t.State == alerting.Handed
	if rank[state] <= rank[t.State] && !refused {
		return t, false
	}
	t.State, t.Why = state, p.Reason
	switch state {
	case alerting.Handed:
		t.HandedAt = p.At
	case alerting.Received:
		t.ReceivedAt = p.At
	case alerting.Read:
		t.ReadAt = p.At
	case alerting.Failed:
		t.FailedAt = p.At
	}
	return t, true
}

// message is what the recipient is told: an update of a thing of its own, which
// is over. It sounds once where it sounds at all.
func (t Trial) message(s people.School) deliver.Message {
	place := alerting.Place{ID: s.ID, Name: s.Name}
	return deliver.Message{
		Delivery: prefix + t.ID, Incident: prefix + t.ID, Number: t.At.UnixMilli(),
		Audience: t.Leg.Audience, Recipient: t.Leg.Recipient, Channel: t.Leg.Channel,
		School: place, Place: place, Kind: alerting.KindWayTest, Severity: alerting.Low, Mode: devices.Test, State: alerting.StateResolved,
		PressedAt: t.At, Text: t.text(s), Once: true, Deadline: t.At.Add(within(t.Leg.Channel)),
	}
}

// text is that of a test of the way (POL-12). A text message has no room for the
// English one beside it: there the word alone stands behind the Chinese one.
func (t Trial) text(s people.School) alerting.Text {
	text := policy.PathCheckText(s)
	if t.Leg.Channel == alerting.ChannelSMS {
		text.ZH = strings.Replace(text.ZH, testZH, testZH+testEN+" ", 1)
	}
	return text
}

// The word that every text of a test has at both ends, in both languages.
const testZH, testEN = "【测试】", "TEST"

// within is how long a test may take until the far side has taken it.
func within(c alerting.Channel) time.Duration {
	if c == alerting.ChannelMQTT {
		return 2 * time.Second
	}
	return 10 * time.Second
}

// Untestable says why a way has no test of its own; "" where it has one.
type Untestable string

// The reasons.
const (
	Testable Untestable = ""
	// Public is a terminal that others can see: they would take the words for news.
	Public Untestable = "public"
	// Page is a console page: each one shows the path check, every minute.
	Page Untestable = "page"
)

// CanTest says whether a way can be tested.
func CanTest(d *people.Directory, k alerting.LegKey) Untestable {
	if k.Channel == alerting.ChannelConsole {
		return Page
	}
	if t, known := d.Terminal(string(k.Audience) + "/" + k.Recipient); k.Channel == alerting.ChannelMQTT && known && t.Public {
		return Public
	}
	return Testable
}
