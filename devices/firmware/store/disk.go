package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Disk is the folder that the file is in. Like a real one it may forget, at a
// power cut, whatever was not synced.
type Disk interface {
	// Read returns a whole file; fs.ErrNotExist where there is none.
	Read(name string) ([]byte, error)
	// Create makes a file, or empties it.
	Create(name string) (Handle, error)
	// Rename puts a file in another one's place, at once or not at all.
	Rename(from, to string) error
	// Sync makes what was created and renamed outlast a power cut.
	Sync() error
}

// Handle is an open file, which is written from its beginning to its end.
type Handle interface {
	io.Writer
	// Sync makes what was written outlast a power cut.
	Sync() error
	Close() error
}

// Folder is a Disk in a folder of the system.
type Folder string

// Read implements Disk.
func (f Folder) Read(name string) ([]byte, error) { return os.ReadFile(f.path(name)) }

// Create implements Disk.
func (f Folder) Create(name string) (Handle, error) {
	return os.OpenFile(f.path(name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
}

// Rename implements Disk.
func (f Folder) Rename(from, to string) error { return os.Rename(f.path(from), f.path(to)) }

// Sync implements Disk.
func (f Folder) Sync() error {
	d, err := os.Open(string(f))
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f Folder) path(name string) string { return filepath.Join(string(f), name) }
