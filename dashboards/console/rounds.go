package console

import (
	"strconv"

	"example.org/campushub/alerting"
)

// entriesUnfolded is how many entries stand open without a fold: as many as a
// person takes in at a glance.
const entriesUnfolded = 12

// pressRound is what followed one press of an incident, or several in a row: the
// oldest round is first, and the latest stands open.
type pressRound struct {
	ID, Head   string
	Entries    []entry
	Fold, Open bool
}

// newRounds parts a timeline at its presses.
func newRounds(p *page, i alerting.Incident, entries []entry) []pressRound {
	var out []pressRound
	presses, before := 0, false
	for k, e := range i.Timeline {
		pressed := e.Event == alerting.EventOpened || e.Event == alerting.EventPressed
		if pressed {
			presses++
		}
		if len(out) == 0 || (pressed && !before) {
			head := p.Say("timeline.round", "n", max(presses, 1), "time", p.timeOf(e.At, i.School))
			if len(i.Presses) == 0 {
				head = p.Say("timeline.opened", "time", p.timeOf(e.At, i.School))
			}
			out = append(out, pressRound{ID: "round-" + strconv.Itoa(len(out)+1), Head: head})
		}
		last := &out[len(out)-1]
		last.Entries, before = append(last.Entries, entries[k]), pressed
	}
	fold := len(entries) > entriesUnfolded
	for k := range out {
		out[k].Fold, out[k].Open = fold, k == len(out)-1
	}
	return parted(p, out)
}

// parted folds what is old in a latest round that is long.
func parted(p *page, all []pressRound) []pressRound {
	if len(all) == 0 || !all[len(all)-1].Fold {
		return all
	}
	last := all[len(all)-1]
	early := len(last.Entries) - entriesUnfolded
	if early < entriesUnfolded { // not worth a fold of its own
		return all
	}
	before, after := last, last
	before.Entries, before.Open = last.Entries[:early], false
	after.ID, after.Head, after.Entries = last.ID+"-latest", p.Say("timeline.latest"), last.Entries[early:]
	return append(all[:len(all)-1], before, after)
}
