package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Put writes a file whole or leaves the one that was there: who reads it
// meanwhile reads one of the two. An old file keeps its mode and its owner, a
// new one gets mode and the owner of its folder, so that a hub that runs as
// somebody else still reads what an administrator has written.
func Put(path string, data []byte, mode os.FileMode) error {
	if behind, err := filepath.EvalSymlinks(path); err == nil {
		path = behind
	}
	like := filepath.Dir(path)
	switch info, err := os.Stat(path); {
	case err == nil:
		like, mode = path, info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("write %s: %w", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = errors.Join(f.Chmod(mode), Owned(f.Name(), like), f.Sync())
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error is the one to tell
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
