package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/evidence"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// maxPurpose is how long what evidence is taken for may be, in characters.
const maxPurpose = 150

// Evidence is what bundles of evidence are made of.
type Evidence interface {
	// Slice reads an incident's entries of its school's audit chain;
	// alerting.ErrNotFound.
	Slice(ctx context.Context, incident string) (evidence.Slice, error)
	// Add writes into the same chain who took a bundle. It fails with
	// alerting.ErrUnavailable where that can't be made durable.
	Add(ctx context.Context, a alerting.Addition) (alerting.Incident, error)
}

// Reports draws up the report of an incident as an account may read it.
type Reports func(a people.Account, i alerting.Incident, now time.Time) ([]evidence.File, error)

// DrawReportsBy puts in place who draws up the reports in bundles. It is called
// before anything is served.
func (s *Server) DrawReportsBy(r Reports) { s.reports = r }

// HasEvidence reports whether evidence can be taken away here.
func (s *Service) HasEvidence() bool { return s.evidence != nil }

// Review is an incident for its report: for officers and liaisons who may read
// it. Whoever may see it otherwise is alerting.ErrForbidden.
func (s *Service) Review(ctx context.Context, a people.Account, id string) (alerting.Incident, error) {
	i, err := s.whole(ctx, a, id)
	if err != nil {
		return alerting.Incident{}, err
	}
	if !policy.MayTakeEvidence(a, i) {
		return alerting.Incident{}, fmt.Errorf("%w: an incident is reviewed by officers and liaisons who may read it", alerting.ErrForbidden)
	}
	return policy.Seen(s.people(), a, i), nil
}

// Bundle is a bundle of evidence as it leaves the hub.
type Bundle struct {
	Name string
	Zip  []byte
}

// Evidence makes the bundle of an incident, and writes into the incident's audit
// chain who took it, for what, and which it was: what can't be written down is
// not handed out.
func (s *Server) Evidence(ctx context.Context, a people.Account, id, purpose string, now time.Time) (Bundle, error) {
	i, err := s.service.Review(ctx, a, id)
	if err != nil {
		return Bundle{}, err
	}
	purpose = strings.TrimSpace(purpose)
	if n := utf8.RuneCountInString(purpose); n == 0 || n > maxPurpose || strings.ContainsAny(purpose, "\r\n") {
		return Bundle{}, fmt.Errorf("%w: reason: say in at most %d characters what it is for", alerting.ErrInvalid, maxPurpose)
	}
	slice, err := s.service.auditOf(ctx, a, i)
	if err != nil {
		return Bundle{}, err
	}
	files, err := s.filesOf(a, i, now)
	if err != nil {
		return Bundle{}, err
	}
	var out bytes.Buffer
	made, err := evidence.Write(&out, evidence.Manifest{
		Incident: i.ID, School: i.School, Number: i.Number, State: string(i.State),
		MadeAt: now.UTC(), MadeBy: a.Name, Role: string(a.Role), Reason: purpose,
	}, slice, files...)
	if err != nil {
		return Bundle{}, err
	}
	if err := s.service.noteTaken(ctx, a, i.ID, purpose, made); err != nil {
		return Bundle{}, err
	}
	name := fmt.Sprintf("evidence-%s-%s-%s.zip", i.School, i.OpenedAt.UTC().Format("20060102"), i.ID[:min(len(i.ID), 12)])
	return Bundle{Name: name, Zip: out.Bytes()}, nil
}

// auditOf is the audit entries as the account may take them. What decides is
// read from the entries themselves.
func (s *Service) auditOf(ctx context.Context, a people.Account, i alerting.Incident) (evidence.Slice, error) {
	slice, err := s.evidence.Slice(ctx, i.ID)
	if err != nil {
		return evidence.Slice{}, err
	}
	events := make([]alerting.Event, len(slice.Entries))
	for k, e := range slice.Entries {
		if e.Payload == "" { // erased
			events[k] = alerting.Event{Seq: e.Seq, Type: alerting.EventType(e.Type), Incident: e.Incident, School: e.School}
			continue
		}
		if err := json.Unmarshal([]byte(e.Payload), &events[k]); err != nil {
			return evidence.Slice{}, fmt.Errorf("decode event %d: %w", e.Seq, err)
		}
	}
	return policy.Evidence(a, i, slice, alerting.Timeline(events))
}

func (s *Server) filesOf(a people.Account, i alerting.Incident, now time.Time) ([]evidence.File, error) {
	raw, err := json.MarshalIndent(s.detailFor(a, i, now), "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode incident: %w", err)
	}
	files := []evidence.File{{Name: evidence.IncidentName, Content: raw}}
	if s.reports == nil {
		return files, nil
	}
	reports, err := s.reports(a, i, now)
	return append(reports, files...), err
}

// taken is what the chain keeps of a bundle.
type taken struct {
	Manifest evidence.Hash `json:"manifest"` // its SHA-256
	Reason   string        `json:"reason"`
}

func (s *Service) noteTaken(ctx context.Context, a people.Account, id, purpose string, made evidence.Hash) error {
	raw, err := json.Marshal(taken{made, purpose})
	if err != nil {
		return fmt.Errorf("encode what was taken: %w", err)
	}
	text, _ := made.MarshalText()
	beside := alerting.Beside{Of: "evidence", Payload: raw, Said: alerting.Text{
		ZH: fmt.Sprintf("导出证据包（清单 %s）：%s", text[:12], purpose),
		EN: fmt.Sprintf("Evidence taken away (manifest %s): %s", text[:12], purpose),
	}}
	_, err = s.evidence.Add(ctx, alerting.Addition{
		Incident: id, Type: alerting.EventExported, Actor: alerting.Actor{Name: a.Name, Role: a.Role},
		Decide: func(alerting.Incident, []alerting.Event, time.Time) (*alerting.Beside, error) { return &beside, nil },
	})
	return err
}

type evidenceInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"150" doc:"What it is taken for; it is written into the incident's audit chain."`
	}
}

type evidenceOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) mountEvidence(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "take-evidence", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/evidence",
		Summary: "A bundle of an incident's evidence, as a zip",
		Description: "For officers and liaisons of the school who may read the incident: the report in both languages, the incident as JSON, its entries of the audit chain, and a manifest " +
			"with the SHA-256 of each file. Who took it, for what, and the manifest's SHA-256 are written into the audit chain first. `campushub incident verify FILE` checks it.",
		Security: signedIn(), Middlewares: huma.Middlewares{s.authenticated(h)}, MaxBodyBytes: jsonBody, Errors: []int{401, 403, 404, 422, 503},
		Responses: map[string]*huma.Response{"200": {Description: "The bundle", Content: map[string]*huma.MediaType{"application/zip": {}}}},
	}, s.takeEvidence)
}

func (s *Server) takeEvidence(ctx context.Context, in *evidenceInput) (*evidenceOutput, error) {
	b, err := s.Evidence(ctx, accountOf(ctx), in.ID, in.Body.Reason, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &evidenceOutput{ContentType: "application/zip", Disposition: b.Disposition(), Body: b.Zip}, nil
}

// Disposition has a browser keep the bundle under its name.
func (b Bundle) Disposition() string { return fmt.Sprintf(`attachment; filename="%s"`, b.Name) }
