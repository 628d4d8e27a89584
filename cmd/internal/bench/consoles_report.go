package main

import "example.org/campushub/firmware-sim/campus/load"

// consolesPart is what people at a board see, and when.
func (p *page) consolesPart() {
	if p.Consoles == nil {
		return
	}
	x := p.Consoles
	p.f("## %d open boards, %.0f incidents a minute\n", consolesOpen, 60*consolesRate)
	p.f(`%d liaisons have the board open, each over connections of their own, as its script behaves: it follows the stream and asks for the whole page again when something came. One more is Debian's Chromium.
The presses are paced over %.0f s; before that come as many with that one alone at a board. *Event*: from the hub's reading the press (in whole milliseconds) to the event at each board. *Redrawn*: from an
event to the whole page that was asked for after it. *Painted*: from the hub's reading the press to the frame in which the browser shows the card. Milliseconds.
`, consolesOpen, consolesFor.Seconds())
	p.f("| | p50 | p99 | max | of | missing |\n|---|---|---|---|---|---|")
	var frames, redrawn, first, painted []load.Spread
	var missing, unseen, unpainted int
	for _, b := range x.Blocks {
		frames, redrawn, first, painted = append(frames, b.Frames), append(redrawn, b.Redrawn), append(first, b.Alone.Tab.Painted), append(painted, b.Beside.Tab.Painted)
		missing, unseen, unpainted = missing+b.Missing, unseen+b.Alone.Tab.Missing, unpainted+b.Beside.Tab.Missing
	}
	p.delays("painted in Chromium, alone at a board", first, unseen)
	p.delays("event at the board", frames, missing)
	p.delays("page redrawn", redrawn, 0)
	p.delays("painted in Chromium, one of all", painted, unpainted)
	var alone, beside []sample
	var share, weight, page []float64
	for _, b := range x.Blocks {
		alone, beside, page = append(alone, b.Alone.sample), append(beside, b.Beside.sample), append(page, b.page()/1024)
		share = append(share, 100*b.Beside.CPU.Seconds()/consolesFor.Seconds())
		weight = append(weight, float64(b.Bytes)/float64(max(b.Fetched, 1))/1024)
	}
	p.f("\nPress to police terminal meanwhile: p50 %s ms, max %s ms; with the browser alone %s and %s. The hub used %s %% of one processor; one answer was %s KiB. A board of the %d took %s KiB of the hub's heap and stacks, what waits to be collected left out.\n",
		written(beside, p50), written(beside, top), written(alone, p50), written(alone, top), spread(share).whole(), spread(weight).whole(), consolesOpen, spread(page).whole())
	p.f("The first page, its scripts and style sheet are **%.0f KB** over the wire (150 are aimed at), and its scripts have run after **%.0f ms** on a processor that is %d times slower (1,000 are aimed at), in an empty browser, over the loop-back address.\n",
		float64(x.Weight.Bytes)/1000, 1000*x.Weight.Interactive.Seconds(), slower)
}

func (p *page) delays(what string, all []load.Spread, missing int) {
	col := func(pick func(load.Spread) float64) spread {
		var v []float64
		for _, s := range all {
			v = append(v, pick(s))
		}
		return v
	}
	n := 0
	for _, s := range all {
		n += s.Count
	}
	p.f("| %s | %s | %s | %s | %d | %d |", what,
		col(func(s load.Spread) float64 { return ms(s.P50) }).as("%.1f"), col(func(s load.Spread) float64 { return ms(s.P99) }).as("%.1f"),
		col(func(s load.Spread) float64 { return ms(s.Max) }).as("%.1f"), n, missing)
}
