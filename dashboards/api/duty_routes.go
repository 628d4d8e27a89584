package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
)

// rosterBody bounds a roster's sheet. Overflow: 413.
const rosterBody = 8<<20 + 1

type postsOutput struct {
	Body struct {
		Schools []PostBoard `json:"schools" nullable:"false"`
	}
}

type checkInInput struct {
	Post string `path:"id" maxLength:"63" doc:"A post, or a point of the patrol rounds; then shift, from and to of the answer are the round's."`
	Body struct {
		ID     string `json:"id" format:"uuid" doc:"The same id again is the same check-in."`
		School string `json:"school,omitempty" maxLength:"63" doc:"Needed only by whoever has several."`
		Code   string `json:"code,omitempty" maxLength:"64" doc:"What the QR code of the post or the point says, or its number of six digits. Leaving needs none."`
		Out    bool   `json:"out,omitempty" doc:"Leaves the post."`
	}
}

type checkInOutput struct {
	Body struct {
		Date  string `json:"date"`
		Post  string `json:"post"`
		Shift string `json:"shift"`
		From  string `json:"from"`
		To    string `json:"to"`
	}
}

type shiftsOutput struct {
	Body struct {
		Known  bool       `json:"known" doc:"False where the account is nobody on any roster."`
		Shifts []OwnShift `json:"shifts" nullable:"false"`
		Asked  []AskedOf  `json:"asked" nullable:"false" doc:"Questions that wait for the reader's answer. Reading them puts them to the reader: from then on silence counts."`
		Rounds []OwnRound `json:"rounds" nullable:"false" doc:"The patrol rounds that run now; none for a volunteer."`

		Posts []PostManning `json:"posts" nullable:"false" doc:"Who is at which post of the reader's own schools now: for guards who are on the roster there."`
	}
}

type claimInput struct {
	Body struct {
		School string `json:"school,omitempty" maxLength:"63"`
		Date   string `json:"date" format:"date"`
		Post   string `json:"post" minLength:"1" maxLength:"63"`
		Shift  string `json:"shift" minLength:"1" maxLength:"63"`
		Back   bool   `json:"back,omitempty" doc:"Gives a slot back that the account took itself."`
	}
}

type rosterInput struct {
	School string `query:"school" maxLength:"63"`
	From   string `query:"from" doc:"A date; today without it."`
	To     string `query:"to" doc:"A date; six days later without it."`
	Format string `query:"format" enum:"json,csv,xlsx" default:"json"`
}

// RosterBody is a roster as JSON.
type RosterBody struct {
	Entries []RosterEntry `json:"entries" nullable:"false"`
}

type rosterOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	ETag        string `header:"ETag" doc:"The version of these days, for If-Match."`
	Body        []byte
}

type importInput struct {
	School  string `query:"school" maxLength:"63"`
	From    string `query:"from" required:"true"`
	To      string `query:"to" required:"true"`
	Match   string `header:"If-Match" maxLength:"1024" doc:"The ETag of the same days: where they were changed since, nothing is taken (412)."`
	RawBody []byte `contentType:"application/octet-stream"`
}

type importOutput struct {
	Status int
	ETag   string `header:"ETag"`
	Body   RosterResult
}

type callInput struct {
	Body struct {
		ID     string `json:"id" format:"uuid" doc:"The same id again is the same roll call."`
		School string `json:"school,omitempty" maxLength:"63"`
	}
}

type answerInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		School string `json:"school,omitempty" maxLength:"63"`
		Help   bool   `json:"help,omitempty" doc:"Needs help; otherwise all is well."`
	}
}

type wellInput struct {
	Body struct {
		ID     string `json:"id" format:"uuid" doc:"The same id again is the same word."`
		School string `json:"school,omitempty" maxLength:"63"`
	}
}

