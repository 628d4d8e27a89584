package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/hazard"
	"example.org/campushub/alerting/hazard/photo"
	"example.org/campushub/alerting/people"
)

// HazardStep is a change of a hazard's state.
type HazardStep struct {
	At     string `json:"at" format:"date-time"`
	By     string `json:"by" doc:"The account."`
	State  string `json:"state" enum:"open,in-hand,done"`
	Reason string `json:"reason"`
}

// Hazard is what somebody found at a school.
type Hazard struct {
	ID     string        `json:"id"`
	School string        `json:"school"`
	At     string        `json:"at" format:"date-time"`
	By     string        `json:"by" doc:"The account that reported it."`
	Place  string        `json:"place"`
	Post   string        `json:"post" doc:"Empty where a place alone was named."`
	Where  alerting.Text `json:"where" doc:"What the place or the post was called then."`
	Grade  string        `json:"grade" enum:"general,major"`
	Text   string        `json:"text"`
	State  string        `json:"state" enum:"open,in-hand,done"`
	Photo  int64         `json:"photo" doc:"The photo's size in bytes; 0 where there is none."`
	Steps  []HazardStep  `json:"steps" nullable:"false" doc:"How it came to its state, the first one first."`
}

type reportHazardInput struct {
	Body struct {
		ID     string `json:"id" format:"uuid" doc:"Drawn when the report is written; the same id again is the same report."`
		School string `json:"school,omitempty" maxLength:"63" doc:"Needed only by whoever has several."`
		Place  string `json:"place,omitempty" maxLength:"63" doc:"A place of the school; either this or post."`
		Post   string `json:"post,omitempty" maxLength:"63"`
		Grade  string `json:"grade" enum:"general,major"`
		Text   string `json:"text" minLength:"1" maxLength:"1000"`
	}
}

type moveHazardInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		State  string `json:"state" enum:"open,in-hand,done"`
		Reason string `json:"reason" minLength:"1" maxLength:"200"`
		Known  int    `json:"known" minimum:"0" maximum:"100" doc:"How many steps of the hazard were read; where it has others by now, nothing is changed (409)."`
	}
}

type hazardsInput struct {
	School string `query:"school" maxLength:"63" doc:"Needed only by whoever has several."`
}

type hazardOutput struct{ Body Hazard }

type hazardsOutput struct {
	Body struct {
		Hazards []Hazard `json:"hazards" nullable:"false" doc:"Those that are not done, and the latest 100 that are; the latest first."`
	}
}

func (s *Server) mountHazards(h huma.API, mux Mux) {
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Security: signedIn(), MaxBodyBytes: jsonBody,
			Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: append([]int{401, 404}, errors...),
		}
	}
	huma.Register(h, op("list-hazards", http.MethodGet, "/api/v1/hazards", "Hazards of a school: an officer's all of them, a guard's own", 403, 422, 503), s.listHazards)
	report := op("report-hazard", http.MethodPost, "/api/v1/hazards", "Report a hazard", 403, 409, 413, 415, 422, 503)
	report.Description = "For guards and officers. A report is no alarm: it is told to nobody and waits on the officer's pages. Its photo is sent after it."
	huma.Register(h, report, s.reportHazard)
	huma.Register(h, op("get-hazard", http.MethodGet, "/api/v1/hazards/{id}", "One hazard, and who changed its state, when and why", 503), s.getHazard)
	huma.Register(h, op("move-hazard", http.MethodPost, "/api/v1/hazards/{id}/state", "Say how far a hazard is seen to, and why", 403, 409, 413, 415, 422, 503), s.moveHazard)
	describePhotos(h.OpenAPI())
	mux.HandleFunc("GET /api/v1/hazards/{id}/photo", s.getPhoto)
	mux.HandleFunc("PUT /api/v1/hazards/{id}/photo", s.putPhoto)
}

// describePhotos adds what goes past huma: a picture is read and written as it is,
// and its reader has a deadline of its own.
func describePhotos(doc *huma.OpenAPI) {
	id := []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	picture := map[string]*huma.MediaType{"image/jpeg": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	problem := func(status int) *huma.Response {
		return &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{"application/problem+json": {}}}
	}
	responses := func(good string, r *huma.Response, refused ...int) map[string]*huma.Response {
		out := map[string]*huma.Response{good: r}
		for _, status := range refused {
			out[strconv.Itoa(status)] = problem(status)
		}
		return out
	}
	doc.AddOperation(&huma.Operation{
		OperationID: "get-hazard-photo", Method: http.MethodGet, Path: "/api/v1/hazards/{id}/photo",
		Summary: "The photo of a hazard", Description: "A JPEG that the hub encoded itself, upright, at most 1600 pixels long, without metadata. Nobody else may keep it.",
		Security: signedIn(), Parameters: id, Responses: responses("200", &huma.Response{Description: "The photo", Content: picture}, 401, 404, 503),
	})
	file := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	doc.AddOperation(&huma.Operation{
		OperationID: "send-hazard-photo", Method: http.MethodPut, Path: "/api/v1/hazards/{id}/photo",
		Summary: "Send the photo of a hazard that one reported oneself",
		Description: "A JPEG, PNG or WebP of at most 10 MB and 40 megapixels, told by its own bytes. It is encoded anew. The same file again is the same photo. What is refused has a type: " +
			"urn:campushub:refusal:photo- and bytes, pixels, format, animated, broken, slow, second, settled, full, disk or busy; the report stays as it is.",
		Security: signedIn(), Parameters: id, RequestBody: &huma.RequestBody{Required: true, Content: file},
		Responses: responses("204", &huma.Response{Description: "It is stored"}, 401, 403, 404, 409, 422, 503),
	})
}

