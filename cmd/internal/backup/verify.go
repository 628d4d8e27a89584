package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"example.org/campushub/alerting/journal"
)

// Checked is a backup that was looked at, down to its audit chains.
type Checked struct {
	Found
	Records *Records // nil where they could not be taken out of it
}

// OK reports whether everything of it holds.
func (c Checked) OK() bool { return c.Found.OK() && c.Records != nil && c.Records.OK() }

// Verify holds every byte of a backup against its manifest, and takes its
// records out into a folder for temporary files to look at them as at a hub's.
func Verify(ctx context.Context, path string) (c Checked, err error) {
	f, size, err := open(path)
	if err != nil {
		return c, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	dir, err := os.MkdirTemp("", "campushub-verify-")
	if err != nil {
		return c, fmt.Errorf("make room for the backup's records: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // what is left is a temporary file
	c.Found, err = read(ctx, f, size, func(name string) (io.WriteCloser, error) {
		if name != journalName && name != officeName {
			return nil, nil
		}
		return os.OpenFile(filepath.Join(dir, filepath.Base(name)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}, &pace{hurried: true})
	if err != nil || missing(filepath.Join(dir, "journal.db")) {
		return c, err
	}
	r := Look(ctx, dir)
	c.Records = &r
	if c.Found.OK() {
		c.compare(ctx, filepath.Join(dir, "journal.db"))
	}
	return c, nil
}

// compare holds what the manifest says of the journal against the journal.
func (c *Checked) compare(ctx context.Context, path string) {
	r, err := journal.OpenReader(ctx, path)
	if err != nil {
		c.Records.fault("journal.db", "%v", err)
		return
	}
	has, err := r.Facts(ctx)
	if err = errors.Join(err, r.Close()); err != nil {
		c.Records.fault("journal.db", "%v", err)
		return
	}
	if fmt.Sprint(has) != fmt.Sprint(c.Manifest.Journal) {
		c.Records.fault("journal.db", "is not the one that the manifest describes")
	}
}
