package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/alerting/people"
)

// Paths says what is known of each school's way to the police. What it gives
// is immutable.
type Paths interface {
	Statuses() []pathcheck.Status
	// Shown notes that a page of a police account shows a school's last check.
	Shown(school, check, account string, at time.Time)
}

// ShownCheck notes that a page of the account shows the result of a check: of
// the police, of one of their schools, the last one.
func (s *Service) ShownCheck(a people.Account, check string, now time.Time) error {
	if a.Role != alerting.RoleLiaison {
		return fmt.Errorf("%w: a page of the police alone proves the way to them", alerting.ErrForbidden)
	}
	ways, _ := s.Ways(a)
	for _, w := range ways {
		if w.Last != nil && w.Last.ID == check {
			s.paths.Shown(w.School, check, a.Name, now)
			return nil
		}
	}
	return fmt.Errorf("%w: path check %s is not the last one", alerting.ErrNotFound, check)
}

// Ways lists the ways of the account's schools; checked is false where no path
// is checked at all. Who acts on incidents may know, and who runs the hub.
func (s *Service) Ways(a people.Account) (ways []pathcheck.Status, checked bool) {
	if s.paths == nil {
		return nil, false
	}
	if !ReadsDevices(a.Role) {
		return nil, true
	}
	for _, w := range s.paths.Statuses() {
		if slices.Contains(a.Schools, w.School) {
			ways = append(ways, w)
		}
	}
	return ways, true
}

// PathCheck is a school's way to the police, as the API gives it.
type PathCheck struct {
	School   string        `json:"school"`
	State    string        `json:"state" enum:"waiting,proven,unproven" doc:"proven: within the last three minutes."`
	EveryMS  int64         `json:"every_ms"`
	Since    *string       `json:"since" doc:"Since when it is looked at, or was last proven."`
	ProvenAt *string       `json:"proven_at"`
	TookMS   float64       `json:"took_ms" doc:"From the press to the police, of the last proof."`
	Missing  []PathMissing `json:"missing" nullable:"false" doc:"What the last check has not passed."`
	Last     *PathResult   `json:"last"`
	Coverage PathCoverage  `json:"coverage"`
	Outside  *PathOutside  `json:"outside"`
}

// PathMissing is a stage that was not passed.
type PathMissing struct {
	Stage     string `json:"stage" enum:"pressed,reached,stored,handed,received"`
	Audience  string `json:"audience"`
	Recipient string `json:"recipient"`
	Channel   string `json:"channel"`
	Why       string `json:"why"`
}

// PathResult is the last check, stage by stage.
type PathResult struct {
	ID             string    `json:"id"`
	PressedAt      *string   `json:"pressed_at"`
	ReachedAt      *string   `json:"reached_at"`
	StoredAt       *string   `json:"stored_at"`
	AcknowledgedAt *string   `json:"acknowledged_at"`
	Recipients     []PathLeg `json:"recipients" nullable:"false"`
}

// PathLeg is one recipient of the last check.
type PathLeg struct {
	Audience   string  `json:"audience"`
	Recipient  string  `json:"recipient"`
	Channel    string  `json:"channel"`
	Via        string  `json:"via"`
	HandedAt   *string `json:"handed_at"`
	ReceivedAt *string `json:"received_at"`
}

// PathCoverage is who could be reached at the last look.
type PathCoverage struct {
	At         *string  `json:"at"`
	Responders int      `json:"responders"`
	Paths      []string `json:"paths" nullable:"false"`
	Enough     bool     `json:"enough" doc:"Two responders over two independent paths."`
}

// PathOutside is the last look at the outside address.
type PathOutside struct {
	At        *string `json:"at"`
	Reachable bool    `json:"reachable"`
	Why       string  `json:"why"`
}

type pathsBody struct {
	Checked bool        `json:"checked" doc:"false: the configuration has the path check off."`
	Now     string      `json:"now"`
	Schools []PathCheck `json:"schools" nullable:"false"`
}

