package alerting

import "time"

// Channel is a way to reach a recipient.
type Channel string

// The channels.
const (
	ChannelMQTT     Channel = "mqtt"     // a terminal on the broker
	ChannelConsole  Channel = "console"  // a page of the web console
	ChannelWebhook  Channel = "webhook"  // a signed HTTP POST
	ChannelMail     Channel = "mail"     // SMTP: the server's acceptance is all that it proves
	ChannelPush     Channel = "push"     // web push to a person's own browser
	ChannelSMS      Channel = "sms"      // a text message through a gateway
	ChannelVoice    Channel = "voice"    // a telephone call through a gateway; a key acknowledges
	ChannelWeCom    Channel = "wecom"    // a WeCom group's robot
	ChannelDingTalk Channel = "dingtalk" // a DingTalk group's robot
	ChannelFeishu   Channel = "feishu"   // a Feishu group's robot
)

// Channels lists every channel.
func Channels() []Channel {
	return []Channel{
		ChannelMQTT, ChannelConsole, ChannelWebhook, ChannelMail, ChannelPush,
		ChannelSMS, ChannelVoice, ChannelWeCom, ChannelDingTalk, ChannelFeishu,
	}
}

// failsLater reports whether what a channel's far side accepted may be reported
// failed afterwards: a text that finds no telephone, a call that nobody answers.
func (c Channel) failsLater() bool { return c == ChannelSMS || c == ChannelVoice }

// Via is what a channel runs over. Two paths are independent when it differs.
type Via string

// What a channel may run over.
const (
	ViaLAN      Via = "lan"
	ViaInternet Via = "internet"
	ViaCellular Via = "cellular"
)

// Plan is who is told about one incident, frozen when it opened, so that a
// configuration change never alters a running incident. It refers to people
// and terminals by name: one that has been revoked since is told nothing.
type Plan struct {
	Legs []Leg `json:"legs"`
	// Steps are the escalation levels of every audience, in their order.
	Steps []EscalationStep `json:"steps,omitempty"`
	// Profile names the escalation profile that the legs were made by.
	Profile string `json:"profile,omitempty"`
}

// EscalationStep is one escalation level of one audience: what is due when
// nobody of it has taken the incident on.
type EscalationStep struct {
	Audience Audience `json:"audience"`
	Level    int      `json:"level"` // 1 and up
	// After is the time from the beginning of the round, in nanoseconds like
	// Repeat.
	After time.Duration `json:"after"`
	// Since is when a classification added the step; zero for the opening's. A
	// round that had begun before counts from then.
	Since time.Time `json:"since,omitzero"`
	// Everybody has those of the levels before told once more.
	Everybody bool `json:"everybody,omitempty"`
	// Repeat is how often the last level comes again; 0 is never.
	Repeat time.Duration `json:"repeat,omitempty"`
}

// Leg is one recipient over one channel: one path to one contact.
type Leg struct {
	Audience Audience `json:"audience"`
	// Recipient is whom the channel tells: a terminal id, an account, webhook
	// or contact name.
	Recipient string  `json:"recipient"`
	Channel   Channel `json:"channel"`
	Via       Via     `json:"via"`
	// Contact is who is reached: legs of one contact are paths to the same
	// person or desk, and a receipt on one ends the others' fall-back and
	// retries. Empty is the recipient itself.
	Contact string `json:"contact,omitempty"`
	// Duty is what the contact answers for, as the policy names it.
	Duty string `json:"duty,omitempty"`
	// Level is the escalation level that tells the leg: 0 with the opening.
	Level int `json:"level,omitempty"`
	// After is how long the leg waits for somebody of its audience to take the
	// incident on before it is told; 0 is at once. In nanoseconds, like all
	// that follow.
	After time.Duration `json:"after,omitempty"`
	// Path is the leg's place among the paths of its contact: those of 0 begin
	// together, any other when the path before it has had its Share without a
	// receipt, or has failed.
	Path int `json:"path,omitempty"`
	// Share is how long the leg may take before its contact's next path begins.
	Share time.Duration `json:"share,omitempty"`
	// Budget is the time to the endpoint's receipt; the hard limit is Limit.
	// In nanoseconds.
	Budget time.Duration `json:"budget"`
	Limit  time.Duration `json:"limit"`
}

