package watch

import (
	"time"

	"example.org/campushub/alerting/duty/calendar"
)

// RosterFrom is the first date of a roster that is still kept at now. A zone is
// never more than a day apart.
func RosterFrom(now time.Time) calendar.Date {
	return calendar.On(now.Add(-RosterKept-24*time.Hour), time.UTC)
}

// forget leaves out of memory what of the rosters is kept no longer; the disk
// forgets it by itself. It is false where there is nothing.
func (w *Watcher) forget(now time.Time) (changed bool) {
	from := RosterFrom(now)
	for id, s := range w.schools {
		kept, fewer := s.entries.Kept(from)
		if !fewer {
			continue
		}
		w.log.Info("old days of a roster were forgotten", "school", id, "before", from.String())
		s.entries, changed = kept, true
	}
	return changed
}
