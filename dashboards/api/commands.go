package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
)

type commandBody struct {
	ID      string `json:"id,omitempty" format:"uuid" doc:"Makes the command idempotent."`
	Reason  string `json:"reason,omitempty" maxLength:"500"`
	Text    string `json:"text,omitempty" maxLength:"2000"`
	Outcome string `json:"outcome,omitempty" maxLength:"32"`
	Number  int64  `json:"number,omitempty" minimum:"0" doc:"The update that the person had before them."`
}

type commandInput struct {
	ID   string       `path:"id" maxLength:"64"`
	Body *commandBody `required:"false"`
}

var verbSummaries = map[alerting.Verb]string{
	alerting.VerbAcknowledge: "Take the incident on for one's audience",
	alerting.VerbNote:        "Add a note",
	alerting.VerbCancel:      "Ask to stand down; stops nothing",
	alerting.VerbReset:       "Reset the latch, with a reason",
	alerting.VerbResolve:     "Close the incident with an outcome; the lead only",
	alerting.VerbVerify:      "Say what was found, and facts; takes nothing on",
	alerting.VerbClassify:    "Choose the kind; adds recipients and drops none",
	alerting.VerbDispatch:    "Stamp that the force was sent, or has left; the police only",
	alerting.VerbArrive:      "Stamp that a party is on site",
	alerting.VerbCall:        "Stamp a telephone call that somebody made",
	alerting.VerbLink:        "Show it together with another incident of the school",
	alerting.VerbUnlink:      "Take it apart from another incident",
	alerting.VerbReal:        "Not a drill: open a live incident linked to this one",
}

// mountVerb gives each verb a route of its own: one that is not there yet is
// a 404 like any other path.
func (s *Server) mountVerb(h huma.API, verb alerting.Verb) {
	huma.Register(h, huma.Operation{
		OperationID: string(verb) + "-incident", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/" + string(verb),
		Summary: verbSummaries[verb], Security: signedIn(), MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 409, 413, 415, 422, 503},
	}, func(ctx context.Context, in *commandInput) (*incidentOutput, error) {
		c := alerting.Command{Incident: in.ID, Verb: verb}
		if b := in.Body; b != nil {
			c.ID, c.Reason, c.Text = b.ID, b.Reason, b.Text
			c.Outcome, c.Number = alerting.Outcome(b.Outcome), b.Number
		}
		i, err := s.service.Do(ctx, accountOf(ctx), c)
		if err != nil {
			return nil, s.problemOf(err)
		}
		return &incidentOutput{Body: detailOf(i)}, nil
	})
}

type receiptBody struct {
	Number int64  `json:"number" minimum:"1"`
	Status string `json:"status" enum:"received,read"`
}

type receiptInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body receiptBody
}

func (s *Server) mountReceipts(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "confirm-incident", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/receipts",
		Summary: "Confirm that a page received or read an update", Security: signedIn(), MaxBodyBytes: jsonBody,
		DefaultStatus: http.StatusNoContent,
		Middlewares:   huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 404, 413, 415, 422, 503},
	}, func(ctx context.Context, in *receiptInput) (*struct{}, error) {
		status := alerting.DeliveryState(in.Body.Status)
		if err := s.service.Confirm(ctx, accountOf(ctx), in.ID, in.Body.Number, status); err != nil {
			return nil, s.problemOf(err)
		}
		return nil, nil
	})
}

type signInBody struct {
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Password string `json:"password" minLength:"1" maxLength:"1024"`
}

type signInInput struct{ Body signInBody }

type sessionBody struct {
	Role    string   `json:"role"`
	Schools []string `json:"schools" nullable:"false"`
	Token   string   `json:"token" doc:"For the header Authorization: Bearer."`
}

type sessionOutput struct{ Body sessionBody }

func (s *Server) mountSession(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "sign-in", Method: http.MethodPost, Path: "/api/v1/session",
		Summary: "Sign in", MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{withExchange}, Errors: []int{401, 413, 415, 422, 429, 503},
	}, s.postSession)
	huma.Register(h, huma.Operation{
		OperationID: "sign-out", Method: http.MethodDelete, Path: "/api/v1/session",
		Summary: "Sign out", Security: signedIn(), DefaultStatus: http.StatusNoContent,
		Middlewares: huma.Middlewares{s.authenticated(h), withExchange}, Errors: []int{401, 503},
	}, s.deleteSession)
}

func (s *Server) postSession(ctx context.Context, in *signInInput) (*sessionOutput, error) {
	x, _ := ctx.Value(requestKey{}).(exchange)
	done, err := s.SignIn(x.w, x.r, in.Body.Name, in.Body.Password)
	if err != nil {
		if _, reason := statusOf(err); reason != "" {
			because(x.w, reason)
		}
		return nil, s.problemOf(err)
	}
	return &sessionOutput{Body: sessionBody{
		Role: string(done.Account.Role), Schools: append([]string{}, done.Account.Schools...), Token: done.Token,
	}}, nil
}

func (s *Server) deleteSession(ctx context.Context, _ *struct{}) (*struct{}, error) {
	x, _ := ctx.Value(requestKey{}).(exchange)
	if err := s.SignOut(x.w, x.r); err != nil {
		return nil, s.problemOf(err)
	}
	return nil, nil
}
