package prometheustest

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Series is what Prometheus answers of one series: its labels, and its values in
// the order of their times. A native histogram has none here.
type Series struct {
	Metric map[string]string
	Values []float64
}

// UnmarshalJSON reads one series of an instant or of a range.
func (s *Series) UnmarshalJSON(b []byte) error {
	var of struct {
		Metric map[string]string
		Value  *sample
		Values []sample
	}
	if err := json.Unmarshal(b, &of); err != nil {
		return err
	}
	if of.Value != nil {
		of.Values = append(of.Values, *of.Value)
	}
	s.Metric, s.Values = of.Metric, nil
	for _, v := range of.Values {
		s.Values = append(s.Values, float64(v))
	}
	return nil
}

// Measured reports whether the series has a number: where all is NaN, as of what
// is divided by nothing, a panel shows nothing.
func (s Series) Measured() bool {
	return slices.ContainsFunc(s.Values, func(v float64) bool { return !math.IsNaN(v) })
}

// sample is [seconds, "value"], the value as Prometheus writes it: 1.5, NaN, +Inf.
type sample float64

func (s *sample) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &[]any{new(float64), &text}); err != nil {
		return err
	}
	v, err := strconv.ParseFloat(text, 64)
	*s = sample(v)
	return err
}

// Span is from when until when is asked, and in which steps.
type Span struct {
	From, To time.Time
	Step     time.Duration
}

// At are the series that an expression has at a moment.
func (s *Server) At(ctx context.Context, expr string, at time.Time) ([]Series, error) {
	var data struct{ Result []Series }
	err := s.get(ctx, "/api/v1/query?"+url.Values{"query": {expr}, "time": {stamp(at)}}.Encode(), &data)
	return data.Result, err
}

// Over are the series that an expression has within a span.
func (s *Server) Over(ctx context.Context, expr string, of Span) ([]Series, error) {
	ask := url.Values{"query": {expr}, "start": {stamp(of.From)}, "end": {stamp(of.To)}, "step": {fmt.Sprintf("%.3f", of.Step.Seconds())}}
	var data struct{ Result []Series }
	err := s.get(ctx, "/api/v1/query_range?"+ask.Encode(), &data)
	return data.Result, err
}

// Values are those that a label has among the series of a span.
func (s *Server) Values(ctx context.Context, series, label string, of Span) (out []string, err error) {
	ask := url.Values{"match[]": {series}, "start": {stamp(of.From)}, "end": {stamp(of.To)}}
	err = s.get(ctx, "/api/v1/label/"+url.PathEscape(label)+"/values?"+ask.Encode(), &out)
	return out, err
}

// Rule is how a rule's evaluation went.
type Rule struct {
	Name, Health, LastError string // health: ok, err, or unknown before the first
	LastEvaluation          time.Time
}

// Rules are all that are evaluated.
func (s *Server) Rules(ctx context.Context) (out []Rule, err error) {
	var data struct{ Groups []struct{ Rules []Rule } }
	err = s.get(ctx, "/api/v1/rules", &data)
	for _, g := range data.Groups {
		out = append(out, g.Rules...)
	}
	return out, err
}

func stamp(t time.Time) string { return fmt.Sprintf("%.3f", float64(t.UnixMilli())/1000) }

// get asks the API; what is no success is an error.
func (s *Server) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask Prometheus: %w", err)
	}
	defer res.Body.Close()
	var said struct {
		Status, Error string
		Data          json.RawMessage
	}
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil {
		return fmt.Errorf("ask Prometheus: %w", err)
	}
	if said.Status != "success" {
		return fmt.Errorf("ask Prometheus: %s", said.Error)
	}
	return json.Unmarshal(said.Data, into)
}
