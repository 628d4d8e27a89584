package spool

import "time"

// Stats is what the spool holds.
type Stats struct {
	Bytes   int64
	Records [classes]uint64
	Waiting [classes]uint64 // not delivered yet
	Dropped Dropped         // since the start
	Damaged int             // segments that could not be read at the start
}

// Stats says what the spool holds now.
func (s *Spool) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := Stats{Bytes: s.bytes(), Dropped: s.dropped, Damaged: s.damaged}
	for _, c := range Classes() {
		l := s.logs[c]
		for _, seg := range l.segments {
			out.Records[c] += seg.next - seg.first
			out.Waiting[c] += s.waiting(c, seg)
		}
	}
	return out
}

func (s *Spool) bytes() int64 {
	var n int64
	for _, l := range s.logs {
		n += l.bytes()
	}
	return n
}

// Expire gives up what is too old. It is to be called now and then: where
// nothing is added any more, nothing else does.
func (s *Spool) Expire(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.logs {
		if a := l.active(); a.next > a.first && now.Sub(a.created) > s.config.MaxAge/72 {
			_ = l.roll(a.next, now) // no room: the next append says so
		}
	}
	s.expire(now)
}

// expire removes segments that are older than the bound. An alarm's points
// that have not been delivered stay: only a lack of room removes them.
func (s *Spool) expire(now time.Time) {
	for _, c := range Classes() {
		for l := s.logs[c]; len(l.segments) > 1 && now.Sub(l.ended(0)) > s.config.MaxAge; {
			if c == Alarm && s.waiting(c, l.segments[0]) > 0 {
				break
			}
			s.remove(c, 0)
		}
	}
}

// giveUpOldest makes room for a class: first by what has been delivered,
// readings before alarms, then by what has not, in the same order. A reading
// never costs an alarm's point that waits. It reports false where nothing is
// left to be given up.
func (s *Spool) giveUpOldest(wanted Class) bool {
	for _, c := range Classes() {
		if s.giveUpSegment(c, true) {
			return true
		}
	}
	for _, c := range Classes()[:wanted+1] {
		if s.giveUpSegment(c, false) || s.giveUpNewest(c) {
			return true
		}
	}
	return false
}

// giveUpSegment removes the oldest segment of a class that is written to no
// more: one that has been delivered, or any.
func (s *Spool) giveUpSegment(c Class, delivered bool) bool {
	all := s.logs[c].segments
	for i, seg := range all[:len(all)-1] {
		if !delivered || s.waiting(c, seg) == 0 {
			s.remove(c, i)
			return true
		}
	}
	return false
}

// giveUpNewest empties the segment that is written to, where it is all that
// there is.
func (s *Spool) giveUpNewest(c Class) bool {
	a := s.logs[c].active()
	lost := s.waiting(c, a)
	if a.next == a.first || a.empty() != nil {
		return false
	}
	s.dropped[c] += lost
	s.progress[c] = s.progress[c].within(a.first, a.next)
	return true
}

func (s *Spool) waiting(c Class, seg *segment) uint64 {
	if s.config.KeepOnly {
		return 0
	}
	return s.progress[c].Waiting(seg.first, seg.next)
}

// remove gives the i-th segment of a class up.
func (s *Spool) remove(c Class, i int) {
	l := s.logs[c]
	s.dropped[c] += s.waiting(c, l.segments[i])
	_ = l.drop(i) // the file is listed again at the next start
	s.progress[c] = s.progress[c].within(l.first(), l.next())
}
