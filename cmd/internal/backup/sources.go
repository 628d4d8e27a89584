package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/telemetry/spool"
)

// source is a file that goes into a backup as it lies there.
type source struct {
	name   string // in the backup; of a secret, without the folder of secrets
	path   string
	secret bool
}

// hubFiles are what a hub keeps in its folder beside its two databases: its own
// keys, and of the telemetry's spool what alarms left. Readings are left out:
// they are many, nothing of an incident hangs on them, and all but the last of
// them are in InfluxDB. How far delivery got is left out, too: InfluxDB takes
// the same point twice as one.
func hubFiles(dir string) (out []source, err error) {
	keys, err := filepath.Glob(filepath.Join(dir, "*.key"))
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", dir, err)
	}
	for _, k := range keys {
		out = append(out, source{recordsFolder + filepath.Base(k), k, true})
	}
	for _, kept := range []string{filepath.Join("evidence-keys", "*.pem"), filepath.Join("telemetry", spool.Alarm.String(), "*.seg")} {
		paths, err := filepath.Glob(filepath.Join(dir, kept))
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", dir, err)
		}
		for _, p := range paths {
			out = append(out, source{recordsFolder + filepath.ToSlash(relativeTo(dir, p)), p, false})
		}
	}
	return out, nil
}

// configured are the files that a configuration was read from.
func configured(cfg *config.Config, root string) (out []source, err error) {
	seen := map[string]bool{}
	for _, f := range cfg.Files {
		path, err := filepath.Abs(f.Path)
		if err != nil {
			return nil, fmt.Errorf("path %s: %w", f.Path, err)
		}
		if seen[path] {
			continue
		}
		seen[path] = true
		name := outsideFolder + strings.TrimPrefix(filepath.ToSlash(path), "/")
		if below := relativeTo(root, path); filepath.IsLocal(below) {
			name = configurationFolder + filepath.ToSlash(below)
		}
		out = append(out, source{name, path, f.Secret})
	}
	slices.SortFunc(out, func(a, b source) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// rootOf is the folder of a configuration, and what to start a hub with below it.
func rootOf(path string) (root, start string, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", "", fmt.Errorf("path %s: %w", path, err)
	}
	info, err := os.Stat(abs)
	if err != nil {
		return "", "", fmt.Errorf("find configuration: %w", err)
	}
	if info.IsDir() {
		return abs, ".", nil
	}
	return filepath.Dir(abs), filepath.Base(abs), nil
}

// relativeTo is where a path lies from a folder; "" where nobody can say.
func relativeTo(dir, path string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return ""
	}
	return rel
}

func missing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}
