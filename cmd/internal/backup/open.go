package backup

import (
	"errors"
	"fmt"
	"os"
)

// open opens a backup, and says how long it is.
func open(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("open backup: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file", path)
	}
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("open backup: %w", err), f.Close())
	}
	return f, info.Size(), nil
}
