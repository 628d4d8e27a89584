package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
)

type commandBody struct {
	ID      string `json:"id,omitempty" format:"uuid" doc:"Makes the command idempotent."`
	Reason  string `json:"reason,omitempty" maxLength:"500"`
	Text    string `json:"text,omitempty" maxLength:"2000"`
	Outcome string `json:"outcome,omitempty" maxLength:"32" doc:"resolve"`
	Number  int64  `json:"number,omitempty" minimum:"0" doc:"The update that the person had before them."`

	Verify    string   `json:"verify,omitempty" enum:"unverified,real,false,unfounded" doc:"verify"`
	Facts     []string `json:"facts,omitempty" maxItems:"16" doc:"verify, classify: what is so, of the closed list; some widen who is told. reveal: what everybody may know beyond what was known before it was made confidential."`
	Withdrawn []string `json:"withdrawn,omitempty" maxItems:"16" doc:"verify: what is so no more; nobody who was told is dropped."`

	Kind     string `json:"kind,omitempty" maxLength:"32" doc:"classify. reveal: what it is; without it what it was, or the open kind that somebody has called it since."`
	Severity string `json:"severity,omitempty" enum:"low,high,critical" doc:"classify: without it severity follows the kind and never falls."`

	Stage string `json:"stage,omitempty" enum:"sent,left" doc:"dispatch: the force was sent, or has left."`

	Party   string     `json:"party,omitempty" enum:"school,mutual-aid,police,fire-service,ambulance" doc:"arrive"`
	At      *time.Time `json:"at,omitempty" doc:"arrive, call, report: when it was; now without it."`
	OnPost  bool       `json:"on_post,omitempty" doc:"arrive: was there already when it began."`
	Correct bool       `json:"correct,omitempty" doc:"arrive: puts an earlier stamp right, with a reason."`

	To      string `json:"to,omitempty" enum:"110,119,120,122,school,guardian,guards,staff,district" doc:"call"`
	Reached bool   `json:"reached,omitempty" doc:"call"`

	Incident string `json:"incident,omitempty" maxLength:"64" doc:"link, unlink: the other incident."`

	Audience string `json:"audience,omitempty" enum:"police,school,guards,staff,district" doc:"refer: who is told, of those that the policy leaves to a person; with a reason."`

	Report string `json:"report,omitempty" enum:"first,follow-up,final" doc:"report: which one. Its reference or remark is text, on one line."`
	Way    string `json:"way,omitempty" enum:"telephone,message,document" doc:"report: how it was made."`
}

// command is the body as a command; a request without a body is one too.
func (b *commandBody) command() alerting.Command {
	if b == nil {
		return alerting.Command{}
	}
	c := alerting.Command{
		ID: b.ID, Reason: b.Reason, Text: b.Text, Outcome: alerting.Outcome(b.Outcome), Number: b.Number,
		Verify: alerting.Verification(b.Verify), Facts: b.Facts, Withdrawn: b.Withdrawn,
		Kind: alerting.Kind(b.Kind), Severity: alerting.Severity(b.Severity),
		Stage: alerting.DispatchStage(b.Stage), Party: alerting.Party(b.Party), OnPost: b.OnPost, Correct: b.Correct,
		To: alerting.Callee(b.To), Reached: b.Reached, Other: b.Incident, Audience: alerting.Audience(b.Audience),
		Report: alerting.ReportStage(b.Report), Way: alerting.ReportWay(b.Way),
	}
	if b.At != nil {
		c.When = *b.At
	}
	return c
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
	alerting.VerbRefer:       "Have an audience told that the policy leaves to a person; officers and liaisons only",
	alerting.VerbReport:      "Stamp a report to the education bureau, also after the closing; officers only",
	alerting.VerbReveal:      "Undo a concealment that was a mistake, with a reason that everybody reads; officers and liaisons who are named for confidential incidents. What was said in confidence stays with them",
}

// verbScopes are what opens a verb to programs; the others are people's.
var verbScopes = map[alerting.Verb][]string{alerting.VerbNote: {ScopeNote}}

// mountVerb gives each verb a route of its own: one that is not there yet is
// a 404 like any other path.
func (s *Server) mountVerb(h huma.API, verb alerting.Verb) {
	huma.Register(h, huma.Operation{
		OperationID: string(verb) + "-incident", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/" + string(verb),
		Summary: verbSummaries[verb], Security: open(verbScopes[verb]...), MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 409, 413, 415, 422, 503},
	}, func(ctx context.Context, in *commandInput) (*incidentOutput, error) {
		c := in.Body.command()
		c.Incident, c.Verb = in.ID, verb
		c.ID = idOf(ctx, c.ID)
		i, err := s.service.Do(ctx, accountOf(ctx), c)
		if err != nil {
			return nil, s.problemOf(err)
		}
		return &incidentOutput{Body: s.detail(ctx, i)}, nil
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

	MustChange bool `json:"must_change" doc:"An administrator has given the password: nothing else is answered before PUT /api/v1/password."`
}

type sessionOutput struct{ Body sessionBody }

func (s *Server) mountSession(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "sign-in", Method: http.MethodPost, Path: "/api/v1/session",
		Summary: "Sign in", MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{withoutToken, withExchange}, Errors: []int{401, 413, 415, 422, 429, 503},
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
	return sessionOf(done), nil
}

func sessionOf(done SignedIn) *sessionOutput {
	return &sessionOutput{Body: sessionBody{
		Role: string(done.Account.Role), Schools: append([]string{}, done.Account.Schools...), Token: done.Token,
		MustChange: done.Account.Initial,
	}}
}

func (s *Server) deleteSession(ctx context.Context, _ *struct{}) (*struct{}, error) {
	x, _ := ctx.Value(requestKey{}).(exchange)
	if err := s.SignOut(x.w, x.r); err != nil {
		return nil, s.problemOf(err)
	}
	return nil, nil
}
