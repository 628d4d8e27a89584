package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting/evidence"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/cmd/internal/config"
)

// Options says what to take a backup of, and where to.
type Options struct {
	Dir string // the hub's folder
	// Config is the configuration, read from Path; nil takes the records alone.
	Config *config.Config
	Path   string
	// Out is the file to make, or a folder in which it gets a name of its own.
	Out     string
	Version string // of this program
	// Secrets is how they are taken; "" is SecretsLeftOut.
	Secrets    string
	Passphrase []byte // of SecretsSealed
	// Hurried takes all the processor and disk that there is.
	Hurried bool
}

// Made is a backup that was made and checked.
type Made struct {
	Path     string
	Bytes    int64
	Manifest Manifest
	SHA256   evidence.Hash // of the manifest
	// Warnings say what it has not, or what is wrong with what was taken.
	Warnings []string
}

// ErrBroken says that a backup was made, of records that do not hold.
var ErrBroken = errors.New("the backup is whole, but what it was taken of does not hold")

// Take makes a backup. Nothing stands under its name before it is whole, on the
// disk and checked; what an error leaves behind is removed.
func Take(ctx context.Context, o Options) (made Made, err error) {
	if !o.Hurried {
		background()
	}
	t, err := begin(o)
	if err != nil {
		return made, err
	}
	defer t.end()
	if err := t.copyRecords(ctx); err != nil {
		return made, err
	}
	if err := t.write(ctx); err != nil {
		return made, err
	}
	if err := t.check(ctx); err != nil {
		return made, err
	}
	made = Made{Path: t.out, Bytes: t.bytes, Manifest: t.manifest, SHA256: t.sum, Warnings: t.warnings}
	if err := t.publish(); err != nil {
		return made, err
	}
	if err := note(o.Dir, made); err != nil {
		made.Warnings = append(made.Warnings, err.Error())
	}
	if t.broken {
		return made, ErrBroken
	}
	return made, nil
}

// taking is a backup that is being made.
type taking struct {
	Options
	out, temp string // the file, and the folder beside it in which it is made
	lock      *os.File
	pace      *pace
	manifest  Manifest
	sum       []byte
	bytes     int64
	warnings  []string
	broken    bool
}

func (t *taking) part() string { return filepath.Join(t.temp, "backup.tar") }

// begin finds what to take and makes the folder to work in.
func begin(o Options) (_ *taking, err error) {
	t := &taking{Options: o, pace: &pace{hurried: o.Hurried}, manifest: Manifest{Format: Format, Version: o.Version, Secrets: o.Secrets}}
	if o.Secrets == "" {
		t.Secrets, t.manifest.Secrets = SecretsLeftOut, SecretsLeftOut
	}
	if missing(filepath.Join(o.Dir, "journal.db")) {
		return nil, fmt.Errorf("there is no journal.db in %s: is that the hub's folder, and was the hub ever started?", o.Dir)
	}
	if t.Secrets == SecretsSealed && len(o.Passphrase) < MinPassphrase {
		return nil, fmt.Errorf("the passphrase has %d bytes, want at least %d", len(o.Passphrase), MinPassphrase)
	}
	if err := t.describe(); err != nil {
		return nil, err
	}
	if t.out, err = target(o.Out, t.manifest.Hub, time.Now()); err != nil {
		return nil, err
	}
	sweep(filepath.Dir(t.out))
	if err := t.room(); err != nil {
		return nil, err
	}
	return t, t.workplace()
}

// describe says what of the configuration goes into the manifest.
func (t *taking) describe() error {
	t.manifest.Hub = "campushub"
	if t.Config == nil {
		t.warnings = append(t.warnings, "the configuration is not in it: name it by --config to have it in")
		return nil
	}
	root, start, err := rootOf(t.Path)
	if err != nil {
		return err
	}
	t.manifest.Hub, t.manifest.Configuration = t.Config.Hub.Name, start
	if below := relativeTo(root, mustAbs(t.Dir)); filepath.IsLocal(below) {
		t.manifest.Records = filepath.ToSlash(below)
	}
	for _, s := range t.Config.Schools {
		t.manifest.Schools = append(t.manifest.Schools, s.ID)
	}
	return nil
}

func mustAbs(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil { // the process has no working folder
		return path
	}
	return abs
}

// target is the file to make.
func target(out, hub string, now time.Time) (string, error) {
	if info, err := os.Stat(out); err == nil && info.IsDir() || strings.HasSuffix(out, string(filepath.Separator)) {
		out = filepath.Join(out, "campushub-"+plain(hub)+"-"+now.UTC().Format("20060102T150405Z")+".tar")
	}
	out = mustAbs(out)
	if !missing(out) {
		return "", fmt.Errorf("%s is there already: a backup replaces nothing; name another file, or a folder", out)
	}
	return out, nil
}

// plain is a name that every file system takes.
func plain(name string) string {
	keep := func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '-'
	}
	if p := strings.Trim(strings.Map(keep, name), "-"); p != "" {
		return p
	}
	return "hub"
}

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

// copyRecords copies both databases as they are at one moment.
func (t *taking) copyRecords(ctx context.Context) error {
	t.manifest.Moment = time.Now().UTC()
	records := map[string]*snapshot{}
	for _, name := range []string{"journal.db", "office.db"} { // as one: nothing is copied before both stand
		if name == "office.db" && missing(filepath.Join(t.Dir, name)) {
			continue
		}
		s, err := openSnapshot(ctx, filepath.Join(t.Dir, name))
		if err != nil {
			return err
		}
		defer s.close()
		records[name] = s
	}
	for name, s := range records {
		if err := s.copyTo(ctx, filepath.Join(t.temp, name), t.pace); err != nil {
			return err
		}
		s.close() // the log may shrink again
	}
	return t.facts(ctx)
}

