package hub

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/push"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

const (
	// browsersEach is how many browsers of an account are kept; overflow: the
	// one that subscribed first is let go.
	browsersEach = 8
	// goneWaiting bounds the ended subscriptions that are still on the disk;
	// overflow: dropped, and found ended again after the next start.
	goneWaiting = 256
	// diskWithin is how long the disk may take over one.
	diskWithin = 5 * time.Second
)

// browsers are the browsers that people want to be told through: on the disk
// first, and in memory, so that no lane waits for the disk.
type browsers struct {
	store *office.Store
	who   func() *people.Directory
	own   []byte // the hub's own VAPID key
	log   *slog.Logger
	gone  chan office.Browser

	writing sync.Mutex // one change at a time, disk and memory alike
	mu      sync.Mutex // guards by
	by      map[string][]push.Subscription
}

func openBrowsers(ctx context.Context, s *office.Store, who func() *people.Directory, own []byte, log *slog.Logger) (*browsers, error) {
	b := &browsers{
		store: s, who: who, own: own, log: log.With("component", "browsers"),
		gone: make(chan office.Browser, goneWaiting),
	}
	return b, b.load(ctx)
}

// load puts in memory what is on the disk.
func (b *browsers) load(ctx context.Context) error {
	all, err := b.store.Browsers(ctx)
	if err != nil {
		return err
	}
	by := map[string][]push.Subscription{}
	for _, s := range all {
		by[s.Account] = append(by[s.Account], push.Subscription{Endpoint: s.Endpoint, Auth: s.Auth, P256dh: s.P256dh})
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.by = by
	return nil
}

// Subscriptions lists an account's browsers, the latest first.
func (b *browsers) Subscriptions(account string) []push.Subscription {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.by[account])
}

// Gone lets a subscription go that its push service knows no more.
func (b *browsers) Gone(account string, s push.Subscription) {
	b.mu.Lock()
	b.by[account] = slices.DeleteFunc(slices.Clone(b.by[account]), func(o push.Subscription) bool { return o == s })
	b.mu.Unlock()
	select {
	case b.gone <- office.Browser{Account: account, Endpoint: s.Endpoint}:
	default:
	}
}

// run removes from the disk what has ended, until ctx ends.
func (b *browsers) run(ctx context.Context) error {
	for {
		select {
		case s := <-b.gone:
			if err := b.forget(ctx, s); err != nil && ctx.Err() == nil {
				b.log.Warn("ended subscription was not removed", "account", s.Account, "error", err)
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// forget removes one from the disk, unless it has subscribed anew meanwhile.
func (b *browsers) forget(ctx context.Context, s office.Browser) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	if slices.ContainsFunc(b.Subscriptions(s.Account), func(o push.Subscription) bool { return o.Endpoint == s.Endpoint }) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, diskWithin)
	defer cancel()
	return b.store.DeleteBrowser(ctx, s.Account, s.Endpoint)
}

// Key is what the account's browsers subscribe with; false where no contact is
// reached through them.
func (b *browsers) Key(a people.Account) (string, bool) {
	g, ok := pushGateway(b.who(), a)
	if !ok {
		return "", false
	}
	key, err := push.PublicKey(keyed(g, b.own).Secret)
	return key, err == nil
}

// pushGateway finds the gateway that pushes to an account's browsers. There is
// one at most: the configuration lets an account be one contact's.
func pushGateway(d *people.Directory, a people.Account) (people.Gateway, bool) {
	for _, school := range a.Schools {
		for _, c := range d.ContactsOf(school) {
			for _, p := range c.Paths {
				if p.Channel == alerting.ChannelPush && p.Address == a.Name {
					return d.Gateway(p.Gateway)
				}
			}
		}
	}
	return people.Gateway{}, false
}

// Subscribe tells the account through one more browser; it is durable then.
func (b *browsers) Subscribe(ctx context.Context, account string, s api.Subscription, now time.Time) error {
	return b.change(ctx, func() error {
		return b.store.SaveBrowser(ctx, office.Browser{
			Account: account, Endpoint: s.Endpoint, Auth: s.Auth, P256dh: s.P256dh, AddedAt: now,
		}, browsersEach)
	})
}

// Unsubscribe tells the account through a browser no more.
func (b *browsers) Unsubscribe(ctx context.Context, account, endpoint string) error {
	return b.change(ctx, func() error { return b.store.DeleteBrowser(ctx, account, endpoint) })
}

func (b *browsers) change(ctx context.Context, on func() error) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	if err := on(); err != nil {
		return err
	}
	// The disk has it: whoever asked may be gone by now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), diskWithin)
	defer cancel()
	return b.load(ctx)
}