func viewHazard(r hazard.Report) Hazard {
	return Hazard{
		ID: r.ID, School: r.School, At: stamp(r.At), By: r.By, Place: r.Where.Place, Post: r.Where.Post, Where: r.Where.Name,
		Grade: string(r.Grade), Text: r.Text, State: string(r.State), Photo: r.Photo.Size,
		Steps: mapped(r.Steps, func(s hazard.Step) HazardStep { return HazardStep{stamp(s.At), s.By, string(s.To), s.Reason} }),
	}
}

func (s *Server) listHazards(ctx context.Context, in *hazardsInput) (*hazardsOutput, error) {
	all, err := s.service.HazardsOf(ctx, accountOf(ctx), in.School)
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &hazardsOutput{}
	out.Body.Hazards = mapped(all, viewHazard)
	return out, nil
}

func (s *Server) reportHazard(ctx context.Context, in *reportHazardInput) (*hazardOutput, error) {
	b := in.Body
	r, err := s.service.ReportHazard(ctx, accountOf(ctx), Found{ID: b.ID, School: b.School, Place: b.Place, Post: b.Post, Grade: hazard.Grade(b.Grade), Text: b.Text}, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &hazardOutput{viewHazard(r)}, nil
}

func (s *Server) getHazard(ctx context.Context, in *idInput) (*hazardOutput, error) {
	r, err := s.service.Hazard(ctx, accountOf(ctx), in.ID)
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &hazardOutput{viewHazard(r)}, nil
}

func (s *Server) moveHazard(ctx context.Context, in *moveHazardInput) (*hazardOutput, error) {
	r, err := s.service.MoveHazard(ctx, accountOf(ctx), in.ID, hazard.State(in.Body.State), in.Body.Reason, in.Body.Known, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &hazardOutput{viewHazard(r)}, nil
}

// getPhoto serves a picture as what it is, confined where it is opened by itself,
// and kept by nobody: who may read it may change.
func (s *Server) getPhoto(w http.ResponseWriter, r *http.Request) {
	reader, ok := s.admit(w, r)
	if !ok {
		return
	}
	jpeg, err := s.service.HazardPhoto(r.Context(), reader.Account, r.PathValue("id"))
	if err != nil {
		s.refusePhoto(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Length", strconv.Itoa(len(jpeg)))
	h.Set("Content-Disposition", `inline; filename="hazard.jpg"`)
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(jpeg)
}

func (s *Server) putPhoto(w http.ResponseWriter, r *http.Request) {
	reader, ok := s.admit(w, r)
	if !ok {
		return
	}
	if err := s.AttachPhoto(w, r, reader.Account, r.PathValue("id"), r.Body); err != nil {
		s.refusePhoto(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// AttachPhoto keeps a photo that is in a request's body with a report of the
// account's own. The body has to be there in hazard.UploadWithin; that of a photo
// that is refused is read as far as a body may go, as a browser that still sends
// reads no answer.
func (s *Server) AttachPhoto(w http.ResponseWriter, r *http.Request, a people.Account, id string, in io.Reader) error {
	// A connection that takes no deadline has none; what is read then is bounded by
	// its length.
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Now().Add(hazard.UploadWithin))
	defer func() { _ = c.SetReadDeadline(time.Time{}) }()
	err := s.service.AttachPhoto(r.Context(), a, id, in)
	if err != nil {
		_, _ = io.Copy(io.Discard, in)
	}
	return err
}

// photoBody bounds a request with a photo. What is longer than a photo may be is
// read so far, so that the refusal is; beyond it the connection ends.
const photoBody = 2 * photo.MaxBytes

// refusePhoto answers with the problem of an error.
func (s *Server) refusePhoto(w http.ResponseWriter, err error) {
	err = s.problemOf(err)
	var m *huma.ErrorModel
	if !errors.As(err, &m) {
		m = &huma.ErrorModel{Status: http.StatusInternalServerError}
	}
	m.Title = http.StatusText(m.Status)
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(m.Status)
	_ = json.NewEncoder(w).Encode(typed(*m))
}