// Key names a leg within its plan.
func (l Leg) Key() LegKey {
	return LegKey{Audience: l.Audience, Recipient: l.Recipient, Channel: l.Channel}
}

// Reaches names who is reached by the leg: its contact.
func (l Leg) Reaches() string {
	if l.Contact != "" {
		return l.Contact
	}
	return l.Recipient
}

// AtOnce reports whether the leg is told with the opening.
func (l Leg) AtOnce() bool { return l.Level == 0 && l.Path == 0 && l.After == 0 }

// Delayed reports whether the leg is told with no level, a while after the
// opening.
func (l Leg) Delayed() bool { return l.Level == 0 && l.Path == 0 && l.After > 0 }

// LegKey names a leg within a plan.
type LegKey struct {
	Audience  Audience
	Recipient string
	Channel   Channel
}

// DeliveryState is how far a delivery got.
type DeliveryState string

// The states of a delivery. Handed is not received, received is not
// acknowledged.
const (
	Planned  DeliveryState = "planned"
	Handed   DeliveryState = "handed"   // the far side accepted it: a terminal's PUBACK, an HTTP 2xx, bytes in an open stream
	Received DeliveryState = "received" // the endpoint confirmed it
	Read     DeliveryState = "read"     // a person had it on a visible page
	Failed   DeliveryState = "failed"
	Expired  DeliveryState = "expired" // superseded, or too late to be of use
)

var deliveryRank = map[DeliveryState]int{Planned: 0, Failed: 1, Expired: 2, Handed: 3, Received: 4, Read: 5}

// Delivery is telling one recipient over one channel about one update.
type Delivery struct {
	ID         string        `json:"id"`
	Incident   string        `json:"-"`
	Number     int64         `json:"number"`
	Audience   Audience      `json:"audience"`
	Recipient  string        `json:"recipient"`
	Channel    Channel       `json:"channel"`
	State      DeliveryState `json:"state"`
	Reason     string        `json:"reason,omitempty"`
	PlannedAt  time.Time     `json:"planned_at"`
	HandedAt   *time.Time    `json:"handed_at"`
	ReceivedAt *time.Time    `json:"received_at"`
	ReadAt     *time.Time    `json:"read_at"`
	Deadline   time.Time     `json:"deadline"`
}

// Settled reports whether nothing more has to be tried.
func (d Delivery) Settled() bool { return d.State != Planned && d.State != Failed }

// Key names the leg that the delivery follows.
func (d Delivery) Key() LegKey {
	return LegKey{Audience: d.Audience, Recipient: d.Recipient, Channel: d.Channel}
}

// Progress is what a channel reports of a delivery.
type Progress struct {
	Incident string
	Delivery string
	State    DeliveryState
	Reason   string
	At       time.Time
}

// Advanced is the delivery after a report; ok is false where the report
// changes nothing. A later stage is never undone by an earlier one, and a
// stage's first time stands. What has expired stays so, unless it arrived
// after all. What was handed may fail; what was received or read never does.
func (d Delivery) Advanced(p Progress) (_ Delivery, ok bool) {
	if !d.admits(p) {
		return d, false
	}
	d.State, d.Reason = p.State, p.Reason
	at, setBack := d.stageAt(p.At)
	if setBack && p.Reason == "" {
		d.Reason = ClockSetBack
	}
	switch p.State {
	case Handed:
		d.HandedAt = firstTime(d.HandedAt, at)
	case Received:
		d.ReceivedAt = firstTime(d.ReceivedAt, at)
	case Read:
		d.ReadAt = firstTime(d.ReadAt, at)
	}
	return d, true
}

// admits reports whether a report moves the delivery.
func (d Delivery) admits(p Progress) bool {
	rank, known := deliveryRank[p.State]
	switch {
	case !known, p.State == d.State && (p.Reason == d.Reason || (p.Reason == "" && d.Reason == ClockSetBack)):
		return false
	case d.State == Handed && p.State == Failed: // accepted, and not delivered after all
		return true
	case d.State == Failed && p.State == Handed && d.HandedAt != nil && d.Channel.failsLater():
		return false // the same acceptance: the report of the failure overtook it
	}
	return rank >= deliveryRank[d.State]
}

func firstTime(old *time.Time, at time.Time) *time.Time {
	if old != nil {
		return old
	}
	return &at
}
