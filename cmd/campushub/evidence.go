package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/evidence"
	"example.org/campushub/cmd/internal/config"
)

// bundleCmd checks a bundle of evidence. Without a journal it finds whether
// anything was changed since the bundle was made; only the journal says who made
// it.
type bundleCmd struct {
	File   string `arg:"" type:"existingfile" help:"The bundle, a zip."`
	Config string `help:"Hold it against the journal of this configuration." placeholder:"campus.yaml" xor:"where"`
	Dir    string `help:"Hold it against the journal.db of this folder." xor:"where"`
}

// Run says what it found; any fault fails the command.
func (c bundleCmd) Run(ctx context.Context, out io.Writer) error {
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("open bundle: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("read bundle: %w", err)
	}
	found, err := evidence.Verify(f, info.Size())
	if err != nil {
		return err
	}
	noted := "not held against a journal"
	if c.Config != "" || c.Dir != "" {
		if noted, err = c.hold(ctx, &found); err != nil {
			return err
		}
	}
	if err := sayBundle(out, found, noted); err != nil {
		return err
	}
	if !found.OK() {
		return errReported
	}
	return nil
}

func sayBundle(out io.Writer, f evidence.Finding, noted string) error {
	m := f.Manifest
	digits, err := f.Made.MarshalText()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "incident %s of %s, taken %s by %s (%s) for: %s\n", m.Incident, m.School, m.MadeAt.Format(time.RFC3339), m.MadeBy, m.Role, m.Reason)
	fmt.Fprintf(out, "%s, %s of the audit chain, %d without their content, %d withheld\n",
		config.Counted(len(m.Files), "file"), config.Counted(len(f.Audit.Entries), "event"), f.Bare, f.Audit.Withheld)
	for _, fault := range f.Faults {
		fmt.Fprintf(out, "fault: %s\n", fault)
	}
	verdict := "holds"
	if !f.OK() {
		verdict = "does NOT hold"
	}
	_, err = fmt.Fprintf(out, "the bundle %s; %s; SHA-256 of its manifest %s\n", verdict, noted, digits)
	return err
}

// hold compares the bundle's entries with those of a journal, and looks for the
// entry that says that this very bundle was taken.
func (c bundleCmd) hold(ctx context.Context, f *evidence.Finding) (noted string, err error) {
	r, _, err := records{Config: c.Config, Dir: c.Dir}.open(ctx)
	if err != nil {
		return "", err
	}
	defer r.Close() //nolint:errcheck // it was only read
	s, err := r.Slice(ctx, f.Audit.Incident)
	if errors.Is(err, alerting.ErrNotFound) {
		f.Faults = append(f.Faults, "the journal has no such incident")
		return "the journal knows nothing of it", nil
	}
	if err != nil {
		return "", err
	}
	own := map[int64]evidence.Entry{}
	for _, e := range s.Entries {
		own[e.Seq] = e
	}
	for _, e := range f.Audit.Entries {
		if !bytes.Equal(own[e.Seq].Chain, e.Chain) || !bytes.Equal(own[e.Seq].Previous, e.Previous) {
			f.Faults = append(f.Faults, fmt.Sprintf("event %d: differs from the journal's", e.Seq))
		}
	}
	for _, e := range s.Entries {
		if at, ok := tookBundle(e, f.Made); ok {
			return "the journal noted at " + at.UTC().Format(time.RFC3339) + " that it was taken", nil
		}
	}
	f.Faults = append(f.Faults, "the journal does not know that it was taken")
	return "the journal has the incident", nil
}

// tookBundle reports whether an audit entry says that the bundle was taken, and
// when.
func tookBundle(e evidence.Entry, made evidence.Hash) (at time.Time, ok bool) {
	var event alerting.Event
	if e.Type != string(alerting.EventExported) || json.Unmarshal([]byte(e.Payload), &event) != nil || event.Beside == nil {
		return at, false
	}
	var taken struct{ Manifest evidence.Hash }
	if json.Unmarshal(event.Beside.Payload, &taken) != nil {
		return at, false
	}
	return event.At, bytes.Equal(taken.Manifest, made)
}
