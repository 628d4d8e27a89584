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

// giveUpOldest makes room: first by what has been delivered, readings before
// alarms, then by what has not, in the same order. It reports false where no
// more than the two newest segments are left, and these are empty.
func (s *Spool) giveUpOldest() bool {
	for _, delivered := range []bool{true, false} {
		for _, c := range Classes() {
			for i, seg := range s.logs[c].segments[:len(s.logs[c].segments)-1] {
				if !delivered || s.waiting(c, seg) == 0 {
					s.remove(c, i)
					return true
				}
			}
		}
	}
	return s.giveUpNewest()
}

// giveUpNewest empties the segment that is written to, where it is all that
// there is.
func (s *Spool) giveUpNewest() bool {
	for _, c := range Classes() {
		a := s.logs[c].active()
		lost := s.waiting(c, a)
		if a.next == a.first || a.empty() != nil {
			continue
		}
		s.dropped[c] += lost
		s.progress[c] = s.progress[c].within(a.first, a.next)
		return true
	}
	return false
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
