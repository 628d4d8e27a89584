package alerting

import "time"

// Query selects incidents for a list, newest first by (opened_at, id).
type Query struct {
	// Schools whose incidents are listed; none lists nothing.
	Schools []string
	// Named are the schools whose confidential incidents are listed too.
	Named []string
	// State keeps one state only; "" keeps all.
	State State
	// Since leaves out what was opened before it; zero leaves out nothing.
	Since time.Time
	// Limit bounds the answer.
	Limit int
	// Before continues a list behind an incident; the zero value starts it.
	Before Cursor
}

// Cursor is a place in the list of incidents. Neither part of it ever
// changes, so a list stays stable while incidents open.
type Cursor struct {
	OpenedAt time.Time
	ID       string
}

// Zero reports whether the cursor is the list's beginning.
func (c Cursor) Zero() bool { return c.ID == "" && c.OpenedAt.IsZero() }

// Behind reports whether an incident comes after the cursor in the list.
func (c Cursor) Behind(i Incident) bool {
	if c.Zero() {
		return true
	}
	if !i.OpenedAt.Equal(c.OpenedAt) {
		return i.OpenedAt.Before(c.OpenedAt)
	}
	return i.ID < c.ID
}
