package backup

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

// writer writes a backup's files into a tar, and gathers their checksums.
type writer struct {
	file  *os.File
	tar   *tar.Writer
	at    time.Time
	pace  *pace
	files []File
}

func newWriter(f *os.File, at time.Time, p *pace) *writer {
	return &writer{file: f, tar: tar.NewWriter(f), at: at, pace: p}
}

// header is the form in which each file stands in a backup, so that what was
// changed of a tar's own bytes is found, too.
func header(name string, bytes int64, at time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: bytes, ModTime: at.Truncate(time.Second).UTC()}
}

// add copies so many bytes of r under a name.
func (w *writer) add(ctx context.Context, name string, r io.Reader, bytes int64) error {
	if err := w.tar.WriteHeader(header(name, bytes, w.at)); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	s := newSums()
	for s.bytes < bytes {
		began := time.Now()
		n := min(bytes-s.bytes, 16*BlockSize)
		if _, err := io.CopyN(io.MultiWriter(w.tar, s), r, n); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		if err := w.pace.sync(w.file); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		if err := w.pace.rest(ctx, began); err != nil {
			return err
		}
	}
	w.files = append(w.files, s.file(name))
	return nil
}

// addFile copies a file as long as it is now; one that grows meanwhile is cut.
func (w *writer) addFile(ctx context.Context, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return w.add(ctx, name, f, info.Size())
}
