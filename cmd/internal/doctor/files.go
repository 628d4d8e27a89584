package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/campushub/cmd/internal/config"
)

// permissions looks at who may read the records and the keys.
func permissions(f *Findings, cfg *config.Config) {
	dir := cfg.Hub.Dir
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		f.say(Warn, "files", "start the hub once; it makes the folder", "%s is not there yet", dir)
		return
	}
	if err != nil {
		f.say(Bad, "files", "let the hub's user read it", "%v", err)
		return
	}
	if info.Mode().Perm()&0o022 != 0 {
		f.say(Bad, "files", "chmod go-w "+dir, "others may change what lies in %s (%s)", dir, info.Mode().Perm())
	}
	private, open := privateFiles(cfg)
	if len(open) == 0 {
		f.say(OK, "files", "", "%d records and keys are for their owner alone", private)
	}
	for _, o := range open {
		f.say(Bad, "files", "chmod go= "+o.path, "%s can be read by others (%s)", o.path, o.mode)
	}
}

type openFile struct {
	path string
	mode fs.FileMode
}

// privateFiles counts the databases and private keys, and lists those that
// others may read.
func privateFiles(cfg *config.Config) (found int, open []openFile) {
	all, _ := filepath.Glob(filepath.Join(cfg.Hub.Dir, "*.db*")) // the pattern is good
	for _, pair := range []config.KeyPair{cfg.Hub.HTTP.TLS, cfg.Hub.MQTT.TLS.KeyPair} {
		if pair.Enabled() && !slices.Contains(all, pair.Key) {
			all = append(all, pair.Key)
		}
	}
	for _, path := range all {
		info, err := os.Stat(path)
		if err != nil { // a log of the database that has just gone
			continue
		}
		found++
		if info.Mode().Perm()&0o077 != 0 {
			open = append(open, openFile{path, info.Mode().Perm()})
		}
	}
	return found, open
}

// How much room the records need, and how soon a press must be durable.
const (
	scarceRoom, noRoom = 1 << 30, 100 << 20
	slowSync           = 20 * time.Millisecond
	// lateSync is the budget of a durable press.
	lateSync = 100 * time.Millisecond
	syncs    = 20
	synced   = 4096 // bytes of one write
)

// disk looks at the room and the speed of the journal's disk.
func disk(f *Findings, dir string) {
	if _, err := os.Stat(dir); err != nil {
		return // said already
	}
	free, err := freeBytes(dir)
	switch {
	case err != nil:
		f.say(Warn, "disk space", "", "it cannot be told for %s: %v", dir, err)
	case free < noRoom:
		f.say(Bad, "disk space", "make room: without it no alarm is stored", "%s free for %s", size(free), dir)
	case free < scarceRoom:
		f.say(Warn, "disk space", "make room soon", "%s free for %s", size(free), dir)
	default:
		f.say(OK, "disk space", "", "%s free for %s", size(free), dir)
	}
	times, err := timeSyncs(dir)
	if err != nil {
		f.say(Bad, "disk speed", "run it as the hub's user, and look at the disk", "the folder takes no file: %v", err)
		return
	}
	median, worst := times[len(times)/2], times[len(times)-1]
	level, do := OK, ""
	switch {
	case median > lateSync:
		level, do = Bad, "use another disk: a press has to be durable within 100 ms"
	case median > slowSync || worst > lateSync:
		level, do = Warn, "look at what else uses this disk"
	}
	f.say(level, "disk speed", do, "a write is durable after %s, the slowest of %d after %s", round(median), syncs, round(worst))
}

// timeSyncs times durable writes of a file beside the journal; sorted.
func timeSyncs(dir string) ([]time.Duration, error) {
	file, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // nobody reads it
	defer file.Close()           //nolint:errcheck // it has been synced
	block := make([]byte, synced)
	var out []time.Duration
	for range syncs {
		began := time.Now()
		if _, err := file.Write(block); err != nil {
			return nil, err
		}
		if err := file.Sync(); err != nil {
			return nil, err
		}
		out = append(out, time.Since(began))
	}
	slices.Sort(out)
	return out, nil
}

func size(n uint64) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	}
	return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20))
}

func round(d time.Duration) string {
	return strings.ReplaceAll(d.Round(10*time.Microsecond).String(), "µs", " µs")
}
