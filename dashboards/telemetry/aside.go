package telemetry

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// asideBytes is how long the file of rejected points gets. Overflow: it
// becomes the old one, and the old one before it goes.
const asideBytes = 8 << 20

// aside is the file of what InfluxDB rejected, for a person to look at: a
// comment with the reason before each point, in line protocol.
type aside struct{ path string }

// put adds points with one reason.
func (a aside) put(points [][]byte, reason string) error {
	if info, err := os.Stat(a.path); err == nil && info.Size() > asideBytes {
		if err := os.Rename(a.path, a.path+".old"); err != nil {
			return fmt.Errorf("put points aside: %w", err)
		}
	}
	var b []byte
	b = fmt.Appendf(b, "# %s\n", strings.ReplaceAll(reason, "\n", " "))
	for _, p := range points {
		b = append(append(b, p...), '\n')
	}
	f, err := os.OpenFile(a.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("put points aside: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("put points aside: %w", err)
	}
	return nil
}
