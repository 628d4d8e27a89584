package spool

import "time"

// From is the index of the oldest record that can have been appended at or
// after t, and since when there is no gap in what is kept from there on: t
// itself, or later where the spool begins later, has a hole, or where more than
// most bytes would have to be read.
func (s *Spool) From(c Class, t time.Time, most int64) (first uint64, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.logs[c].segments
	i := len(all) - 1
	for bytes := all[i].size; i > 0 && all[i].created.After(t); i-- {
		before := all[i-1]
		if bytes += before.size; bytes > most || before.next != all[i].first {
			break
		}
	}
	if all[i].created.After(t) {
		return all[i].first, all[i].created
	}
	return all[i].first, t
}
