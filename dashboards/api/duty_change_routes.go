package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// RosterPlace is one person's place on the roster.
type RosterPlace struct {
	Date  string `json:"date" format:"date"`
	Post  string `json:"post" minLength:"1" maxLength:"63"`
	Shift string `json:"shift" minLength:"1" maxLength:"63"`
	Name  string `json:"name" minLength:"1" maxLength:"64" doc:"Who stands there, as the roster calls them."`
}

func (p RosterPlace) place() (watch.Place, error) {
	date, err := calendar.ParseDate(p.Date)
	if err != nil {
		return watch.Place{}, huma.Error422UnprocessableEntity("date: " + err.Error())
	}
	return watch.Place{ShiftKey: duty.ShiftKey{Date: date, PostID: p.Post, Window: p.Shift}, Person: p.Name}, nil
}

type replaceInput struct {
	Body struct {
		RosterPlace
		School string `json:"school,omitempty" maxLength:"63" doc:"Needed only by whoever has several."`
		By     string `json:"by" minLength:"1" maxLength:"64" doc:"Who stands there instead."`
		Phone  string `json:"phone,omitempty" maxLength:"64" doc:"Theirs, for reminders."`
	}
}

type swapInput struct {
	Body struct {
		School string      `json:"school,omitempty" maxLength:"63" doc:"Needed only by whoever has several."`
		First  RosterPlace `json:"first"`
		Second RosterPlace `json:"second"`
	}
}

type awayInput struct {
	Body struct {
		School string `json:"school,omitempty" maxLength:"63" doc:"Needed only by whoever has several."`
		Name   string `json:"name,omitempty" maxLength:"64" doc:"As the roster calls them; the account itself without it."`
		Back   bool   `json:"back,omitempty" doc:"Is back at their posts."`

		Incident string `json:"incident,omitempty" maxLength:"64" doc:"What they are called to; needs not to be named."`
	}
}

type changesInput struct {
	School string `query:"school" maxLength:"63"`
}

type changesOutput struct {
	Body struct {
		Changes []RosterChange `json:"changes" nullable:"false" doc:"The latest first, at most 100."`
	}
}

// RosterChange is who changed what, or took it away.
type RosterChange struct {
	At    string `json:"at"`
	By    string `json:"by" doc:"The account."`
	What  string `json:"what" enum:"replaced,swapped,away,back,claimed,gave-back,claim-dropped,imported,took-roster,took-checkins,took-rounds" doc:"The last three: who took the roster, check-ins or the ledger of rounds away."`
	Shift string `json:"shift" doc:"date/post/shift; empty where it is about none. Of what was imported or taken away: from/to."`
	Name  string `json:"name" doc:"Empty where it is about nobody."`
	Other string `json:"other" doc:"Who stands there now; empty where nobody does."`
}

type codeInput struct {
	ID     string `path:"id" maxLength:"63" doc:"A post, or a point of the patrol rounds."`
	School string `query:"school" maxLength:"63" doc:"Needed only by whoever has several."`
}

type codeOutput struct {
	Body struct {
		Code string `json:"code" doc:"Whoever has it can check in there. The QR code that hangs at the post leads to /shift?post=…&code=…"`
		PIN  string `json:"pin" doc:"The same as a number of six digits."`
	}
}

// mountDutyChanges adds what changes a roster by hand.
func (s *Server) mountDutyChanges(h huma.API) {
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Security: signedIn(), MaxBodyBytes: jsonBody,
			Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: append([]int{401, 403, 404}, errors...),
		}
	}
	huma.Register(h, op("replace-on-shift", http.MethodPost, "/api/v1/shifts/replace", "Put another in a person's place", 409, 422, 503), s.replace)
	huma.Register(h, op("swap-shifts", http.MethodPost, "/api/v1/shifts/swap", "Exchange two people's shifts, both or none", 409, 422, 503), s.swap)
	changes := op("list-roster-changes", http.MethodGet, "/api/v1/roster/changes", "Who changed what of the roster, and who took what away", 503)
	changes.Security = open(ScopeReadRoster)
	huma.Register(h, changes, s.listChanges)
	code := op("read-post-code", http.MethodGet, "/api/v1/posts/{id}/code", "What hangs at a post, or at a point of the patrol rounds, to check in by", 422)
	code.Description = "For officers."
	huma.Register(h, code, s.readCode)
	away := op("call-away", http.MethodPost, "/api/v1/posts/aways", "Say that somebody is called away from their posts, or back", 409, 422, 503)
	away.Description = "Whoever is away is not missed and does not count: a post that is below its minimum without them is uncovered. It ends by itself after 12 h; where an incident is named, also when they check in again, and with the incident where they had not checked in or their shift is over."
	huma.Register(h, away, s.callAway)
}

func (s *Server) readCode(ctx context.Context, in *codeInput) (*codeOutput, error) {
	out := &codeOutput{}
	var err error
	if out.Body.Code, out.Body.PIN, err = s.service.PostCode(accountOf(ctx), in.School, in.ID); err != nil {
		return nil, s.rosterProblem(err)
	}
	return out, nil
}

func (s *Server) replace(ctx context.Context, in *replaceInput) (*struct{}, error) {
	at, err := in.Body.place()
	if err != nil {
		return nil, err
	}
	return nil, s.rosterProblem(s.service.Replace(ctx, accountOf(ctx), in.Body.School, at, in.Body.By, in.Body.Phone))
}

func (s *Server) swap(ctx context.Context, in *swapInput) (*struct{}, error) {
	one, err := in.Body.First.place()
	if err != nil {
		return nil, err
	}
	two, err := in.Body.Second.place()
	if err != nil {
		return nil, err
	}
	return nil, s.rosterProblem(s.service.Swap(ctx, accountOf(ctx), in.Body.School, one, two))
}

func (s *Server) callAway(ctx context.Context, in *awayInput) (*struct{}, error) {
	return nil, s.rosterProblem(s.service.Away(ctx, accountOf(ctx), in.Body.School, in.Body.Name, in.Body.Incident, in.Body.Back))
}

func (s *Server) listChanges(ctx context.Context, in *changesInput) (*changesOutput, error) {
	all, err := s.service.RosterChanges(ctx, accountOf(ctx), in.School)
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &changesOutput{}
	out.Body.Changes = mapped(all, func(c watch.Change) RosterChange {
		return RosterChange{At: stamp(c.At), By: c.By, What: c.What, Shift: c.Shift, Name: c.Person, Other: c.Other}
	})
	return out, nil
}

// rosterProblem says what is not there, too: whoever may change a roster may
// read all of it.
func (s *Server) rosterProblem(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, alerting.ErrNotFound):
		return huma.Error404NotFound(strings.TrimPrefix(err.Error(), alerting.ErrNotFound.Error()+": "))
	}
	return s.problemOf(err)
}
