// Package push tells people's own browsers by web push (RFC 8030, 8291, 8292).
//
// Web push is an extra, and never one of the two independent paths: many
// telephones in China have no working push service, and none says so. A push
// service's acceptance is handed; received is what the service worker calls
// back, with the token that came with the message; a parent's gets the released
// text alone, and calls nobody back. The payload is encrypted for the browser
// alone: the push service learns how long and how urgent it is, and nothing
// else. A Send starts one goroutine for each browser, at most
// maxBrowsers, and ends with them. The package keeps no subscription.
package push

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/SherClockHolmes/webpush-go"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// maxBrowsers is how many browsers of one account are told; overflow: the
// first ones are.
const maxBrowsers = 8

// Subscription is one browser of one account, as its Push API gives it.
type Subscription struct {
	Endpoint string
	Auth     string // base64url
	P256dh   string // base64url
}

// Browsers knows the subscriptions. It is called from lanes and must not
// block for long.
type Browsers interface {
	// Subscriptions lists an account's browsers, the latest first.
	Subscriptions(account string) []Subscription
	// Gone says that a subscription has ended: its push service answered 404
	// or 410.
	Gone(account string, s Subscription)
}

// Channel pushes to the browsers of contacts' accounts.
type Channel struct {
	book     reach.Book
	browsers Browsers
	client   *post.Client
}

// New returns a channel that asks for the subscriptions at every send.
func New(b reach.Book, browsers Browsers, options ...post.Option) *Channel {
	return &Channel{book: b, browsers: browsers, client: post.New(options...)}
}

// Name is the channel's name.
func (c *Channel) Name() alerting.Channel { return alerting.ChannelPush }

// FarSide is the contact: their own browsers' push services are waited for by
// nobody else.
func (c *Channel) FarSide(m deliver.Message) string { return m.Recipient }

// Close drops idle connections.
func (c *Channel) Close() { c.client.Close() }

// payload is what a service worker reads.
type payload struct {
	Gateway  string `json:"gateway"`
	Incident string `json:"incident"`
	Delivery string `json:"delivery"`
	Number   int64  `json:"number"`
	Token    string `json:"token"` // for the receipt
	// Silent is shown without a sound: nobody beside the telephone may hear it.
	Silent bool          `json:"silent"`
	Text   alerting.Text `json:"text"`
}

// notice is what a parent's service worker reads: the text that was released,
// and nothing else.
type notice struct {
	Text alerting.Text `json:"text"`
}

func say(g people.Gateway, m deliver.Message) ([]byte, error) {
	if m.Audience == alerting.Parents {
		return json.Marshal(notice{m.Text})
	}
	return json.Marshal(payload{
		Gateway: g.Name, Incident: m.Incident, Delivery: m.Delivery, Number: m.Number,
		Token: token(g.Secret, m.Incident, m.Delivery), Silent: m.Silent, Text: m.Text,
	})
}

// Send pushes to every browser of the contact's account once. One that
// accepts is enough.
func (c *Channel) Send(ctx context.Context, m deliver.Message) (alerting.DeliveryState, error) {
	route, err := c.book.Find(m, alerting.ChannelPush)
	if err != nil {
		return "", err
	}
	g, account := route.Gateway, route.Path.Address
	keys, err := newKeys(g.Secret)
	if err != nil {
		return "", deliver.Permanent(fmt.Errorf("push gateway %s: %w", g.Name, err))
	}
	said, err := say(g, m)
	if err != nil {
		return "", deliver.Permanent(fmt.Errorf("push gateway %s: encode: %w", g.Name, err))
	}
	if err := c.tell(ctx, account, said, options(g, keys, m, time.Now())); err != nil {
		return "", fmt.Errorf("push to %s: %w", account, err)
	}
	return alerting.Handed, nil
}

// tell pushes to all of an account's browsers side by side, so that a slow
// push service holds up no other.
func (c *Channel) tell(ctx context.Context, account string, said []byte, o webpush.Options) error {
	all := c.browsers.Subscriptions(account)
	if len(all) == 0 {
		return deliver.Permanent(errors.New("no browser has subscribed"))
	}
	all = all[:min(len(all), maxBrowsers)]
	results := make(chan error, len(all))
	for _, s := range all {
		go func() { results <- c.push(ctx, account, s, said, o) }()
	}
	var failed error
	told := false
	for range all {
		switch err := <-results; {
		case err == nil:
			told = true
		case failed == nil || deliver.IsPermanent(failed):
			failed = err // rather one that another attempt may mend
		}
	}
	if told {
		return nil
	}
	return failed
}

// push sends to one browser.
func (c *Channel) push(ctx context.Context, account string, s Subscription, said []byte, o webpush.Options) error {
	if err := checkEndpoint(s.Endpoint); err != nil {
		return deliver.Permanent(err)
	}
	var far doer
	far.client, o.HTTPClient = c.client, &far
	// The library writes its padding behind the text that it is given.
	res, err := webpush.SendNotificationWithContext(ctx, slices.Clone(said), &webpush.Subscription{
		Endpoint: s.Endpoint, Keys: webpush.Keys{Auth: s.Auth, P256dh: s.P256dh},
	}, &o)
	switch {
	case far.err != nil:
		return post.InWords(far.err)
	case err != nil: // the library's own: a key, or a text that is too long
		return deliver.Permanent(errors.New("its keys cannot be used, or the text is too long"))
	}
	defer res.Body.Close()
	answer := post.StatusOf(res)
	if answer.Status == http.StatusNotFound || answer.Status == http.StatusGone {
		c.browsers.Gone(account, s)
	}
	return answer.Refusal()
}

// doer tells what the network said from what the library says.
type doer struct {
	client *post.Client
	err    error
}

// Do sends a request of the library's.
func (d *doer) Do(req *http.Request) (*http.Response, error) {
	res, err := d.client.Do(req)
	d.err = err
	return res, err
}

// checkEndpoint keeps alarms from whatever is no push service: a subscription
// is a stranger's word.
func checkEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return post.BadAddress(err)
	}
	a, err := netip.ParseAddr(u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || err != nil || !a.IsLoopback()) {
		return post.BadAddress(errors.New("want https"))
	}
	return nil
}

// options are how one message is pushed: for as long as it is of use, at
// once where somebody may have to act on it, and in the place of older news
// of its incident that the push service still holds.
func options(g people.Gateway, k keys, m deliver.Message, now time.Time) webpush.Options {
	urgency := webpush.UrgencyNormal
	if m.Urgent() && (m.Severity.Rank() >= alerting.High.Rank() || m.Audience == alerting.Parents) {
		urgency = webpush.UrgencyHigh
	}
	return webpush.Options{
		Subscriber: g.From, VAPIDPublicKey: k.public, VAPIDPrivateKey: k.private,
		TTL: int(max(m.Deadline.Sub(now)+time.Second-1, 0) / time.Second), Urgency: urgency, Topic: topic(m),
	}
}

// topic is at most 32 characters of base64url (RFC 8030 section 5.4), and
// tells nobody which incident it is.
func topic(m deliver.Message) string {
	sum := sha256.Sum256([]byte("topic\x00" + m.Incident + "\x00" + m.Recipient))
	if m.Audience == alerting.Parents { // who are told of no incident: their school's row of notices
		sum = sha256.Sum256([]byte("notices\x00" + m.School.ID + "\x00" + string(m.Mode) + "\x00" + m.Recipient))
	}
	return base64.RawURLEncoding.EncodeToString(sum[:24])
}
