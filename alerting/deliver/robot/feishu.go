package robot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// FeishuURL is where Feishu's robots take messages; a robot's token follows.
const FeishuURL = "https://open.feishu.cn/open-apis/bot/v2/hook"

// NewFeishu returns the channel to Feishu's group robots. The gateway's Token
// is the last part of the robot's address, its Secret the key of the
// signature (签名校验); without one the robot must be held by a keyword or an
// address range. A request takes 20 KiB.
func NewFeishu(b reach.Book, p *Pace, options ...post.Option) *Channel {
	return newChannel(vendor{
		channel: alerting.ChannelFeishu,
		longest: 18 << 10,
		address: func(u *url.URL, g people.Gateway, _ time.Time) {
			if len(g.Token) > 0 {
				*u = *u.JoinPath(string(g.Token))
			}
		},
		body:    feishuBody,
		verdict: feishuVerdict,
		// Feishu describes 9499 as a malformed request; others have met it for too
		// many. What we write is always of the same form, so it is taken for the
		// latter.
		busy: []int64{11232, 9499, 99991400},
	}, b, p, options)
}

type feishuMessage struct {
	Timestamp string `json:"timestamp,omitempty"` // unix seconds
	Sign      string `json:"sign,omitempty"`
	Type      string `json:"msg_type"`
	Content   struct {
		Text string `json:"text"`
	} `json:"content"`
}

func feishuBody(g people.Gateway, text string, at time.Time) any {
	m := feishuMessage{Type: "text"}
	m.Content.Text = text
	if len(g.Secret) > 0 {
		m.Timestamp, m.Sign = strconv.FormatInt(at.Unix(), 10), feishuSign(g.Secret, at)
	}
	return m
}

// feishuSign is base64(HMAC-SHA256("<unix s>\n<secret>", "")): the text that
// others would sign is the key, and what is signed is empty.
func feishuSign(secret []byte, at time.Time) string {
	mac := hmac.New(sha256.New, append([]byte(strconv.FormatInt(at.Unix(), 10)+"\n"), secret...))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// feishuVerdict reads {"code":0,"msg":"success","data":{}}.
func feishuVerdict(body []byte) (verdict, error) {
	var a struct {
		Code  *int64 `json:"code"`
		Words string `json:"msg"`
	}
	if json.Unmarshal(body, &a) != nil || a.Code == nil {
		return verdict{}, errNoCode
	}
	return verdict{*a.Code, a.Words}, nil
}
