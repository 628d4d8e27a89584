package alerting

import "time"

// Channel is a way to reach a recipient.
type Channel string

// The channels.
const (
	ChannelMQTT    Channel = "mqtt"    // a terminal on the broker
	ChannelConsole Channel = "console" // a page of the web console
	ChannelWebhook Channel = "webhook" // a signed HTTP POST
)

// Channels lists every channel.
func Channels() []Channel { return []Channel{ChannelMQTT, ChannelConsole, ChannelWebhook} }

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
}

// Leg is one recipient over one channel.
type Leg struct {
	Audience  Audience `json:"audience"`
	Recipient string   `json:"recipient"` // terminal id, account name or webhook name
	Channel   Channel  `json:"channel"`
	Via       Via      `json:"via"`
	// After is how long the leg waits for somebody of its audience to take the
	// incident on before it is told; 0 is at once. In nanoseconds.
	After time.Duration `json:"after,omitempty"`
	// Budget is the time to the endpoint's receipt; the hard limit is Limit.
	// In nanoseconds.
	Budget time.Duration `json:"budget"`
	Limit  time.Duration `json:"limit"`
}

// Key names a leg within its plan.
func (l Leg) Key() LegKey {
	return LegKey{Audience: l.Audience, Recipient: l.Recipient, Channel: l.Channel}
}

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
// after all.
func (d Delivery) Advanced(p Progress) (_ Delivery, ok bool) {
	rank, known := deliveryRank[p.State]
	if !known || rank < deliveryRank[d.State] || (p.State == d.State && p.Reason == d.Reason) {
		return d, false
	}
	d.State, d.Reason = p.State, p.Reason
	at := p.At
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

func firstTime(old *time.Time, at time.Time) *time.Time {
	if old != nil {
		return old
	}
	return &at
}
