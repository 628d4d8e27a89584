package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.org/campushub/dashboards/telemetry/spool"
)

// Retention says how long InfluxDB 1.x keeps points.
type Retention struct {
	Raw   time.Duration // as they were written
	Trend time.Duration // their course, in steps of 10 minutes
	// Late is how late points may come after an outage: as old as the spool lets
	// them become; its default where 0.
	Late time.Duration
	// Shorten keeps them for less time than InfluxDB does now, which deletes what
	// is older.
	Shorten bool
}

// Margin is how much longer than Late points are kept as they were written:
// what is filled in late would be rejected otherwise.
const Margin = 24 * time.Hour

// LeastRaw is the shortest time that points may be kept as they were written.
func (r Retention) LeastRaw() time.Duration { return r.late() + Margin }

func (r Retention) late() time.Duration {
	if r.Late == 0 {
		return spool.DefaultMaxAge
	}
	return r.Late
}

// DefaultRetention is 90 days as written, and three years of their course.
func DefaultRetention() Retention {
	return Retention{Raw: 90 * 24 * time.Hour, Trend: 3 * 365 * 24 * time.Hour}
}

// step is one statement of InfluxQL, and what to do where the thing is there
// already and is another.
type step struct{ create, instead string }

// window is for how long back trends are computed again: as long as an
// outage's points may still come in, and until these are filled in.
func (r Retention) window() string {
	return fmt.Sprintf("RESAMPLE EVERY 30m FOR %dh", int(math.Ceil(r.late().Hours()))+2)
}

func steps(db string, r Retention) []step {
	d := quoteName(db)
	policy := func(name string, keep, shard time.Duration, rest string) step {
		say := func(verb string) string {
			return fmt.Sprintf(`%s RETENTION POLICY %q ON %s DURATION %dh REPLICATION 1 SHARD DURATION %dh%s`,
				verb, name, d, int(keep.Hours()), int(shard.Hours()), rest)
		}
		return step{say("CREATE"), say("ALTER")}
	}
	trend := func(name, choose, from string) step {
		query := fmt.Sprintf(`CREATE CONTINUOUS QUERY %q ON %s %s BEGIN SELECT %s INTO %s."trend".:MEASUREMENT FROM %s."raw".%s GROUP BY time(10m), * END`,
			name, d, r.window(), choose, d, d, from)
		return step{query, fmt.Sprintf(`DROP CONTINUOUS QUERY %q ON %s`, name, d)}
	}
	return []step{
		// With its policy in one statement: a hub whose points wait writes them as
		// soon as there is a database, and what fell under the policy that InfluxDB
		// gives one without a name of its own would be in no answer afterwards.
		{
			fmt.Sprintf(`CREATE DATABASE %s WITH DURATION %dh REPLICATION 1 SHARD DURATION 24h NAME "raw"`, d, int(r.Raw.Hours())),
			"CREATE DATABASE " + d,
		},
		policy("raw", r.Raw, 24*time.Hour, " DEFAULT"),
		policy("trend", r.Trend, 28*24*time.Hour, ""),
		trend("means", "mean(*)", "/^(reading|device|hub|post_coverage|duty)$/"),
		trend("passages", `sum("passages_in") AS "sum_passages_in", sum("passages_out") AS "sum_passages_out"`, `"reading"`),
		trend("stages", `count("after") AS "count", percentile("after", 50) AS "p50", percentile("after", 99) AS "p99", max("after") AS "max"`, `"delivery"`),
	}
}

func quoteName(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// Init sets a database of InfluxDB 1.x up: the database, how long points are
// kept, and how they are thinned out. Run again it brings what differs into
// line. It returns ErrShortens, and has changed nothing, where points would be
// kept for less time than they are and r does not say so; and an error where
// points go to a policy that is neither made here nor there. say is told each
// statement that was carried out.
func Init(ctx context.Context, t Target, r Retention, say func(statement string)) error {
	if t.Org != "" {
		return errors.New("set up InfluxDB: an organisation is configured, so it is InfluxDB 2: it is set up by its own tools, see docs/telemetry.md")
	}
	if r.Raw < r.LeastRaw() || r.Trend < r.Raw {
		return fmt.Errorf("set up InfluxDB: want points kept for %v or more, and their course for as long or longer", r.LeastRaw())
	}
	client := t.http()
	defer client.CloseIdleConnections()
	db, _, _ := strings.Cut(t.Database, "/")
	kept, err := t.policies(ctx, client)
	if err != nil {
		return err
	}
	if err := r.shortens(kept); err != nil {
		return err
	}
	for _, s := range steps(db, r) {
		if err := t.carryOut(ctx, client, s, say); err != nil {
			return err
		}
	}
	return t.goesTo(ctx, client)
}

func (t Target) carryOut(ctx context.Context, client *http.Client, s step, say func(string)) error {
	err := t.query(ctx, client, s.create)
	if err == nil {
		say(s.create)
		return nil
	}
	if !strings.Contains(err.Error(), "already exists") && !strings.Contains(err.Error(), "conflicts with an existing policy") {
		return err
	}
	if err := t.query(ctx, client, s.instead); err != nil {
		return err
	}
	say(s.instead)
	if !strings.HasPrefix(s.instead, "DROP") {
		return nil
	}
	if err := t.query(ctx, client, s.create); err != nil {
		return err
	}
	say(s.create)
	return nil
}

// query carries one statement of InfluxQL out.
func (t Target) query(ctx context.Context, client *http.Client, q string) error {
	_, err := t.ask(ctx, client, q)
	return err
}

// answered is what InfluxDB answers to a statement of InfluxQL.
type answered struct {
	Error   string `json:"error"`
	Results []struct {
		Error  string `json:"error"`
		Series []struct {
			Columns []string `json:"columns"`
			Values  [][]any  `json:"values"`
		} `json:"series"`
	} `json:"results"`
}

// ask carries one statement out and returns what it answers.
func (t Target) ask(ctx context.Context, client *http.Client, q string) (answered, error) {
	body := strings.NewReader(url.Values{"q": {q}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(t.URL, "/")+"/query", body)
	if err != nil {
		return answered{}, fmt.Errorf("ask InfluxDB: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if t.Token != "" {
		req.Header.Set("Authorization", "Token "+t.Token)
	}
	resp, err := client.Do(req)
	if err != nil {
		return answered{}, fmt.Errorf("ask InfluxDB: %w", err)
	}
	defer resp.Body.Close()
	return understood(resp)
}

// understood reads an answer; what InfluxDB found wrong is an error.
func understood(resp *http.Response) (said answered, err error) {
	err = json.NewDecoder(resp.Body).Decode(&said)
	for _, one := range said.Results {
		if said.Error == "" {
			said.Error = one.Error
		}
	}
	switch {
	case said.Error != "":
		return said, fmt.Errorf("ask InfluxDB: %s", said.Error)
	case resp.StatusCode != http.StatusOK:
		return said, fmt.Errorf("ask InfluxDB: answered %s", resp.Status)
	case err != nil:
		return said, fmt.Errorf("ask InfluxDB: read its answer: %w", err)
	}
	return said, nil
}
