package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"example.org/campushub/alerting/evidence"
)

// workName begins the folder in which a backup is made, beside where it goes:
// on one disk, so that one rename puts it in place.
const workName = ".campushub-backup-"

// workplace makes the folder, and locks it for as long as this process lives.
func (t *taking) workplace() (err error) {
	if t.temp, err = os.MkdirTemp(filepath.Dir(t.out), workName); err != nil {
		return fmt.Errorf("make backup: %w", err)
	}
	t.lock, err = os.OpenFile(filepath.Join(t.temp, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = syscall.Flock(int(t.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err != nil {
		t.end()
		return fmt.Errorf("make backup: %w", err)
	}
	return nil
}

// end removes what is left of the work.
func (t *taking) end() {
	if t.lock != nil {
		_ = t.lock.Close()
	}
	_ = os.RemoveAll(t.temp)
}

// sweep removes what killed backups left in a folder. One that is under way
// holds its lock, and stays.
func sweep(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, workName+"*")) // the pattern is good
	for _, temp := range left {
		lock, err := os.OpenFile(filepath.Join(temp, "lock"), os.O_RDWR, 0o600)
		if err != nil {
			continue // it is being made, or is nobody's
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(temp)
		}
		_ = lock.Close()
	}
}

// publish puts the backup under its name, where there is still nothing.
func (t *taking) publish() error {
	err := os.Link(t.part(), t.out)
	if err != nil && missing(t.out) { // a file system without links
		err = os.Rename(t.part(), t.out)
	}
	if err != nil {
		return fmt.Errorf("put backup in place: %w", err)
	}
	return syncFolder(filepath.Dir(t.out))
}

// syncFolder makes the names in a folder durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return nil
}

// noteName is the file in the hub's folder that says when it was backed up last.
const noteName = "backup.json"

// Note is what a hub's folder knows of its latest backup.
type Note struct {
	Moment  time.Time     `json:"moment"`
	Path    string        `json:"path"`
	SHA256  evidence.Hash `json:"manifest_sha256"`
	LastSeq int64         `json:"last_seq"`
}

// Latest reads the note of the latest backup; false where there was none.
func Latest(dir string) (n Note, ok bool) {
	data, err := os.ReadFile(filepath.Join(dir, noteName))
	return n, err == nil && json.Unmarshal(data, &n) == nil && !n.Moment.IsZero()
}

// note writes it.
func note(dir string, made Made) error {
	data, err := json.MarshalIndent(Note{made.Manifest.Moment, made.Path, made.SHA256, made.Manifest.Journal.LastSeq}, "", " ")
	if err != nil {
		return fmt.Errorf("encode note of the backup: %w", err)
	}
	if err := replace(filepath.Join(dir, noteName), append(data, '\n')); err != nil {
		return fmt.Errorf("it is not noted in the hub's folder: %w", err)
	}
	return nil
}

// replace puts a file in place whole, or leaves the old one.
func replace(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
