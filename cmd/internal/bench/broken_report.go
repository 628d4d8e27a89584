package main

import (
	"fmt"
	"strings"

	"example.org/campushub/cmd/internal/bench/endpoints"
	"example.org/campushub/firmware-sim/campus/load"
)

// brokenPart is the table of first receipts while things break.
func (p *page) brokenPart() {
	if len(p.Broken) == 0 {
		return
	}
	p.f("## Press to first receipt while things break\n")
	p.f(`Two contacts for each audience, on real sockets: a desk with a terminal (MQTT, over the LAN), a webhook (over the internet) and a console page (over the LAN), and a
telephone for text messages (over the mobile network) and calls (over the internet), whose gateways are HTTP servers. A contact's first two ways begin at once; a page that
is open shows every incident at once too, and is counted as a path when the desk's first two have had their share without a receipt. *Dead*: nobody is connected, nothing
listens. *Hanging*: connected or listening, and never reads or answers. *Slow*: answers %.1f s late. *Flapping*: well for %.1f s and dead for as long, in turn, all that
flap together. In the last rows each audience has a second webhook and a second telephone, by gateways of their own, and of two of a kind one hangs while the other is the
only way that lives. Every %d rows the hub begins anew. Broken for all audiences at once; %d presses each, %g a second, each of another button. *Received* is to the moment when the first endpoint of the audience sent its own receipt, of those that the hub took: a terminal's over MQTT, a page's
over the API, a webhook's or gateway's as a signed callback. *Handed* is no receipt: a terminal's PUBACK, a frame read by a page, a webhook's or gateway's 2xx. Milliseconds: p50, p99, max; of
%d, p99 is the second longest.
`, endpoints.Slowness.Seconds(), endpoints.FlapEvery.Seconds(), brokenAtOnce, brokenPresses, brokenRate, brokenPresses)
	p.f("| broken | police handed | %s received | no receipt | police received later than %g s |", strings.Join(endpoints.Audiences(), " received | "), policeLimit.Seconds())
	p.f("|---|---|%s---|---|", strings.Repeat("---|", len(endpoints.Audiences())))
	past := 0
	for _, b := range p.Broken {
		past += b.PastLimit
		never := 0
		var row strings.Builder
		for _, a := range endpoints.Audiences() {
			l := b.Receipts[a]
			never += b.Never[a]
			row.WriteString(" " + brief(l) + " |")
		}
		p.f("| %s | %s |%s %d | %d |", b.What, brief(b.Handed["police"]), row.String(), never, b.PastLimit)
	}
	p.f("\nPolice receipts past the hard limit while one path lived: **%d**.\n", past)
}

func brief(l load.Spread) string {
	return fmt.Sprintf("%.1f, %.1f, %.1f", ms(l.P50), ms(l.P99), ms(l.Max))
}
