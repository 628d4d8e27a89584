package robot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// DingTalkURL is where DingTalk's robots take messages.
const DingTalkURL = "https://oapi.dingtalk.com/robot/send"

// NewDingTalk returns the channel to DingTalk's group robots. The gateway's
// Token is the robot's access_token, its Secret the key of the signature
// (加签); without one the robot must be held by a keyword or an address range.
// A text takes 20,000 bytes. Whoever writes more than 20 messages a minute is
// shut out for ten.
func NewDingTalk(b reach.Book, p *Pace, options ...post.Option) *Channel {
	return newChannel(vendor{
		channel: alerting.ChannelDingTalk,
		longest: 20_000,
		address: func(u *url.URL, g people.Gateway, at time.Time) {
			if len(g.Token) > 0 {
				addQuery(u, "access_token", string(g.Token))
			}
			if len(g.Secret) > 0 {
				addQuery(u, "timestamp", strconv.FormatInt(at.UnixMilli(), 10))
				addQuery(u, "sign", dingTalkSign(g.Secret, at))
			}
		},
		body:    plainBody,
		verdict: errcode,
		busy:    []int64{130101, 660026, 302033, 410100}, // too many messages; the first is seen often, the others are unconfirmed
		passing: []int64{-1},                             // the system is busy
	}, b, p, options)
}

// dingTalkSign is base64(HMAC-SHA256(secret, "<unix ms>\n<secret>")); the
// query escapes it.
func dingTalkSign(secret []byte, at time.Time) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(strconv.FormatInt(at.UnixMilli(), 10)))
	mac.Write([]byte("\n"))
	mac.Write(secret)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