type pathsOutput struct{ Body pathsBody }

func (s *Server) mountPathChecks(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "path-checks", Method: http.MethodGet, Path: "/api/v1/path-checks",
		Summary: "When the way to the police was last proven, and who can be reached", Security: open(ScopeReadDevices),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403},
	}, s.pathChecks)
	huma.Register(h, huma.Operation{
		OperationID: "path-check-shown", Method: http.MethodPost, Path: "/api/v1/path-checks/{id}/shown", DefaultStatus: http.StatusNoContent,
		Summary: "A page of the police shows the result; where they have no terminal that proves the way", Security: signedIn(),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404},
	}, s.shownPathCheck)
}

type shownInput struct {
	ID string `path:"id" maxLength:"64" doc:"The check that the page shows."`
}

func (s *Server) shownPathCheck(ctx context.Context, in *shownInput) (*struct{}, error) {
	if err := s.service.ShownCheck(accountOf(ctx), in.ID, time.Now()); err != nil {
		return nil, s.problemOf(err)
	}
	return nil, nil
}

func (s *Server) pathChecks(ctx context.Context, _ *struct{}) (*pathsOutput, error) {
	a := accountOf(ctx)
	if !ReadsDevices(a.Role) {
		return nil, huma.Error403Forbidden("this role reads no path checks")
	}
	now := time.Now()
	ways, checked := s.service.Ways(a)
	return &pathsOutput{pathsBody{
		Checked: checked, Now: stamp(now),
		Schools: mapped(ways, func(w pathcheck.Status) PathCheck { return pathCheckOf(w, now) }),
	}}, nil
}

func pathCheckOf(w pathcheck.Status, now time.Time) PathCheck {
	since := w.Began
	if !w.ProvenAt.IsZero() {
		since = w.ProvenAt
	}
	p := PathCheck{
		School: w.School, State: pathState(w, now), EveryMS: w.Every.Milliseconds(),
		Since: stampOrNil(since), ProvenAt: stampOrNil(w.ProvenAt), TookMS: milliseconds(w.Took),
		Missing: mapped(w.Missing(), missingOf), Last: resultOf(w.Last),
		Coverage: PathCoverage{
			At: stampOrNil(w.Coverage.At), Responders: w.Coverage.Responders, Enough: w.Coverage.Enough(),
			Paths: mapped(w.Coverage.Vias, func(v alerting.Via) string { return string(v) }),
		},
	}
	if w.Outside.Address != "" {
		p.Outside = &PathOutside{At: stampOrNil(w.Outside.At), Reachable: !w.Outside.At.IsZero() && w.Outside.Why == "", Why: w.Outside.Why}
	}
	return p
}

func pathState(w pathcheck.Status, now time.Time) string {
	switch {
	case w.Proven(now):
		return "proven"
	case w.Waiting(now):
		return "waiting"
	}
	return "unproven"
}

func missingOf(m pathcheck.Missing) PathMissing {
	return PathMissing{
		Stage: string(m.Stage), Audience: string(m.Leg.Audience), Recipient: m.Leg.Recipient,
		Channel: string(m.Leg.Channel), Why: m.Why,
	}
}

func resultOf(c *pathcheck.Check) *PathResult {
	if c == nil {
		return nil
	}
	return &PathResult{
		ID: c.ID, PressedAt: stampOrNil(c.PressedAt), ReachedAt: stampOrNil(c.ReachedAt),
		StoredAt: stampOrNil(c.StoredAt), AcknowledgedAt: stampOrNil(c.AcknowledgedAt),
		Recipients: mapped(c.Legs, func(l pathcheck.Leg) PathLeg {
			return PathLeg{
				Audience: string(l.Audience), Recipient: l.Recipient, Channel: string(l.Channel), Via: string(l.Via),
				HandedAt: stampOrNil(l.HandedAt), ReceivedAt: stampOrNil(l.ReceivedAt),
			}
		}),
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func stampOrNil(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return stampOf(&t)
}
