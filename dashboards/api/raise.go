package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// Alarm is what a person raises: their phone is a button.
type Alarm struct {
	ID     string // a UUID; the same one twice is the same alarm
	School string
	Place  string
	Kind   alerting.Kind
	Mode   alerting.Mode
	Silent bool
	Facts  []string // what is known already, of the closed list
}

// Raise raises an incident for an account at one of its own schools. opened
// says that this very call opened it. Nothing here waits for a disk before the
// alarm is out.
func (s *Service) Raise(ctx context.Context, a people.Account, m Alarm, now time.Time) (i alerting.Incident, opened bool, err error) {
	if !a.Role.MayRaise() {
		return i, false, fmt.Errorf("%w: %s raises no incidents by hand", alerting.ErrForbidden, a.Role)
	}
	school, ok := s.people().School(m.School)
	if !ok || !slices.Contains(a.Schools, m.School) {
		return i, false, fmt.Errorf("%w: school %s", alerting.ErrNotFound, m.School)
	}
	id, err := uuid.Parse(m.ID)
	if err != nil {
		return i, false, fmt.Errorf("%w: id: %q is no UUID", alerting.ErrInvalid, m.ID[:min(len(m.ID), 64)])
	}
	place, ok := s.placeOf(school, m.Place)
	if !ok {
		return i, false, fmt.Errorf("%w: place: the school has no %q", alerting.ErrInvalid, m.Place)
	}
	i, err = s.engine.Raise(ctx, alerting.Report{
		ID: id.String(), School: m.School, Place: place, Kind: m.Kind, Mode: m.Mode, Silent: m.Silent, Facts: m.Facts,
		By: alerting.Actor{Name: a.Name, Role: a.Role}, At: now,
	})
	if err != nil {
		return i, false, err
	}
	opened = len(i.Presses) > 0 && i.Presses[0].ReceivedAt.Equal(now)
	return policy.Seen(s.people(), a, i), opened, nil
}

// placeOf looks up a place of the school, or one where a device of it hangs.
func (s *Service) placeOf(school people.School, id string) (alerting.Place, bool) {
	for _, p := range s.Places(school) {
		if p.ID == id {
			return p, true
		}
	}
	return alerting.Place{}, false
}

// Places lists where something may happen at a school.
func (s *Service) Places(school people.School) []alerting.Place {
	out := slices.Clone(school.Places)
	for _, d := range s.people().Devices() {
		known := slices.ContainsFunc(out, func(p alerting.Place) bool { return p.ID == d.Place.ID })
		if d.Address.School == school.ID && d.Place.ID != "" && !known {
			out = append(out, d.Place)
		}
	}
	return out
}

type raiseBody struct {
	ID     string `json:"id" format:"uuid" doc:"Drawn when the alarm is raised; the same id again is the same alarm."`
	School string `json:"school" minLength:"1" maxLength:"63"`
	Place  string `json:"place" minLength:"1" maxLength:"63"`
	Kind   string `json:"kind,omitempty" maxLength:"32" doc:"emergency without it."`
	Mode   string `json:"mode,omitempty" enum:"live,drill,test" doc:"live without it; a drill is raised by a running drill alone."`
	Silent bool   `json:"silent,omitempty" doc:"No siren, no sound, nothing that others can see."`

	Facts []string `json:"facts,omitempty" maxItems:"16" doc:"What is known already, of the closed list: who is told follows it."`
}

type raiseInput struct{ Body raiseBody }

type raiseOutput struct {
	Status int
	Body   IncidentDetail
}

func (s *Server) mountRaise(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "raise-incident", Method: http.MethodPost, Path: "/api/v1/incidents",
		Summary:     "Raise an incident: a person's phone as a button",
		Description: "201 for a new one, 200 where the same id came before. An answer with stored false has been told all the same: send it again until it is stored. A program that has the scope incidents:test alone raises tests. A test is refused on an examination day (409, type urn:campushub:refusal:examination-test).",
		Security:    open(ScopeRaise, ScopeTest), MaxBodyBytes: jsonBody, DefaultStatus: http.StatusCreated,
		Responses:   map[string]*huma.Response{"200": {Description: "The same alarm, as it is now"}},
		Middlewares: huma.Middlewares{s.authenticated(h), withExchange}, Errors: []int{401, 403, 404, 409, 413, 415, 422, 503},
	}, s.postIncident)
}

func (s *Server) postIncident(ctx context.Context, in *raiseInput) (*raiseOutput, error) {
	b := in.Body
	m := Alarm{ID: b.ID, School: b.School, Place: b.Place, Kind: alerting.Kind(b.Kind), Mode: alerting.Mode(b.Mode), Silent: b.Silent, Facts: b.Facts}
	if m.Kind == "" {
		m.Kind = alerting.KindOf(devices.Emergency)
	}
	if m.Mode == "" {
		m.Mode = devices.Live
	}
	if m.Mode != devices.Test && readerOf(ctx).lacks(ScopeRaise) {
		x, _ := ctx.Value(requestKey{}).(exchange)
		because(x.w, "token_scope")
		return nil, s.problemOf(lacking(ScopeRaise))
	}
	i, opened, err := s.service.Raise(ctx, accountOf(ctx), m, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &raiseOutput{Status: http.StatusOK, Body: s.detail(ctx, i)}
	if opened {
		out.Status = http.StatusCreated
	}
	return out, nil
}
