package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/campushub/alerting/evidence"
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
