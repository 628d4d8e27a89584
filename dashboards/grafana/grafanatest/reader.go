package grafanatest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/dashboards/grafana"
	"example.org/campushub/dashboards/prometheus/prometheustest"
	"example.org/campushub/dashboards/telemetry/influxtest"
)

// Reader is somebody who opens the pages.
type Reader struct {
	InfluxDB   *influxtest.Server
	Database   string
	Prometheus *prometheustest.Server
}

// Chosen is what a reader has chosen of each variable.
type Chosen map[string][]string

// ErrNothing is a question that was understood, and of which nothing is there.
var ErrNothing = errors.New("nothing is there")

const (
	// steps are those of a graph as wide as a screen.
	steps = 1000
	// finest is the shortest time that InfluxDB's points are put together in.
	finest = 10 * time.Second
)

// Offered is everything that a page's variables offer, and what is written in
// those that are text.
func (r Reader) Offered(ctx context.Context, d grafana.Dashboard, now time.Time) (Chosen, error) {
	out := Chosen{}
	for _, q := range d.Questions() {
		if q.Variable == "" {
			continue
		}
		values, err := r.values(ctx, q, now)
		if err != nil {
			return nil, err
		}
		out[q.Variable] = values
	}
	return out, nil
}

// Answer asks a question. It gives the schools that the answer names, or
// ErrNothing; every error says whose question it is.
func (r Reader) Answer(ctx context.Context, q grafana.Question, of Chosen, now time.Time) (schools []string, err error) {
	switch {
	case q.Variable != "":
		schools, err = r.values(ctx, q, now)
		return schools, err
	case q.Of == grafana.Prometheus:
		schools, err = r.measured(ctx, q, of, now)
	default:
		schools, err = r.stored(ctx, q, of, now)
	}
	if err != nil {
		return nil, fmt.Errorf("answer %s: %s: %w", q.From, q.Text, err)
	}
	return schools, nil
}

// measured asks Prometheus: of now alone, or step by step of the whole span.
func (r Reader) measured(ctx context.Context, q grafana.Question, of Chosen, now time.Time) (schools []string, err error) {
	over, err := span(q.Span)
	if err != nil {
		return nil, err
	}
	step := max(over/steps, time.Second)
	text := filled(q, of, map[string]string{
		"__range":         fmt.Sprintf("%.0fs", over.Seconds()),
		"__rate_interval": fmt.Sprintf("%.0fs", max(step+prometheustest.Scrape, 4*prometheustest.Scrape).Seconds()),
	})
	var found []prometheustest.Series
	if q.Instant {
		found, err = r.Prometheus.At(ctx, text, now)
	} else {
		found, err = r.Prometheus.Over(ctx, text, prometheustest.Span{From: now.Add(-steps * step), To: now, Step: step})
	}
	for _, one := range found {
		schools = append(schools, one.Metric["school"])
	}
	return schools, orNothing(err, slices.ContainsFunc(found, prometheustest.Series.Measured))
}

// stored asks InfluxDB.
func (r Reader) stored(ctx context.Context, q grafana.Question, of Chosen, now time.Time) (schools []string, err error) {
	over, err := span(q.Span)
	if err != nil {
		return nil, err
	}
	text := filled(q, of, map[string]string{
		"__interval": fmt.Sprintf("%.0fs", max(over/steps, finest).Seconds()),
		"timeFilter": fmt.Sprintf("time >= %dms and time <= %dms", now.Add(-over).UnixMilli(), now.UnixMilli()),
	})
	series, err := r.InfluxDB.Query(ctx, r.Database, text)
	for _, one := range series {
		schools = append(schools, namedBy(one)...)
	}
	return schools, orNothing(err, slices.ContainsFunc(series, hasValue))
}

// namedBy are the schools of a series: its tag, or those of its rows.
func namedBy(s influxtest.Series) []string {
	out := []string{s.Tags["school"]}
	at := slices.IndexFunc(s.Columns, func(c string) bool { return strings.HasSuffix(c, "school") })
	if at < 0 {
		return out
	}
	for _, row := range s.Values {
		if name, ok := row[at].(string); ok {
			out = append(out, name)
		}
	}
	return out
}

// hasValue reports whether a series has something beside times and what nobody
// measured. InfluxDB has no NaN, and no row of tags alone.
func hasValue(s influxtest.Series) bool {
	return slices.ContainsFunc(s.Values, func(row []any) bool {
		return slices.ContainsFunc(row[1:], func(v any) bool { return v != nil })
	})
}

// values are those that a variable offers.
func (r Reader) values(ctx context.Context, q grafana.Question, now time.Time) (out []string, err error) {
	if q.Of == grafana.Prometheus {
		out, err = r.labels(ctx, q, now)
	} else {
		out, err = r.tags(ctx, q)
	}
	if err = orNothing(err, len(out) > 0); err != nil {
		return nil, fmt.Errorf("answer %s: %s: %w", q.From, q.Text, err)
	}
	return out, nil
}

func (r Reader) labels(ctx context.Context, q grafana.Question, now time.Time) ([]string, error) {
	m := regexp.MustCompile(`^label_values\((.+), (\w+)\)$`).FindStringSubmatch(q.Text)
	if m == nil {
		return nil, errors.New("want label_values(series, label)")
	}
	over, err := span(q.Span)
	if err != nil {
		return nil, err
	}
	return r.Prometheus.Values(ctx, m[1], m[2], prometheustest.Span{From: now.Add(-over), To: now})
}

func (r Reader) tags(ctx context.Context, q grafana.Question) (out []string, err error) {
	series, err := r.InfluxDB.Query(ctx, r.Database, q.Text)
	for _, one := range series {
		for _, row := range one.Values { // key, value
			out = append(out, fmt.Sprint(row[1]))
		}
	}
	return out, err
}

func orNothing(err error, there bool) error {
	if err == nil && !there {
		return ErrNothing
	}
	return err
}

// filled is a question with what was chosen: several values are a pattern.
func filled(q grafana.Question, of Chosen, with map[string]string) string {
	for name, values := range of {
		quoted := make([]string, len(values))
		for i, v := range values {
			quoted[i] = regexp.QuoteMeta(v)
			if q.Of == grafana.Prometheus { // in a string of PromQL
				quoted[i] = strings.ReplaceAll(quoted[i], `\`, `\\`)
			}
		}
		with[name] = "(" + strings.Join(quoted, "|") + ")"
	}
	return q.Filled(with)
}

// span is how far back a page looks when it is opened, such as now-12h.
func span(from string) (time.Duration, error) {
	back := strings.TrimPrefix(from, "now-")
	if years, ok := strings.CutSuffix(back, "y"); ok {
		n, err := strconv.Atoi(years)
		return time.Duration(n) * 365 * 24 * time.Hour, err
	}
	return time.ParseDuration(back)
}
