package main

// memoryPart is what a hub takes beside a full spool.
func (p *page) memoryPart() {
	if p.Memory == nil {
		return
	}
	x := p.Memory
	p.f("## Memory beside a full spool\n")
	p.f(`%d points of %d gates wait, %.0f MiB on disk, written before the start as an outage of %d hours leaves them. A hub is started on them, %v buttons and a terminal connect, each button is pressed once, and people resolve that. Then
the hub is looked at for %g s while InfluxDB is away, and for as long while what waits is filled in, as shipped: %.0f points. The most that was seen, in MiB; below %d resident are wanted.
`, x.Points, pointsDevices, x.SpoolMB, outageHours, p.Config["buttons"], memoryLook.Seconds(), x.Filled, memoryAim)
	p.f("| | resident (VmRSS) | heap |\n|---|---|---|")
	p.f("| it waits | %.0f | %.0f |", mib(x.Waiting.RSS), x.Waiting.Heap/(1<<20))
	p.f("| it is filled in | %.0f | %.0f |", mib(x.Filling.RSS), x.Filling.Heap/(1<<20))
	p.f("| at any time since the start (VmHWM) | %.0f | |\n", mib(x.Peak))
}
