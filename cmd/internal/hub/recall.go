package hub

import (
	"context"
	"fmt"
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/reach"
)

// recall gives the telephones' ledgers back what was told before this start
// and is still open: somebody may be about to answer it.
func (h *Hub) recall(ctx context.Context) error {
	open, err := h.journal.Unresolved(ctx)
	if err != nil {
		return fmt.Errorf("recall messages: %w", err)
	}
	var texts, calls []carrier.Told
	for _, i := range open {
		for _, d := range i.Deliveries {
			switch d.Channel {
			case alerting.ChannelSMS:
				texts = append(texts, h.media.told(d)...)
			case alerting.ChannelVoice:
				calls = append(calls, h.media.told(d)...)
			}
		}
	}
	h.media.texts.Recall(inOrder(texts))
	h.media.calls.Recall(inOrder(calls))
	return nil
}

// told is a delivery as its gateway was handed it; none where it was not, or
// leads nowhere any more. A receipt may have come before the acceptance.
func (m media) told(d alerting.Delivery) []carrier.Told {
	c, known := m.book.Contact(d.Recipient)
	p, reached := reach.PathOf(c, d.Channel)
	if !known || !reached || d.HandedAt == nil && d.ReceivedAt == nil && d.ReadAt == nil {
		return nil
	}
	return []carrier.Told{{
		Gateway: p.Gateway, Contact: c.Name, To: p.Address,
		Delivery: d.ID, Incident: d.Incident, Number: d.Number, At: d.PlannedAt,
	}}
}

func inOrder(all []carrier.Told) []carrier.Told {
	slices.SortFunc(all, func(a, b carrier.Told) int { return a.At.Compare(b.At) })
	return all
}
