package store

import "time"

// Clock is what a board knows of the time. A Raspberry Pi has no clock that
// runs without power.
type Clock interface {
	// Boot names this run of the board: it is another one after each power cut.
	Boot() string
	// Up is for how long the board has been running. It never stands still and
	// never jumps.
	Up() time.Duration
	// Wall is the date; ok is false where nobody has set it since the start.
	Wall() (now time.Time, ok bool)
}

// life counts the time that a board has certainly lived through: its boots one
// after the other, without the time between them, of which nobody knows.
type life struct {
	clock  Clock
	before time.Duration // this boot
	number int           // of this boot
}

// now is how long the board has lived.
func (l life) now() time.Duration { return l.before + l.clock.Up() }

// moment is when something happened, in the two ways that a board can tell.
type moment struct {
	Boot  int   `json:"b"`
	Lived int64 `json:"t"`           // ms of the board's life
	Wall  int64 `json:"w,omitempty"` // ms since 1970; 0 where the date was not known
}

// moment is what happened age ago.
func (l life) moment(age time.Duration) moment {
	m := moment{Boot: l.number, Lived: (l.now() - age).Milliseconds()}
	if wall, ok := l.clock.Wall(); ok {
		m.Wall = wall.Add(-age).UnixMilli()
	}
	return m
}

// age is how old a moment is. Within one boot that is known. Over a power cut it
// is known where both ends have a date; else the age is the least that it can
// be, and not dated.
func (l life) age(m moment) (age time.Duration, dated bool) {
	least := max(0, l.now()-time.Duration(m.Lived)*time.Millisecond)
	if m.Boot == l.number {
		return least, true
	}
	wall, ok := l.clock.Wall()
	if !ok || m.Wall == 0 {
		return least, false
	}
	return max(least, wall.Sub(time.UnixMilli(m.Wall))), true
}
