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
	RSSI    float64            // of a state, in dBm
	QoS     byte
	ID      string       // of a press or a check-in
	Card    string       // of a check-in
	Mode    devices.Mode // of a press

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

// Why is how a connection ended.
type Why string

// The ways in which a connection ends.
const (
	Left    Why = "left"    // the day was over: the device said goodbye
	Uplink  Why = "uplink"  // cut, and not said
	Dropped Why = "dropped" // by the far side
)

// End is a connection that ended.
type End struct {
	From  devices.Address
	Why   Why
	Began time.Time // when the device was let in
	At    time.Time // before the device closed it, or when it saw that the far side had
	// Known: something was acknowledged on it, so that the hub knows that it was
	// there.
	Known bool
}

// Ledger is what a day came to.
type Ledger struct {
	Reports []*Report
	Ends    []End // those of one device in their order
	Outages []Outage
	Took    time.Duration
}

// book is a ledger that is being kept.
type book struct {
	mu      sync.Mutex // guards what follows, and every report in it
	reports []*Report
	ends    []End
}

func (b *book) add(r *Report) *Report {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reports = append(b.reports, r)
	return r
}
