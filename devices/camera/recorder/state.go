package recorder

import (
	"log/slog"
	"sync"
	"time"

	"example.org/campushub/devices/camera"
	"example.org/campushub/devices/camera/clip"
)

// state is what is known of the camera. It belongs to the owner's goroutine.
type state struct {
	config  Config
	log     *slog.Logger
	ring    *camera.Ring
	watch   *camera.Watch
	clips   map[string]*writer
	writing sync.WaitGroup
}

func newState(c Config, log *slog.Logger, now time.Time) *state {
	return &state{config: c, log: log, ring: camera.NewRing(c.Ring), watch: camera.NewWatch(now), clips: map[string]*writer{}}
}

func (s *state) take(e event) {
	s.found(s.watch.Heard(e.at))
	if e.unit.Format == nil {
		return
	}
	s.found(s.watch.Unit(e.unit))
	s.ring.Push(e.unit)
	for name, w := range s.clips {
		if e.unit.At.After(w.until) {
			s.close(name)
			continue
		}
		w.add(e.unit)
	}
}

func (s *state) found(all []camera.Finding) {
	for _, f := range all {
		s.log.Info("found of the picture", "what", f.What, "since", f.Since)
		s.config.Found(f)
	}
}

// late is how long a unit may be on its way to a clip that is over.
const late = 2 * time.Second

func (s *state) tick(now time.Time) {
	s.found(s.watch.Tick(now))
	for name, w := range s.clips {
		if now.Sub(w.until) > late {
			s.close(name)
		}
	}
}

func (s *state) record(name string, from, until time.Time) error {
	if w, ok := s.clips[name]; ok {
		if until.After(w.until) {
			w.until = until
		}
		return nil
	}
	if len(s.clips) == maxClips {
		return ErrClips
	}
	w := newWriter(until)
	s.clips[name] = w
	before := s.ring.Since(from)
	s.writing.Go(func() { s.config.Kept(w.write(clip.New(s.config.Clips, name), before)) })
	return nil
}

// close ends a clip: it is written to its end, and waited for by end alone.
func (s *state) close(name string) {
	close(s.clips[name].units)
	delete(s.clips, name)
}

// end ends all clips, and waits for the disk.
func (s *state) end() {
	for name := range s.clips {
		s.close(name)
	}
	s.writing.Wait()
}
