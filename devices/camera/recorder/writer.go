package recorder

import (
	"time"

	"example.org/campushub/devices/camera"
	"example.org/campushub/devices/camera/clip"
)

// waiting is how many units wait for the disk, 10 s at 25 pictures a second.
// Most of them are the ring's at the same time. Overflow drops to the next
// keyframe for which there is room.
const waiting = 256

// writer is one clip that is being written.
type writer struct {
	until   time.Time
	units   chan camera.Unit
	skipped bool // the owner's: units are missing before the next
}

func newWriter(until time.Time) *writer {
	return &writer{until: until, units: make(chan camera.Unit, waiting)}
}

// add hands a unit over, and waits for nobody.
func (w *writer) add(u camera.Unit) {
	if w.skipped && !u.Key {
		return
	}
	u.Broken = u.Broken || w.skipped
	select {
	case w.units <- u:
		w.skipped = false
	default:
		w.skipped = true
	}
}

// write writes what was before and what comes, until the owner ends it.
func (w *writer) write(c *clip.Clip, before []camera.Unit) clip.Film {
	for i, u := range before {
		_ = c.Add(u)              // its error stands in the film
		before[i] = camera.Unit{} // or the ring's oldest would stay until the end
	}
	for u := range w.units {
		_ = c.Add(u) // its error stands in the film
	}
	return c.End()
}
