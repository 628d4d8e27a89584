package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The retention policies that Init makes.
const (
	PolicyRaw   = "raw"   // of points as they were written
	PolicyTrend = "trend" // of their course
)

// ErrShortens says that InfluxDB would delete points that it is to keep now.
var ErrShortens = errors.New("points that are kept now would be deleted")

// policy is one of a database's, and how long it keeps points; 0 is for ever.
type policy struct {
	name string
	keep time.Duration
}

// Policies lists the retention policies of the database; none where there is no
// such database. InfluxDB 1.x alone has any.
func (t Target) Policies(ctx context.Context) ([]string, error) {
	client := t.http()
	defer client.CloseIdleConnections()
	all, err := t.policies(ctx, client)
	var names []string
	for _, p := range all {
		names = append(names, p.name)
	}
	return names, err
}

func (t Target) policies(ctx context.Context, client *http.Client) ([]policy, error) {
	db, _, _ := strings.Cut(t.Database, "/")
	said, err := t.ask(ctx, client, "SHOW RETENTION POLICIES ON "+quoteName(db))
	if err != nil && strings.Contains(err.Error(), "database not found") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []policy
	for _, one := range said.Results {
		for _, s := range one.Series {
			name, keep := slices.Index(s.Columns, "name"), slices.Index(s.Columns, "duration")
			for _, row := range s.Values {
				if name < 0 || keep < 0 || len(row) <= max(name, keep) {
					return nil, errors.New("ask InfluxDB: its retention policies have no name or no duration")
				}
				d, err := time.ParseDuration(fmt.Sprint(row[keep]))
				if err != nil {
					return nil, fmt.Errorf("ask InfluxDB: a retention policy's duration: %w", err)
				}
				out = append(out, policy{fmt.Sprint(row[name]), d})
			}
		}
	}
	return out, nil
}

// shortens holds what is wanted against what is kept now.
func (r Retention) shortens(kept []policy) error {
	var all []string
	for _, p := range kept {
		want := map[string]time.Duration{PolicyRaw: r.Raw, PolicyTrend: r.Trend}[p.name]
		if want > 0 && (p.keep == 0 || want < p.keep) {
			all = append(all, fmt.Sprintf("%s is kept for %s and would be for %s", p.name, forHours(p.keep), forHours(want)))
		}
	}
	if len(all) == 0 || r.Shorten {
		return nil
	}
	return fmt.Errorf("set up InfluxDB: %w, and nothing was changed: %s", ErrShortens, strings.Join(all, "; "))
}

// forHours is a time in hours; 0 is for ever.
func forHours(d time.Duration) string {
	if d == 0 {
		return "ever"
	}
	return fmt.Sprintf("%dh", int(d.Hours()))
}

// goesTo looks whether the policy that points are written to is there.
func (t Target) goesTo(ctx context.Context, client *http.Client) error {
	db, name, named := strings.Cut(t.Database, "/")
	if !named {
		return nil
	}
	all, err := t.policies(ctx, client)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(p policy) bool { return p.name == name }) {
		return fmt.Errorf("set up InfluxDB: points are to go to the retention policy %q, which database %q does not have: they would wait until it is made; write %q, or make it",
			name, db, db)
	}
	return nil
}
