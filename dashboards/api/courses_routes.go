package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/dashboards/telemetry"
)

// CoverageSeries is how the posts of a kind stood.
type CoverageSeries struct {
	Posts  string         `json:"posts" doc:"The kind of post."`
	Name   string         `json:"name" enum:"required,uncovered,unrostered,unseen,missed"`
	Points []ReadingPoint `json:"points" nullable:"false" doc:"How many posts, or people (missed), it was of."`
}

type coverageInput struct {
	School string `query:"school" required:"true" maxLength:"63"`
	From   string `query:"from" format:"date-time" doc:"24 h before to, where it is left out; 168 h before at most."`
	To     string `query:"to" format:"date-time" doc:"Now, where it is left out."`
	Points int    `query:"points" default:"300" minimum:"10" maximum:"1000" doc:"Of each series at most: where there are more, all series are by steps."`
}

type coverageOutput struct {
	Body struct {
		From   string           `json:"from" format:"date-time"`
		To     string           `json:"to" format:"date-time"`
		Since  string           `json:"since" doc:"From when on everything is in it that was said."`
		StepMS int64            `json:"step_ms" doc:"0: each point is one that was said."`
		Series []CoverageSeries `json:"series" nullable:"false"`
	}
}

type deliveriesInput struct {
	School string `query:"school" required:"true" maxLength:"63"`
	From   string `query:"from" format:"date-time" doc:"24 h before to, where it is left out; 168 h before at most."`
	To     string `query:"to" format:"date-time" doc:"Now, where it is left out."`
}

// DeliveryHour is how far the live deliveries to an audience got in an hour.
type DeliveryHour struct {
	Audience    string        `json:"audience"`
	Hour        string        `json:"hour" format:"date-time" doc:"Its beginning."`
	Handed      DeliveryStage `json:"handed"`
	Received    DeliveryStage `json:"received"`
	Undelivered int           `json:"undelivered" doc:"Failed or expired."`
}

// DeliveryStage is how long deliveries took to a stage, from their planning.
type DeliveryStage struct {
	Count    int      `json:"count"`
	MedianMS *float64 `json:"median_ms" doc:"The longer one of two in the middle; null where none got so far."`
	MostMS   *float64 `json:"most_ms"`
}

type deliveriesOutput struct {
	Body struct {
		From    string         `json:"from" format:"date-time"`
		To      string         `json:"to" format:"date-time"`
		Since   string         `json:"since" doc:"From when on everything is in it."`
		Hours   []DeliveryHour `json:"hours" nullable:"false"`
		LeftOut int            `json:"left_out" doc:"Incidents that could not be looked up."`
	}
}

// mountCourses adds what stood how, over a time, beside the readings of devices.
func (s *Server) mountCourses(h huma.API) {
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Description: "From the hub's own spool, as far back as that is kept. For liaisons and officers.",
			Security: signedIn(), Middlewares: huma.Middlewares{s.authenticated(h), withExchange}, Errors: []int{401, 403, 404, 422, 429, 503},
		}
	}
	coverage := op("posts-coverage", "/api/v1/posts/coverage", "How the posts of a school stood, over a time, in numbers alone")
	coverage.Security = open(ScopeReadDuty)
	huma.Register(h, coverage, s.readCoverage)
	huma.Register(h, op("read-deliveries", "/api/v1/deliveries", "How fast people were told, by audience and hour"), s.readDeliveries)
}

func (s *Server) readCoverage(ctx context.Context, in *coverageInput) (*coverageOutput, error) {
	now := time.Now()
	q, err := (&readingsInput{School: in.School, From: in.From, To: in.To, Points: in.Points}).ask(now)
	var c telemetry.Course
	if err == nil {
		c, err = s.service.Coverage(ctx, accountOf(ctx), q, now)
	}
	if err != nil {
		return nil, s.readingsRefused(ctx, err)
	}
	out := &coverageOutput{}
	b := &out.Body
	b.From, b.To, b.Since, b.StepMS = stamp(q.From), stamp(q.To), stamp(c.Since), c.Step.Milliseconds()
	b.Series = mapped(c.Series, func(c telemetry.Series) CoverageSeries {
		return CoverageSeries{Posts: c.Device, Name: c.Name, Points: mapped(c.Points, readingPointOf)}
	})
	return out, nil
}

func (s *Server) readDeliveries(ctx context.Context, in *deliveriesInput) (*deliveriesOutput, error) {
	q, err := (&readingsInput{School: in.School, From: in.From, To: in.To, Points: 10}).ask(time.Now())
	if err == nil {
		err = q.check()
	}
	var got Deliveries
	if err == nil {
		got, err = s.service.Deliveries(ctx, accountOf(ctx), q.School, q.From, q.To)
	}
	if err != nil {
		return nil, s.readingsRefused(ctx, err)
	}
	out := &deliveriesOutput{}
	b := &out.Body
	b.From, b.To, b.Since, b.LeftOut = stamp(q.From), stamp(q.To), stamp(got.Since), got.LeftOut
	b.Hours = mapped(got.Told, func(t telemetry.Told) DeliveryHour {
		return DeliveryHour{Audience: string(t.Audience), Hour: stamp(t.Hour), Handed: stageOf(t.Handed), Received: stageOf(t.Received), Undelivered: t.Undelivered}
	})
	return out, nil
}

// stageOf sums up sorted times in seconds.
func stageOf(sorted []float64) DeliveryStage {
	out := DeliveryStage{Count: len(sorted)}
	if len(sorted) > 0 {
		median, most := telemetry.Median(sorted)*1000, sorted[len(sorted)-1]*1000
		out.MedianMS, out.MostMS = &median, &most
	}
	return out
}
