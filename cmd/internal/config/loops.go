package config

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"example.org/campushub/alerting"
)

// checkLoops reports webhooks and gateways that post to the hub's own
// listeners, or to the address at which it takes callbacks: they would tell the
// hub what the hub has told.
func (r *reader) checkLoops() {
	for _, h := range r.config.Webhooks {
		r.checkLoop("webhook", h.Name, h.URL)
	}
	for _, g := range r.config.Gateways {
		r.checkLoop("gateway", g.Name, g.URL)
	}
}

func (r *reader) checkLoop(what, name, posts string) {
	u, err := url.Parse(posts)
	if err != nil || posts == "" {
		return
	}
	at := r.named[what+" "+name]
	own := slices.Concat(
		[]string{r.config.Hub.HTTP.Listen, r.config.Hub.Metrics.Listen},
		r.config.Hub.MQTT.Listen, r.config.Hub.MQTT.TLS.Listen,
	)
	if i := slices.IndexFunc(own, func(listen string) bool { return leadsTo(u, listen) }); i >= 0 {
		r.fault(at, "%s %q posts to %s, a listener of this hub: it would go round for ever", what, name, own[i])
		return
	}
	if r.ownCallback(u) {
		r.fault(at, "%s %q posts to %s, where this hub takes callbacks: it would go round for ever", what, name, u.Path)
	}
}

// ownCallback reports whether a URL names a callback of one of this hub's own
// gateways or webhooks, under whatever name the network has for the hub.
func (r *reader) ownCallback(u *url.URL) bool {
	rest, ok := strings.CutPrefix(u.Path, "/callbacks/")
	medium, rest, _ := strings.Cut(rest, "/")
	name, _, _ := strings.Cut(rest, "/")
	if !ok || name == "" {
		return false
	}
	if medium == string(alerting.ChannelWebhook) {
		return r.named["webhook "+name].node != nil
	}
	return slices.Contains([]string{string(alerting.ChannelSMS), string(alerting.ChannelVoice)}, medium) && r.named["gateway "+name].node != nil
}

// leadsTo reports whether a URL names a listener by its address. Names that
// the network would have to be asked for are not looked up.
func leadsTo(u *url.URL, listen string) bool {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || port == "0" {
		return false
	}
	to := u.Port()
	if to == "" {
		to = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if to != port {
		return false
	}
	target := strings.ToLower(u.Hostname())
	return target == strings.ToLower(host) || (here(target) && (here(host) || everywhere(host)))
}

// here reports whether a host is this machine by its own name for itself.
func here(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (ip != nil && (ip.IsLoopback() || ip.IsUnspecified()))
}

// everywhere reports whether a listener takes connections to any address.
func everywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || (ip != nil && ip.IsUnspecified())
}
