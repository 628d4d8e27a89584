package backup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// unfinishedName is the file that stands in a hub's folder while a restore moves
// files there: some of them may be missing.
const unfinishedName = "restore-unfinished"

// Unfinished says why no hub may start on a folder: a restore into it was
// interrupted. Nil where none was.
func Unfinished(dir string) error {
	path := filepath.Join(dir, unfinishedName)
	if missing(path) {
		return nil
	}
	return fmt.Errorf("a restore into %s was interrupted, and files may be missing: run \"campushub restore\" again, with --replace-what-is-there", dir)
}

// place moves what was there aside and what was made ready to where it goes.
func (r *restoring) place() error {
	unfinished := filepath.Join(r.records, unfinishedName)
	if err := replace(unfinished, []byte("A restore moves files here. Where none runs any more it was interrupted: run it again.\n")); err != nil {
		return fmt.Errorf("begin to restore: %w", err)
	}
	if err := syncFolder(r.records); err != nil {
		return err
	}
	if err := r.moveAside(); err != nil {
		return err
	}
	touched := map[string]bool{}
	for _, at := range r.ready {
		to := r.files[at]
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return fmt.Errorf("restore %s: %w", to, err)
		}
		if err := os.Rename(at, to); err != nil {
			return fmt.Errorf("restore %s: %w", to, err)
		}
		touched[filepath.Dir(to)] = true
	}
	for dir := range touched {
		if err := syncFolder(dir); err != nil {
			return err
		}
	}
	return errors.Join(os.Remove(unfinished), syncFolder(r.records))
}

// moveAside keeps what is there in a folder of its own.
func (r *restoring) moveAside() error {
	there := r.there()
	if len(there) == 0 {
		return nil
	}
	r.aside = filepath.Join(r.records, "replaced-"+r.now.UTC().Format("20060102T150405.000Z"))
	for _, path := range there {
		to := filepath.Join(r.aside, relativeOr(r.records, path))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return fmt.Errorf("move %s aside: %w", path, err)
		}
		if err := os.Rename(path, to); err != nil {
			return fmt.Errorf("move %s aside: %w", path, err)
		}
	}
	return nil
}

// relativeOr is where a path lies from a folder, or its name where that is
// outside of it.
func relativeOr(dir, path string) string {
	if rel := relativeTo(dir, path); filepath.IsLocal(rel) {
		return rel
	}
	return filepath.Join("elsewhere", path)
}

// done says what came of it.
func (r *restoring) done() Restored {
	out := Restored{Manifest: r.found.Manifest, Dir: r.records, Aside: r.aside, Journal: r.facts, Sessions: r.ended, Notes: r.notes}
	if r.settings != "" {
		out.Config = filepath.Join(r.settings, filepath.FromSlash(r.found.Manifest.Configuration))
	}
	for _, at := range r.ready {
		if r.outside != "" && within([]string{r.outside}, r.files[at]) {
			out.Notes = append(out.Notes, "files that stood elsewhere are below "+r.outside+": put them back where the configuration names them")
			break
		}
	}
	return out
}
