package clip

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"time"

	"example.org/campushub/devices/camera"
	"example.org/campushub/devices/camera/fmp4"
)

// When a fragment is written: it is what a kill can cost, and what somebody who
// watches is behind.
const (
	fragmentSpan  = 500 * time.Millisecond
	fragmentBytes = 1 << 20
)

// Part is one file of a clip.
type Part struct {
	Name     string
	From, To time.Time // when the first picture was taken, and the last ended
	Pictures int
	Gaps     int // where pictures are missing between two
	Bytes    int64
	SHA256   [sha256.Size]byte
	Width    int
	Height   int
}

// part is one that is being written.
type part struct {
	Part
	file    File
	sum     hash.Hash
	format  *camera.Format
	number  uint32        // of fragments
	samples []fmp4.Sample // of the next fragment
	at      uint64        // when it begins, in units of fmp4.Scale from From
	bytes   int           // of samples
	held    camera.Unit   // the newest: how long it is shown is not known before the next
	last    uint32        // how long the one before was shown
	buffer  []byte
}

// begin makes the file, with its header. A file that could not be begun stays
// behind empty.
func begin(store Store, name string, first camera.Unit) (*part, error) {
	file, err := store.Create(name)
	if err != nil {
		return nil, err
	}
	p := &part{
		Part: Part{Name: name, From: first.At, Width: first.Format.Width, Height: first.Format.Height},
		file: file, sum: sha256.New(), format: first.Format, held: first, last: fmp4.Scale / 25,
	}
	if err := p.write(fmp4.Header(first.Format, first.At)); err != nil {
		file.Close() //nolint:errcheck // the first error counts
		return nil, err
	}
	return p, nil
}

// ticks is an instant in units of fmp4.Scale from the beginning, rounded, so
// that no error adds up.
func (p *part) ticks(t time.Time) uint64 {
	d := t.Sub(p.From)
	return uint64((d*fmp4.Scale + time.Second/2) / time.Second) //nolint:gosec // no unit is before the first
}

// instant is the other way round.
func (p *part) instant(ticks uint64) time.Time {
	return p.From.Add(time.Duration(ticks * uint64(time.Second) / fmp4.Scale)) //nolint:gosec // some minutes
}

// add takes the next unit: the one before is complete by it.
func (p *part) add(u camera.Unit) error {
	p.take(uint32(min(max(1, p.ticks(u.At)-p.ticks(p.held.At)), 1<<31))) //nolint:gosec // at most 2³¹
	p.held = u
	if u.Broken {
		p.Gaps++
	}
	if u.Key || u.At.Sub(p.instant(p.at)) >= fragmentSpan || p.bytes >= fragmentBytes {
		return p.flush()
	}
	return nil
}

// take moves the unit that is held into the next fragment.
func (p *part) take(shown uint32) {
	if len(p.samples) == 0 {
		p.at = p.ticks(p.held.At)
	}
	p.samples = append(p.samples, fmp4.Sample{Data: p.held.Data, Duration: shown, Key: p.held.Key})
	p.bytes, p.last = p.bytes+len(p.held.Data), shown
}

// flush writes the fragment.
func (p *part) flush() error {
	if len(p.samples) == 0 {
		return nil
	}
	p.number++
	p.buffer = fmp4.Fragment(p.buffer[:0], p.number, p.at, p.samples)
	if err := p.write(p.buffer); err != nil {
		return err
	}
	p.Pictures += len(p.samples)
	end := p.at
	for _, s := range p.samples {
		end += uint64(s.Duration)
	}
	p.To = p.instant(end)
	clear(p.samples) // or their data would stay
	p.samples, p.bytes = p.samples[:0], 0
	return nil
}

// write appends whole pieces: of one that was written in part nothing stays.
func (p *part) write(b []byte) error {
	if _, err := p.file.Write(b); err != nil {
		if undo := p.file.Truncate(p.Bytes); undo != nil {
			return fmt.Errorf("write clip %s: %w; and take the rest back: %w", p.Name, err, undo)
		}
		return fmt.Errorf("write clip %s: %w", p.Name, err)
	}
	p.Bytes += int64(len(b))
	p.sum.Write(b)
	return nil
}

// end closes the file. The last unit is shown for as long as the one before.
func (p *part) end(failed bool) (Part, error) {
	var err error
	if !failed {
		p.take(p.last)
		err = p.flush()
	}
	if synced := p.file.Sync(); err == nil && synced != nil {
		err = fmt.Errorf("write clip %s: %w", p.Name, synced)
	}
	if closed := p.file.Close(); err == nil && closed != nil {
		err = fmt.Errorf("write clip %s: %w", p.Name, closed)
	}
	p.SHA256 = [sha256.Size]byte(p.sum.Sum(nil))
	return p.Part, err
}
