package camera

import "time"

// The bounds of a ring that is not told others.
const (
	// RingSpan is how far back a clip reaches.
	RingSpan = 10 * time.Second
	// RingBytes leaves 1 MB of the 8 MB that a camera may take to what is on its
	// way. At 4 Mbit/s it is 14 s: 10 s and a group of pictures of 4 s.
	RingBytes = 7_000_000
	// RingLongest is the longest group of pictures that is kept.
	RingLongest = 60 * time.Second
)

// Limits bound a ring. What is zero has its default.
type Limits struct {
	Span    time.Duration // what has to be there, rounded up to a keyframe
	Bytes   int           // with what each unit takes beside its data
	Longest time.Duration // from a keyframe to the newest unit after it
}

// Ring is the newest units of a camera, in memory alone. It begins with a
// keyframe or is empty. It belongs to one goroutine.
//
// Overflow: the oldest groups of pictures go first. A group that alone is too
// large or too long goes as a whole, and the ring stays empty until the next
// keyframe: nothing after the loss of its keyframe could be shown.
type Ring struct {
	limits Limits
	units  []Unit // from the oldest
	keys   []int  // where the keyframes stand in units
	bytes  int
}

// NewRing returns an empty ring.
func NewRing(l Limits) *Ring {
	if l.Span <= 0 {
		l.Span = RingSpan
	}
	if l.Bytes <= 0 {
		l.Bytes = RingBytes
	}
	if l.Longest <= 0 {
		l.Longest = RingLongest
	}
	return &Ring{limits: l}
}

// Push takes the newest unit, and drops what is no longer needed.
func (r *Ring) Push(u Unit) {
	if u.Key {
		r.keys = append(r.keys, len(r.units))
	} else if len(r.units) == 0 {
		return
	}
	r.units = append(r.units, u)
	r.bytes += u.Size()
	for len(r.keys) > 1 && r.spare(u.At) {
		r.drop(r.keys[1])
	}
	if r.bytes > r.limits.Bytes || u.At.Sub(r.units[r.keys[len(r.keys)-1]].At) > r.limits.Longest {
		r.Clear()
	}
}

// spare reports whether the oldest group can go: the next reaches back far
// enough, or there is no room for both.
func (r *Ring) spare(now time.Time) bool {
	return r.bytes > r.limits.Bytes || now.Sub(r.units[r.keys[1]].At) >= r.limits.Span
}

// drop forgets the first n units, a whole number of groups.
func (r *Ring) drop(n int) {
	for _, u := range r.units[:n] {
		r.bytes -= u.Size()
	}
	kept := copy(r.units, r.units[n:])
	clear(r.units[kept:]) // or their data would stay
	r.units = r.units[:kept]
	r.keys = append(r.keys[:0], r.keys[1:]...)
	for i := range r.keys {
		r.keys[i] -= n
	}
}

// Clear forgets everything.
func (r *Ring) Clear() {
	clear(r.units)
	r.units, r.keys, r.bytes = r.units[:0], r.keys[:0], 0
}

// Since returns the units from the last keyframe that is not after t, or from
// the oldest there is. The units are the ring's; the slice is the caller's.
func (r *Ring) Since(t time.Time) []Unit {
	first := 0
	for _, k := range r.keys {
		if r.units[k].At.After(t) {
			break
		}
		first = k
	}
	return append([]Unit(nil), r.units[first:]...)
}

// Newest returns the newest keyframe, and false where there is none.
func (r *Ring) Newest() (Unit, bool) {
	if len(r.keys) == 0 {
		return Unit{}, false
	}
	return r.units[r.keys[len(r.keys)-1]], true
}

// Bytes is what the ring holds, with what each unit takes beside its data.
func (r *Ring) Bytes() int { return r.bytes }
