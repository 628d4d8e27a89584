package backup

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
)

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
	if copied := filepath.Join(t.temp, "office.db"); !missing(copied) {
		if t.manifest.Office, err = office.SchemaOf(ctx, copied); err != nil {
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
