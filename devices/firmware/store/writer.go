package store

import (
	"context"
	"fmt"
	"time"
)

// The times of the file.
const (
	// Gather is how long check-ins and receipts are gathered for one write. A press
	// is written at once.
	Gather = 1 * time.Second
	// markEvery is how often the board's life is written down while something
	// waits, so that what waits over a power cut is not told too young.
	markEvery = 10 * time.Minute
	// againAfter is how soon a file that could not be written is made anew.
	againAfter = 30 * time.Second
)

// Run writes until ctx ends, and what is left then.
func (f *File) Run(ctx context.Context) error {
	mark := time.NewTicker(markEvery)
	defer mark.Stop()
	for ctx.Err() == nil {
		select {
		case <-f.wake:
			f.gather(ctx)
		case <-mark.C:
			f.mark()
		case <-f.again():
		case <-ctx.Done():
		}
		if err := f.write(); err != nil {
			f.log.Error("store was not written", "error", err)
		}
	}
	return nil
}

// gather waits for more to write with what is there, unless a press is.
func (f *File) gather(ctx context.Context) {
	wait := time.NewTimer(Gather)
	defer wait.Stop()
	for {
		f.mu.Lock()
		urgent := f.urgent
		f.mu.Unlock()
		if urgent {
			return
		}
		select {
		case <-f.wake:
		case <-wait.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// again is when a file that could not be written is tried again.
func (f *File) again() <-chan time.Time {
	if f.Fault() == nil {
		return nil
	}
	return time.After(againAfter)
}

// mark notes that the board lives, while something waits.
func (f *File) mark() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.entries) > 0 {
		f.append(line{Kind: kindLived, moment: moment{Boot: f.life.number, Lived: f.life.now().Milliseconds()}})
	}
}

// Flush returns once everything that was saved before it is safe from a power
// cut, or says why it is not. Run must be running.
func (f *File) Flush() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	want := f.changes
	f.urgent = f.urgent || f.stored < want
	f.nudge()
	for f.stored < want && f.failed == nil {
		f.safe.Wait()
	}
	return f.failed
}

// Fault is why the file could not be written last; nil where it was.
func (f *File) Fault() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed
}

// write appends what is pending, or makes the file anew where it must.
func (f *File) write() error {
	f.writing.Lock()
	defer f.writing.Unlock()
	f.mu.Lock()
	pending, changes, live := f.pending, f.changes, f.bytes
	f.pending, f.urgent = nil, false
	anew := f.handle == nil || f.size > compactAt && f.size > 2*live || f.size > MaxBytes/2
	var whole []byte
	if anew {
		whole = f.whole()
	}
	f.mu.Unlock()

	var err error
	switch {
	case anew:
		err = f.replace(whole)
	case len(pending) > 0:
		err = f.extend(pending)
	default:
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed = err
	if err == nil {
		f.stored = changes
	}
	f.safe.Broadcast()
	return err
}

// whole is the file as it would be if nothing had ever been removed.
func (f *File) whole() []byte {
	out := line{
		Kind: kindBoot, Name: f.life.clock.Boot(),
		moment: moment{Boot: f.life.number, Lived: f.life.before.Milliseconds()},
	}.encode()
	out = append(out, line{Kind: kindLived, moment: moment{Boot: f.life.number, Lived: f.life.now().Milliseconds()}}.encode()...)
	out = append(out, f.dropped.encode()...)
	for _, e := range f.entries {
		out = append(out, e.encode()...)
	}
	return out
}

func (f *File) extend(all []line) error {
	var out []byte
	for _, l := range all {
		out = append(out, l.encode()...)
	}
	if err := put(f.handle, out); err != nil {
		// Nobody knows what of it is there: the next write makes the file anew.
		_ = f.handle.Close()
		f.handle = nil
		return fmt.Errorf("append to store %s: %w", f.name, err)
	}
	f.size += len(out)
	return nil
}

// replace makes the file anew. Until its folder is synced nothing is appended
// to it: what would be could vanish with its name.
func (f *File) replace(whole []byte) error {
	if f.handle != nil {
		_ = f.handle.Close()
		f.handle = nil
	}
	fresh, err := f.disk.Create(f.name + ".new")
	if err != nil {
		return fmt.Errorf("make store %s anew: %w", f.name, err)
	}
	err = put(fresh, whole)
	if err == nil {
		err = f.disk.Rename(f.name+".new", f.name)
	}
	if err == nil {
		err = f.disk.Sync()
	}
	if err != nil {
		_ = fresh.Close()
		return fmt.Errorf("make store %s anew: %w", f.name, err)
	}
	f.handle, f.size = fresh, len(whole)
	return nil
}

func put(h Handle, b []byte) error {
	if _, err := h.Write(b); err != nil {
		return err
	}
	return h.Sync()
}

// Close gives the file back. What is pending is lost: end Run first.
func (f *File) Close() error {
	f.writing.Lock()
	defer f.writing.Unlock()
	if f.handle == nil {
		return nil
	}
	err := f.handle.Close()
	f.handle = nil
	return err
}
