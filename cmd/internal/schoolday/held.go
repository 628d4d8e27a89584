package schoolday

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/influxtest"
)

// point is one point of InfluxDB: its tags and its fields by name, each as it
// came, and its time in nanoseconds.
type point struct {
	at     int64
	fields map[string]any
}

// number is a field that is one.
func (p point) number(name string) (float64, bool) {
	n, ok := p.fields[name].(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

func (p point) text(name string) string {
	switch v := p.fields[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

func (p point) time() time.Time { return time.Unix(0, p.at) }

// held is what InfluxDB holds of a measurement.
func held(ctx context.Context, s *influxtest.Server, measurement string) (out []point, err error) {
	series, err := s.Query(ctx, database, `SELECT * FROM "`+measurement+`"`)
	if err != nil {
		return nil, err
	}
	for _, one := range series {
		for _, row := range one.Values {
			p := point{fields: map[string]any{}}
			for i, column := range one.Columns {
				if row[i] != nil {
					p.fields[column] = row[i]
				}
			}
			if p.at, err = p.fields["time"].(json.Number).Int64(); err != nil {
				return nil, fmt.Errorf("read a point of %s: %w", measurement, err)
			}
			delete(p.fields, "time")
			out = append(out, p)
		}
	}
	return out, nil
}

// store is everything that is compared, by what a device calls it.
type store struct {
	readings, states map[string][]point // by device, boot and seq; by device and battery
	away             map[string][]point // by device: that it is offline
	stages           map[string][]point // by delivery and stage
	coverage         int
}

func (r *rig) stored(ctx context.Context) (store, error) {
	s := store{readings: map[string][]point{}, states: map[string][]point{}, away: map[string][]point{}, stages: map[string][]point{}}
	by := map[string]func(p point){
		telemetry.MeasureReading: func(p point) {
			put(s.readings, readingKey(p.text("device"), p.text("boot"), p.text("seq")), p)
		},
		telemetry.MeasureDevice: func(p point) {
			if p.fields["online"] == false {
				put(s.away, p.text("device"), p)
				return
			}
			battery, _ := p.number("battery")
			put(s.states, stateKey(p.text("device"), battery), p)
		},
		telemetry.MeasureDelivery:     func(p point) { put(s.stages, p.text("delivery")+" "+p.text("stage"), p) },
		telemetry.MeasurePostCoverage: func(point) { s.coverage++ },
	}
	for measurement, sort := range by {
		points, err := held(ctx, r.influx, measurement)
		if err != nil {
			return s, err
		}
		for _, p := range points {
			sort(p)
		}
	}
	return s, nil
}

func put(into map[string][]point, key string, p point) { into[key] = append(into[key], p) }

func readingKey(device, boot, seq string) string { return device + " " + boot + " " + seq }

func stateKey(device string, battery float64) string { return fmt.Sprintf("%s %.6f", device, battery) }
