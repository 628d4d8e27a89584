package journal

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
)

// Report says whether the audit chains hold.
type Report struct {
	Schools []SchoolReport // by name
}

// OK reports whether every chain holds.
func (r Report) OK() bool {
	return !slices.ContainsFunc(r.Schools, func(s SchoolReport) bool { return s.Reason != "" })
}

// SchoolReport is what was found of one school's chain.
type SchoolReport struct {
	School string
	Events int64 // events that hold
	Erased int64 // of these, events whose payload was erased
	// BrokenAt is the sequence number at which the chain breaks first. Where
	// its end is missing it is the number of the last event that should be
	// there. 0 while the chain holds.
	BrokenAt int64
	Reason   string // "" while the chain holds
}

// Verify recomputes the audit chain of every school. It may run beside the
// hub. An error means that the journal could not be read.
func Verify(ctx context.Context, path string) (Report, error) {
	r, err := OpenReader(ctx, path)
	if err != nil {
		return Report{}, err
	}
	defer r.Close() //nolint:errcheck // it was only read
	v := verifier{found: map[string]*checked{}}
	if v.ends, err = r.chains(ctx); err != nil {
		return Report{}, err
	}
	if err := v.events(ctx, r); err != nil {
		return Report{}, fmt.Errorf("verify journal %s: %w", path, err)
	}
	later, err := r.chains(ctx)
	if err != nil {
		return Report{}, err
	}
	return v.report(later), nil
}

func (r *Reader) chains(ctx context.Context) (map[string]chain, error) {
	type named struct {
		school string
		chain
	}
	rows, err := collect(ctx, r.db, func(rows *sql.Rows) (n named, err error) {
		err = rows.Scan(&n.school, &n.seq, &n.length, &n.head)
		return n, err
	}, `SELECT school, seq, length, head FROM chains`)
	if err != nil {
		return nil, fmt.Errorf("read audit chains: %w", err)
	}
	chains := map[string]chain{}
	for _, n := range rows {
		chains[n.school] = n.chain
	}
	return chains, nil
}

// verifier walks all events once. The hub may append meanwhile: the ends are
// those from before the walk, and what lies behind them is held against the
// ends from after it.
type verifier struct {
	ends  map[string]chain
	found map[string]*checked
}

// checked is one school's chain as far as it was recomputed.
type checked struct {
	SchoolReport
	end chain
}

func (c *checked) fail(seq int64, reason string) {
	if c.Reason == "" {
		c.BrokenAt, c.Reason = seq, reason
	}
}

type auditRow struct {
	eventRow
	chain  []byte
	erased bool // asked of SQLite: an empty payload reads as nil too
}

func scanAudit(rows *sql.Rows) (a auditRow, err error) {
	err = rows.Scan(&a.seq, &a.school, &a.incident, &a.at, &a.kind, &a.command, &a.salt, &a.digest, &a.chain, &a.payload, &a.erased)
	return a, err
}

func (v *verifier) events(ctx context.Context, r *Reader) error {
	after := int64(-1 << 63)
	for {
		rows, err := collect(ctx, r.db, scanAudit, `SELECT seq, school, incident, at, type, command, salt, digest, chain, payload, payload IS NULL
			FROM events WHERE seq > ? ORDER BY seq LIMIT ?`, after, pageRows)
		if err != nil {
			return err
		}
		for i := range rows {
			v.event(&rows[i])
			after = rows[i].seq
		}
		if len(rows) < pageRows {
			return nil
		}
	}
}

func (v *verifier) school(name string) *checked {
	c := v.found[name]
	if c == nil {
		c = &checked{SchoolReport: SchoolReport{School: name}}
		v.found[name] = c
	}
	return c
}

func (v *verifier) event(a *auditRow) {
	c := v.school(a.school)
	if c.Reason != "" {
		return
	}
	next, head := c.end.append(&a.eventRow)
	end, known := v.ends[a.school]
	switch {
	case !bytes.Equal(head, a.chain):
		c.fail(a.seq, "does not follow from the event before it")
	case !a.erased && !bytes.Equal(digestOf(a.salt, a.payload), a.digest):
		c.fail(a.seq, "payload was changed")
	case known && a.seq > end.seq && c.end.seq < end.seq:
		c.fail(end.seq, "event is missing")
	default:
		c.end = next
		c.Events++
		if a.erased {
			c.Erased++
		}
	}
}

// report compares where each chain ended with where it should have.
func (v *verifier) report(later map[string]chain) Report {
	for name, end := range v.ends {
		c := v.school(name)
		if c.end.seq < end.seq {
			c.fail(end.seq, "event is missing")
		}
	}
	for name, c := range v.found {
		end, ok := later[name]
		switch {
		case !ok || end.seq < c.end.seq:
			c.fail(c.end.seq, "lies behind the chain's recorded end")
		case end.seq == c.end.seq && (end.length != c.end.length || !bytes.Equal(end.head, c.end.head)):
			c.fail(c.end.seq, "differs from the chain's recorded end")
		}
	}
	var report Report
	for _, name := range slices.Sorted(maps.Keys(v.found)) {
		report.Schools = append(report.Schools, v.found[name].SchoolReport)
	}
	return report
}
