package alerting

import (
	"fmt"
	"strings"
	"time"
)

var stageTexts = map[DeliveryState]Text{
	Handed:   {ZH: "未能送出", EN: "none could be handed over"},
	Received: {ZH: "无一送达", EN: "none was received"},
}

// overrunText says in words who was not reached.
func overrunText(e Event) Text {
	o := e.Overrun
	if o == nil { // of an earlier release
		return Text{ZH: "超时：" + e.Reason, EN: "Budget missed: " + e.Reason}
	}
	who, stage := audienceTexts[o.Audience], stageTexts[o.Stage]
	t := Text{
		ZH: fmt.Sprintf("超时：%s %s内%s", who.ZH, secondsZH(o.Within), stage.ZH),
		EN: fmt.Sprintf("Budget missed: to %s %s within %s", who.EN, stage.EN, o.Within),
	}
	var zh, en []string
	for _, w := range eachOnce(o.Missed) {
		zh, en = append(zh, w.ZH), append(en, w.EN)
	}
	if o.More > 0 {
		zh, en = append(zh, fmt.Sprintf("另 %d 个", o.More)), append(en, fmt.Sprintf("%d more", o.More))
	}
	if len(zh) > 0 {
		t.ZH, t.EN = t.ZH+"："+strings.Join(zh, "、"), t.EN+": "+strings.Join(en, ", ")
	}
	return t
}

// eachOnce names each of them once, and how often it was told in vain.
func eachOnce(missed []Missed) []Text {
	var out []Text
	times := map[Text]int{}
	for _, m := range missed {
		w := m.words()
		if times[w]++; times[w] == 1 {
			out = append(out, w)
		}
	}
	for i, w := range out {
		if n := times[w]; n > 1 {
			out[i] = Text{ZH: fmt.Sprintf("%s%d 次", w.ZH, n), EN: fmt.Sprintf("%s %d times", w.EN, n)}
		}
	}
	return out
}

func secondsZH(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d 毫秒", d.Milliseconds())
	}
	return fmt.Sprintf("%g 秒", d.Seconds())
}

// words name one of them and why.
func (m Missed) words() Text {
	c, why := channelTexts[m.Channel], stateTexts[m.State]
	switch t := ReasonText(m.Reason); m.Reason {
	case "":
	case NotConnected, Superseded:
		why = t
	default:
		why = Text{ZH: why.ZH + "，" + t.ZH, EN: why.EN + ", " + t.EN}
	}
	return Text{ZH: fmt.Sprintf("%s %s（%s）", c.ZH, m.Recipient, why.ZH), EN: fmt.Sprintf("%s %s (%s)", c.EN, m.Recipient, why.EN)}
}

var stateTexts = map[DeliveryState]Text{
	Planned:  {ZH: "待发送", EN: "not handed over"},
	Handed:   {ZH: "已提交，未见回执", EN: "handed over, no receipt"},
	Received: {ZH: "已送达，迟到", EN: "received, late"},
	Read:     {ZH: "已读，迟到", EN: "read, late"},
	Failed:   {ZH: "未送达", EN: "not delivered"},
	Expired:  {ZH: "已失效", EN: "expired"},
}

var channelTexts = map[Channel]Text{
	ChannelMQTT:     {ZH: "终端", EN: "terminal"},
	ChannelConsole:  {ZH: "网页控制台", EN: "console page"},
	ChannelWebhook:  {ZH: "平台接口", EN: "webhook"},
	ChannelMail:     {ZH: "邮件", EN: "mail"},
	ChannelPush:     {ZH: "浏览器推送", EN: "web push"},
	ChannelSMS:      {ZH: "短信", EN: "text message"},
	ChannelVoice:    {ZH: "语音电话", EN: "voice call"},
	ChannelWeCom:    {ZH: "企业微信群", EN: "WeCom group"},
	ChannelDingTalk: {ZH: "钉钉群", EN: "DingTalk group"},
	ChannelFeishu:   {ZH: "飞书群", EN: "Feishu group"},
}

// ChannelText says a channel in words.
func ChannelText(c Channel) Text { return channelTexts[c] }
