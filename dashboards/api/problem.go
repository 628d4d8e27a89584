package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/trial"
)

// statusOf is the status and the reason counted for a refusal.
func statusOf(err error) (status int, reason string) {
	var wait *WaitError
	var often *OftenError
	var tested *trial.WaitError
	switch {
	case errors.Is(err, alerting.ErrNotFound):
		return http.StatusNotFound, "not_found"
	case errors.Is(err, alerting.ErrForbidden):
		return http.StatusForbidden, "forbidden"
	case errors.Is(err, alerting.ErrConflict):
		return http.StatusConflict, "conflict"
	case errors.Is(err, alerting.ErrChanged):
		return http.StatusPreconditionFailed, "changed"
	case errors.Is(err, alerting.ErrInvalid):
		return http.StatusUnprocessableEntity, "invalid"
	case errors.Is(err, alerting.ErrUnavailable):
		return http.StatusServiceUnavailable, "unavailable"
	case errors.Is(err, ErrWrongPassword):
		return http.StatusUnauthorized, "wrong_password"
	case errors.As(err, &wait):
		return http.StatusTooManyRequests, "backed_off"
	case errors.As(err, &often):
		return http.StatusTooManyRequests, "readings_often"
	case errors.As(err, &tested):
		return http.StatusTooManyRequests, "tests_often"
	case errors.Is(err, ErrSignInBusy):
		return http.StatusServiceUnavailable, "sign_in_busy"
	}
	return http.StatusInternalServerError, "error"
}

// refusalURN begins the type of a problem that clients can tell from all
// others (RFC 9457, 3.1.1); the code of its alerting.Refusal ends it.
const refusalURN = "urn:campushub:refusal:"

// problemOf turns an error into what the client is told. What is not meant
// for clients is logged and leaves no trace in the answer.
func (s *Server) problemOf(err error) error {
	var caller *CallerError
	if errors.As(err, &caller) {
		return huma.ErrorWithHeaders(caller.model(), caller.header())
	}
	status, _ := statusOf(err)
	detail := err.Error()
	switch status {
	case http.StatusNotFound:
		detail = "not found" // the same words for what is not there and what may not be seen
	case http.StatusInternalServerError:
		s.log.Error("request failed", "error", err)
		detail = "the hub could not do this"
	}
	problem := huma.NewError(status, detail)
	var own *alerting.Refusal
	if m, ok := problem.(*huma.ErrorModel); ok && errors.As(err, &own) {
		m.Type = refusalURN + own.Code
	}
	var wait interface{ Seconds() int64 }
	if errors.As(err, &wait) {
		return huma.ErrorWithHeaders(problem, http.Header{"Retry-After": {strconv.FormatInt(wait.Seconds(), 10)}})
	}
	return problem
}

// writeProblem answers with an RFC 9457 problem.
func writeProblem(w http.ResponseWriter, status int, detail string) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(typed(huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail}))
}

// typed gives a problem that has no type of its own that of its status: every
// refusal has one, and docs/api.md lists them all.
func typed(m huma.ErrorModel) huma.ErrorModel {
	if m.Type == "" {
		reason, ok := statusReasons[m.Status]
		if !ok {
			reason = "error"
		}
		m.Type = refusalURN + strings.ReplaceAll(reason, "_", "-")
	}
	return m
}

// tidyProblem is a huma transformer: what a client sent is not sent back (it
// may hold a password), and a body that is no JSON is a 422 like any other
// content that is wrong.
func tidyProblem(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	tidy := *model
	tidy.Errors = nil
	for _, e := range model.Errors {
		tidy.Errors = append(tidy.Errors, &huma.ErrorDetail{Message: e.Message, Location: e.Location})
	}
	if tidy.Status == http.StatusBadRequest {
		tidy.Status = http.StatusUnprocessableEntity
		tidy.Title = http.StatusText(tidy.Status)
		_, w := humago.Unwrap(ctx)
		if rec, ok := w.(*recorder); ok {
			rec.instead = tidy.Status
		}
	}
	tidy = typed(tidy)
	return &tidy, nil
}
