package alerting

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Miss says which budget was missed.
type Miss string

// The budgets of a leg. A target is what is aimed at: to miss it is counted and
// marked. A limit is hard: where a whole audience misses it, that is an event.
const (
	MissedTarget Miss = "target"
	MissedLimit  Miss = "limit"
)

// Misses lists them, the gravest last.
func Misses() []Miss { return []Miss{MissedTarget, MissedLimit} }

// Proves is the last stage that is asked of a channel: handed where it can
// never give a receipt.
func Proves(c Channel) DeliveryState {
	if c.GivesReceipt() {
		return Received
	}
	return Handed
}

// Late reports whether a delivery missed a budget for a stage: it came there
// too late, or has not when the caller asks, which is when the time is up.
func (d Delivery) Late(s DeliveryState, within time.Duration) bool {
	took, ok := d.Took(s)
	if d.Origin != nil {
		took += d.Origin.Wait
	}
	return !ok || took > within
}

// Overrun says that an audience was not reached within its hard limit.
type Overrun struct {
	Audience Audience `json:"audience"`
	// Stage is the first that nobody of it came to: handed, or received.
	Stage DeliveryState `json:"stage"`
	// Within is the limit, in nanoseconds.
	Within time.Duration `json:"within"`
	Number int64         `json:"number"` // the update that was to reach it
	At     time.Time     `json:"at"`
	Missed []Missed      `json:"missed,omitempty"` // whom; in the event alone
	More   int           `json:"more,omitempty"`   // how many beyond MaxMissed
}

// MaxMissed is how many an overrun names; the rest are counted.
const MaxMissed = 24

// Missed is one delivery that did not come in time.
type Missed struct {
	Recipient string        `json:"recipient"`
	Channel   Channel       `json:"channel"`
	State     DeliveryState `json:"state"`
	Reason    string        `json:"reason,omitempty"`
}

// NewOverrun names the deliveries that were to reach an audience, in the order
// of the channels, the paths and the names.
func NewOverrun(a Audience, s DeliveryState, within time.Duration, number int64, late []Delivery) Overrun {
	all := slices.Clone(late)
	slices.SortFunc(all, func(x, y Delivery) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(slices.Index(Channels(), x.Channel), slices.Index(Channels(), y.Channel)),
			strings.Compare(x.Recipient, y.Recipient), strings.Compare(x.ID, y.ID))
	})
	o := Overrun{Audience: a, Stage: s, Within: within, Number: number, More: max(len(all)-MaxMissed, 0)}
	for _, d := range all[:min(len(all), MaxMissed)] {
		o.Missed = append(o.Missed, Missed{Recipient: d.Recipient, Channel: d.Channel, State: d.State, Reason: d.Reason})
	}
	return o
}

// overrun notes it on the incident: the latest of each audience.
func (i *Incident) overrun(e Event) {
	o := Overrun{Audience: e.Audience}
	if e.Overrun != nil {
		o = *e.Overrun
	}
	o.At, o.Missed, o.More = e.At, nil, 0
	others := slices.DeleteFunc(slices.Clone(i.Overruns), func(p Overrun) bool { return p.Audience == o.Audience })
	i.Overruns = slices.Concat(others, []Overrun{o})
	slices.SortFunc(i.Overruns, func(a, b Overrun) int {
		return cmp.Compare(slices.Index(Audiences(), a.Audience), slices.Index(Audiences(), b.Audience))
	})
}
