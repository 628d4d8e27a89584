package main

// pointsAim is how many times the client's own throughput is wanted.
const pointsAim = 0.8

// pointsPart is the throughput into InfluxDB beside the client alone.
func (p *page) pointsPart() {
	if p.Points == nil {
		return
	}
	x := p.Points
	p.f("## Points into InfluxDB\n")
	p.f(`%d points of %d gates a turn, into a real InfluxDB 1.8.10 in a process of its own, each turn into a database of its own; which way comes first changes from block to block. The client is influxdb-client-go, which the
hub's writer uses too: batches of %d, one after the other, as its documentation shows. The same points, encoded by the same means, go by way of the spool: *live* while they are being appended to it, with the writer as shipped,
which bounds nothing that is live; *filled in* from a spool that they had all waited in. A hub fills in at 20,000 points/s and keeps InfluxDB busy for four fifths of the time at most; the last row is that (%d points), and in the row before
it only the rate was taken off. At least %g times the client's is wanted of what is live.
`, x.Points, pointsDevices, pointsBatch, min(shippedPoints, x.Points), pointsAim)
	p.f("| | points/s | ÷ the client's | missing in InfluxDB |\n|---|---|---|---|")
	for _, row := range []struct{ way, what string }{
		{wayClient, "the client alone"}, {wayLive, "spool → writer, live, as shipped"},
		{wayFill, "spool → writer, filled in, rate off"}, {wayShipped, "spool → writer, filled in, as shipped"},
	} {
		p.f("| %s | %s | %s | %d |", row.what, spread(x.Rates[row.way]).whole(), x.beside(row.way).times(), x.Missing[row.way])
	}
	p.f("")
}

// beside divides block by block.
func (x *pointRates) beside(way string) (out spread) {
	client := x.Rates[wayClient]
	for i, rate := range x.Rates[way] {
		if i < len(client) && client[i] > 0 {
			out = append(out, rate/client[i])
		}
	}
	return out
}