// facts says what the copies have, and whether it holds.
func (t *taking) facts(ctx context.Context) error {
	path := filepath.Join(t.temp, "journal.db")
	r, err := journal.OpenReader(ctx, path)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it was only read
	if t.manifest.Journal, err = r.Facts(ctx); err != nil {
		return err
	}
	for _, c := range t.manifest.Journal.Chains {
		if !slices.Contains(t.manifest.Schools, c.School) {
			t.manifest.Schools = append(t.manifest.Schools, c.School)
		}
	}
	if office := filepath.Join(t.temp, "office.db"); !missing(office) {
		if t.manifest.Office, err = schemaOf(ctx, office); err != nil {
			return err
		}
	}
	report, err := journal.Verify(ctx, path)
	if err != nil {
		return err
	}
	for _, s := range report.Schools {
		if s.Reason != "" {
			t.broken = true
			t.warnings = append(t.warnings, fmt.Sprintf("the audit chain of %s is broken at event %d: %s", s.School, s.BrokenAt, s.Reason))
		}
	}
	return nil
}

func schemaOf(ctx context.Context, path string) (int64, error) { return office.SchemaOf(ctx, path) }

// write makes the tar.
func (t *taking) write(ctx context.Context) error {
	f, err := os.OpenFile(t.part(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make backup: %w", err)
	}
	w := newWriter(f, t.manifest.Moment, t.pace)
	err = t.fill(ctx, w)
	if err == nil {
		err = w.tar.Close()
	}
	if err == nil {
		err = f.Sync()
	}
	if info, e := f.Stat(); e == nil {
		t.bytes = info.Size()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("make backup %s: %w", t.out, err)
	}
	return nil
}

func (t *taking) fill(ctx context.Context, w *writer) error {
	for _, name := range []string{"journal.db", "office.db"} {
		path := filepath.Join(t.temp, name)
		if missing(path) {
			continue
		}
		if err := w.addFile(ctx, recordsFolder+name, path); err != nil {
			return err
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("make room: %w", err)
		}
	}
	secrets, err := t.addFiles(ctx, w)
	if err != nil {
		return err
	}
	if err := t.addSecrets(ctx, w, secrets); err != nil {
		return err
	}
	t.manifest.Files = w.files
	manifest, err := t.manifest.encode()
	if err != nil {
		return err
	}
	t.sum = digest(manifest)
	if err := w.add(ctx, manifestName, bytes.NewReader(manifest), int64(len(manifest))); err != nil {
		return err
	}
	sum := sumOf(manifest)
	return w.add(ctx, sumName, bytes.NewReader(sum), int64(len(sum)))
}

// addFiles adds what lies there as files, and gives back the secrets among it.
func (t *taking) addFiles(ctx context.Context, w *writer) (secrets []source, err error) {
	all, err := hubFiles(t.Dir)
	if err != nil {
		return nil, err
	}
	if t.Config != nil {
		root, _, err := rootOf(t.Path)
		if err != nil {
			return nil, err
		}
		more, err := configured(t.Config, root)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	for _, s := range all {
		if s.secret {
			secrets = append(secrets, s)
			continue
		}
		switch err := w.addFile(ctx, s.name, s.path); {
		case errors.Is(err, os.ErrNotExist): // a segment that was given up meanwhile
		case err != nil:
			return nil, err
		}
	}
	return secrets, nil
}

// addSecrets adds the secrets as they were asked for.
func (t *taking) addSecrets(ctx context.Context, w *writer, secrets []source) error {
	if len(secrets) == 0 {
		return nil
	}
	if t.Secrets == SecretsLeftOut {
		for _, s := range secrets {
			t.manifest.LeftOut = append(t.manifest.LeftOut, s.name)
		}
		t.warnings = append(t.warnings, fmt.Sprintf("%d secrets are not in it, and without them no hub starts from it: keep them apart, or take them sealed (--passphrase-file)", len(secrets)))
		return nil
	}
	var files []content
	for _, s := range secrets {
		data, err := os.ReadFile(s.path)
		if err != nil {
			return fmt.Errorf("read secret: %w", err)
		}
		files = append(files, content{s.name, data})
	}
	if t.Secrets == SecretsInClear {
		t.warnings = append(t.warnings, "it holds secrets in clear: whoever has it can be any device and any account of this hub")
		for _, f := range files {
			if err := w.add(ctx, secretsFolder+f.Name, bytes.NewReader(f.Data), int64(len(f.Data))); err != nil {
				return err
			}
		}
		return nil
	}
	sealed, err := seal(files, t.Passphrase)
	if err != nil {
		return err
	}
	return w.add(ctx, sealedName, bytes.NewReader(sealed), int64(len(sealed)))
}

// check reads back what was written.
func (t *taking) check(ctx context.Context) error {
	f, size, err := open(t.part())
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	found, err := read(ctx, f, size, nothing, t.pace)
	if err != nil {
		return fmt.Errorf("check backup: %w", err)
	}
	if len(found.Faults) > 0 {
		return fmt.Errorf("the disk did not keep what was written to it: %s", found.Faults[0])
	}
	return nil
}
