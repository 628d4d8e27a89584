package main

import (
	"fmt"
	"time"

	"example.org/campushub/cmd/internal/schoolday"
)

// dayPart is what of a school day arrived, outage by outage.
func (p *page) dayPart() {
	if p.Day == nil {
		return
	}
	d, r := p.Day, p.Day.Result
	p.f("## A school day of %d devices into InfluxDB, while things break\n", d.Devices)
	p.f(`%q, %g times faster than the clock: %d devices on MQTT connections of their own, the hub in a process of its own, a real InfluxDB 1.8 behind a
gateway. The day stands still while something is broken or mended, not in between. Each reading is known by device, boot and seq and compared with what is stored, its tags, time and every value; each
state by what only it says. *Lost*: not stored, and acknowledged, or at QoS 0 on a connection that outlived it. *Not promised*: not stored, and sent at QoS 0 or said without anybody waiting for the disk,
in the moment in which the hub was killed or the connection was cut. *Otherwise*: stored with another time, tag or value. Each end of a connection is to be stored once, as a device that is offline from
the moment on in which the hub saw it; *not promised* are those that came of the hub's own end: nobody was there to write them, and the gap is seen in the hub's own points.
`, d.Title, d.Factor, d.Devices)
	p.f("| said while | for | sent | written | lost | not promised | twice | otherwise |\n|---|---|---|---|---|---|---|---|")
	for _, row := range r.Rows {
		p.dayRow(row.What+" | "+inSeconds(row.Lasted), row.Count)
	}
	p.dayRow("the whole day, readings | "+inSeconds(r.Took), r.Readings)
	p.dayRow("the whole day, states | "+inSeconds(r.Took), r.States)
	p.dayRow("the whole day, ends of connections | "+inSeconds(r.Took), r.Ends)
	p.f("\nReadings were sent again %d times and stored once; points of readings that nobody sent: %d; given up by a device: %d; dropped by the hub: %d, rejected by InfluxDB: %d (both since the hub's last start).",
		r.Again, r.Unsent, r.GivenUp, r.Dropped, r.Rejected)
	p.f("Of %d deliveries that terminals were told, stored without *handed* or *received*: %d.", r.Told, r.Unstaged)
	if d.NotFull {
		p.f("\nNo disk was filled up: no small one could be mounted.")
	}
	for _, fault := range r.Faults {
		p.f("- %s", fault)
	}
	p.f("")
}

// fullPart is what became of a day when the hub was killed with a full spool.
func (p *page) fullPart() {
	if p.Full == nil {
		return
	}
	d, r := p.Full, p.Full.Result
	p.f("### The hub killed with SIGKILL while its spool is full and drops\n")
	p.f(`%q, %g times faster than the clock: %d devices, a spool of %d MiB. The hub is killed while it takes readings in, and started again on the full spool; InfluxDB comes
when the day is over. *Dropped*: not stored, and the oldest of their device: the spool's bound. *Lost*: not stored, and newer than one that is. *Not promised*: acknowledged in the
moment of the kill by a hub whose disk was behind, and not sent again.
`, d.Title, d.Factor, d.Devices, d.MiB)
	p.f("| said | for | sent | written | dropped, the oldest | lost | not promised | twice |\n|---|---|---|---|---|---|---|---|")
	p.f("| readings | %s | %d | %d | %d | %d | %d | %d |", inSeconds(r.Took), r.Sent, r.Written, r.Dropped, r.Lost, r.Open, r.Twice)
	p.f("\nPoints of every kind but those of alarms that the hub says it let go: %d before the kill and %d after it, %d together; that InfluxDB lacks: %d. Points of readings that nobody sent: %d.",
		r.Before, r.After, r.Before+r.After, r.Missing, r.Unsent)
	p.f("Of %d deliveries that terminals were told, stored without *handed* or *received*: %d.", r.Told, r.Unstaged)
	if !r.Exact() {
		p.f("- what was let go is not what is missing")
	}
	for _, fault := range r.Faults {
		p.f("- %s", fault)
	}
	p.f("")
}

func (p *page) dayRow(head string, c schoolday.Count) {
	p.f("| %s | %d | %d | %d | %d | %d | %d |", head, c.Sent, c.Written, c.Lost, c.Open, c.Twice, c.Other)
}

func inSeconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
