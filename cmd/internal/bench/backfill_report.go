package main

// backfillPart is the way to the police beside a back-fill.
func (p *page) backfillPart() {
	if p.Backfill == nil {
		return
	}
	x := p.Backfill
	p.f("## Press to police terminal while an outage's points are filled in\n")
	p.f(`A hub starts on a spool in which %d points wait, with a real InfluxDB on the same two processors, and fills them in as shipped; and on one in which none wait. Which comes first alternates from block to block. *First presses*:
%d presses at %g a second, %d times a turn, each time when filling in had been at work for a while: the first of them come while a batch is on its way; then it rests; percentiles are of all first presses of a turn. *Presses that go on*: %g a second for %g s. The ratio is of the same
block; at most %g is wanted.
`, backfillPoints, firstAtOnce, firstRate, firstTimes, backfillRate, backfillFor.Seconds(), backfillAim)
	p.f("| | from write: p50 | p99 | max | p99 ÷ alone | acknowledged | lost | points filled in |\n|---|---|---|---|---|---|---|---|")
	for _, row := range []struct {
		what      string
		of, alone []sample
		filled    spread
	}{
		{"first presses, alone", x.FirstAlone, nil, nil}, {"first presses, beside a back-fill", x.FirstBeside, x.FirstAlone, x.Before},
		{"presses that go on, alone", x.Alone, nil, nil}, {"presses that go on, beside a back-fill", x.Beside, x.Alone, x.During},
	} {
		a := total(row.of)
		p.f("| %s | %s | %s | %s | %s | %d of %d | %d | %s |", row.what, written(row.of, p50), written(row.of, p99), written(row.of, top), spread(ratios(row.of, row.alone, p99)).times(),
			a.Acknowledged, a.Planned, a.Lost, row.filled.whole())
	}
	p.f("\nPoints filled in: before first presses, in the 7 s since those before them, all times together; while presses go on.\n")
}
