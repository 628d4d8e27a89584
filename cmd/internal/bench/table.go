package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// What is aimed at: the hub's p99 so many times below a peer's.
const (
	aimNodeRED      = 5
	aimAlertmanager = 10
)

// peerNames are what a reader knows the peers by.
var peerNames = map[string]string{
	nodeRED:      "Mosquitto → Node-RED → webhook",
	alertmanager: "Prometheus Alertmanager",
	campushub:    "Campushub",
}

// contestPage is a report that is being written.
type contestPage struct {
	strings.Builder
	contestFigures
}

func (p *contestPage) f(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// contestReport is the whole page.
func contestReport(f contestFigures) string {
	p := &contestPage{contestFigures: f}
	p.head()
	p.steady()
	p.burst()
	p.killed()
	p.aims()
	p.settings()
	return p.String()
}

func (p *contestPage) head() {
	m := p.Machine
	p.f("# Beside what people use instead\n")
	p.f("Written by `%s` (`make bench-peers`), begun %s, %.0f s long.\n", p.Command, p.Began, p.TookS)
	p.f("| | |\n|---|---|")
	p.f("| processor | %d × %s |", m.Cores, m.CPU)
	p.f("| memory, kernel | %s, %s |", m.Memory, m.Kernel)
	p.f("| Go | %s |", m.Go)
	for _, name := range slices.Sorted(maps.Keys(p.Versions)) {
		p.f("| %s | %s |", name, p.Versions[name])
	}
	p.f(`
How to read it:

- From just before a signal's bytes are first written to its socket until one endpoint, the same for all, had read the whole webhook that names it.
  The first webhook counts. Milliseconds, unless said otherwise.
- Everybody runs on the loop-back address of one machine, one after the other; the rest are up and idle. Senders and endpoint are this program.
- They take turns in %d rounds, so that what else the machine does falls on all of them; percentiles are of all rounds together. Whoever is killed has one turn.
- Each signal comes from a client with a connection of its own, kept open: MQTT 3.1.1, QoS 1, for Mosquitto and the hub; HTTP for Alertmanager, over at most %d connections.
- Each was warmed up by %d signals at the same rate. The machine may be shared: *used by others* is what neither program, peer nor sender used, of all processors.
- The hub does what it always does: it knows each button by its secret, opens an incident for each press (each from another button; people resolve them between the turns), plans,
  journals with an fsync, and signs its webhook. The peers do less: anybody may publish, nobody plans or keeps a record.
- *Repeated* webhooks are those that a receiver can drop by their key (the hub's `+"`Idempotency-Key`"+`) or, where there is none, every further one with the same id. *Other news* are webhooks about
  the same press under another key: the hub's escalation, as nobody acknowledges here.
`, p.Rounds, mostPosters, warmUps)
}

func (p *contestPage) steady() {
	p.f("## %g signals/s for %g s, in %d parts\n", p.Rate, p.ForS, p.Rounds)
	p.f("| | p50 | p99 | p99.9 | max | p99 ÷ Campushub's | peer's CPU per signal | used by others | arrived | repeated | other news |\n|---|---|---|---|---|---|---|---|---|---|---|")
	for _, name := range p.Peers {
		o, ok := p.Steady[name]
		if !ok {
			continue
		}
		l := o.Latency
		p.f("| %s | %.3f | %.3f | %.3f | %.3f | %s | %.3f ms | %.0f %% | %d of %d | %d | %d |", peerNames[name], ms(l.P50), ms(l.P99), ms(l.P999), ms(l.Max),
			times(p.Steady, name), perSignal(o), 100*o.Others, o.Sent-o.Lost, o.Sent, o.Duplicates, o.Further)
	}
	p.f("")
}

func (p *contestPage) burst() {
	p.f("## Bursts of %d signals, %d times\n", p.BurstOf, p.Rounds)
	p.f("| | p50 | p99 | max | p99 ÷ Campushub's | slowest burst read after | used by others | arrived | repeated | other news |\n|---|---|---|---|---|---|---|---|---|---|")
	for _, name := range p.Peers {
		o, ok := p.Burst[name]
		if !ok {
			continue
		}
		l := o.Latency
		p.f("| %s | %.3f | %.3f | %.3f | %s | %.0f ms | %.0f %% | %d of %d | %d | %d |", peerNames[name], ms(l.P50), ms(l.P99), ms(l.Max),
			times(p.Burst, name), 1000*o.Last, 100*o.Others, o.Sent-o.Lost, o.Sent, o.Duplicates, o.Further)
	}
	p.f("")
}

func (p *contestPage) killed() {
	p.f("## Killed (SIGKILL) and started again at once, in the middle of %g s at %g signals/s\n", p.KillS, p.Rate)
	p.f(`MQTT clients come back and send what was not acknowledged again, marked as a duplicate; Alertmanager's clients send a POST that had no 2xx again; both try every %s.
Lost is what no webhook had named %g s after the last signal.
`, againAfter, p.LostS)
	p.f("| | killed | sent | acknowledged | lost | of these acknowledged | repeated | other news | p50 | longest wait |\n|---|---|---|---|---|---|---|---|---|---|")
	for _, k := range p.Kills {
		o := k.Came
		p.f("| %s | %s | %d | %d | **%d** | %d | %d | %d | %.3f | %.0f |", peerNames[k.Peer], k.What, o.Sent, o.Acknowledged, o.Lost, o.Taken,
			o.Duplicates, o.Further, ms(o.Latency.P50), ms(o.Latency.Max))
	}
	p.f("")
}

// aims says which aim is met by these very figures.
func (p *contestPage) aims() {
	p.f("## Aims\n")
	if o := p.busiest(); o >= quietEdge {
		p.f("The machine was not quiet: others used up to %.0f %% of its processors in a row above. Percentiles, p99 above all, are those of a busy machine.\n", 100*o)
	}
	p.f("| aim | measured | |\n|---|---|---|")
	for _, a := range []struct {
		name string
		aim  float64
	}{{nodeRED, aimNodeRED}, {alertmanager, aimAlertmanager}} {
		p.aim(fmt.Sprintf("p99 at %g/s %g times below %s's", p.Rate, a.aim, peerNames[a.name]), p.Steady, a.name, a.aim)
		p.aim(fmt.Sprintf("p99 of the burst %g times below %s's", a.aim, peerNames[a.name]), p.Burst, a.name, a.aim)
	}
	ours, theirs := 0, 0
	for _, k := range p.Kills {
		if k.Peer == campushub {
			ours += k.Came.Lost
		} else {
			theirs += k.Came.Lost
		}
	}
	p.f("| nothing lost where others lose some | Campushub lost %d, the others together %d | %s |\n", ours, theirs, verdict(ours == 0))
}

// busiest is the largest share of the processors that others had in a row.
func (p *contestPage) busiest() (most float64) {
	for _, by := range []map[string]outcome{p.Steady, p.Burst} {
		for _, o := range by {
			most = max(most, o.Others)
		}
	}
	return most
}

func (p *contestPage) aim(what string, by map[string]outcome, name string, want float64) {
	ratio, ok := ratio(by, name)
	if !ok {
		p.f("| %s | not measured | |", what)
		return
	}
	p.f("| %s | %.1f times | %s |", what, ratio, verdict(ratio >= want))
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "**not met**"
}

func (p *contestPage) settings() {
	p.f("## Settings\n")
	p.f("Mosquitto in front of Node-RED (Debian's own has `persistence true`; the listener, no delay and no bound to the queue are in its favour):\n\n```\n%s```\n",
		fmt.Sprintf(stackMosquitto, 0, "…", "…"))
	p.f("Node-RED's settings (as shipped it comes back to a broker after 15 s; 1 s is in its favour):\n\n```js\n%s```\n", nodeREDSettings)
	p.f("Node-RED's flow:\n\n```json\n%s```\n", fmt.Sprintf(nodeREDFlow, 0, "…"))
	p.f("Alertmanager (`--cluster.listen-address=` for a single one; each alert is a group of its own, so that none waits for `group_interval`):\n\n```yaml\n%s```\n",
		fmt.Sprintf(alertmanagerConfig, "…"))
	p.f("Campushub: what `campushub demo` writes, with one button for each signal, and:\n\n```yaml\n%s```", strings.TrimPrefix(fmt.Sprintf(hubWebhook, "…", "…"), "\n"))
}

// ratio is how many times a peer's p99 is the hub's.
func ratio(by map[string]outcome, name string) (float64, bool) {
	theirs, ours := by[name].Latency.P99, by[campushub].Latency.P99
	return float64(theirs) / float64(max(ours, 1)), theirs > 0 && ours > 0
}

func times(by map[string]outcome, name string) string {
	r, ok := ratio(by, name)
	if !ok {
		return "–"
	}
	return fmt.Sprintf("%.1f", r)
}

func perSignal(o outcome) float64 { return ms(o.CPU) / float64(max(o.Sent, 1)) }

var versionNumber = regexp.MustCompile(`"version":\s*"([^"]+)"`)

// versions asks every program who it is.
func (c *peersCommand) versions(ctx context.Context) map[string]string {
	v := map[string]string{"Mosquitto": versionOf(c.Mosquitto)}
	if slices.Contains(c.Peers, alertmanager) {
		out, _ := exec.CommandContext(ctx, c.Alertmanager, "--version").CombinedOutput()
		v["Alertmanager"], _, _ = strings.Cut(string(out), "\n")
	}
	if slices.Contains(c.Peers, nodeRED) {
		node, _ := exec.CommandContext(ctx, "node", "--version").Output()
		raw, _ := os.ReadFile(filepath.Join(c.Modules, "node-red", "package.json"))
		if m := versionNumber.FindSubmatch(raw); m != nil {
			v["Node-RED"] = fmt.Sprintf("%s on Node.js %s", m[1], strings.TrimSpace(string(node)))
		}
	}
	return v
}
