package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// HubFigures is how the hub works inside, as the API gives it.
type HubFigures struct {
	Began       *string `json:"began" doc:"When the process began; null where nobody can say."`
	Journal     bool    `json:"journal" doc:"It takes what is told."`
	Pending     int     `json:"pending" doc:"Entries that are not durable yet."`
	CommitMS    float64 `json:"commit_ms" doc:"On average since the start."`
	Lanes       int     `json:"lanes" doc:"Messages that wait for a worker."`
	Connections int     `json:"connections" doc:"Of the broker, signed in."`
	SpoolBytes  int64   `json:"spool_bytes"`
	Waiting     int     `json:"waiting" doc:"Points that InfluxDB has not taken."`
	Dropped     int     `json:"dropped" doc:"Points given up since the start, for want of room or age."`
	LongestGCMS float64 `json:"longest_gc_ms" doc:"Of the pauses that the runtime remembers."`
	HeapBytes   int64   `json:"heap_bytes"`
	Goroutines  int     `json:"goroutines"`
}

type hubOutput struct{ Body HubFigures }

func (s *Server) mountHub(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "read-hub", Method: http.MethodGet, Path: "/api/v1/hub",
		Summary: "How the hub works inside, by its own metrics", Description: "For the admin. /metrics has all of them.",
		Security: signedIn(), Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 503},
	}, func(ctx context.Context, _ *struct{}) (*hubOutput, error) {
		v, err := s.service.Hub(accountOf(ctx))
		if err != nil {
			return nil, s.problemOf(err)
		}
		return &hubOutput{HubFigures{
			Began: stampOrNil(v.Began), Journal: v.Journal, Pending: v.Pending, CommitMS: milliseconds(v.Commit), Lanes: v.Lanes, Connections: v.Connections,
			SpoolBytes: v.Spool, Waiting: v.Waiting, Dropped: v.Dropped, LongestGCMS: milliseconds(v.LongestGC), HeapBytes: v.Heap, Goroutines: v.Goroutines,
		}}, nil
	})
}
