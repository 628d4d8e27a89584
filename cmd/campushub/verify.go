package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/cmd/internal/backup"
	"example.org/campushub/cmd/internal/config"
)

type verifyCmd struct {
	Config string `help:"The configuration whose records to check." placeholder:"campus.yaml" xor:"where" required:""`
	Dir    string `aliases:"data" help:"The folder that holds journal.db." xor:"where" required:""`
	Backup string `help:"A backup." type:"existingfile" xor:"where" required:"" placeholder:"FILE"`
	JSON   bool   `help:"As JSON."`
}

// Run checks what it is pointed at; anything that does not hold fails the
// command.
func (c verifyCmd) Run(ctx context.Context, out io.Writer) error {
	if c.Backup != "" {
		return c.backup(ctx, out)
	}
	path, _, err := records{Config: c.Config, Dir: c.Dir}.where()
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no %s", path)
	}
	found := backup.Look(ctx, filepath.Dir(path))
	if c.JSON {
		err = indented(out, asVerified(found))
	} else {
		err = sayRecords(out, found)
	}
	if err == nil && !found.OK() {
		return errReported
	}
	return err
}

// verified is what was found of records, as JSON.
type verified struct {
	journal.Report
	Accounts *office.AccountsReport           `json:",omitempty"` // none where there is no office.db
	Sums     *journal.Sums                    `json:",omitempty"`
	Restored map[string][]journal.Restoration `json:",omitempty"`
	Faults   []string                         `json:",omitempty"`
}

func asVerified(r backup.Records) verified {
	return verified{r.Chains, r.Accounts, r.Sums, r.Restored, r.Faults}
}

func sayRecords(out io.Writer, r backup.Records) error {
	if len(r.Chains.Schools) == 0 && r.OK() {
		fmt.Fprintln(out, "no events yet")
	}
	for _, s := range r.Chains.Schools {
		fmt.Fprintf(out, "%s: %s\n", s.School, chainText(s))
		for _, x := range r.Restored[s.School] {
			fmt.Fprintf(out, "%s: was restored at %s from a backup of %s: what came between event %d and then is not in it\n",
				s.School, x.At.Format(time.RFC3339), x.Moment.Format(time.RFC3339), x.LastSeq)
		}
	}
	if a := r.Accounts; a != nil {
		fmt.Fprintf(out, "accounts: %s\n", chainText(journal.SchoolReport{Events: a.Entries, Erased: a.Erased, BrokenAt: a.BrokenAt, Reason: a.Break}))
	}
	if s := r.Sums; s != nil {
		fmt.Fprintf(out, "sums: %s with %s added up from their events", config.Counted(int(s.Incidents), "incident"), numbered(s.Presses, "press", "presses"))
		if s.Skipped > 0 {
			fmt.Fprintf(out, ", %d not, because content of them was erased", s.Skipped)
		}
		fmt.Fprintln(out)
	}
	for _, f := range r.Faults {
		fmt.Fprintf(out, "fault: %s\n", f)
	}
	verdict := "everything holds"
	if !r.OK() {
		verdict = "the records do NOT hold: stop the hub, keep a copy of its folder as it is, and look at the disk"
	}
	_, err := fmt.Fprintln(out, verdict)
	return err
}

func numbered(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// backup checks a backup.
func (c verifyCmd) backup(ctx context.Context, out io.Writer) error {
	found, err := backup.Verify(ctx, c.Backup)
	if err != nil {
		return err
	}
	if c.JSON {
		err = indented(out, found)
	} else {
		err = sayBackup(out, found)
	}
	if err == nil && !found.OK() {
		return errReported
	}
	return err
}

func sayBackup(out io.Writer, c backup.Checked) error {
	if c.Whole {
		m := c.Manifest
		digits, err := c.SHA256.MarshalText()
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s as it was at %s, made by campushub %s: %s, the last event is %d; secrets %s\nSHA-256 of its manifest %s\n",
			m.Hub, m.Moment.Format(time.RFC3339Nano), m.Version, config.Counted(len(m.Files), "file"), m.Journal.LastSeq, m.Secrets, digits)
	}
	if c.Records != nil {
		for _, s := range c.Records.Chains.Schools {
			fmt.Fprintf(out, "%s: %s\n", s.School, chainText(s))
		}
	}
	for _, f := range c.Faults {
		fmt.Fprintf(out, "fault: %s\n", f)
	}
	if c.Records != nil {
		for _, f := range c.Records.Faults {
			fmt.Fprintf(out, "fault: records/%s\n", f)
		}
	}
	verdict := "the backup holds"
	if !c.OK() {
		verdict = "the backup does NOT hold: take another one, and keep this one apart"
	}
	_, err := fmt.Fprintln(out, verdict)
	return err
}

// chainText says what was found of a school's chain.
func chainText(s journal.SchoolReport) string {
	text := "whole, " + config.Counted(int(s.Events), "event")
	if s.Reason != "" {
		text = fmt.Sprintf("broken at event %d: %s; %s before it hold", s.BrokenAt, s.Reason, config.Counted(int(s.Events), "event"))
	}
	if s.Erased > 0 {
		text += fmt.Sprintf(", the content of %d of them erased", s.Erased)
	}
	return text
}
