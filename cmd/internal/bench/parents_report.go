package main

import "time"

// parentsPart is the way to the police beside letters to parents.
func (p *page) parentsPart() {
	if p.Parents == nil {
		return
	}
	x := p.Parents
	p.f("## Press to police terminal while %d parents are told\n", parentsTold)
	p.f(`A person releases a notice, and its %d letters go out by text message, over a gateway that is an HTTP server in a process of its own; meanwhile %g presses a second for %g s over %v buttons, as in
the first table. In each block the same presses once without letters and once with them; which comes first alternates. The ratio is of the same block; below %g is aimed at.
`, parentsTold, parentsRate, parentsFor.Seconds(), p.Config["buttons"], parentsAim)
	p.f("| | from write: p50 | p99 | p99.9 | max | acknowledged | lost | processors used by others |\n|---|---|---|---|---|---|---|---|")
	for _, row := range []struct {
		what string
		of   []sample
	}{{"alone", x.Alone}, {"beside the letters", x.Beside}} {
		a := total(row.of)
		p.f("| %s | %s | %s | %s | %s | %d of %d | %d | %s %% |", row.what, written(row.of, p50), written(row.of, p99), written(row.of, p999), written(row.of, top),
			a.Acknowledged, a.Planned, a.Lost, spread(each(row.of, func(x sample) float64 { return 100 * x.Others })).whole())
	}
	p.f("\nThe p99 beside the letters is **%s** times the one without. The first letter was handed %s s after the release, the last one %s s.\n",
		spread(ratios(x.Beside, x.Alone, p99)).times(), seconds(x.First), seconds(x.Last))
}

func seconds(all []time.Duration) string {
	v := make([]float64, 0, len(all))
	for _, d := range all {
		v = append(v, d.Seconds())
	}
	return spread(v).times()
}
