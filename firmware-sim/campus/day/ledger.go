package day

import (
	"sync"
	"time"

	"example.org/campushub/devices"
)

// Kind is what a report is.
type Kind string

// The kinds of report.
const (
	Reading Kind = "reading"
	State   Kind = "state"
	CheckIn Kind = "check-in"
	Press   Kind = "press"
)

// Report is one thing that a device said, and each time that it said it.
type Report struct {
	From    devices.Address
	Kind    Kind
	Made    time.Time // when there was something to say
	Seq     uint64    // of a reading, within Boot
	Boot    string
	Values  map[string]float64 // of a reading
	Battery float64            // of a state: no two of one device have the same
	QoS     byte
	ID      string // of a press or a check-in
	Card    string // of a check-in

	Attempts []Attempt
	// Done: the hub has it, as far as the device can know. At QoS 0 it knows
	// nothing: done is that the connection outlived it.
	Done bool
	// GivenUp: it did not fit any more before it was sent for sure.
	GivenUp bool
}

// Attempt is one time that a report was written to a socket.
type Attempt struct {
	At    time.Time
	Age   time.Duration // as it was said, in whole milliseconds
	Acked time.Time     // zero: never
	End   time.Time     // when the connection ended; zero while it lives
}

// Outage is what did not work, and from when until when by the real clock.
type Outage struct {
	What       string
	Begin, End time.Time
}

// Ledger is what a day came to.
type Ledger struct {
	Reports []*Report
	Ends    map[devices.Address]int // connections that ended, the last one at the end of the day too
	Outages []Outage
	Took    time.Duration
}

// book is a ledger that is being kept.
type book struct {
	mu      sync.Mutex // guards what follows, and every report in it
	reports []*Report
	ends    map[devices.Address]int
}

func (b *book) add(r *Report) *Report {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reports = append(b.reports, r)
	return r
}
