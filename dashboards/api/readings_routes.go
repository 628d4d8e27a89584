package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/telemetry"
)

// defaultCourse is how far back an answer begins where the question does not
// say.
const defaultCourse = 24 * time.Hour

// ReadingPoint is what was said at one time, or within one step.
type ReadingPoint struct {
	At    string  `json:"at" format:"date-time" doc:"When it was said, or the beginning of the step."`
	Count int     `json:"count"`
	Min   float64 `json:"min"`
	Max   float64 `json:"max"`
	Mean  float64 `json:"mean"`
	Sum   float64 `json:"sum" doc:"For what a device counts since its last reading."`
	Last  float64 `json:"last"`
}

// ReadingSeries is the course of one value.
type ReadingSeries struct {
	Device string         `json:"device"`
	Of     string         `json:"of" enum:"reading,device" doc:"reading: what it measured, by the time of measuring; device: how it is."`
	Name   string         `json:"name" doc:"open, passages_in, passages_out; online, tamper, battery, rssi_dbm; or what the device calls it."`
	Unit   string         `json:"unit" doc:"1 for a count, a part or a truth (0 or 1); dBm; empty where only the device knows."`
	Points []ReadingPoint `json:"points" nullable:"false"`
}

type readingsInput struct {
	School string `query:"school" required:"true" maxLength:"63"`
	Device string `query:"device" maxLength:"63" doc:"One device; every one of the school where it is left out."`
	From   string `query:"from" format:"date-time" doc:"24 h before to, where it is left out; 168 h before at most."`
	To     string `query:"to" format:"date-time" doc:"Now, where it is left out."`
	Points int    `query:"points" default:"300" minimum:"10" maximum:"1000" doc:"Of each series at most: where there are more, all series are by steps."`
}

type readingsBody struct {
	Now     string          `json:"now"`
	School  string          `json:"school"`
	From    string          `json:"from"`
	To      string          `json:"to"`
	Since   string          `json:"since" doc:"From when on everything is in it that was said; what is older is given up, or more than is read at once."`
	StepMS  int64           `json:"step_ms" doc:"0: each point is one that was said."`
	Series  []ReadingSeries `json:"series" nullable:"false"`
	LeftOut int             `json:"left_out" doc:"Series that found no room."`
	Damaged uint64          `json:"damaged" doc:"Records of the spool that could not be read, of any school."`
}

type readingsOutput struct{ Body readingsBody }

func (s *Server) mountReadings(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "readings", Method: http.MethodGet, Path: "/api/v1/readings",
		Summary: "What devices measured and how they were, over a time",
		Description: "From the hub's own spool, as far back as that is kept (72 h by default); no InfluxDB is needed. For whoever sees the devices. " +
			"Values that are not the contract's own are for those who may see confidential incidents.",
		Security: open(ScopeReadDevices), Middlewares: huma.Middlewares{s.authenticated(h), withExchange}, Errors: []int{401, 403, 404, 422, 429, 503},
	}, s.readings)
}

func (s *Server) readings(ctx context.Context, in *readingsInput) (*readingsOutput, error) {
	now := time.Now()
	q, err := in.ask(now)
	var c telemetry.Course
	if err == nil {
		c, err = s.service.Readings(ctx, accountOf(ctx), q, now)
	}
	if err != nil {
		return nil, s.readingsRefused(ctx, err)
	}
	return &readingsOutput{readingsBody{
		Now: stamp(now), School: q.School, From: stamp(q.From), To: stamp(q.To), Since: stamp(c.Since), StepMS: c.Step.Milliseconds(),
		Series: mapped(c.Series, readingSeriesOf), LeftOut: c.LeftOut, Damaged: c.Damaged,
	}}, nil
}

// readingsRefused counts a refusal by a reason that the status does not say.
func (s *Server) readingsRefused(ctx context.Context, err error) error {
	x, _ := ctx.Value(requestKey{}).(exchange)
	var often *OftenError
	switch {
	case errors.As(err, &often):
		because(x.w, "readings_often")
	case errors.Is(err, ErrReadingsBusy):
		because(x.w, "readings_busy")
	}
	return s.problemOf(err)
}

func (in *readingsInput) ask(now time.Time) (AskReadings, error) {
	q := AskReadings{School: in.School, Device: in.Device, To: now, Points: in.Points}
	var err error
	if in.To != "" {
		if q.To, err = time.Parse(time.RFC3339, in.To); err != nil {
			return q, wantTime("to")
		}
	}
	q.From = q.To.Add(-defaultCourse)
	if in.From != "" {
		if q.From, err = time.Parse(time.RFC3339, in.From); err != nil {
			return q, wantTime("from")
		}
	}
	return q, nil
}

func wantTime(name string) error {
	return fmt.Errorf("%w: %s: want a time like 2026-03-01T07:42:00Z", alerting.ErrInvalid, name)
}

func readingSeriesOf(c telemetry.Series) ReadingSeries {
	name, unit := namedOnTheWire(c.Key)
	return ReadingSeries{Device: c.Device, Of: c.Of, Name: name, Unit: unit, Points: mapped(c.Points, readingPointOf)}
}

// namedOnTheWire is what the devices' own messages call a field, and its unit.
func namedOnTheWire(k telemetry.Key) (name, unit string) {
	if k.Of == telemetry.MeasureDevice {
		if k.Name == "rssi" {
			return "rssi_dbm", "dBm"
		}
		return k.Name, "1"
	}
	for _, m := range telemetry.Measurements() {
		for _, f := range m.Fields {
			if m.Name == k.Of && f.Name == k.Name {
				return k.Name, f.Unit
			}
		}
	}
	return k.Name, ""
}

func readingPointOf(p telemetry.Point) ReadingPoint {
	return ReadingPoint{At: stamp(p.At), Count: p.Count, Min: p.Min, Max: p.Max, Mean: p.Mean(), Sum: p.Sum, Last: p.Last}
}
