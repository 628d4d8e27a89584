package debounce

import "time"

// The times of a finger.
const (
	// Long is how long a button is held to mean it: longer than anybody leans on
	// one by chance, and short enough to be counted out in fear.
	Long = 3 * time.Second
	// Pair is how soon after the first push the second one of the silent pattern
	// must come. Hurried double pushes are 120 to 350 ms apart.
	Pair = 500 * time.Millisecond
	// Stuck is how long no finger stays: the button is jammed, or its wire shorted.
	Stuck = 60 * time.Second
)

// Meaning is what a finger meant.
type Meaning int

// The meanings.
const (
	Pressed Meaning = iota // a push
	Silent                 // two pushes within Pair, where the pattern is known
	Held                   // still down after Long
	Jammed                 // still down after Stuck
	Freed                  // up again after Jammed
)

// Said is one thing that a finger meant.
type Said struct {
	Meaning
	At time.Time // Pressed, Silent: of its first edge; else when it was so
}

// Finger turns the changes of a button's contact into what they mean. Without
// the silent pattern a push is said as soon as the contact has closed: nothing
// is waited for. With it a push is said Pair later, because a loud alarm that
// has gone out cannot be made silent.
type Finger struct {
	Pattern bool // the button knows the silent pattern

	down   time.Time // since when it is closed, as decided; zero while it is open
	held   bool      // Held was said
	jammed bool      // Jammed was said
	first  Change    // a push that may become a pattern; At is zero where there is none
}

// Change takes a change of the contact. What was due before is said first: ask
// Tick for it.
func (f *Finger) Change(c Change) (out []Said) {
	out = f.Tick(c.At)
	if !c.Closed {
		if f.jammed {
			out = append(out, Said{Freed, c.At})
		}
		f.down, f.held, f.jammed = time.Time{}, false, false
		return out
	}
	f.down = c.At
	switch {
	case !f.Pattern:
		return append(out, Said{Pressed, c.Since})
	case f.first.At.IsZero():
		f.first = c
		return out
	}
	at := f.first.Since
	f.first = Change{}
	return append(out, Said{Silent, at})
}

// Tick says what has become due until now.
func (f *Finger) Tick(now time.Time) (out []Said) {
	if !f.first.At.IsZero() && now.After(f.first.At.Add(Pair)) {
		out = append(out, Said{Pressed, f.first.Since})
		f.first = Change{}
	}
	if f.down.IsZero() {
		return out
	}
	if at := f.down.Add(Long); !f.held && !now.Before(at) {
		f.held = true
		out = append(out, Said{Held, at})
	}
	if at := f.down.Add(Stuck); !f.jammed && !now.Before(at) {
		f.jammed = true
		out = append(out, Said{Jammed, at})
	}
	return out
}

// Due is when Tick has something to say, zero if never.
func (f Finger) Due() time.Time {
	var due time.Time
	if !f.first.At.IsZero() {
		due = f.first.At.Add(Pair + 1)
	}
	if f.down.IsZero() {
		return due
	}
	switch at := f.down.Add(Long); {
	case !f.held && (due.IsZero() || at.Before(due)):
		return at
	case f.held && !f.jammed:
		return f.down.Add(Stuck)
	}
	return due
}
