package robot

import (
	"net/url"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// WeComURL is where WeCom's robots take messages.
const WeComURL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"

// NewWeCom returns the channel to WeCom's group robots. The gateway's Token
// is the robot's key; there is no signature. A text takes 2,048 bytes.
func NewWeCom(b reach.Book, p *Pace, options ...post.Option) *Channel {
	return newChannel(vendor{
		channel: alerting.ChannelWeCom,
		longest: 2048,
		address: func(u *url.URL, g people.Gateway, _ time.Time) {
			if len(g.Token) > 0 {
				addQuery(u, "key", string(g.Token))
			}
		},
		body:    plainBody,
		verdict: errcode,
		busy:    []int64{45009, 45033}, // calls a minute; calls at once
		passing: []int64{-1},           // the system is busy
	}, b, p, options)
}

// textMessage is a text as WeCom and DingTalk take it.
type textMessage struct {
	Type string `json:"msgtype"`
	Text struct {
		Content string `json:"content"`
	} `json:"text"`
}

func plainBody(_ people.Gateway, text string, _ time.Time) any {
	m := textMessage{Type: "text"}
	m.Text.Content = text
	return m
}
