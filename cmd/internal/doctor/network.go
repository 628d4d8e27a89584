package doctor

import (
	"context"
	"net"
	"net/url"
	"slices"
	"sync"
	"time"

	"example.org/campushub/cmd/internal/config"
)

// dialWithin bounds one attempt to connect.
const dialWithin = 2 * time.Second

// dial connects and hangs up.
func dial(ctx context.Context, address string) error {
	d := net.Dialer{Timeout: dialWithin}
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return c.Close()
}

// ports looks whether each listener answers, and if none does, whether it could
// be opened.
func ports(ctx context.Context, f *Findings, cfg *config.Config) {
	port(ctx, f, "console", cfg.Hub.HTTP.Listen)
	for _, l := range slices.Concat(cfg.Hub.MQTT.Listen, cfg.Hub.MQTT.TLS.Listen) {
		port(ctx, f, "broker", l)
	}
	if l := cfg.Hub.Metrics.Listen; l != "" {
		port(ctx, f, "metrics", l)
	}
}

func port(ctx context.Context, f *Findings, about, listen string) {
	about = "port of the " + about
	host, number, err := net.SplitHostPort(listen)
	if err != nil || number == "0" {
		f.say(Warn, about, "name a port that stays the same", "%s is another port at every start", listen)
		return
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	if dial(ctx, net.JoinHostPort(host, number)) == nil {
		f.say(OK, about, "", "%s answers", listen)
		return
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		f.say(Bad, about, "choose an address of this machine and a free port", "it cannot be opened: %v", err)
		return
	}
	_ = l.Close() // nobody has connected
	f.say(Warn, about, "start the hub", "%s is free: no hub listens there", listen)
}

// gateways looks whether each gateway and webhook can be reached, all at once.
// That somebody takes the connection is all that it says.
func gateways(ctx context.Context, f *Findings, cfg *config.Config) {
	type far struct{ name, address string }
	var all []far
	add := func(name, address string) {
		if host := endpoint(address); host != "" {
			all = append(all, far{name, host})
		}
	}
	for _, g := range cfg.Gateways {
		add("gateway "+g.Name, g.URL)
	}
	for _, w := range cfg.Webhooks {
		add("webhook "+w.Name, w.URL)
	}
	errs := make([]error, len(all))
	var wg sync.WaitGroup
	for n, g := range all {
		wg.Go(func() { errs[n] = dial(ctx, g.address) })
	}
	wg.Wait()
	for n, g := range all {
		if errs[n] != nil {
			f.say(Warn, g.name, "look at the network, the firewall and the address", "%s does not answer: %v", g.address, errs[n])
			continue
		}
		f.say(OK, g.name, "", "%s takes connections", g.address)
	}
}

// endpoint is host and port of an address; "" where it names none.
func endpoint(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	if u.Port() != "" {
		return u.Host
	}
	switch u.Scheme {
	case "http":
		return net.JoinHostPort(u.Hostname(), "80")
	case "https":
		return net.JoinHostPort(u.Hostname(), "443")
	case "smtps":
		return net.JoinHostPort(u.Hostname(), "465")
	}
	return net.JoinHostPort(u.Hostname(), "587") // smtp+starttls
}
