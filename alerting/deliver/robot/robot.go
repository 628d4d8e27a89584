// Package robot writes into the groups of WeCom (企业微信), DingTalk (钉钉) and
// Feishu (飞书) through their group robots.
//
// A vendor's acceptance is handed: a group proves neither that a phone rang
// nor that anybody read. All three answer most refusals with HTTP status 200
// and a code in the body; the code decides. None takes an idempotency key: an
// attempt whose answer was lost may show twice. Each robot of a Channel
// has connections of its own; the pace of a robot is its vendor's limit, whoever writes, and
// so shared. The package starts no goroutine.
package robot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// vendor is what one vendor's robots want and say.
type vendor struct {
	channel alerting.Channel
	longest int // bytes of a text
	// address puts what proves the sender into the robot's URL.
	address func(base *url.URL, g people.Gateway, at time.Time)
	// body is one message.
	body func(g people.Gateway, text string, at time.Time) any
	// verdict reads the code and the words of an answer.
	verdict func(body []byte) (verdict, error)
	busy    []int64 // codes that say: too many messages
	passing []int64 // codes that say: try again
}

// verdict is what a vendor's answer says; a code of 0 is acceptance.
type verdict struct {
	code  int64
	words string
}

// Channel writes to the robots of one vendor.
type Channel struct {
	vendor vendor
	book   reach.Book
	pace   *Pace
	pools  *post.Pools
}

func newChannel(v vendor, b reach.Book, p *Pace, options []post.Option) *Channel {
	return &Channel{vendor: v, book: b, pace: p, pools: post.NewPools(options...)}
}

// Name is the channel's name.
func (c *Channel) Name() alerting.Channel { return c.vendor.channel }

// FarSide is the robot.
func (c *Channel) FarSide(m deliver.Message) string { return c.book.FarSide(m, c.vendor.channel) }

// Close drops idle connections.
func (c *Channel) Close() { c.pools.Close() }

// Send writes the message into the group once, if the robot's pace allows.
func (c *Channel) Send(ctx context.Context, m deliver.Message) (alerting.DeliveryState, error) {
	route, err := c.book.Find(m, c.vendor.channel)
	if err != nil {
		return "", err
	}
	g, now := route.Gateway, time.Now()
	text, err := c.vendor.text(m.Text)
	if err != nil {
		return "", fmt.Errorf("%s robot %s: %w", c.vendor.channel, g.Name, err)
	}
	pause, superseded := c.pace.take(g.Name, m, now)
	switch {
	case superseded:
		return alerting.Expired, nil
	case pause > 0:
		return "", deliver.RetryAfter(fmt.Errorf("%s robot %s: its messages of this minute are used up", c.vendor.channel, g.Name), pause)
	}
	if err := c.write(ctx, g, text, now); err != nil {
		return "", fmt.Errorf("write by %s robot %s: %w", c.vendor.channel, g.Name, err)
	}
	return alerting.Handed, nil
}

func (c *Channel) write(ctx context.Context, g people.Gateway, text string, now time.Time) error {
	req, err := c.vendor.request(ctx, g, text, now)
	if err != nil {
		return err
	}
	answer, err := c.pools.To(g.Name).Ask(req)
	if err != nil {
		return err
	}
	return c.judge(g, answer, now)
}

func (v vendor) request(ctx context.Context, g people.Gateway, text string, now time.Time) (*http.Request, error) {
	u, err := url.Parse(g.URL)
	if err != nil {
		return nil, deliver.Permanent(post.BadAddress(err))
	}
	v.address(u, g, now)
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false) // WeCom takes no \u escapes (its code 40033)
	if err := e.Encode(v.body(g, text, now)); err != nil {
		return nil, deliver.Permanent(fmt.Errorf("encode: %w", err))
	}
	return post.NewRequest(ctx, http.MethodPost, u.String(), "application/json", body.Bytes())
}

// text is both languages where there is room, else the first. What is longer
// still is refused: a sentence cut short may say something else.
func (v vendor) text(t alerting.Text) (string, error) {
	both := t.ZH + "\n" + t.EN
	switch {
	case t.EN != "" && t.ZH != "" && len(both) <= v.longest:
		return both, nil
	case t.ZH == "":
		t.ZH = t.EN
	}
	if t.ZH == "" || len(t.ZH) > v.longest {
		return "", deliver.Permanent(fmt.Errorf("a text of %d bytes, from 1 to %d are taken", len(t.ZH), v.longest))
	}
	return t.ZH, nil
}

// judge takes the code's word before the status's, because the code is nearer
// to the cause. A code that is not listed is no passing matter: wrong
// signature, word missing, address not allowed, robot removed. The contact's
// next path then begins at once.
func (c *Channel) judge(g people.Gateway, a post.Answer, now time.Time) error {
	said, err := c.vendor.verdict(a.Body)
	switch {
	case err == nil && said.code != 0:
		return c.refusal(g, said, now)
	case !a.OK():
		return a.Refusal()
	case err != nil:
		return fmt.Errorf("no usable answer: %w", err)
	}
	return nil
}

func (c *Channel) refusal(g people.Gateway, said verdict, now time.Time) error {
	err := fmt.Errorf("code %d, %q", said.code, post.Quote(said.words, append(post.SecretsIn(g.URL), string(g.Token), string(g.Secret))...))
	switch {
	case slices.Contains(c.vendor.busy, said.code):
		c.pace.hold(g.Name, now.Add(post.MaxPause))
		return deliver.RetryAfter(err, post.MaxPause)
	case slices.Contains(c.vendor.passing, said.code):
		return err
	}
	return deliver.Permanent(err)
}

var errNoCode = errors.New("it holds no code")

// errcode reads {"errcode":0,"errmsg":"ok"}, as WeCom and DingTalk answer.
func errcode(body []byte) (verdict, error) {
	var a struct {
		Code  *int64 `json:"errcode"`
		Words string `json:"errmsg"`
	}
	if json.Unmarshal(body, &a) != nil || a.Code == nil {
		return verdict{}, errNoCode
	}
	return verdict{*a.Code, a.Words}, nil
}

// addQuery adds a parameter to a URL, whatever else its query holds.
func addQuery(u *url.URL, key, value string) {
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
}
