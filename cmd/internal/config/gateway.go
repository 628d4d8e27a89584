package config

import (
	"bytes"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/mail"
	"example.org/campushub/alerting/deliver/push"
	"example.org/campushub/alerting/deliver/robot"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// onGateways lists the channels that a gateway carries.
func onGateways() []alerting.Channel {
	return []alerting.Channel{
		alerting.ChannelMail, alerting.ChannelPush, alerting.ChannelSMS, alerting.ChannelVoice,
		alerting.ChannelWeCom, alerting.ChannelDingTalk, alerting.ChannelFeishu,
	}
}

// gatewayShape is what a gateway of one channel is described by, beside its
// name, channel and via.
type gatewayShape struct {
	needed, optional []string
	url              string // where it is absent
}

var gatewayShapes = map[alerting.Channel]gatewayShape{
	alerting.ChannelMail:     {needed: []string{"url", "from"}, optional: []string{"user", "secret_file"}},
	alerting.ChannelPush:     {needed: []string{"from"}, optional: []string{"secret_file"}}, // else the hub's own key
	alerting.ChannelSMS:      {needed: []string{"url", "from", "request"}, optional: []string{"user", "secret_file", "callback_file", "segments"}},
	alerting.ChannelVoice:    {needed: []string{"url", "request"}, optional: []string{"user", "secret_file", "callback_file", "from"}},
	alerting.ChannelWeCom:    {needed: []string{"token_file"}, optional: []string{"url"}, url: robot.WeComURL},
	alerting.ChannelDingTalk: {needed: []string{"token_file"}, optional: []string{"url", "secret_file"}, url: robot.DingTalkURL},
	alerting.ChannelFeishu:   {needed: []string{"token_file"}, optional: []string{"url", "secret_file"}, url: robot.FeishuURL},
}

func (r *reader) gateway(v value) {
	o, ok := r.object(v, "name", "channel", "via", "url", "user", "secret_file", "token_file", "callback_file", "from", "segments", "request")
	if !ok {
		return
	}
	name := r.name(o, "name", devices.ValidName)
	r.unique("gateway", name, name.s)
	g := people.Gateway{
		Name:    name.s,
		Channel: word(o, "channel", onGateways(), ""),
		Via:     word(o, "via", vias(), defaultGateway),
	}
	shape, ok := gatewayShapes[g.Channel]
	if !ok {
		return
	}
	r.shaped(o, g.Channel, shape)
	g.URL = r.gatewayURL(o, g.Channel, shape.url)
	g.User = r.user(o)
	g.Secret, g.Token, g.Callback = r.secret(o, "secret_file", 1), r.secret(o, "token_file", 1), r.secret(o, "callback_file", minCallbackKey)
	g.From = r.sender(o, g.Channel)
	g.Segments = r.segments(o, g.Channel)
	r.pushKey(o, g)
	if o.has("request") && (g.Channel == alerting.ChannelSMS || g.Channel == alerting.ChannelVoice) {
		g.Request = r.request(o.section("request", "method", "form", "headers", "body", "answer_id", "accepted"), o)
	}
	r.config.Gateways = append(r.config.Gateways, g)
}

// shaped reports the keys that mean nothing for the channel, and those that
// are missing.
func (r *reader) shaped(o object, c alerting.Channel, s gatewayShape) {
	known := slices.Concat([]string{"name", "channel", "via"}, s.needed, s.optional)
	for _, key := range keys(o.fields) {
		if !slices.Contains(known, key) {
			r.fault(o.fields[key], "means nothing for %s", c)
		}
	}
	for _, key := range s.needed {
		if !o.has(key) {
			r.fault(o.field(key), "is missing: %s needs it", c)
		}
	}
	if o.has("user") != o.has("secret_file") && c == alerting.ChannelMail {
		r.fault(o.value, "want both user and secret_file, or neither")
	}
}

// gatewayURL reads where a gateway takes messages.
func (r *reader) gatewayURL(o object, c alerting.Channel, fallback string) string {
	if !o.has("url") {
		return fallback
	}
	t := o.need("url")
	if !t.ok {
		return ""
	}
	if c == alerting.ChannelMail {
		if err := mail.Check(t.s); err != nil {
			r.fault(t.value, "%v", err)
		}
		return t.s
	}
	u, err := url.Parse(t.s)
	switch {
	case err != nil || u.Hostname() == "":
		r.fault(t.value, "want a URL, such as https://example.org/send")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		r.fault(t.value, "want https: what is not encrypted stays on this machine")
	case u.User != nil:
		r.fault(t.value, "holds a user name or password: want user and secret_file")
	case u.Fragment != "":
		r.fault(t.value, "holds a fragment, which is never sent")
	case u.RawQuery != "" && grouped(c):
		r.fault(t.value, "holds a query: the robot's key goes into token_file")
	}
	return t.s
}

func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

func (r *reader) user(o object) string {
	if !o.has("user") {
		return ""
	}
	return r.readable(o, "user")
}

// secret reads a secret of one line, which goes into headers and addresses.
func (r *reader) secret(o object, key string, least int) []byte {
	if !o.has(key) {
		return nil
	}
	t := o.need(key)
	data, ok := r.file(t, maxSecret)
	if !ok {
		return nil
	}
	data = bytes.TrimSpace(data)
	switch {
	case len(data) < least:
		r.fault(t.value, "file %q: want a secret of at least %d bytes, found %d", t.s, least, len(data))
	case bytes.ContainsFunc(data, func(c rune) bool { return c <= ' ' || c > '~' }):
		r.fault(t.value, "file %q: want one line of ASCII letters, digits and signs", t.s)
	}
	return data
}

// sender reads who a gateway's messages are from.
func (r *reader) sender(o object, c alerting.Channel) string {
	if !o.has("from") {
		return ""
	}
	t := o.need("from")
	switch {
	case !t.ok:
	case c == alerting.ChannelMail || c == alerting.ChannelPush:
		a, err := mail.Address(t.s)
		if err != nil {
			r.fault(t.value, "%v", err)
		} else if c == alerting.ChannelPush && a.Address != t.s {
			r.fault(t.value, "want the address alone")
		}
	case strings.ContainsAny(t.s, "【】") || strings.ContainsFunc(t.s, isControl) || utf8.RuneCountInString(t.s) > longestSignature:
		r.fault(t.value, "want at most %d characters without 【】: the hub puts them there", longestSignature)
	}
	return t.s
}

// segments reads how long a text message may get. Unless it is said an alarm
// has the room for all that it says as a rule.
func (r *reader) segments(o object, c alerting.Channel) int {
	v, ok := o.fields["segments"]
	if !ok && c == alerting.ChannelSMS {
		return defaultSegments
	}
	if !ok {
		return 1
	}
	var n int
	if v.node.ShortTag() != "!!int" || v.node.Decode(&n) != nil || n < 1 || n > mostSegments {
		r.fault(v, "want a number from 1 to %d, found %s", mostSegments, describe(v.node))
		return 1
	}
	return n
}

func (r *reader) pushKey(o object, g people.Gateway) {
	if g.Channel != alerting.ChannelPush || g.Secret == nil {
		return
	}
	if err := push.CheckKey(g.Secret); err != nil {
		r.fault(o.fields["secret_file"], "%v", err)
	}
}
