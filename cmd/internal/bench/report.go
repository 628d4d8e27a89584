package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/firmware-sim/campus/load"
)

// names are what a reader knows the servers by.
var names = map[string]string{
	mosquitto: "Debian Mosquitto, one hop",
	mochi:     "bare mochi, one hop",
	tcpRelay:  "bare Go TCP relay",
	campushub: "Campushub: authenticated, planned, journaled",
}

// page is a report that is being written.
type page struct {
	strings.Builder
	figures
}

func (p *page) f(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// report is the whole page.
func report(f figures) string {
	p := &page{figures: f}
	p.head()
	p.steadyPart()
	p.stormPart()
	p.crowdPart()
	p.durablePart()
	p.startPart()
	p.parentsPart()
	p.pointsPart()
	p.memoryPart()
	p.backfillPart()
	p.dayPart()
	p.fullPart()
	p.consolesPart()
	p.brokenPart()
	return p.String()
}

func (p *page) head() {
	m := p.Machine
	p.f("# Benchmarks\n")
	p.f("Written by `%s`, begun %s, %.0f s long. It measures; it judges nothing.\n", p.Command, p.Began, p.TookS)
	p.f("| | |\n|---|---|")
	p.f("| processor | %d × %s |", m.Cores, m.CPU)
	p.f("| memory | %s |", m.Memory)
	p.f("| kernel | %s |", m.Kernel)
	p.f("| Go | %s, hub built with `CGO_ENABLED=0` |", m.Go)
	p.f("| peer | %s |\n", m.Mosquitto)
	p.f(`How to read it:

- Every server is a process of its own; buttons and the one police terminal are raw MQTT 3.1.1 connections of one further
  process; everything is on the loop-back address of one machine and shares its processors. Presses are QoS 1, the
  terminal subscribes at QoS 1 and sends its PUBACK at once. The hub's terminals at the school and at its gatehouse are
  connected too, as in a school, from one more process: all three are told of each press, and each sends its receipt.
- Mosquitto runs with ` + "`set_tcp_nodelay true`, `persistence false`, `max_queued_messages 0`" + ` and everybody let in; the bare
  mochi lets everybody in and stores nothing. Their terminal subscribes to the buttons' own topics: one hop, nothing
  else. The relay looks at no topic. Only the hub signs everybody in, plans, journals with an fsync, and tells.
- Between two turns people resolve, through the API, what the presses had opened: in each block the hub's first press
  of a button opens an incident, and the others join it.
- Servers take turns in blocks. A figure is the **median of the blocks (lowest–highest)**; a ratio is taken within each block
  against Mosquitto's turn in the same block. Milliseconds, unless said otherwise.
- The machine may be shared: *processors used by others* is what neither client, server nor storm used, of all processors.
  A turn waits a bounded time until nobody else is at work, and is never dropped.
- The client asks the kernel for turns of 0.1 ms, as the hub does, whichever server it measures (Linux 6.12 and later):
  one that waits behind the server for the processor would measure the kernel's usual turn. Mosquitto and the other
  servers run with the usual turns, as they are shipped.
- *From write* counts from just before the press was handed to the socket; *from due* from the moment at which the press was
  due, so it has the generator's own lateness in it, and whatever a slow server held up. To the moment when the terminal
  had read the whole alert.
`)
}

func (p *page) steadyPart() {
	if len(p.Steady) == 0 {
		return
	}
	p.f("## Press to police terminal, %v presses/s over %v buttons, %v presses a block\n", p.Config["rate_per_s"], p.Config["buttons"], p.Config["presses"])
	p.hops(p.Steady, p.Servers)
}

func (p *page) stormPart() {
	if len(p.Storm) == 0 {
		return
	}
	p.f("## The same under a storm of %v readings/s (QoS 0, %v devices, a process of its own)\n", p.Config["storm_per_s"], p.Config["readers"])
	servers := []string{mosquitto, campushub}
	p.hops(p.Storm, servers)
	for _, s := range servers {
		quiet, storm := p.Steady[s], p.Storm[s]
		if len(quiet) == 0 || len(storm) == 0 {
			continue
		}
		p.f("- %s: p99 under the storm is %s times its own without it, in the same block (from write); readings really published: %s/s.",
			names[s], spread(ratios(storm, quiet, p99)).times(), spread(each(storm, func(x sample) float64 { return x.Storm.Rate })).whole())
	}
	p.f("")
}

// hops writes the two tables of a case: latencies, then ratios and accounts.
func (p *page) hops(by map[string][]sample, servers []string) {
	p.f("| | from write: p50 | p99 | p99.9 | max | from due: p50 | p99 |\n|---|---|---|---|---|---|---|")
	for _, s := range servers {
		x := by[s]
		if len(x) == 0 {
			continue
		}
		due := func(pick func(load.Spread) time.Duration) string {
			return spread(each(x, func(x sample) float64 { return ms(pick(x.Load.Terminal.FromDue)) })).ms()
		}
		p.f("| %s | %s | %s | %s | %s | %s | %s |", names[s], written(x, p50), written(x, p99), written(x, p999), written(x, top), due(p50), due(p99))
	}
	p.f("")
	p.f("| | p50 ÷ Mosquitto's | p99 ÷ Mosquitto's | server's CPU per press | processors used by others | acknowledged | lost | duplicates |\n|---|---|---|---|---|---|---|---|")
	for _, s := range servers {
		x := by[s]
		if len(x) == 0 {
			continue
		}
		a := total(x)
		cpu := spread(each(x, func(x sample) float64 { return ms(x.CPU) / float64(max(x.Load.Presses.Sent, 1)) })).ms()
		p.f("| %s | %s | %s | %s ms | %s %% | %d of %d | %d | %d |", names[s], spread(ratios(x, by[mosquitto], p50)).times(), spread(ratios(x, by[mosquitto], p99)).times(),
			cpu, spread(each(x, func(x sample) float64 { return 100 * x.Others })).whole(), a.Acknowledged, a.Planned, a.Lost, a.Duplicates)
	}
	p.f("")
}

func (p *page) crowdPart() {
	if len(p.Crowd) == 0 {
		return
	}
	p.f("## %v buttons in the same instant, and a stuck one among them\n", p.Config["crowd"])
	p.f("| | time to the last alert | p50 from the instant | last press written | at the terminal | lost | duplicates | stuck: pressed, acknowledged, told singly |\n|---|---|---|---|---|---|---|---|")
	for _, s := range p.Servers {
		x := p.Crowd[s]
		if len(x) == 0 {
			continue
		}
		a, stuck := total(x), 0
		var told, acked int
		for _, b := range x {
			stuck, acked, told = stuck+b.Load.Stuck.Sent, acked+b.Load.Stuck.Acknowledged, told+b.Load.Stuck.Arrived
		}
		p.f("| %s | %s | %s | %s | %d of %d | %d | %d | %d, %d, %d |", names[s],
			spread(each(x, func(x sample) float64 { return ms(time.Duration(x.Load.Instant)) })).ms(),
			spread(each(x, func(x sample) float64 { return ms(x.Load.Terminal.FromDue.P50) })).ms(),
			spread(each(x, func(x sample) float64 { return ms(time.Duration(x.Load.Written)) })).ms(),
			a.Arrived, a.Planned, a.Lost, a.Duplicates, stuck, acked, told)
	}
	p.f("\nAfter 5 presses in 10 s the hub tells a stuck button's presses as a count; the bare ones relay each.\n")
}

func (p *page) durablePart() {
	x := p.Steady[campushub]
	if len(x) == 0 || len(p.Disk) == 0 {
		return
	}
	puback := func(pick func(load.Spread) time.Duration) string {
		return spread(each(x, func(x sample) float64 { return ms(pick(x.Load.Puback.FromWrite)) })).ms()
	}
	alone := func(pick func(load.Spread) time.Duration) string {
		all := make([]float64, 0, len(p.Disk))
		for _, d := range p.Disk {
			all = append(all, ms(pick(d)))
		}
		return spread(all).ms()
	}
	p.f("## Press to PUBACK: durable\n")
	p.f("The same presses as in the first table; the hub's PUBACK follows the fsync of its journal. Beside it, in each block, a file on the same disk: append %d bytes, fsync, at the same rate.\n", recordSize)
	p.f("| | p50 | p99 | p99.9 | max |\n|---|---|---|---|---|")
	p.f("| %s | %s | %s | %s | %s |", names[campushub], puback(p50), puback(p99), puback(p999), puback(top))
	p.f("| append and fsync alone | %s | %s | %s | %s |\n", alone(p50), alone(p99), alone(p999), alone(top))
}

func (p *page) startPart() {
	if p.Start == nil {
		return
	}
	started := func(all []time.Duration) string {
		v := make([]float64, 0, len(all))
		for _, d := range all {
			v = append(v, ms(d))
		}
		return spread(v).ms()
	}
	p.f("## Start\n")
	p.f("From exec of `campushub demo` on an existing folder until it says that it is ready.\n")
	p.f("| journal | time |\n|---|---|")
	p.f("| empty | %s |", started(p.Start.Empty))
	p.f("| %v incidents, %v of them open; %d events, %.0f MB | %s |\n", p.Config["incidents"], p.Config["open"], p.Start.Events, p.Start.JournalMB, started(p.Start.Filled))
}

func p50(s load.Spread) time.Duration  { return s.P50 }
func p99(s load.Spread) time.Duration  { return s.P99 }
func p999(s load.Spread) time.Duration { return s.P999 }
func top(s load.Spread) time.Duration  { return s.Max }

func written(x []sample, pick func(load.Spread) time.Duration) string {
	return spread(each(x, func(x sample) float64 { return ms(pick(x.Load.Terminal.FromWrite)) })).ms()
}

func each(x []sample, of func(sample) float64) []float64 {
	out := make([]float64, 0, len(x))
	for _, b := range x {
		out = append(out, of(b))
	}
	return out
}

// ratios divides block by block; a block without its counterpart has none.
func ratios(x, by []sample, pick func(load.Spread) time.Duration) []float64 {
	var out []float64
	for i := range min(len(x), len(by)) {
		if d := pick(by[i].Load.Terminal.FromWrite); d > 0 {
			out = append(out, float64(pick(x[i].Load.Terminal.FromWrite))/float64(d))
		}
	}
	return out
}

func total(x []sample) load.Account {
	var a load.Account
	for _, b := range x {
		a.Planned += b.Load.Presses.Planned
		a.Acknowledged += b.Load.Presses.Acknowledged
		a.Arrived += b.Load.Presses.Arrived
		a.Lost += b.Load.Presses.Lost
		a.Duplicates += b.Load.Presses.Duplicates
	}
	return a
}

// spread is a figure over the blocks.
type spread []float64

func (s spread) ms() string    { return s.as("%.3f") }
func (s spread) times() string { return s.as("%.2f") }
func (s spread) whole() string { return s.as("%.0f") }

func (s spread) as(format string) string {
	if len(s) == 0 {
		return "–"
	}
	one := func(v float64) string { return fmt.Sprintf(format, v) }
	return fmt.Sprintf("%s (%s–%s)", one(s.median()), one(slices.Min(s)), one(slices.Max(s)))
}

// median of an even number is the mean of the two in the middle.
func (s spread) median() float64 {
	sorted := slices.SortedFunc(slices.Values(s), cmp.Compare[float64])
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
