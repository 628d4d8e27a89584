package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
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

// leadsTo reports whether a URL names a listener by its address, however that is
// written. Names that the network would have to be asked for are not looked up.
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
	target, own := hostOf(u.Hostname()), hostOf(host)
	return target == own || (here(target) && (here(own) || everywhere(own)))
}

// hostOf writes a host in one way: an address without its zone, also one that
// stands for an address of version 4, and a name in small letters without the
// dot that ends it.
func hostOf(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().WithZone("").String()
	}
	if ip, ok := shortened(host); ok {
		return ip.String()
	}
	return host
}

// shortened reads an address of version 4 as resolvers of operating systems do
// (inet_aton, POSIX.1-2017): one to four numbers, decimal, octal or
// hexadecimal, of which the last fills what the others leave.
func shortened(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var all uint64
	for i, part := range parts {
		room := 8 * (4 - i)
		n, ok := number(part)
		if last := i == len(parts)-1; !ok || (last && n>>room != 0) || (!last && n > 0xff) {
			return netip.Addr{}, false
		} else if last {
			all |= n
		} else {
			all |= n << (room - 8)
		}
	}
	return netip.AddrFrom4([4]byte{byte(all >> 24), byte(all >> 16), byte(all >> 8), byte(all)}), true
}

// number reads one number of such an address.
func number(s string) (uint64, bool) {
	base := 10
	switch {
	case strings.HasPrefix(s, "0x"):
		s, base = s[2:], 16
	case len(s) > 1 && s[0] == '0':
		base = 8
	}
	n, err := strconv.ParseUint(s, base, 32)
	return n, err == nil
}

// here reports whether a host is this machine by its own name for itself.
func here(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (err == nil && (ip.IsLoopback() || ip.IsUnspecified()))
}

// everywhere reports whether a listener takes connections to any address.
func everywhere(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "" || (err == nil && ip.IsUnspecified())
}
