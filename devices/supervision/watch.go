package supervision

import "time"

// State is how a device stands.
type State string

// The states of a device.
const (
	Waiting State = "waiting" // never heard since it was made known: nobody misses it yet
	Present State = "present"
	Late    State = "late" // silent for longer than it should be
	Lost    State = "lost"
	Found   State = "found" // heard again after having been lost, and not for long enough yet
)

// States lists every state, the gravest first.
func States() []State { return []State{Lost, Late, Found, Waiting, Present} }

// Watch is what is known of one device's silence; the zero value waits. It is
// a value: what changes it returns another.
type Watch struct {
	State State     // "" is Waiting
	Since time.Time // of State
	Last  time.Time // the latest packet
	// Excused is until when silence is nobody's fault.
	Excused time.Time
	// Lapses counts the losses that followed each other within LapseWithin, and
	// LapsedAt is when the latest one began.
	Lapses   int
	LapsedAt time.Time
}

// Step takes the latest packet, which may be known already, and the time.
func (w Watch) Step(c Class, heard, now time.Time) Watch {
	if heard.After(w.Last) {
		w = w.hear(heard)
	}
	return w.age(c, now)
}

func (w Watch) hear(at time.Time) Watch {
	w.Last = at
	switch w.State {
	case Waiting, "":
		w.State, w.Since = Present, at
	case Late:
		w.State, w.Since = Present, at
	case Lost:
		w.State, w.Since = Found, at
	}
	return w
}

// age is what becomes of silence. A step that comes late forgives what it has
// not seen: a packet that is there ends the silence before it.
func (w Watch) age(c Class, now time.Time) Watch {
	if w.State == Waiting || w.State == "" || w.State == Lost {
		return w
	}
	silence := now.Sub(w.quietFrom())
	if silence >= c.Lost {
		return w.lose(c)
	}
	if w.State == Found && now.Sub(w.Since) >= w.foundAfter(c) {
		w.State, w.Since = Present, w.Since.Add(w.foundAfter(c))
	}
	switch {
	case w.State == Present && silence >= c.Late:
		w.State, w.Since = Late, w.quietFrom().Add(c.Late)
	case w.State == Late && silence < c.Late: // it has been excused
		w.State, w.Since = Present, now
	}
	return w
}

// lose counts a loss. One that was not over yet goes on.
func (w Watch) lose(c Class) Watch {
	at := w.quietFrom().Add(c.Lost)
	if w.State != Found {
		if w.Lapses == 0 || at.Sub(w.LapsedAt) > LapseWithin {
			w.Lapses = 0
		}
		w.Lapses, w.LapsedAt = w.Lapses+1, at
	}
	w.State, w.Since = Lost, at
	return w
}

// foundAfter is how long the device must be heard before it counts as found.
func (w Watch) foundAfter(c Class) time.Duration {
	d := c.Found
	for i := 1; i < w.Lapses && d < LongestFound; i++ {
		d *= 2
	}
	return max(min(d, LongestFound), c.Found)
}

// quietFrom is since when the device's silence counts.
func (w Watch) quietFrom() time.Time {
	if w.Excused.After(w.Last) {
		return w.Excused
	}
	return w.Last
}

// Excuse has no silence before a moment count. What has been found so far must
// be steady anew.
func (w Watch) Excuse(now, until time.Time) Watch {
	w.Excused = until
	if w.State == Found {
		w.Since = now
	}
	return w
}

// Next is when the state changes if nothing is heard; zero where it does not.
func (w Watch) Next(c Class) time.Time {
	from := w.quietFrom()
	switch w.State {
	case Present:
		return from.Add(c.Late)
	case Late:
		return from.Add(c.Lost)
	case Found:
		if steady := w.Since.Add(w.foundAfter(c)); steady.Before(from.Add(c.Lost)) {
			return steady
		}
		return from.Add(c.Lost)
	}
	return time.Time{}
}
