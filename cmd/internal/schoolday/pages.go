package schoolday

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/campushub/dashboards/grafana"
	"example.org/campushub/dashboards/grafana/grafanatest"
	"example.org/campushub/dashboards/prometheus/prometheustest"
)

// nextDoor is a second school of the hub, where nothing happens.
const nextDoor = "hongfeng-primary"

// withNextDoor adds it.
func withNextDoor(yaml, school string) string {
	yaml = strings.Replace(yaml, "id: desk-1, schools: ["+school+"]", "id: desk-1, schools: ["+school+", "+nextDoor+"]", 1)
	return strings.Replace(yaml, "\n# Where the stations lie", `
  - id: `+nextDoor+`
    name: {zh: 红枫小学, en: Hongfeng Primary School}
    zone: Asia/Shanghai
    callback: 010-55550200
    places: [{id: gate, name: {zh: 大门, en: Gate}}]
# Where the stations lie`, 1)
}

// Pages is what the pages for Grafana showed after the day.
type Pages struct {
	Questions int
	// Unanswered are the questions that had no answer, or a wrong one, each with
	// the panel's name; Strays those that named a school that was not chosen.
	Unanswered, Strays []string
	Rules              []string // that were not evaluated
}

// watch starts a Prometheus that looks at the hub all day.
func (r *rig) watch(ctx context.Context) (stop func() error, err error) {
	if !r.config.Pages {
		return func() error { return nil }, nil
	}
	dir := filepath.Join(r.config.Dir, "prometheus")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("watch the hub: %w", err)
	}
	if r.prometheus, err = prometheustest.Start(ctx, dir, r.hub.http); err != nil {
		return nil, err
	}
	return r.prometheus.Stop, nil
}

// pages opens every page after the day and asks what it asks. What the hub
// says by the minute, or has said only before it was killed, comes by itself:
// a question without an answer is asked again, until nobody has patience.
func (r *rig) pages(ctx context.Context) (*Pages, error) {
	if !r.config.Pages {
		return nil, nil
	}
	all, err := grafana.All()
	if err != nil {
		return nil, err
	}
	o := &opened{Reader: grafanatest.Reader{InfluxDB: r.influx, Database: database, Prometheus: r.prometheus}}
	if err := o.rules(ctx, time.Now()); err != nil {
		return nil, err
	}
	_ = until(ctx, "every page is answered", func() bool { // what is not is named
		o.Questions, o.Unanswered = 0, nil
		for _, d := range all {
			o.open(ctx, d)
		}
		return len(o.Unanswered) == 0
	})
	for _, d := range all {
		o.alone(ctx, d, r.hub.campus.School)
	}
	return &o.Pages, ctx.Err()
}

// opened is what is found by a reader who opens pages.
type opened struct {
	grafanatest.Reader
	Pages
}

// open asks everything that a page asks, of all that its variables offer.
func (o *opened) open(ctx context.Context, d grafana.Dashboard) {
	now := time.Now()
	of, err := o.Offered(ctx, d, now)
	o.unanswered(err)
	if schools, asked := of["school"]; asked && !slices.Contains(schools, nextDoor) {
		o.unanswered(fmt.Errorf("%s offers no school of which nothing was heard", d.Title))
	}
	for _, q := range d.Questions() {
		o.Questions++
		_, err := o.Answer(ctx, q, of, now)
		o.unanswered(err)
	}
}

// alone asks what a page asks of a school once more, of the one next door: that
// may be nothing, and is never anything of the school that was not chosen.
func (o *opened) alone(ctx context.Context, d grafana.Dashboard, other string) {
	for _, q := range d.Questions() {
		if q.Variable != "" || !strings.Contains(q.Text, "$school") {
			continue
		}
		named, err := o.Answer(ctx, q, grafanatest.Chosen{"school": {nextDoor}}, time.Now())
		if !errors.Is(err, grafanatest.ErrNothing) {
			o.unanswered(err)
		}
		if slices.Contains(named, other) {
			o.Strays = append(o.Strays, q.From)
		}
	}
}

func (o *opened) unanswered(err error) {
	if err != nil {
		o.Unanswered = append(o.Unanswered, err.Error())
	}
}

// rules waits until every rule was evaluated after a moment, and notes those
// that were evaluated with an error.
func (o *opened) rules(ctx context.Context, after time.Time) (err error) {
	var all []prometheustest.Rule
	err = until(ctx, "every rule is evaluated", func() bool {
		all, err = o.Prometheus.Rules(ctx)
		return err == nil && len(all) > 0 && !slices.ContainsFunc(all, func(r prometheustest.Rule) bool { return r.LastEvaluation.Before(after) })
	})
	for _, r := range all {
		if r.Health != "ok" {
			o.Rules = append(o.Rules, fmt.Sprintf("%s is %s: %s", r.Name, r.Health, r.LastError))
		}
	}
	return err
}
