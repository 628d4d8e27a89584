package duty

import (
	"slices"
	"time"
)

// Means is how a person checked in.
type Means string

// The means.
const (
	Card Means = "card"
	QR   Means = "qr"
	PIN  Means = "pin"
	Page Means = "page" // a word of life of whoever is checked in already
)

// Checkin is a person's word that they are at a post, or leave it.
type Checkin struct {
	ID     string // the same id twice is the same check-in
	Person string
	Post   string // where the card was held, the code read
	Means  Means
	Out    bool
	// At is when it was made, by the hub's clock: the arrival less the age that
	// the device gives.
	At time.Time
	// Received is when it arrived; before that nobody knew of it.
	Received time.Time
}

// made is when a check-in counts from: a device cannot see the future.
func (c Checkin) made() time.Time {
	if c.At.After(c.Received) {
		return c.Received
	}
	return c.At
}

// Away is a time in which a person is called away by an incident: shown as
// such, and not missed.
type Away struct {
	Person   string
	From, To time.Time // To is zero while it lasts
	Incident string    // that they were called to; "" where nobody named it
}

func (a Away) at(person string, t time.Time) bool {
	return a.Person == person && !t.Before(a.From) && (a.To.IsZero() || t.Before(a.To))
}

// Scan is a point of a patrol round that somebody stood at.
type Scan struct {
	Point, Person string
	At, Received  time.Time
}

// Answer is a word of life of whoever watches alone.
type Answer struct {
	Person       string
	At, Received time.Time
}

// known leaves what has arrived by now, each id once, by the time it was made.
func known(all []Checkin, now time.Time) []Checkin {
	var out []Checkin
	seen := map[string]bool{}
	arrived := slices.Clone(all)
	slices.SortStableFunc(arrived, func(a, b Checkin) int { return a.Received.Compare(b.Received) })
	for _, c := range arrived {
		if c.Received.After(now) || c.ID != "" && seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Checkin) int { return a.made().Compare(b.made()) })
	return out
}
