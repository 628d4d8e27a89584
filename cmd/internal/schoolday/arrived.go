package schoolday

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus"
	"example.org/campushub/firmware-sim/campus/day"
	"example.org/campushub/firmware-sim/campus/scenario"
)

// arrived waits until nothing of the hub's waits any more, and compares.
func (r *rig) arrived(ctx context.Context, sent *day.Ledger, terminals []*campus.Terminal) (*Result, error) {
	told := toldBy(terminals)
	r.config.Log.Info("day played", "took", sent.Took)
	end, err := r.settled(ctx, terminals)
	if err != nil {
		return nil, err
	}
	s, err := r.stored(ctx)
	if err != nil {
		return nil, err
	}
	out := compare(sent, s, r.config.Scenario, end)
	out.Cut = r.cut
	out.staged(told, s, sent)
	for name, into := range map[string]*int{"points_dropped_total": &out.Dropped, "points_rejected_total": &out.Rejected, "readings_repeated_total": &out.Repeated} {
		n, err := r.figure(ctx, "telemetry_"+name)
		if err != nil {
			return nil, err
		}
		*into = int(n)
	}
	if _, err := os.Stat(r.rejected()); err == nil || !os.IsNotExist(err) {
		out.named("%s: %v", r.rejected(), fs.ErrExist)
	}
	out.Pages, err = r.pages(ctx)
	return out, err
}

// settled waits until every device has gone and nothing of the hub's waits any
// more, and says when they had gone.
func (r *rig) settled(ctx context.Context, terminals []*campus.Terminal) (end time.Time, err error) {
	err = until(ctx, "the hub has seen every device go", func() bool {
		connected, err := r.figure(ctx, "broker_connections")
		return err == nil && int(connected) <= len(terminals)
	})
	if err != nil {
		return end, err
	}
	end = time.Now()
	idle := 0 // looks in a row: a point is for a moment in no queue
	return end, until(ctx, "the hub's spool is empty", func() bool {
		waiting, err := r.figure(ctx, "telemetry_spool_waiting_points")
		if idle++; err != nil || waiting > 0 {
			idle = 0
		}
		return idle == 20
	})
}

// toldBy is what terminals were told of incidents: a test is no delivery, and
// the words of a drill itself are of no incident.
func toldBy(terminals []*campus.Terminal) (all []campus.Told) {
	for _, t := range terminals {
		for _, told := range t.Told() {
			if told.Alert.Mode != devices.Test && !exercise.Owns(told.Alert.Delivery) {
				all = append(all, told)
			}
		}
	}
	return all
}

// staged counts what terminals were told and what is stored of it. Nobody waits
// until a stage is on disk: of what was told just before the hub was killed
// nothing is promised.
func (r *Result) staged(told []campus.Told, s store, sent *day.Ledger) {
	for _, one := range told {
		r.Told++
		for _, stage := range []alerting.DeliveryState{alerting.Handed, alerting.Received} {
			if len(s.stages[one.Alert.Delivery+" "+string(stage)]) > 0 || killedAfter(sent, one.At) {
				continue
			}
			r.Unstaged++
			r.named("delivery %s of %s (%s) was told %d times from %s on, and is not stored as %s",
				one.Alert.Delivery, one.Alert.Kind, one.Alert.State, one.Times, one.At.Format(time.RFC3339Nano), stage)
		}
	}
}

// killedAfter reports whether the hub was killed in the moment after something.
func killedAfter(sent *day.Ledger, at time.Time) bool {
	return slices.ContainsFunc(sent.Outages, func(o day.Outage) bool {
		return o.What == string(scenario.HubKilled) && !at.After(o.Begin) && o.Begin.Sub(at) < unpromised
	})
}

// figure is the sum of one of the hub's metrics.
func (r *rig) figure(ctx context.Context, name string) (sum float64, err error) {
	name = "campushub_" + name
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.hub.http+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, fmt.Errorf("read metrics: %w", err)
	}
	defer res.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(res.Body)
	if err != nil {
		return 0, fmt.Errorf("read metrics: %w", err)
	}
	f, ok := families[name]
	if !ok {
		return 0, fmt.Errorf("read metrics: no %s among %d", name, len(families))
	}
	for m := range slices.Values(f.GetMetric()) {
		sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
	}
	return sum, nil
}
