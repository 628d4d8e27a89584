package journal

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
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
	Break    Break  // "" while the chain holds
	Reason   string // Break as a sentence
}

// Break is how an audit chain is broken.
type Break string

// How a chain breaks.
const (
	Unlinked Break = "unlinked" // an event was changed, put in or taken out
	Changed  Break = "changed"  // a payload is another one
	Missing  Break = "missing"  // the end was cut off
	Beyond   Break = "beyond"   // there are events that the chain's end does not know
	Differs  Break = "differs"  // the chain's end was changed
)

var breakTexts = map[Break]string{
	Unlinked: "does not follow from the event before it",
	Changed:  "payload was changed",
	Missing:  "event is missing",
	Beyond:   "lies behind the chain's recorded end",
	Differs:  "differs from the chain's recorded end",
}

// Verify recomputes the audit chain of every school. It may run beside the
// hub. An error means that the journal could not be read.
func Verify(ctx context.Context, path string) (Report, error) {
	r, err := OpenReader(ctx, path)
	if err != nil {
		return Report{}, err
	}
	defer r.Close() //nolint:errcheck // it was only read
	report, err := r.verify(ctx, nil, func(time.Duration) {})
	if err != nil {
		return Report{}, fmt.Errorf("verify journal %s: %w", path, err)
	}
	return report, nil
}

// Verify does what the function does, within a hub: behind each page of events
// it rests for as long as the page took, so that alarms find a processor. It
// recomputes the chains of the schools alone; nil: all.
func (r *Reader) Verify(ctx context.Context, schools []string) (Report, error) {
	return r.verify(ctx, schools, func(took time.Duration) {
		select {
		case <-time.After(took):
		case <-ctx.Done():
		}
	})
}

func (r *Reader) verify(ctx context.Context, schools []string, rest func(took time.Duration)) (_ Report, err error) {
	v := verifier{schools: schools, found: map[string]*checked{}, rest: rest}
	if v.ends, err = r.chains(ctx, schools); err != nil {
		return Report{}, err
	}
	if err := v.events(ctx, r); err != nil {
		return Report{}, err
	}
	later, err := r.chains(ctx, schools)
	if err != nil {
		return Report{}, err
	}
	return v.report(later), nil
}

// chains are the recorded ends of the schools' chains; of all where schools is nil.
func (r *Reader) chains(ctx context.Context, schools []string) (map[string]chain, error) {
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
		if schools == nil || slices.Contains(schools, n.school) {
			chains[n.school] = n.chain
		}
	}
	return chains, nil
}

// verifier walks all events once. The hub may append meanwhile: the ends are
// those from before the walk, and what lies behind them is held against the
// ends from after it.
type verifier struct {
	schools []string // nil: all
	ends    map[string]chain
	found   map[string]*checked
	rest    func(took time.Duration) // between two pages
}

// checked is one school's chain as far as it was recomputed.
type checked struct {
	SchoolReport
	end chain
}

func (c *checked) fail(seq int64, b Break) {
	if c.Break == "" {
		c.BrokenAt, c.Break, c.Reason = seq, b, breakTexts[b]
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
		began := time.Now()
		last, err := r.pageEnd(ctx, after)
		if err != nil || !last.Valid {
			return err
		}
		rows, err := v.page(ctx, r, after, last.Int64)
		if err != nil {
			return err
		}
		for i := range rows {
			v.event(&rows[i])
		}
		after = last.Int64
		v.rest(time.Since(began))
	}
}

// pageEnd is the last event of the page behind one; not valid where there is none.
// A page is counted over all schools, so that none is long to look through.
func (r *Reader) pageEnd(ctx context.Context, after int64) (last sql.NullInt64, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT max(seq) FROM (SELECT seq FROM events WHERE seq > ? ORDER BY seq LIMIT ?)`, after, pageRows).Scan(&last)
	return last, err
}

func (v *verifier) page(ctx context.Context, r *Reader, after, last int64) ([]auditRow, error) {
	const columns = `SELECT seq, school, incident, at, type, command, salt, digest, chain, payload, payload IS NULL
		FROM events WHERE seq > ? AND seq <= ?`
	if v.schools == nil {
		return collect(ctx, r.db, scanAudit, columns+` ORDER BY seq`, after, last)
	}
	only, err := json.Marshal(v.schools)
	if err != nil {
		return nil, err
	}
	return collect(ctx, r.db, scanAudit, columns+` AND school IN (SELECT value FROM json_each(?)) ORDER BY seq`, after, last, string(only))
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
		c.fail(a.seq, Unlinked)
	case !a.erased && !bytes.Equal(digestOf(a.salt, a.payload), a.digest):
		c.fail(a.seq, Changed)
	case known && a.seq > end.seq && c.end.seq < end.seq:
		c.fail(end.seq, Missing)
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
			c.fail(end.seq, Missing)
		}
	}
	for name, c := range v.found {
		end, ok := later[name]
		switch {
		case !ok || end.seq < c.end.seq:
			c.fail(c.end.seq, Beyond)
		case end.seq == c.end.seq && (end.length != c.end.length || !bytes.Equal(end.head, c.end.head)):
			c.fail(c.end.seq, Differs)
		}
	}
	var report Report
	for _, name := range slices.Sorted(maps.Keys(v.found)) {
		report.Schools = append(report.Schools, v.found[name].SchoolReport)
	}
	return report
}
