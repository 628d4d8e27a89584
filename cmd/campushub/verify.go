package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/cmd/internal/config"
)

type verifyCmd struct {
	records
	JSON bool `help:"As JSON."`
}

// Run recomputes every school's audit chain; a broken one fails the command.
func (c verifyCmd) Run(ctx context.Context, out io.Writer) error {
	path, _, err := c.where()
	if err != nil {
		return err
	}
	report := verified{}
	if report.Report, err = journal.Verify(ctx, path); err != nil {
		return err
	}
	if report.Accounts, err = verifyAccounts(ctx, filepath.Join(filepath.Dir(path), "office.db")); err != nil {
		return err
	}
	if err := c.say(out, report); err != nil {
		return err
	}
	if !report.OK() || report.Accounts != nil && report.Accounts.Break != "" {
		return errReported
	}
	return nil
}

// verified is what was found of every audit chain.
type verified struct {
	journal.Report
	Accounts *office.AccountsReport `json:",omitempty"` // nil where there is no office.db
}

func verifyAccounts(ctx context.Context, path string) (*office.AccountsReport, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // a journal alone is whole
	}
	r, err := office.VerifyAccounts(ctx, path)
	return &r, err
}

func (c verifyCmd) say(out io.Writer, report verified) error {
	if c.JSON {
		return indented(out, report)
	}
	if len(report.Schools) == 0 {
		fmt.Fprintln(out, "no events yet")
	}
	for _, s := range report.Schools {
		if _, err := fmt.Fprintf(out, "%s: %s\n", s.School, chainText(s)); err != nil {
			return err
		}
	}
	if a := report.Accounts; a != nil {
		text := chainText(journal.SchoolReport{Events: a.Entries, Erased: a.Erased, BrokenAt: a.BrokenAt, Reason: a.Break})
		_, err := fmt.Fprintf(out, "accounts: %s\n", text)
		return err
	}
	return nil
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