func (s *Server) mountDuty(h huma.API) {
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Security: signedIn(), MaxBodyBytes: jsonBody,
			Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: append([]int{401, 403}, errors...),
		}
	}
	posts := op("list-posts", http.MethodGet, "/api/v1/posts", "How the posts of the reader's schools stand")
	posts.Security = open(ScopeReadDuty)
	huma.Register(h, posts, s.listPosts)
	huma.Register(h, op("check-in", http.MethodPost, "/api/v1/posts/{id}/checkins", "Check in at a post, or leave it; or stamp a point of a patrol round", 404, 409, 422, 503), s.checkIn)
	huma.Register(h, op("list-shifts", http.MethodGet, "/api/v1/shifts", "The reader's own shifts, and those that they may take"), s.listShifts)
	huma.Register(h, op("claim-shift", http.MethodPost, "/api/v1/shifts/claim", "Take an open slot, or give it back", 404, 409, 422, 503), s.claimShift)
	roster := op("read-roster", http.MethodGet, "/api/v1/roster", "The roster: as JSON, or as the school's own sheet", 404, 422, 503)
	roster.Security, roster.Description = open(ScopeReadRoster), "Officers alone. Who takes it away, in any format, stands in /api/v1/roster/changes."
	roster.Responses = map[string]*huma.Response{"200": {Description: "The roster", Content: map[string]*huma.MediaType{
		"application/json": {Schema: huma.SchemaFromType(h.OpenAPI().Components.Schemas, reflect.TypeFor[RosterBody]())},
	}}}
	huma.Register(h, roster, s.readRoster)
	upload := op("import-roster", http.MethodPost, "/api/v1/roster", "Put a sheet in place of the roster of some days, whole or not at all", 404, 412, 413, 503)
	upload.MaxBodyBytes, upload.Security = rosterBody, open(ScopeWriteRoster)
	upload.Description = "The body is the file: CSV or .xlsx. With any fault the answer is 422 with every one, and nothing was taken; nor is where If-Match names another version (412, type urn:campushub:refusal:roster-changed)."
	upload.Responses = map[string]*huma.Response{"422": {Description: "Faults: nothing was taken"}}
	huma.Register(h, upload, s.importRoster)
	huma.Register(h, op("call-roll", http.MethodPost, "/api/v1/roll-calls", "Ask everybody at the posts whether all is well", 404, 409, 422, 503), s.callRoll)
	huma.Register(h, op("answer-roll", http.MethodPost, "/api/v1/roll-calls/{id}/answers", "Answer a roll call", 404, 422, 503), s.answerRoll)
	huma.Register(h, op("say-well", http.MethodPost, "/api/v1/shifts/well", "Say that all is well, as whoever is checked in at a post", 404, 409, 422, 503), s.sayWell)
	s.mountDutyChanges(h)
	s.mountLedgers(h)
}

