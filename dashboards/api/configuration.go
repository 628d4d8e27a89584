package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Configured is what reads the hub's configuration.
type Configured interface{ Configuration() Configuration }

// Configuration is what is at fault in the configuration that the hub runs with,
// and in one that it would not take.
type Configuration struct {
	ReadAt   time.Time
	Warnings []ConfigFault // what "campushub check" says of it
	// RefusedAt is when a configuration was not taken, since ReadAt; Refused is why.
	RefusedAt time.Time
	Refused   []ConfigFault
}

// ConfigFault is one thing that is at fault. Its file and place are for whoever
// mends it.
type ConfigFault struct {
	Code         string // "" of what keeps a configuration from being taken
	School       string // "" where it is of none in particular
	Path, File   string
	Line, Column int
	Message, Do  string            // as the command line says it
	About        map[string]string // what it is about, by name
}

// ReadsConfiguration reports whether an account may read what is at fault in the
// configuration: administrators, and officers of their own schools.
func ReadsConfiguration(a people.Account) bool {
	return a.Role == alerting.RoleAdmin || a.Role == alerting.RoleOfficer
}

// HasConfiguration reports whether somebody says what is at fault.
func (s *Service) HasConfiguration() bool { return s.configured != nil }

// Configuration is what is at fault, as the account may read it: of its schools;
// of the whole hub for whoever administers that. An officer mends no file, and
// reads of none.
func (s *Service) Configuration(a people.Account) (Configuration, error) {
	if !ReadsConfiguration(a) {
		return Configuration{}, fmt.Errorf("%w: %s reads no configuration", alerting.ErrForbidden, a.Role)
	}
	c := s.configured.Configuration()
	if a.Role == alerting.RoleAdmin && len(a.Schools) == 0 {
		return c, nil
	}
	own := Configuration{ReadAt: c.ReadAt, Warnings: []ConfigFault{}}
	if a.Role == alerting.RoleAdmin {
		own.RefusedAt = c.RefusedAt // that it was; why may be somebody else's
	}
	for _, f := range c.Warnings {
		if !slices.Contains(a.Schools, f.School) {
			continue
		}
		if a.Role != alerting.RoleAdmin {
			f.Path, f.File, f.Line, f.Column = "", "", 0, 0
		}
		own.Warnings = append(own.Warnings, f)
	}
	return own, nil
}

// ConfigFaultBody is a fault as the API gives it.
type ConfigFaultBody struct {
	Code    string            `json:"code" doc:"Empty of what keeps a configuration from being taken."`
	School  string            `json:"school" doc:"Empty where it is of none in particular."`
	File    string            `json:"file" doc:"Where it stands, for an administrator."`
	Line    int               `json:"line" doc:"From 1; 0 for the file as a whole."`
	Column  int               `json:"column"`
	Path    string            `json:"path" doc:"Its way from the root of the configuration."`
	Message string            `json:"message" doc:"As campushub check says it."`
	Do      string            `json:"do" doc:"What helps."`
	About   map[string]string `json:"about" nullable:"false" doc:"What it is about, by name."`
}

type configurationOutput struct {
	Body struct {
		ReadAt    string            `json:"read_at" format:"date-time"`
		Warnings  []ConfigFaultBody `json:"warnings" nullable:"false" doc:"What works, and is less than an alarm should have."`
		RefusedAt *string           `json:"refused_at" doc:"When a configuration was not taken, since the one that the hub runs with; null where none was."`
		Refused   []ConfigFaultBody `json:"refused" nullable:"false" doc:"Why, for whoever administers the whole hub."`
	}
}

func (s *Server) mountConfiguration(h huma.API) {
	if !s.service.HasConfiguration() {
		return
	}
	huma.Register(h, huma.Operation{
		OperationID: "read-configuration", Method: http.MethodGet, Path: "/api/v1/configuration",
		Summary: "What is at fault in the configuration, as campushub check says it", Description: "For the admin, and for officers of their own schools.",
		Security: signedIn(), Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 503},
	}, func(ctx context.Context, _ *struct{}) (*configurationOutput, error) {
		c, err := s.service.Configuration(accountOf(ctx))
		if err != nil {
			return nil, s.problemOf(err)
		}
		out := &configurationOutput{}
		out.Body.ReadAt, out.Body.RefusedAt = stamp(c.ReadAt), stampUnlessZero(c.RefusedAt)
		out.Body.Warnings, out.Body.Refused = mapped(c.Warnings, configFaultOf), mapped(c.Refused, configFaultOf)
		return out, nil
	})
}

func configFaultOf(f ConfigFault) ConfigFaultBody {
	b := ConfigFaultBody{
		Code: f.Code, School: f.School, File: f.File, Line: f.Line, Column: f.Column, Path: f.Path, Message: f.Message, Do: f.Do, About: map[string]string{},
	}
	for name, value := range f.About {
		b.About[name] = value
	}
	return b
}
