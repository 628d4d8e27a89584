package hub

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/mail"
	"example.org/campushub/alerting/deliver/push"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/deliver/robot"
	"example.org/campushub/alerting/deliver/sms"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/release"
	"example.org/campushub/alerting/subscribe"
)

// countTarget is how long a head count may take at a school.
func (h *Hub) countTarget(school string) time.Duration {
	return policy.Of(h.people()).DrillTargets(school).HeadCount
}

// parents puts the desk of notices and head counts beside the engine, and the
// lanes to parents beside all others. It comes before anything runs; the desk
// stops before the engine does.
func (h *Hub) parents(ctx context.Context) error {
	h.couriers = newCouriers(h.people, h.media)
	h.post = notice.NewPost(notice.PostConfig{Also: h.couriers.also, LatestAlarm: h.alarms.last, Metrics: h.registry}, h.office, h.couriers.sender, h.log)
	h.notices = notice.New(notice.Deps{Engine: h.engine, People: h.people, Post: h.post, Carries: h.couriers.carries, Drills: drillBook{h}, Log: h.log})
	h.welcomes = newWelcomes(h.people, h.couriers, h.log)
	h.push.added = h.welcomes.greet
	h.subscribe = subscribe.New(subscribe.Deps{Book: h.office, People: h.people, Senders: h.couriers.sender, Log: h.log, Metrics: h.registry})
	h.questions = newReminders(h.people, h.media, h.log)
	h.questions.workers = counting
	h.askers = newAskers(h.engine.Unresolved, h.notices, h.people, h.countTarget, h.questions, h.log)
	h.newErrands()
	h.engine.OnBeside(h.notices.Hear)
	events, err := h.journal.Besides(ctx, time.Now().Add(-notice.Kept))
	if err != nil {
		return fmt.Errorf("load notices to parents: %w", err)
	}
	drills, err := h.office.DrillEvents(ctx, drillsKept)
	if err != nil {
		return fmt.Errorf("load notices about drills: %w", err)
	}
	events = append(events, notice.OfDrills(drills)...)
	slices.SortStableFunc(events, func(a, b alerting.Event) int { return a.At.Compare(b.At) })
	h.notices.Load(events)
	return nil
}

// newErrands says what people of a school are told beside any alarm.
func (h *Hub) newErrands() {
	h.notes = newReminders(h.people, h.media, h.log)
	h.errands = newErrands(h.office, h.notes, h.log, h.registry)
	reports := newBureauReports(h.registry)
	reports.open, reports.closed, reports.whole, reports.who = h.engine.Unresolved, h.journal.Resolved, h.engine.Incident, h.people
	h.errands.due = append(h.errands.due,
		waiting{h.notices.Waiting, h.people}.due,
		reports.due,
		digests{h.engine.Unresolved, h.people, h.closed, h.errands}.due, // last: they may wait for a disk
	)
}

// drillsKept is of how many of the latest drills notices are read.
const drillsKept = 500

// drillBook keeps notices with the drills, which are made after the desk.
type drillBook struct{ *Hub }

// Noted keeps what is decided about a notice with its drill.
func (b drillBook) Noted(ctx context.Context, n exercise.Notice, decide exercise.Note) (*drill.Event, error) {
	return b.drills.Noted(ctx, n, decide)
}

// runParents carries notices, and lets go of the connections at the end.
func (h *Hub) runParents(ctx context.Context) error {
	defer h.couriers.close()
	return h.post.Run(ctx)
}

// couriers are the ways to parents: for each school and channel a client of
// its own, that no other audience's lane shares.
type couriers struct {
	who   func() *people.Directory
	media media
	// texts are those that a gateway may report on: apart from the responders',
	// so that no list of parents has one of theirs forgotten.
	texts *carrier.Ledger

	mu  sync.Mutex // guards all
	all map[courierKey]courier
}

type courierKey struct {
	school, gateway string
	channel         alerting.Channel
}

func newCouriers(who func() *people.Directory, m media) *couriers {
	return &couriers{who: who, media: m, texts: carrier.NewLedgerOf(release.MaxRecipients), all: map[courierKey]courier{}}
}

// also are those who are on no list: parents' accounts with a browser, and the
// group of the school's robot.
func (c *couriers) also(school string) []people.Parent {
	dir := c.who()
	s, _ := dir.School(school)
	var out []people.Parent
	if group := s.ToParents[alerting.ChannelWeCom]; group != "" {
		out = append(out, people.Parent{School: school, Channel: alerting.ChannelWeCom, Address: group})
	}
	if s.ToParents[alerting.ChannelPush] == "" {
		return out
	}
	for _, a := range dir.AccountsOf(school) {
		if a.Role == alerting.RoleParent && len(c.media.browsers.Subscriptions(a.Name)) > 0 {
			out = append(out, people.Parent{School: school, Channel: alerting.ChannelPush, Address: a.Name})
		}
	}
	return out
}

// carries says why a text could not go out over the school's own gateways.
func (c *couriers) carries(school string, t alerting.Text) error {
	s, _ := c.who().School(school)
	g, ok := c.who().Gateway(s.ToParents[alerting.ChannelSMS])
	if !ok {
		return nil
	}
	if err := sms.Check(t, g); err != nil {
		return fmt.Errorf("gateway %s: %w", g.Name, err)
	}
	return nil
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
		Gateway: c.media.book.Gateway,
	}
	switch k.channel {
	case alerting.ChannelSMS:
		return courier{sms.New(book, c.texts)}, true
	case alerting.ChannelMail:
		return courier{mail.New(book, nil)}, true
	case alerting.ChannelPush:
		book.Contact = c.parent(book.Contact)
		return courier{push.New(book, c.media.browsers)}, true
	case alerting.ChannelWeCom:
		return courier{robot.NewWeCom(book, c.media.wecom)}, true
	}
	return courier{}, false
}

// parent finds an account as it is now: whoever has left is told no more.
func (c *couriers) parent(as func(string) (people.Contact, bool)) func(string) (people.Contact, bool) {
	return func(account string) (people.Contact, bool) {
		contact, _ := as(account)
		a, ok := c.who().Account(account)
		return contact, ok && a.Role == alerting.RoleParent && slices.Contains(a.Schools, contact.Schools[0])
	}
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
