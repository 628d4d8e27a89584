package clip

import (
	"errors"
	"fmt"

	"example.org/campushub/devices/camera"
)

// maxParts bounds the files of a clip: a camera that changes its format with
// every picture has the rest of its clip refused.
const maxParts = 16

var errParts = errors.New("clip: the camera changes its format too often")

// Film is what became of a clip: its parts in their order, and why it is not
// whole where it is not. A film without parts has no picture.
type Film struct {
	Name  string
	Parts []Part
	Err   error
}

// Clip is one that is being written. What follows an error is dropped: what was
// written before stays, and is whole.
type Clip struct {
	store Store
	name  string
	now   *part
	done  []Part
	begun bool // its first keyframe came
	err   error
}

// New returns a clip that makes no file before its first keyframe. Its files
// are called by its name and a number: name-1.mp4.
func New(store Store, name string) *Clip {
	return &Clip{store: store, name: name}
}

// Add takes the next unit.
func (c *Clip) Add(u camera.Unit) error {
	if c.err != nil || (!c.begun && !u.Key) {
		return c.err
	}
	c.begun = true
	if c.now != nil && !c.now.format.Equal(u.Format) {
		c.finish()
	}
	if c.err != nil {
		return c.err
	}
	if c.now != nil {
		c.err = c.now.add(u)
		return c.err
	}
	if len(c.done) == maxParts {
		c.err = errParts
		return c.err
	}
	c.now, c.err = begin(c.store, fmt.Sprintf("%s-%d.mp4", c.name, len(c.done)+1), u)
	return c.err
}

func (c *Clip) finish() {
	part, err := c.now.end(c.err != nil)
	c.now = nil
	if part.Pictures > 0 {
		c.done = append(c.done, part)
	}
	if c.err == nil {
		c.err = err
	}
}

// End closes the clip, and says what became of it.
func (c *Clip) End() Film {
	if c.now != nil {
		c.finish()
	}
	return Film{Name: c.name, Parts: c.done, Err: c.err}
}
