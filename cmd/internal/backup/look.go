package backup

import (
	"context"
	"fmt"
	"path/filepath"

	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
)

// Records is what was found of the records in a folder.
type Records struct {
	Chains   journal.Report
	Accounts *office.AccountsReport // nil where there is no office.db, or it cannot be read
	Sums     *journal.Sums          // nil where the journal cannot be read
	// Restored is what each school's chain says of restores, by school.
	Restored map[string][]journal.Restoration
	Faults   []string // each begins with the file that it is in
}

// OK reports whether everything holds.
func (r Records) OK() bool { return len(r.Faults) == 0 }

func (r *Records) fault(file, format string, args ...any) {
	r.Faults = append(r.Faults, file+": "+fmt.Sprintf(format, args...))
}

// Look checks the records in a folder, also while a hub writes them: whether
// SQLite can read every page, whether the audit chains hold record by record,
// and whether what lists say is what the events give.
func Look(ctx context.Context, dir string) Records {
	r := Records{Restored: map[string][]journal.Restoration{}}
	r.journal(ctx, filepath.Join(dir, "journal.db"))
	if path := filepath.Join(dir, "office.db"); !missing(path) {
		r.office(ctx, path)
	}
	return r
}

func (r *Records) journal(ctx context.Context, path string) {
	j, err := journal.OpenReader(ctx, path)
	if err != nil {
		r.fault("journal.db", "%v", err)
		return
	}
	defer j.Close() //nolint:errcheck // it was only read
	said, err := j.Integrity(ctx)
	r.sound("journal.db", said, err)
	if r.Chains, err = journal.Verify(ctx, path); err != nil {
		r.fault("journal.db", "%v", err)
		return
	}
	for _, s := range r.Chains.Schools {
		if s.Reason != "" {
			r.fault("journal.db", "%s: the audit chain is broken at event %d: %s", s.School, s.BrokenAt, s.Reason)
			continue
		}
		if r.Restored[s.School], err = j.Restorations(ctx, s.School); err != nil {
			r.fault("journal.db", "%v", err)
		}
	}
	sums, err := j.Sums(ctx)
	if err != nil {
		r.fault("journal.db", "%v", err)
		return
	}
	r.Sums = &sums
	for _, f := range sums.Faults {
		r.fault("journal.db", "%s", f)
	}
}

func (r *Records) office(ctx context.Context, path string) {
	said, err := office.Integrity(ctx, path)
	r.sound("office.db", said, err)
	a, err := office.VerifyAccounts(ctx, path)
	if err != nil {
		r.fault("office.db", "%v", err)
		return
	}
	r.Accounts = &a
	if a.Break != "" {
		r.fault("office.db", "the accounts' audit chain is broken at entry %d: %s", a.BrokenAt, a.Break)
	}
}

func (r *Records) sound(file string, said []string, err error) {
	if err != nil {
		r.fault(file, "%v", err)
	}
	for _, s := range said {
		r.fault(file, "SQLite says: %s", s)
	}
}
