package sheet

import "example.org/campushub/alerting/duty"

// period is a time for which a row has somebody.
type period struct {
	duty.Stint
	at place
}

// take adds an entry, unless the person or the substitute stands there already or
// elsewhere then, or is to be ready for another post while they stand at one.
func (i *importer) take(r row, s duty.Shift, e duty.Entry) {
	e.ShiftKey = s.ShiftKey
	if len(i.out.Entries) >= duty.MaxEntries {
		i.fault(r.number, "", TooManyEntries, duty.MaxEntries)
		return
	}
	own, other := period{duty.Stint{Shift: s}, i.place(r)}, period{duty.Stint{Shift: s, Ready: true}, i.place(r)}
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
		case !p.Excludes(o.Stint):
			continue
		case o.Ready:
			i.fault(r.number, c, Ready, clip(who), shiftText(o.Shift), o.at)
		default:
			i.fault(r.number, c, Elsewhere, clip(who), shiftText(o.Shift), o.at)
		}
		return false
	}
	return true
}
