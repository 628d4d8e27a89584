package hub

import (
	"context"
	"log/slog"
	"maps"
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
	// forgetEvery is how soon an ended subscription is removed from a disk that
	// did not take it.
	forgetEvery = time.Second
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
	gone  chan struct{} // holds one: something has ended
	// added hears of each browser that was not an account's before. It is set
	// before anything runs.
	added func(account, endpoint string, now time.Time)

	writing sync.Mutex // one change at a time, disk and memory alike
	mu      sync.Mutex // guards what follows
	by      map[string][]push.Subscription
	ended   map[string]string // accounts by endpoint, while the disk still has them
}

func openBrowsers(ctx context.Context, s *office.Store, who func() *people.Directory, own []byte, log *slog.Logger) (*browsers, error) {
	b := &browsers{
		store: s, who: who, own: own, log: log.With("component", "browsers"),
		gone: make(chan struct{}, 1), ended: map[string]string{}, added: func(string, string, time.Time) {},
	}
	return b, b.load(ctx)
}

// load puts in memory what is on the disk, but for what has ended.
func (b *browsers) load(ctx context.Context) error {
	all, err := b.store.Browsers(ctx)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.by = map[string][]push.Subscription{}
	for _, s := range all {
		if b.ended[s.Endpoint] != s.Account {
			b.by[s.Account] = append(b.by[s.Account], push.Subscription{Endpoint: s.Endpoint, Auth: s.Auth, P256dh: s.P256dh})
		}
	}
	return nil
}

// Subscriptions lists an account's browsers, the latest first.
func (b *browsers) Subscriptions(account string) []push.Subscription {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.by[account])
}

// Gone lets a subscription go that its push service knows no more. One that
// has subscribed anew meanwhile stays.
func (b *browsers) Gone(account string, s push.Subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Contains(b.by[account], s) {
		return
	}
	b.by[account] = slices.DeleteFunc(slices.Clone(b.by[account]), func(o push.Subscription) bool { return o == s })
	b.ended[s.Endpoint] = account
	select {
	case b.gone <- struct{}{}:
	default:
	}
}

// run removes from the disk what has ended, until ctx ends; what the disk does
// not take is tried again.
func (b *browsers) run(ctx context.Context) error {
	again := time.NewTicker(forgetEvery)
	defer again.Stop()
	for {
		select {
		case <-b.gone:
		case <-again.C:
		case <-ctx.Done():
			return nil
		}
		if err := b.forget(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("ended subscriptions were not removed", "error", err)
		}
	}
}

// forget removes from the disk what has ended, unless it has subscribed anew
// meanwhile.
func (b *browsers) forget(ctx context.Context) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	b.mu.Lock()
	ended := maps.Clone(b.ended)
	b.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, diskWithin)
	defer cancel()
	for endpoint, account := range ended {
		if err := b.store.DeleteBrowser(ctx, account, endpoint); err != nil {
			return err
		}
		b.mu.Lock()
		delete(b.ended, endpoint)
		b.mu.Unlock()
	}
	return nil
}

// Key is what the account's browsers subscribe with; false where nobody is
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
// one at most: the configuration lets an account be one contact's, and a
// parent's schools push over one.
func pushGateway(d *people.Directory, a people.Account) (people.Gateway, bool) {
	for _, school := range a.Schools {
		if s, _ := d.School(school); a.Role == alerting.RoleParent && s.ToParents[alerting.ChannelPush] != "" {
			return d.Gateway(s.ToParents[alerting.ChannelPush])
		}
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
	known := slices.ContainsFunc(b.Subscriptions(account), func(o push.Subscription) bool { return o.Endpoint == s.Endpoint })
	err := b.subscribe(ctx, account, s, now)
	if err == nil && !known {
		b.added(account, s.Endpoint, now)
	}
	return err
}

func (b *browsers) subscribe(ctx context.Context, account string, s api.Subscription, now time.Time) error {
	return b.change(ctx, func() error {
		err := b.store.SaveBrowser(ctx, office.Browser{
			Account: account, Endpoint: s.Endpoint, Auth: s.Auth, P256dh: s.P256dh, AddedAt: now,
		}, browsersEach)
		if err == nil { // it has begun anew
			b.mu.Lock()
			delete(b.ended, s.Endpoint)
			b.mu.Unlock()
		}
		return err
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
