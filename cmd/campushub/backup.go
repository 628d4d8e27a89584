package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"example.org/campushub/cmd/internal/backup"
	"example.org/campushub/cmd/internal/config"
)

type backupCmd struct {
	Config     string `help:"The configuration of the hub; it is in the backup, too." placeholder:"campus.yaml" xor:"where" required:""`
	Dir        string `help:"The hub's folder, where its configuration cannot be read: the records alone." xor:"where" required:""`
	Out        string `required:"" help:"The file to make, or a folder in which it gets a name of its own." placeholder:"FILE|DIR"`
	Passphrase string `name:"passphrase-file" help:"Take the secrets, sealed by the passphrase in this file. Otherwise they are left out." placeholder:"FILE" xor:"secrets"`
	InClear    bool   `name:"secrets-in-clear" help:"Take the secrets as they are: whoever has the backup has them." xor:"secrets"`
	Hurry      bool   `help:"Rest nowhere: for a hub that does not run."`
	JSON       bool   `help:"As JSON."`
}

// Run takes a backup and says what is in it; warnings go to standard error.
func (c backupCmd) Run(ctx context.Context, out io.Writer, stderr logTo) error {
	o := backup.Options{Dir: c.Dir, Out: c.Out, Version: version, Hurried: c.Hurry, Secrets: backup.SecretsLeftOut}
	if c.Config != "" {
		cfg, err := config.Load(c.Config)
		if err != nil {
			return fmt.Errorf("%w\nthe records alone can be taken all the same: --dir names the hub's folder", err)
		}
		o.Config, o.Path, o.Dir = cfg, c.Config, cfg.Hub.Dir
	}
	switch {
	case c.InClear:
		o.Secrets = backup.SecretsInClear
	case c.Passphrase != "":
		words, err := readPassphrase(c.Passphrase)
		if err != nil {
			return err
		}
		o.Secrets, o.Passphrase = backup.SecretsSealed, words
	}
	made, err := backup.Take(ctx, o)
	if err != nil && !errors.Is(err, backup.ErrBroken) {
		return err
	}
	for _, w := range made.Warnings {
		fmt.Fprintln(stderr, "warning:", w)
	}
	return errors.Join(c.say(out, made), err)
}

func readPassphrase(path string) ([]byte, error) {
	words, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read passphrase: %w", err)
	}
	return bytes.TrimSpace(words), nil
}

func (c backupCmd) say(out io.Writer, made backup.Made) error {
	m := made.Manifest
	digits, err := made.SHA256.MarshalText()
	if err != nil {
		return err
	}
	if c.JSON {
		return indented(out, struct {
			Path     string    `json:"path"`
			Bytes    int64     `json:"bytes"`
			Moment   time.Time `json:"moment"`
			LastSeq  int64     `json:"last_seq"`
			Secrets  string    `json:"secrets"`
			Manifest string    `json:"manifest_sha256"`
			Warnings []string  `json:"warnings"`
		}{made.Path, made.Bytes, m.Moment, m.Journal.LastSeq, m.Secrets, string(digits), made.Warnings})
	}
	_, err = fmt.Fprintf(out, "%s: %s, %d KiB\nevery press that was acknowledged before %s is in it; the last event is %d; secrets %s\nSHA-256 of its manifest %s\n",
		made.Path, config.Counted(len(m.Files), "file"), made.Bytes>>10, m.Moment.Format(time.RFC3339Nano), m.Journal.LastSeq, m.Secrets, digits)
	return err
}

type restoreCmd struct {
	From       string `required:"" type:"existingfile" help:"The backup." placeholder:"FILE"`
	Config     string `help:"Put the records into the folder of this configuration, and leave the configuration as it is." placeholder:"campus.yaml" xor:"where" required:""`
	Data       string `help:"Put everything into this folder, the configuration too." xor:"where" required:"" placeholder:"DIR"`
	Passphrase string `name:"passphrase-file" help:"Opens sealed secrets." placeholder:"FILE" xor:"secrets"`
	Without    bool   `name:"without-secrets" help:"Leave the secrets in the backup." xor:"secrets"`
	Replace    bool   `name:"replace-what-is-there" help:"Move records that are there aside. Without it they are a reason to refuse."`
	JSON       bool   `help:"As JSON."`
}

// Run restores a backup, or says why not and what to do.
func (c restoreCmd) Run(ctx context.Context, out io.Writer) error {
	o := backup.Restoring{From: c.From, Folder: c.Data, WithoutSecrets: c.Without, Replace: c.Replace}
	if c.Config != "" {
		cfg, err := config.Load(c.Config)
		if err != nil {
			return fmt.Errorf("%w\nwhere the configuration is lost too, restore all of it: --data names the folder", err)
		}
		o.Dir = cfg.Hub.Dir
	}
	if c.Passphrase != "" {
		words, err := readPassphrase(c.Passphrase)
		if err != nil {
			return err
		}
		o.Passphrase = words
	}
	done, err := backup.Restore(ctx, o, time.Now())
	if err != nil {
		return err
	}
	if c.JSON {
		return indented(out, done)
	}
	return c.say(out, done)
}

func (c restoreCmd) say(out io.Writer, done backup.Restored) error {
	m := done.Manifest
	fmt.Fprintf(out, "restored to %s: as %s was at %s; what came after it is not there\n", done.Dir, m.Hub, m.Moment.Format(time.RFC3339Nano))
	fmt.Fprintf(out, "events go on at %d, behind whatever was numbered since; the audit chains say so\n", done.Journal.LastSeq+1)
	if done.Aside != "" {
		fmt.Fprintf(out, "what was there is in %s\n", done.Aside)
	}
	fmt.Fprintf(out, "%s ended: everybody signs in anew\n", config.Counted(int(done.Sessions), "session"))
	fmt.Fprintln(out, "to do: accounts and tokens are as they were then: shut again what was shut since")
	fmt.Fprintln(out, "to do: incidents that were closed since are open again: close them with a note; ask the police desk for alarms that came since")
	for _, n := range done.Notes {
		fmt.Fprintln(out, "to do:", n)
	}
	if done.Config != "" {
		fmt.Fprintf(out, "to do: campushub serve --config %s\n", done.Config)
	}
	return nil
}
