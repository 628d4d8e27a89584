package hub

import (
	"context"
	"fmt"
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/mail"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/deliver/sms"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
)

// parents puts the desk of notices and head counts beside the engine, and the
// lanes to parents beside all others. It comes before anything runs; the desk
// stops before the engine does.
func (h *Hub) parents(ctx context.Context) error {
	h.couriers = newCouriers(h.people)
	h.post = notice.NewPost(notice.PostConfig{}, h.office, h.couriers.sender, h.log)
	h.notices = notice.New(notice.Deps{Engine: h.engine, People: h.people, Post: h.post, Log: h.log})
	h.engine.OnBeside(h.notices.Hear)
	events, err := h.journal.Besides(ctx, time.Now().Add(-notice.Kept))
	if err != nil {
		return fmt.Errorf("load notices to parents: %w", err)
	}
	h.notices.Load(events)
	return nil
}

// runParents carries notices, and lets go of the connections at the end.
func (h *Hub) runParents(ctx context.Context) error {
	defer h.couriers.close()
	return h.post.Run(ctx)
}

// couriers are the ways to parents: for each school and channel a client of
// its own, that no other audience's lane shares.
type couriers struct {
	who func() *people.Directory

	mu  sync.Mutex // guards all
	all map[courierKey]courier
}

type courierKey struct {
	school, gateway string
	channel         alerting.Channel
}

func newCouriers(who func() *people.Directory) *couriers {
	return &couriers{who: who, all: map[courierKey]courier{}}
}

// sender finds the gateway that the school names now.
func (c *couriers) sender(school string, channel alerting.Channel) (notice.Sender, bool) {
	s, _ := c.who().School(school)
	k := courierKey{school, s.ToParents[channel], channel}
	g, ok := c.who().Gateway(k.gateway)
	if !ok || g.Channel != channel {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.all[k]; !known {
		made, ok := c.courier(k)
		if !ok {
			return nil, false
		}
		c.all[k] = made
	}
	return c.all[k], true
}

func (c *couriers) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.all {
		if idle, ok := k.channel.(interface{ Close() }); ok {
			idle.Close()
		}
	}
}

func (c *couriers) courier(k courierKey) (courier, bool) {
	book := reach.Book{
		Contact: func(address string) (people.Contact, bool) {
			return people.Contact{
				Name: address, Audience: alerting.Parents, Schools: []string{k.school},
				Paths: []people.Path{{Channel: k.channel, Address: address, Gateway: k.gateway}},
			}, true
		},
		Gateway: func(name string) (people.Gateway, bool) { return c.who().Gateway(name) },
	}
	switch k.channel {
	case alerting.ChannelSMS:
		return courier{sms.New(book, carrier.NewLedger())}, true
	case alerting.ChannelMail:
		return courier{mail.New(book, nil)}, true
	}
	return courier{}, false
}

// courier hands letters over a channel that was made for contacts.
type courier struct{ channel deliver.Channel }

// Hand hands one letter over, once.
func (c courier) Hand(ctx context.Context, l notice.Letter) error {
	_, err := c.channel.Send(ctx, deliver.Message{
		Delivery: l.ID, Audience: alerting.Parents, Recipient: l.Address, Channel: c.channel.Name(),
		School: alerting.Place{ID: l.School}, Mode: l.Mode, Text: l.Text, Deadline: l.Deadline,
	})
	return err
}
