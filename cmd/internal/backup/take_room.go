package backup

import (
	"fmt"
	"os"
	"path/filepath"
)

// reserve is what a backup leaves free on the hub's own disk, in bytes: a full
// one takes no press.
const reserve = 256 << 20

// room refuses what would not fit, or would fill the disk that the hub needs.
func (t *taking) room() error {
	if err := os.MkdirAll(filepath.Dir(t.out), 0o700); err != nil {
		return fmt.Errorf("make the backup's folder: %w", err)
	}
	var need int64
	for _, name := range []string{"journal.db", "journal.db-wal", "office.db", "office.db-wal"} {
		if info, err := os.Stat(filepath.Join(t.Dir, name)); err == nil {
			need += 2 * info.Size() // a copy, and that copy in the tar
		}
	}
	free, known := room(filepath.Dir(t.out))
	own, a := disk(t.Dir)
	other, b := disk(filepath.Dir(t.out))
	same := a && b && own == other
	if same {
		need += reserve
		t.warnings = append(t.warnings, "it lies on the hub's own disk, and is lost with it: copy it elsewhere")
	}
	if known && free < need {
		why := ""
		if same {
			why = ", because the hub's own disk must not fill up"
		}
		return fmt.Errorf("%s has %d MiB free, and the backup needs %d MiB there%s: make room, or name another disk", filepath.Dir(t.out), free>>20, need>>20+1, why)
	}
	return nil
}
