package sheet

import (
	"example.org/campushub/alerting/duty"
)

// period is a time for which a row has somebody: at a post, or, as a substitute,
// ready to come to it.
type period struct {
	duty.Shift
	at    place
	ready bool
}

// excludes reports whether nobody can do both: stand at two posts at once, or stand
// at one and be ready to come to another, which would leave the first. Whoever is
// on call, or is ready for two posts, stands at neither.
func (p period) excludes(o period) bool {
	return !p.OnCall && !o.OnCall && (!p.ready || !o.ready) && o.From.Before(p.To) && p.From.Before(o.To)
}

// take adds an entry, unless the person or the substitute stands there already or
// elsewhere then, or is to be ready for another post while they stand at one.
func (i *importer) take(r row, s duty.Shift, e duty.Entry) {
	e.ShiftKey = s.ShiftKey
	if len(i.out.Entries) >= duty.MaxEntries {
		i.fault(r.number, "", TooManyEntries, duty.MaxEntries)
		return
	}
	own, other := period{s, i.place(r), false}, period{s, i.place(r), true}
	if !i.free(r, ColumnPerson, e.Person, own) || e.Substitute != "" && !i.free(r, ColumnSubstitute, e.Substitute, other) {
		return
	}
	i.periods[e.Person] = append(i.periods[e.Person], own)
	if e.Substitute != "" {
		i.periods[e.Substitute] = append(i.periods[e.Substitute], other)
	}
	i.meets(s, e, i.place(r))
	i.out.Entries = append(i.out.Entries, e)
}

// free reports whether somebody of a column is free for a period; where they
// are not, the row has a fault.
func (i *importer) free(r row, c Column, who string, p period) bool {
	for _, o := range i.periods[who] {
		switch {
		case o.ShiftKey == p.ShiftKey:
			i.fault(r.number, c, Twice, clip(who), shiftText(p.Shift), o.at)
		case !p.excludes(o):
			continue
		case o.ready:
			i.fault(r.number, c, Ready, clip(who), shiftText(o.Shift), o.at)
		default:
			i.fault(r.number, c, Elsewhere, clip(who), shiftText(o.Shift), o.at)
		}
		return false
	}
	return true
}
