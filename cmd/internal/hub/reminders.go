package hub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/mail"
	"example.org/campushub/alerting/deliver/push"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/deliver/sms"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Of reminders.
const (
	// mostReminders wait; overflow: refuse, the watch says it again.
	mostReminders = 256
	// reminding goroutines carry reminders, and counting those questions that are
	// put to many at once: few, because alarms go over the same gateways.
	reminding, counting = 2, 4
	// betweenReminders is the pause before all ways are tried once more, and
	// reminderRounds how often they are.
	betweenReminders = 20 * time.Second
	reminderRounds   = 3
)

// reminders carry reminders of shifts to people, over connections of their own:
// no alarm waits behind one.
type reminders struct {
	who   func() *people.Directory
	media media
	texts *carrier.Ledger // apart from the alarms': nobody takes an incident on by answering
	queue chan reminder
	log   *slog.Logger
	// workers are so many goroutines: a gateway that hangs holds up one.
	workers int
}

type reminder struct {
	watch.Nudge
	done func(error)
}

func newReminders(who func() *people.Directory, m media, log *slog.Logger) *reminders {
	return &reminders{
		who: who, media: m, texts: carrier.NewLedger(), queue: make(chan reminder, mostReminders), log: log.With("component", "reminders"),
		workers: reminding,
	}
}

var errManyReminders = errors.New("too many reminders at once")

// Nudge queues a reminder; it never blocks.
func (r *reminders) Nudge(n watch.Nudge, done func(error)) error {
	select {
	case r.queue <- reminder{n, done}:
		return nil
	default:
		return errManyReminders
	}
}

// run carries until ctx ends. What waits then is carried after the next start.
func (r *reminders) run(ctx context.Context) error {
	var all sync.WaitGroup
	for range r.workers {
		all.Go(func() { r.work(ctx) })
	}
	all.Wait()
	return nil
}

func (r *reminders) work(ctx context.Context) {
	for {
		select {
		case n := <-r.queue:
			if err := r.carry(ctx, n.Nudge); ctx.Err() == nil {
				n.done(err)
			}
		case <-ctx.Done():
			return
		}
	}
}

var errNoWay = errors.New("no way is known: neither a contact's path, nor a browser that has subscribed, nor a telephone number on the roster")

// carry tries the person's ways, the best first, until one accepts.
func (r *reminders) carry(ctx context.Context, n watch.Nudge) error {
	ctx, cancel := context.WithDeadline(ctx, n.Until)
	defer cancel()
	err := errNoWay
	for round := range reminderRounds {
		again := false
		for _, p := range r.ways(n) {
			if err = r.hand(ctx, n, p); err == nil {
				return nil
			}
			again = again || !deliver.IsPermanent(err)
		}
		if !again || round == reminderRounds-1 {
			break
		}
		pause := time.NewTimer(betweenReminders)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
	return err
}

// hand tries one way once.
func (r *reminders) hand(ctx context.Context, n watch.Nudge, p people.Path) error {
	ctx, cancel := context.WithTimeout(ctx, attempt(p.Channel))
	defer cancel()
	to := people.Contact{Name: "a person on duty", Audience: alerting.Parents, Schools: []string{n.School}, Paths: []people.Path{p}}
	channel := r.channel(p.Channel, reach.Book{
		Contact: func(string) (people.Contact, bool) { return to, true }, Gateway: r.media.book.Gateway,
	})
	if idle, ok := channel.(interface{ Close() }); ok {
		defer idle.Close()
	}
	// Told as a parent is: a text about no incident, and nothing to confirm.
	_, err := channel.Send(ctx, deliver.Message{
		Delivery: n.ID, Audience: alerting.Parents, Recipient: to.Name, Channel: p.Channel,
		School: alerting.Place{ID: n.School}, Severity: alerting.Low, Mode: cmp.Or(n.Mode, devices.Live), Text: n.Text, Deadline: n.Until,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", p.Channel, err)
	}
	return nil
}

// reminderReported takes what a gateway reports about a reminder that it had
// accepted.
func (h *Hub) reminderReported(ctx context.Context, id string, s alerting.DeliveryState, reason string) {
	if s == alerting.Failed {
		h.duty.Undelivered(ctx, id, "the gateway could not deliver it: "+reason)
	}
}

// remindable are the channels that reach one person, and wake nobody.
var remindable = []alerting.Channel{alerting.ChannelPush, alerting.ChannelSMS, alerting.ChannelMail}

func (r *reminders) channel(c alerting.Channel, b reach.Book) deliver.Channel {
	switch c {
	case alerting.ChannelPush:
		return push.New(b, r.media.browsers)
	case alerting.ChannelMail:
		return mail.New(b, nil)
	}
	return sms.New(b, r.texts)
}

// ways are those of the contact that the person is, then the browsers of their
// account and the telephone number on the roster, over the gateways that the
// school uses.
func (r *reminders) ways(n watch.Nudge) []people.Path {
	dir := r.who()
	phone, _ := people.NormalNumber(n.Phone)
	var out []people.Path
	add := func(p people.Path) {
		if !slices.ContainsFunc(out, func(o people.Path) bool { return o.Channel == p.Channel }) {
			out = append(out, p)
		}
	}
	for _, c := range dir.ContactsOf(n.School) {
		if c.Name != n.Contact && !c.Is(n.Account, phone) {
			continue
		}
		for _, p := range c.Paths {
			if slices.Contains(remindable, p.Channel) {
				add(p)
			}
		}
	}
	if n.Account != "" && len(r.media.browsers.Subscriptions(n.Account)) > 0 {
		if g := gatewayOf(dir, n.School, alerting.ChannelPush); g != "" {
			add(people.Path{Channel: alerting.ChannelPush, Address: n.Account, Gateway: g})
		}
	}
	if phone != "" {
		if g := gatewayOf(dir, n.School, alerting.ChannelSMS); g != "" {
			add(people.Path{Channel: alerting.ChannelSMS, Address: phone, Gateway: g})
		}
	}
	return out
}

// gatewayOf is the one that the school's parents are told over, else that of
// its contacts; "" where it has none.
func gatewayOf(dir *people.Directory, school string, channel alerting.Channel) string {
	s, _ := dir.School(school)
	if g := s.ToParents[channel]; g != "" {
		return g
	}
	for _, c := range dir.ContactsOf(school) {
		if p, ok := reach.PathOf(c, channel); ok && c.Audience != alerting.Police {
			return p.Gateway
		}
	}
	return ""
}
