package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"example.org/campushub/alerting/journal"
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
	report, err := journal.Verify(ctx, path)
	if err != nil {
		return err
	}
	if err := c.say(out, report); err != nil {
		return err
	}
	if !report.OK() {
		return errReported
	}
	return nil
}

func (c verifyCmd) say(out io.Writer, report journal.Report) error {
	if c.JSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(report)
	}
	if len(report.Schools) == 0 {
		_, err := fmt.Fprintln(out, "no events yet")
		return err
	}
	for _, s := range report.Schools {
		if _, err := fmt.Fprintf(out, "%s: %s\n", s.School, chainText(s)); err != nil {
			return err
		}
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
