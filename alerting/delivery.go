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

// GivesReceipt reports whether a channel can ever say that a message arrived.
// Mail and a group's robot prove no more than that somebody took it over.
func (c Channel) GivesReceipt() bool {
	switch c {
	case ChannelMail, ChannelWeCom, ChannelDingTalk, ChannelFeishu:
		return false
	}
	return true
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
	// OffShift lists whom the plan would ask for and who were off shift when their
	// turn would come, on leave, or on another incident.
	OffShift []OffShift `json:"off_shift,omitempty"`
	// Rostered lists those whom a roster named for this incident, told or not.
	Rostered []Rostered `json:"rostered,omitempty"`
	// Unseen lists whose pages do not show the incident: of what the hub raised,
	// those whom the policy never tells. It ends when the plan grows.
	Unseen []Audience `json:"unseen,omitempty"`
	// FreshFor is how old news of the incident may be that is still told like a
	// live one; 0 is the built-in [FreshFor].
	FreshFor time.Duration `json:"fresh_for,omitempty"`
}

// OffShift is a contact who is not there for an incident that would be theirs.
type OffShift struct {
	Audience Audience `json:"audience"`
	Contact  string   `json:"contact"`
	Duty     string   `json:"duty,omitempty"`
	// Why they are not; "" is off shift. Title is their duty in words, where there
	// is a reason.
	Why   PassedOver `json:"why,omitempty"`
	Title Text       `json:"title,omitzero"`
	// Told says why they are told all the same; "" where they are passed over.
	Told ToldOffShift `json:"told,omitempty"`
}

// ToldOffShift is why somebody is told who is off shift.
type ToldOffShift string

// Why they are.
const (
	ToldNobodyElse ToldOffShift = "nobody-on-shift" // else nobody of the audience would be, or of their level
	ToldOneWay     ToldOffShift = "one-way"         // else the police would be told over one way alone
)

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
	// Budget is the time to the endpoint's receipt; the hard limit is Limit. Both
	// count from the moment at which the hub had read the press, and from the
	// planning where no press caused it. A channel that can never give a receipt
	// is judged on what it can give: that the message was handed over. In
	// nanoseconds.
	Budget time.Duration `json:"budget"`
	Limit  time.Duration `json:"limit"`
	// Handing is the time in which the far side is to have accepted the message,
	// where less is asked for that than Budget; 0 is Budget. In nanoseconds.
	Handing time.Duration `json:"handing,omitempty"`
}

// Target is the time in which the leg is to come to a stage: handed or received.
func (l Leg) Target(s DeliveryState) time.Duration {
	if s == Handed && l.Handing > 0 {
		return l.Handing
	}
	return l.Budget
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

	Via  Via `json:"via,omitempty"`
	Path int `json:"path,omitempty"` // its place among its contact's paths; 0 begins first
	// Alarm marks what an audience must be reached by in time: a press, a level
	// that is told for the first time, or whatever a contact is told first.
	Alarm bool `json:"alarm,omitempty"`
	// Origin is the way of the press that caused it before it was planned; nil
	// where no press did.
	Origin *Origin `json:"origin,omitempty"`
	// Missed is the gravest budget that it has missed; "" for none.
	Missed Miss `json:"missed,omitempty"`
}

// Origin is where the time went before a delivery was planned, in nanoseconds.
type Origin struct {
	Age  time.Duration `json:"age,omitempty"`  // from the pressing until the hub had read it
	Wait time.Duration `json:"wait,omitempty"` // from then to the planning
}

// OriginOf is the way of a press whose deliveries are planned now.
func OriginOf(p PressRecord, now time.Time) *Origin {
	return &Origin{Age: max(p.ReceivedAt.Sub(p.PressedAt), 0), Wait: max(now.Sub(p.ReceivedAt), 0)}
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
	Why      Why // of a failure, as far as the channel can tell
	At       time.Time
}

// Advanced is the delivery after a report; ok is false where the report
// changes nothing. A later stage is never undone by an earlier one, and a
// stage's first time stands. What has expired stays so, unless it arrived
// after all. What was handed may fail; what was received or read never does.
// An earlier stage that a later one has overtaken, as a terminal's receipt
// overtakes its PUBACK, gets its time and moves nothing.
func (d Delivery) Advanced(p Progress) (_ Delivery, ok bool) {
	if later := d.overtook(p.State); later != nil {
		came, _ := d.stageAt(p.At)
		if came.After(*later) {
			came = *later
		}
		*d.stage(p.State) = &came
		return d, true
	}
	if !d.admits(p) {
		return d, false
	}
	d.State, d.Reason = p.State, p.Reason
	came, setBack := d.stageAt(p.At)
	if setBack && p.Reason == "" {
		d.Reason = ClockSetBack
	}
	if at := d.stage(p.State); at != nil && *at == nil {
		*at = &came
	}
	return d, true
}

// stage is where the time of a stage stands; nil for a state that is none.
func (d *Delivery) stage(s DeliveryState) **time.Time {
	switch s {
	case Handed:
		return &d.HandedAt
	case Received:
		return &d.ReceivedAt
	case Read:
		return &d.ReadAt
	}
	return nil
}

// At is when a stage came; nil where it has not.
func (d Delivery) At(s DeliveryState) *time.Time {
	if at := d.stage(s); at != nil {
		return *at
	}
	return nil
}

// overtook is when the stage after one that has no time yet came; nil where
// none has, and of a state that is no stage.
func (d Delivery) overtook(s DeliveryState) *time.Time {
	if at := d.stage(s); at == nil || *at != nil {
		return nil
	}
	for _, stage := range [...]DeliveryState{Received, Read} {
		if at := d.At(stage); at != nil && deliveryRank[stage] > deliveryRank[s] {
			return at
		}
	}
	return nil
}

// Took is the time from the planning to a stage; false where it has not come.
// Whatever was received was handed before, and what was read was received. The
// stamps stand as far apart as the hub's own clock, which nobody can set, said
// when they were made.
func (d Delivery) Took(s DeliveryState) (_ time.Duration, ok bool) {
	for _, stage := range [...]DeliveryState{Handed, Received, Read} {
		if at := d.At(stage); at != nil && deliveryRank[stage] >= deliveryRank[s] {
			return at.Sub(d.PlannedAt), true
		}
	}
	return 0, false
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
