package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
)

type auditCheckOutput struct {
	Body struct {
		RunningSince *string      `json:"running_since" doc:"Since when one of these chains is being checked, or waits for a check that runs; null where none is."`
		CheckedAt    *string      `json:"checked_at" doc:"When the latest check of these chains ended, the earliest of them; null where there was none since the hub's start."`
		Failed       string       `json:"failed" doc:"Why a chain could not be read to its end; empty where all were."`
		Chains       []AuditChain `json:"chains" nullable:"false"`
	}
}

type auditTrailInput struct {
	School string `path:"school" maxLength:"64"`
	Before int64  `query:"before" minimum:"0" doc:"Entries before this one; 0: from the end."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// AuditLine is one entry of an audit chain, as the API gives it.
type AuditLine struct {
	Seq      int64          `json:"seq"`
	At       string         `json:"at" format:"date-time"`
	Actor    string         `json:"actor"`
	Text     alerting.Text  `json:"text"`
	Incident string         `json:"incident"`
	Kind     string         `json:"kind"`
	Mode     string         `json:"mode" enum:"live,drill,test"`
	Place    alerting.Place `json:"place"`
}

type auditTrailOutput struct {
	Body struct {
		Entries []AuditLine `json:"entries" nullable:"false"`
		Next    int64       `json:"next" doc:"Before what to go on; 0 where nothing is left. A page may have fewer entries than it could."`
	}
}

func (s *Server) mountAudit(h huma.API) {
	if !s.service.HasAudit() {
		return
	}
	huma.Register(h, huma.Operation{
		OperationID: "read-audit-check", Method: http.MethodGet, Path: "/api/v1/audit",
		Summary:     "How the audit chains of one's schools were found",
		Description: "For officers, liaisons and the admin.",
		Security:    open(ScopeReadAudit), Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403},
	}, s.auditCheck)
	huma.Register(h, huma.Operation{
		OperationID: "check-audit", Method: http.MethodPost, Path: "/api/v1/audit/check", DefaultStatus: http.StatusAccepted,
		Summary: "Recompute the audit chains of one's schools",
		Description: "For officers and liaisons: the chains of their schools; for an admin that of the accounts too, and for whoever administers the whole hub all. It goes on in the background, one check at a time and 30 min at most; " +
			"where these chains are being checked already nothing is begun.",
		Security: signedIn(), Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403},
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		if err := s.service.CheckAudit(accountOf(ctx)); err != nil {
			return nil, s.problemOf(err)
		}
		return nil, nil
	})
	huma.Register(h, huma.Operation{
		OperationID: "read-audit-trail", Method: http.MethodGet, Path: "/api/v1/audit/{school}",
		Summary:     "A school's audit chain, the latest first",
		Description: "For the school's officers and liaisons: what was done with the incidents that they may read, as they may read it.",
		Security:    open(ScopeReadAudit), Middlewares: huma.Middlewares{s.authenticated(h), withExchange}, Errors: []int{401, 403, 404, 422, 429, 503},
	}, s.auditTrail)
}

func (s *Server) auditCheck(ctx context.Context, _ *struct{}) (*auditCheckOutput, error) {
	c, err := s.service.Audited(accountOf(ctx))
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &auditCheckOutput{}
	out.Body.RunningSince, out.Body.CheckedAt = stampUnlessZero(c.Running), stampUnlessZero(c.At)
	out.Body.Failed, out.Body.Chains = c.Failed, append([]AuditChain{}, c.Chains...)
	return out, nil
}

func (s *Server) auditTrail(ctx context.Context, in *auditTrailInput) (*auditTrailOutput, error) {
	p, err := s.service.Trail(ctx, accountOf(ctx), in.School, in.Before, in.Limit, time.Now())
	if err != nil {
		return nil, s.readingsRefused(ctx, err)
	}
	out := &auditTrailOutput{}
	out.Body.Next, out.Body.Entries = p.Next, mapped(p.Entries, func(e AuditEntry) AuditLine {
		return AuditLine{
			Seq: e.Seq, At: stamp(e.At), Actor: e.Actor, Text: e.Text,
			Incident: e.Incident.ID, Kind: string(e.Incident.Kind), Mode: string(e.Incident.Mode), Place: e.Incident.Place,
		}
	})
	return out, nil
}
