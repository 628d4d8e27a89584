package config

import (
	"crypto/tls"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"time"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// hub reads the one hub section of all files, and says the defaults where
// there is none.
func (r *reader) hub(path string, roots []object) {
	var at *value
	o := object{value: value{node: &yaml.Node{}, src: &source{name: path, dir: folder(path, roots)}}, r: r}
	for _, root := range roots {
		v, ok := root.fields["hub"]
		switch {
		case !ok:
		case at != nil:
			r.fault(v, "hub is already at %s", at.place())
		default:
			at = &v
			o, _ = r.object(v, "name", "dir", "http", "mqtt", "metrics", "path_check", "supervision", "stop_within")
		}
	}
	taken := map[string]value{}
	r.config.Hub = Hub{
		Name:        r.hubName(o),
		Dir:         relative(o.src.dir, o.text("dir", defaultDir).s),
		HTTP:        r.http(o, taken),
		MQTT:        r.mqtt(o, taken),
		Metrics:     r.metrics(o, taken),
		PathCheck:   r.pathCheck(o),
		Supervision: r.supervision(o),
		StopWithin:  r.duration(o, "stop_within", defaultStopWithin, longestStop),
	}
}

func folder(path string, roots []object) string {
	if len(roots) > 0 {
		return roots[0].src.dir
	}
	return path
}

func (r *reader) hubName(o object) string {
	if !o.has("name") {
		return defaultName
	}
	return r.readable(o, "name")
}

func (r *reader) http(o object, taken map[string]value) HTTP {
	h := o.section("http", "listen", "tls", "behind_tls", "public", "oidc")
	listen := h.text("listen", defaultHTTP)
	r.address(listen, taken)
	return HTTP{Listen: listen.s, TLS: r.keyPair(h.section("tls", "cert", "key")), BehindTLS: h.flag("behind_tls"), Public: r.public(h), OIDC: r.oidc(h)}
}

func (r *reader) mqtt(o object, taken map[string]value) MQTT {
	m := o.section("mqtt", "listen", "tls")
	t := m.section("tls", "listen", "cert", "key")
	out := MQTT{
		Listen: r.addresses(m, taken),
		TLS:    MQTTTLS{Listen: r.addresses(t, taken), KeyPair: r.keyPair(t)},
	}
	if len(out.TLS.Listen) > 0 && !t.has("cert") {
		r.fault(t.field("cert"), "is missing: a TLS listener needs a certificate and its key")
	}
	if out.TLS.Enabled() && !t.has("listen") {
		r.fault(t.field("listen"), "is missing: the certificate serves no listener")
	}
	if !m.has("listen") && !out.TLS.Enabled() {
		out.Listen = []string{defaultMQTT}
	}
	return out
}

func (r *reader) metrics(o object, taken map[string]value) Metrics {
	m := o.section("metrics", "listen", "from")
	listen := m.text("listen", "")
	r.address(listen, taken)
	return Metrics{Listen: listen.s, From: r.networks(m, "from")}
}

// networks reads addresses, and networks in CIDR form.
func (r *reader) networks(o object, key string) []netip.Prefix {
	var out []netip.Prefix
	for _, item := range o.items(key) {
		t := r.text(item)
		if !t.ok {
			continue
		}
		p, err := netip.ParsePrefix(t.s)
		if addr, alone := netip.ParseAddr(t.s); alone == nil {
			p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		switch {
		case err != nil:
			r.fault(t.value, "want an address or a network, such as 10.1.2.3 or 10.1.2.0/24, found %q", t.s)
		case p != p.Masked():
			r.fault(t.value, "want the network's own address, %v, found %q", p.Masked(), t.s)
		default:
			out = append(out, p)
		}
	}
	return out
}

func (r *reader) addresses(o object, taken map[string]value) []string {
	var out []string
	for _, item := range o.items("listen") {
		t := r.text(item)
		r.address(t, taken)
		out = append(out, t.s)
	}
	return out
}

// address checks host:port, and that no other listener has it already.
func (r *reader) address(t text, taken map[string]value) {
	if !t.ok {
		return
	}
	host, port, err := net.SplitHostPort(t.s)
	if err != nil || !validHost(host) {
		r.fault(t.value, "want host:port, such as 127.0.0.1:1883, found %q", t.s)
		return
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		r.fault(t.value, "want a port from 0 to 65535, found %q", port)
		return
	}
	if n == 0 {
		return // a free one, each time another
	}
	if first, ok := taken[t.s]; ok {
		r.fault(t.value, "%s is already taken at %s", t.s, first.place())
		return
	}
	taken[t.s] = t.value
}

// validHost accepts what a listener can bind: nothing (every address), an
// address, or a host name.
func validHost(host string) bool {
	if host == "" || net.ParseIP(host) != nil {
		return true
	}
	for _, c := range host {
		if c != '.' && c != '-' && c != '_' && c != '%' && !isAlphanumeric(c) {
			return false
		}
	}
	return true
}

func isAlphanumeric(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isControl(c rune) bool { return unicode.IsControl(c) || c == unicode.ReplacementChar }

// duration reads a span of time between nothing and longest.
func (r *reader) duration(o object, key string, fallback, longest time.Duration) time.Duration {
	if !o.has(key) {
		return fallback
	}
	t := o.need(key)
	if !t.ok {
		return fallback
	}
	d, err := time.ParseDuration(t.s)
	switch {
	case err != nil:
		r.fault(t.value, "want a duration, such as 10s or 1m30s, found %q", t.s)
	case d <= 0 || d > longest:
		r.fault(t.value, "want more than 0s and at most %v, found %q", longest, t.s)
	}
	return d
}

// keyPair reads the names of a certificate and its key and proves that they
// belong together.
func (r *reader) keyPair(o object) KeyPair {
	if !o.has("cert") && !o.has("key") {
		return KeyPair{}
	}
	cert, key := o.need("cert"), o.need("key")
	if !cert.ok || !key.ok {
		return KeyPair{}
	}
	p := KeyPair{Cert: relative(o.src.dir, cert.s), Key: relative(o.src.dir, key.s)}
	certPEM, certOK := r.file(cert, maxPEM)
	keyPEM, keyOK := r.file(key, maxPEM)
	if !certOK || !keyOK {
		return p
	}
	if _, err := tls.X509KeyPair(certPEM, keyPEM); err != nil {
		r.fault(cert.value, "certificate and key: %v", err)
	}
	return p
}

// relative is where a path in a file of dir leads.
func relative(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
