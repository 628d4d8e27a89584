package pathcheck

import "time"

// Status is what is known of one school's way at a moment. It is immutable.
type Status struct {
	School string
	// Every is the time between two checks.
	Every time.Duration
	// Began is since when anybody looks; ProvenAt when the way was last whole,
	// zero where it never was, and Took how long that press took.
	Began    time.Time
	ProvenAt time.Time
	Took     time.Duration
	// Last is the last check that has ended; nil before the first.
	Last     *Check
	Coverage Coverage
	Outside  Outside
}

// Outside is the last look at the outside address.
type Outside struct {
	Address string    // "" where none is configured
	At      time.Time // zero before the first look
	Why     string    // why it did not answer; "" where it did
}

// Proven reports whether the way was proven within the last three minutes.
func (s Status) Proven(now time.Time) bool {
	return !s.ProvenAt.IsZero() && now.Sub(s.ProvenAt) < Unproven
}

// Waiting reports whether nothing can be said yet: the hub has just started.
func (s Status) Waiting(now time.Time) bool {
	return s.ProvenAt.IsZero() && s.Last == nil && now.Sub(s.Began) < Unproven
}

// Missing lists what the last check has not passed.
func (s Status) Missing() []Missing {
	if s.Last == nil {
		return nil
	}
	return s.Last.Missing()
}
