package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

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