func (s *Server) listPosts(ctx context.Context, _ *struct{}) (*postsOutput, error) {
	all, err := s.service.Posts(accountOf(ctx), time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &postsOutput{}
	out.Body.Schools = mapped(all, boardOf)
	return out, nil
}

func (s *Server) checkIn(ctx context.Context, in *checkInInput) (*checkInOutput, error) {
	shift, err := s.service.CheckIn(ctx, accountOf(ctx), watch.Stamp{
		ID: in.Body.ID, School: in.Body.School, Post: in.Post, Code: in.Body.Code, Out: in.Body.Out,
	})
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &checkInOutput{}
	out.Body.Date, out.Body.Post, out.Body.Shift = shift.Date.String(), shift.PostID, shift.Window
	out.Body.From, out.Body.To = stamp(shift.From), stamp(shift.To)
	return out, nil
}

func (s *Server) listShifts(ctx context.Context, _ *struct{}) (*shiftsOutput, error) {
	a := accountOf(ctx)
	all, known, err := s.service.MyShifts(a, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &shiftsOutput{}
	out.Body.Known = known
	out.Body.Shifts = mapped(all, ownOf)
	out.Body.Asked = mapped(s.service.MyQuestions(ctx, a, time.Now()), askedOf)
	out.Body.Rounds = mapped(s.service.MyRounds(a, time.Now()), ownRoundOf)
	out.Body.Posts = mapped(s.service.Manned(a, time.Now()), postManningOf)
	return out, nil
}

func (s *Server) claimShift(ctx context.Context, in *claimInput) (*struct{}, error) {
	date, err := calendar.ParseDate(in.Body.Date)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity("date: " + err.Error())
	}
	key := duty.ShiftKey{Date: date, PostID: in.Body.Post, Window: in.Body.Shift}
	if err := s.service.Claim(ctx, accountOf(ctx), in.Body.School, key, in.Body.Back); err != nil {
		return nil, s.problemOf(err)
	}
	return nil, nil
}

func (s *Server) readRoster(ctx context.Context, in *rosterInput) (*rosterOutput, error) {
	a := accountOf(ctx)
	days, err := s.service.Days(a, in.From, in.To, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	tag, err := s.rosterTag(a, in.School, days) // before it is read: what comes between is seen as a change, and none is missed
	if err != nil {
		return nil, s.problemOf(err)
	}
	out, err := s.rosterAs(ctx, a, in, days)
	if err != nil {
		return nil, err
	}
	out.ETag = tag
	return out, nil
}

func (s *Server) rosterAs(ctx context.Context, a people.Account, in *rosterInput, days calendar.Span) (*rosterOutput, error) {
	if in.Format == "json" {
		return s.rosterJSON(ctx, a, in.School, days)
	}
	var b bytes.Buffer
	if err := s.service.ExportRoster(ctx, a, in.School, days, sheet.Format(in.Format), &b); err != nil {
		return nil, s.problemOf(err)
	}
	return fileOf("roster", days, in.Format, b.Bytes()), nil
}

// rosterTag is the version of some days of a roster, as an entity tag (RFC 9110,
// 8.8.3).
func (s *Server) rosterTag(a people.Account, school string, days calendar.Span) (string, error) {
	all, err := s.service.Roster(a, school, days)
	if err != nil {
		return "", err
	}
	return `"` + duty.Version(all) + `"`, nil
}

func (s *Server) rosterJSON(ctx context.Context, a people.Account, school string, days calendar.Span) (*rosterOutput, error) {
	entries, err := s.service.TakeRoster(ctx, a, school, days)
	if err != nil {
		return nil, s.problemOf(err)
	}
	raw, err := json.Marshal(RosterBody{mapped(entries, entryOf)})
	return &rosterOutput{ContentType: "application/json", Body: raw}, err
}

func (s *Server) importRoster(ctx context.Context, in *importInput) (*importOutput, error) {
	a := accountOf(ctx)
	days, err := s.service.Days(a, in.From, in.To, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	got, err := s.service.ImportRoster(ctx, a, in.School, days, tagsOf(in.Match), bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &importOutput{Status: http.StatusOK, Body: resultOfRoster(got)}
	if out.ETag, err = s.rosterTag(a, in.School, days); err != nil {
		return nil, s.problemOf(err)
	}
	if !out.Body.Taken {
		out.Status = http.StatusUnprocessableEntity
	}
	return out, nil
}

func (s *Server) callRoll(ctx context.Context, in *callInput) (*struct{}, error) {
	if _, err := uuid.Parse(in.Body.ID); err != nil {
		return nil, s.problemOf(fmt.Errorf("%w: id: no UUID", alerting.ErrInvalid))
	}
	if err := s.service.CallRoll(ctx, accountOf(ctx), in.Body.School, in.Body.ID); err != nil {
		return nil, s.problemOf(err)
	}
	return nil, nil
}

func (s *Server) answerRoll(ctx context.Context, in *answerInput) (*struct{}, error) {
	if err := s.service.AnswerRoll(ctx, accountOf(ctx), in.Body.School, in.ID, in.Body.Help); err != nil {
		return nil, s.problemOf(err)
	}
	return nil, nil
}

func (s *Server) sayWell(ctx context.Context, in *wellInput) (*struct{}, error) {
	if _, err := uuid.Parse(in.Body.ID); err != nil {
		return nil, s.problemOf(fmt.Errorf("%w: id: no UUID", alerting.ErrInvalid))
	}
	if err := s.service.SayWell(ctx, accountOf(ctx), in.Body.School, in.Body.ID); err != nil {
		return nil, s.problemOf(err)
	}
	return nil, nil
}
