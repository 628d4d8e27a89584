package store

import (
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
)

// For is one device's part of the file.
func (f *File) For(a devices.Address) *Shelf { return &Shelf{file: f, device: a.String()} }

// Shelf implements firmware.Store.
type Shelf struct {
	file   *File
	device string
}

var _ firmware.Store = (*Shelf)(nil)

// Load implements firmware.Store. A check-in of an earlier boot whose date
// nobody knew can never be dated: it is dropped, for it would say that somebody
// stood at a post at another time.
func (s *Shelf) Load(drop func(checkIn string)) (firmware.Kept, error) {
	f := s.file
	f.mu.Lock()
	defer f.nudge()
	defer f.mu.Unlock()
	f.onDrop[s.device] = drop
	now := time.Now()
	var kept firmware.Kept
	for i := 0; i < len(f.entries); i++ {
		e := f.entries[i]
		if e.Device != s.device {
			continue
		}
		age, dated := f.life.age(e.moment)
		at := firmware.Moment{At: now.Add(-age), Undated: !dated, Wall: e.wall()}
		switch {
		case e.Kind == kindPress:
			kept.Presses = append(kept.Presses, firmware.Press{
				ID: e.ID, Alarm: e.Alarm, Mode: e.Mode, Silent: e.Silent, PressedAt: at.At, Undated: at.Undated, Wall: at.Wall,
			})
		case !dated && e.Wall == 0:
			f.remove(i)
			f.count(0, 1)
			i--
		default:
			kept.CheckIns = append(kept.CheckIns, firmware.KeptCheckIn{
				CheckIn: devices.CheckIn{ID: e.ID, Post: e.Post, Card: e.Card, Out: e.Out}, Moment: at,
			})
		}
	}
	kept.Dropped = firmware.Dropped{Presses: f.dropped.Presses, CheckIns: f.dropped.CheckIns}
	return kept, nil
}

// wall is the date of a moment, zero where it was not known.
func (m moment) wall() time.Time {
	if m.Wall == 0 {
		return time.Time{}
	}
	return time.UnixMilli(m.Wall)
}

// SavePress implements firmware.Store.
func (s *Shelf) SavePress(p firmware.Press) error {
	return s.file.save(line{
		Kind: kindPress, Device: s.device, ID: p.ID, moment: s.file.life.moment(time.Since(p.PressedAt)),
		Alarm: p.Alarm, Mode: p.Mode, Silent: p.Silent,
	})
}

// SaveCheckIn implements firmware.Store.
func (s *Shelf) SaveCheckIn(c devices.CheckIn, at time.Time) error {
	return s.file.save(line{
		Kind: kindCheckIn, Device: s.device, ID: c.ID, moment: s.file.life.moment(time.Since(at)),
		Post: c.Post, Card: c.Card, Out: c.Out,
	})
}

// Remove implements firmware.Store.
func (s *Shelf) Remove(id string) error {
	s.file.forget(s.device, id)
	return nil
}

// Drop implements firmware.Store.
func (s *Shelf) Drop(d firmware.Dropped) {
	f := s.file
	f.mu.Lock()
	f.count(d.Presses, d.CheckIns)
	f.mu.Unlock()
	f.nudge()
}

// Wall implements firmware.Store.
func (s *Shelf) Wall() (time.Time, bool) { return s.file.life.clock.Wall() }
