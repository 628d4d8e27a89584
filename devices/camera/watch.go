package camera

import "time"

// What is what was found of a camera's picture.
type What string

// The findings. Those that end with Over take back the one before them.
const (
	Stalled     What = "stalled" // nothing comes
	StalledOver What = "stalled-over"
	Keyless     What = "keyless" // packets come, and no keyframe: nothing of it can be shown
	KeylessOver What = "keyless-over"
	Still       What = "still" // pictures come, and next to nothing is in them: black, covered or frozen
	StillOver   What = "still-over"
)

// Finding is one thing that has come to be known of a camera's picture.
type Finding struct {
	What  What
	At    time.Time // when it was found
	Since time.Time // since when it is so
}

// The times and measures of a Watch.
const (
	// StalledAfter is how long nothing may come.
	StalledAfter = 5 * time.Second
	// KeylessAfter is how long no keyframe may come; "smart" codecs of common
	// cameras stretch a group of pictures to 12 s and more.
	KeylessAfter = 30 * time.Second
	// StillAfter is how long a picture may hold still.
	StillAfter = 60 * time.Second
	// stillShare is how small the pictures between keyframes may be on average,
	// as a share of the keyframe before them. The noise of a sensor that sees
	// anything at all costs more; a frozen or black picture costs some ten bytes.
	stillShare = 500
	// stillFloor is what such a picture may always have, in bytes: the headers
	// of a slice, or of some where there is one for each processor.
	stillFloor = 64
)

// Watch says whether a camera gives a picture. What it says is found from
// sizes and times alone: nothing is decoded. It belongs to one goroutine.
type Watch struct {
	heard   time.Time // the newest packet
	key     time.Time // the newest keyframe, or the start
	stalled bool
	keyless bool
	still   bool

	keySize int       // of the newest keyframe
	bytes   int       // of the pictures since
	count   int       // of the pictures since
	calm    time.Time // since when each group holds still; zero where the last did not
}

// NewWatch returns a watch that begins now.
func NewWatch(now time.Time) *Watch { return &Watch{heard: now, key: now} }

// Heard takes it that something came of the stream, and returns what is known
// by it.
func (w *Watch) Heard(now time.Time) (out []Finding) {
	if w.stalled {
		w.stalled = false
		out = append(out, Finding{What: StalledOver, At: now, Since: w.heard})
	}
	w.heard = now
	return out
}

// Unit takes one unit, and returns what is known by it.
func (w *Watch) Unit(u Unit) (out []Finding) {
	if !u.Key {
		w.bytes, w.count = w.bytes+len(u.Data), w.count+1
		return out
	}
	if w.keyless {
		w.keyless = false
		out = append(out, Finding{What: KeylessOver, At: u.At, Since: w.key})
	}
	out = append(out, w.group(u)...)
	w.key, w.keySize, w.bytes, w.count = u.At, len(u.Data), 0, 0
	return out
}

// group judges the group of pictures that ends with this keyframe.
func (w *Watch) group(next Unit) []Finding {
	switch {
	case w.count == 0: // every picture is a keyframe: sizes say nothing
		return nil
	case w.bytes > w.count*max(stillFloor, w.keySize/stillShare):
		since := w.calm
		w.calm = time.Time{}
		if w.still {
			w.still = false
			return []Finding{{What: StillOver, At: next.At, Since: since}}
		}
	case w.calm.IsZero():
		w.calm = w.key
	case !w.still && next.At.Sub(w.calm) >= StillAfter:
		w.still = true
		return []Finding{{What: Still, At: next.At, Since: w.calm}}
	}
	return nil
}

// Tick takes the time, and returns what is known by nothing having come.
func (w *Watch) Tick(now time.Time) (out []Finding) {
	if !w.stalled && now.Sub(w.heard) >= StalledAfter {
		w.stalled = true
		out = append(out, Finding{What: Stalled, At: now, Since: w.heard})
	}
	if !w.stalled && !w.keyless && now.Sub(w.key) >= KeylessAfter {
		w.keyless = true
		out = append(out, Finding{What: Keyless, At: now, Since: w.key})
	}
	return out
}
