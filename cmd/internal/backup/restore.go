package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
)

// Restoring says what to restore, and where to.
type Restoring struct {
	From string
	// Dir is the hub's folder: the records alone are put there. Folder, instead,
	// is where everything goes, the configuration too.
	Dir, Folder string
	// Passphrase opens sealed secrets; WithoutSecrets leaves them where they are.
	Passphrase     []byte
	WithoutSecrets bool
	// Replace moves aside what is there.
	Replace bool
}

// Restored is what was restored.
type Restored struct {
	Manifest Manifest
	Dir      string // where the records are
	Config   string // what to start the hub with; "" where it has none
	Aside    string // where what was there is now; "" where there was nothing
	Journal  journal.Facts
	Sessions int64 // that were ended
	// Notes say what is left to do.
	Notes []string
}

// The reasons for which a restore is refused, for whoever tells them apart.
var (
	ErrRuns     = errors.New("a hub runs on this folder")
	ErrOccupied = errors.New("there are records already")
	ErrLater    = errors.New("it was made by a later hub")
	ErrChanged  = errors.New("the backup does not hold")
)

// Restore puts a backup back. Nothing that is there is changed before all of it
// has been read, held against its manifest and made ready beside; from then to
// the end a hub refuses to start on the folder.
func Restore(ctx context.Context, o Restoring, now time.Time) (done Restored, err error) {
	f, size, err := open(o.From)
	if err != nil {
		return done, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	found, err := read(ctx, f, size, nothing, &pace{hurried: true})
	if err != nil {
		return done, err
	}
	if err := acceptable(found); err != nil {
		return done, err
	}
	r := &restoring{Restoring: o, found: found, now: now}
	if err := r.places(); err != nil {
		return done, err
	}
	lock, err := r.occupy()
	if err != nil {
		return done, err
	}
	defer lock.Close() //nolint:errcheck // it is a lock
	defer func() { _ = os.RemoveAll(r.stage) }()
	if err := r.unpack(ctx, f, size); err != nil {
		return done, err
	}
	if err := r.prepare(ctx); err != nil {
		return done, err
	}
	if err := r.place(); err != nil {
		return done, err
	}
	return r.done(), nil
}

// acceptable refuses what does not hold, and what this program does not know.
func acceptable(found Found) error {
	if !found.OK() {
		said := make([]string, 0, len(found.Faults))
		for _, f := range found.Faults[:min(len(found.Faults), 5)] {
			said = append(said, f.String())
		}
		return fmt.Errorf("%w, nothing was restored: %s; take an older backup, or another copy of this one", ErrChanged, strings.Join(said, "; "))
	}
	m := found.Manifest
	for _, s := range []struct {
		name      string
		has, most int64
	}{{"journal.db", m.Journal.Schema, journal.Schema()}, {"office.db", m.Office, office.Schema()}} {
		if s.has > s.most {
			return fmt.Errorf("%w (%s): its %s is of version %d, this program knows %d; restore it with that program or a later one", ErrLater, m.Version, s.name, s.has, s.most)
		}
	}
	for _, f := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) {
			return fmt.Errorf("%w: it names a file %q outside of itself", ErrChanged, f.Name)
		}
	}
	return nil
}

// restoring is a backup that is being put back.
type restoring struct {
	Restoring
	found    Found
	now      time.Time
	records  string            // the hub's folder
	settings string            // the configuration's folder; "" leaves it
	outside  string            // where files go that stood elsewhere
	stage    string            // where everything is made ready
	files    map[string]string // what was made ready → where it goes
	ready    []string          // the keys of files, in their order
	aside    string
	facts    journal.Facts
	ended    int64
	notes    []string
}

func (r *restoring) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// places says where the parts of the backup go.
func (r *restoring) places() error {
	m := r.found.Manifest
	if r.Dir != "" {
		r.records = mustAbs(r.Dir)
		return r.secretsKnown()
	}
	folder := mustAbs(r.Folder)
	r.records, r.outside = folder, filepath.Join(folder, "outside")
	switch {
	case m.Configuration == "":
		r.note("the backup has no configuration: put one there, with dir of its hub section leading to %s", folder)
	case m.Records != "":
		r.settings, r.records = folder, filepath.Join(folder, filepath.FromSlash(m.Records))
	default: // the hub's folder lay elsewhere
		r.settings = filepath.Join(folder, "configuration")
		r.note("dir of the hub section names another folder: set it to %s before the hub is started", folder)
	}
	return r.secretsKnown()
}

// secretsKnown makes sure that there is a way to the secrets before anything is
// touched.
func (r *restoring) secretsKnown() error {
	m := r.found.Manifest
	switch {
	case r.WithoutSecrets:
		r.note("the secrets were left in the backup, as was asked for")
	case m.Secrets == SecretsSealed && r.has(sealedName) && len(r.Passphrase) == 0:
		return errors.New("its secrets are sealed: name the file with the passphrase (--passphrase-file), or leave them (--without-secrets)")
	case m.Secrets == SecretsLeftOut && len(m.LeftOut) > 0:
		r.note("the backup has no secrets: put these %d files back from where they are kept before the hub is started: %s", len(m.LeftOut), some(m.LeftOut))
	}
	return nil
}

