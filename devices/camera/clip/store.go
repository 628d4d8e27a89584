package clip

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"example.org/campushub/devices/camera/fmp4"
)

// File is what a part of a clip is written to.
type File interface {
	io.Writer
	Truncate(size int64) error
	Sync() error
	Close() error
}

// Store is where clips go. Whoever has a budget for the disk keeps to it here.
type Store interface {
	// Create begins a file of this name, which is not there yet.
	Create(name string) (File, error)
}

// Dir keeps clips in a folder that is there, readable by the hub alone.
type Dir string

// Create implements Store.
func (d Dir) Create(name string) (File, error) {
	f, err := os.OpenFile(filepath.Join(string(d), name), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create clip: %w", err)
	}
	return f, nil
}

// Salvage cuts what was being written when the writer ended off a file, and
// returns the size and the SHA-256 of what is whole: fmp4.ErrNoFilm where that
// is nothing.
func Salvage(path string) (size int64, sum [sha256.Size]byte, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, sum, fmt.Errorf("salvage clip: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was synchronised, or the error is on its way
	info, err := f.Stat()
	if err != nil {
		return 0, sum, fmt.Errorf("salvage clip: %w", err)
	}
	if size, err = fmp4.Whole(f, info.Size()); err != nil {
		return 0, sum, fmt.Errorf("salvage clip %s: %w", path, err)
	}
	if err := f.Truncate(size); err != nil {
		return 0, sum, fmt.Errorf("salvage clip: %w", err)
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, size)); err != nil {
		return 0, sum, fmt.Errorf("salvage clip: %w", err)
	}
	if err := f.Sync(); err != nil {
		return 0, sum, fmt.Errorf("salvage clip: %w", err)
	}
	return size, [sha256.Size]byte(h.Sum(nil)), nil
}
