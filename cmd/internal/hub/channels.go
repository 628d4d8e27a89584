package hub

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/mail"
	"example.org/campushub/alerting/deliver/push"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/deliver/robot"
	"example.org/campushub/alerting/deliver/sms"
	"example.org/campushub/alerting/deliver/voice"
	"example.org/campushub/alerting/deliver/webhook"
	"example.org/campushub/alerting/people"
)

// media is what the channels of all audiences share: who is reached how, what
// a callback may be about, and how much a vendor takes of one robot. None of
// it is waited for.
type media struct {
	book     reach.Book
	webhook  func(name string) (people.Webhook, bool)
	browsers push.Browsers
	// A callback does not know which lane sent.
	texts, calls *carrier.Ledger
	// A vendor's limit is the robot's, whichever audience writes.
	wecom, dingtalk, feishu *robot.Pace
}

// newMedia reaches the people of the present directory. own is the key of a
// push gateway that names none.
func newMedia(who func() *people.Directory, own []byte, b push.Browsers) media {
	return media{
		book: reach.Book{
			Contact: func(name string) (people.Contact, bool) { return who().Contact(name) },
			Gateway: func(name string) (people.Gateway, bool) {
				g, ok := who().Gateway(name)
				return keyed(g, own), ok
			},
		},
		webhook:  func(name string) (people.Webhook, bool) { return who().Webhook(name) },
		browsers: b,
		texts:    carrier.NewLedger(), calls: carrier.NewLedger(),
		wecom: robot.NewPace(), dingtalk: robot.NewPace(), feishu: robot.NewPace(),
	}
}

// keyed is a gateway with the hub's own key where it is to push with that.
func keyed(g people.Gateway, own []byte) people.Gateway {
	if g.Channel == alerting.ChannelPush && len(g.Secret) == 0 {
		g.Secret = own
	}
	return g
}

// channels makes the channels of one audience, each with connections of its own.
func (m media) channels() []deliver.Channel {
	return []deliver.Channel{
		webhook.New(m.webhook),
		mail.New(m.book, nil),
		push.New(m.book, m.browsers),
		sms.New(m.book, m.texts),
		voice.New(m.book, m.calls),
		robot.NewWeCom(m.book, m.wecom),
		robot.NewDingTalk(m.book, m.dingtalk),
		robot.NewFeishu(m.book, m.feishu),
	}
}

// How long one attempt may take. A mail server looks its client up before it
// greets; a gateway and a robot have another service behind them. A webhook's has
// all the time that the slowest audience has, and so what is left of its message's
// own: one that answers late is told once, and what comes after it, the next path
// and the escalation, waits for no attempt.
const (
	mailAttempt    = 5 * time.Second
	webhookAttempt = 4 * time.Second
	gatewayAttempt = 3 * time.Second
)

// attempt is how long one attempt over a channel may take.
func attempt(c alerting.Channel) time.Duration {
	switch c {
	case alerting.ChannelMail:
		return mailAttempt
	case alerting.ChannelWebhook:
		return webhookAttempt
	}
	return gatewayAttempt
}