func some(names []string) string {
	if len(names) > 5 {
		return strings.Join(names[:5], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

func (r *restoring) has(name string) bool {
	for _, f := range r.found.Manifest.Files {
		if f.Name == name {
			return true
		}
	}
	return false
}

// goes says where a file of the backup goes; "" leaves it.
func (r *restoring) goes(name string) string {
	if rest, secret := strings.CutPrefix(name, secretsFolder); secret {
		if r.WithoutSecrets {
			return ""
		}
		name = rest
	}
	for folder, to := range map[string]string{recordsFolder: r.records, configurationFolder: r.settings, outsideFolder: r.outside} {
		if rest, ok := strings.CutPrefix(name, folder); ok && to != "" && filepath.IsLocal(filepath.FromSlash(rest)) {
			return filepath.Join(to, filepath.FromSlash(rest))
		}
	}
	return ""
}

// occupy makes the hub's folder and keeps every hub away from it.
func (r *restoring) occupy() (*os.File, error) {
	if err := os.MkdirAll(r.records, 0o700); err != nil {
		return nil, fmt.Errorf("make the hub's folder: %w", err)
	}
	lock, err := journal.Lock(filepath.Join(r.records, "journal.db"))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: stop it first, nothing was restored: %w", ErrRuns, r.records, err)
	}
	there := r.there()
	if len(there) > 0 && !r.Replace {
		_ = lock.Close()
		return nil, fmt.Errorf("%w in %s (%s): restore into an empty folder, or say --replace-what-is-there; it is moved aside then, not deleted", ErrOccupied, r.records, some(there))
	}
	if r.stage, err = os.MkdirTemp(r.records, ".restoring-"); err != nil {
		return nil, errors.Join(fmt.Errorf("make room for the restore: %w", err), lock.Close())
	}
	return lock, nil
}

// belongs are the records that a restore replaces, whether the backup has them
// or not: a log of another journal would spoil the one that is put there.
var belongs = []string{
	"journal.db", "journal.db-wal", "journal.db-shm", "office.db", "office.db-wal", "office.db-shm", "telemetry", noteName,
}

// there lists what stands where something of the backup goes.
func (r *restoring) there() (out []string) {
	for _, name := range belongs {
		if path := filepath.Join(r.records, name); !missing(path) {
			out = append(out, path)
		}
	}
	for _, f := range r.found.Manifest.Files {
		to := r.goes(f.Name)
		if to != "" && !missing(to) && !within(out, to) {
			out = append(out, to)
		}
	}
	return out
}

// within reports whether a path is one of some, or lies in one of them.
func within(some []string, path string) bool {
	for _, s := range some {
		if path == s || strings.HasPrefix(path, s+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// unpack puts every file of the backup beside where it goes.
func (r *restoring) unpack(ctx context.Context, f io.ReaderAt, size int64) error {
	r.files = map[string]string{}
	again, err := read(ctx, f, size, func(name string) (io.WriteCloser, error) {
		to := r.goes(name)
		if name == sealedName && !r.WithoutSecrets {
			to = filepath.Join(r.stage, sealedName)
		}
		if to == "" {
			return nil, nil
		}
		return r.make(to)
	}, &pace{hurried: true})
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if !again.OK() {
		return acceptable(again)
	}
	return r.unpackSealed()
}

// make makes a file ready that goes to a path.
func (r *restoring) make(to string) (io.WriteCloser, error) {
	at := filepath.Join(r.stage, fmt.Sprintf("%06d", len(r.ready)))
	f, err := os.OpenFile(at, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	r.files[at], r.ready = to, append(r.ready, at)
	return synced{f}, nil
}

// synced is durable when it is closed.
type synced struct{ *os.File }

func (s synced) Close() error { return errors.Join(s.Sync(), s.File.Close()) }

func (r *restoring) unpackSealed() error {
	for k, at := range r.ready {
		if r.files[at] != filepath.Join(r.stage, sealedName) {
			continue
		}
		sealed, err := os.ReadFile(at)
		if err != nil {
			return fmt.Errorf("open sealed secrets: %w", err)
		}
		delete(r.files, at)
		r.ready = append(r.ready[:k], r.ready[k+1:]...)
		files, err := unseal(sealed, r.Passphrase)
		if err != nil {
			return err
		}
		return r.unpackSecrets(files)
	}
	return nil
}

func (r *restoring) unpackSecrets(files []content) error {
	for _, f := range files {
		to := r.goes(f.Name)
		if to == "" {
			continue
		}
		at := filepath.Join(r.stage, fmt.Sprintf("s%06d", len(r.ready)))
		if err := replace(at, f.Data); err != nil {
			return fmt.Errorf("write secret: %w", err)
		}
		r.files[at], r.ready = to, append(r.ready, at)
	}
	return nil
}

// prepare has the records say that they were restored.
func (r *restoring) prepare(ctx context.Context) (err error) {
	m := r.found.Manifest
	for at, to := range r.files {
		switch to {
		case filepath.Join(r.records, "journal.db"):
			r.facts, err = journal.Restore(ctx, at, journal.Restoration{
				At: r.now.UTC(), Moment: m.Moment, Backup: r.found.SHA256, Schools: m.Schools,
			})
		case filepath.Join(r.records, "office.db"):
			r.ended, err = office.EndSessions(ctx, at)
		}
		if err != nil {
			return err
		}
	}
	return r.verify(ctx)
}

// verify looks at the journal as it will be.
func (r *restoring) verify(ctx context.Context) error {
	for at, to := range r.files {
		if to != filepath.Join(r.records, "journal.db") {
			continue
		}
		report, err := journal.Verify(ctx, at)
		if err != nil {
			return err
		}
		for _, s := range report.Schools {
			if s.Reason != "" {
				r.note("the audit chain of %s is broken at event %d, as it was when the backup was taken: %s", s.School, s.BrokenAt, s.Reason)
			}
		}
		return nil
	}
	return fmt.Errorf("%w: it has no journal", ErrChanged)
}
