package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/trial"
)

// FolkBody is whom the alarms of a school reach.
type FolkBody struct {
	School      string        `json:"school"`
	Now         string        `json:"now"`
	Examination bool          `json:"examination" doc:"There is an examination at the school today: nothing is tested."`
	Alarm       bool          `json:"alarm" doc:"A live alarm is open: nothing is tested."`
	Audiences   []FolkSide    `json:"audiences" nullable:"false" doc:"Every audience, in figures."`
	People      []FolkPerson  `json:"people" nullable:"false" doc:"Those of one's own side: for an officer all but the police, for a liaison the police. Whoever is named for confidential incidents is shown to named accounts alone."`
	Gateways    []FolkGateway `json:"gateways" nullable:"false"`
	Tests       []FolkTest    `json:"tests" nullable:"false" doc:"The latest first."`
}

// FolkSide is how an audience stands.
type FolkSide struct {
	Audience string   `json:"audience"`
	People   int      `json:"people"`
	Ready    int      `json:"ready" doc:"On shift, and reached by a way that works now."`
	Paths    []string `json:"paths" nullable:"false" doc:"What these ways run over."`
	Verdict  string   `json:"verdict" enum:"enough,few,nobody,unset" doc:"few: one person, or all over one network. unset: nobody is configured, and nobody has to be."`
}

// FolkPerson is somebody, or a desk, that is told.
type FolkPerson struct {
	Name     string        `json:"name"`
	Title    alerting.Text `json:"title"`
	Audience string        `json:"audience"`
	Duties   []string      `json:"duties" nullable:"false"`
	OffShift bool          `json:"off_shift"`
	OnLeave  bool          `json:"on_leave"`
	Ways     []FolkWay     `json:"ways" nullable:"false"`
}

// FolkWay is one way to them.
type FolkWay struct {
	Recipient string    `json:"recipient" doc:"As a test names it."`
	Channel   string    `json:"channel"`
	Via       string    `json:"via"`
	Gateway   string    `json:"gateway"`
	Address   string    `json:"address" doc:"Masked, never whole."`
	State     string    `json:"state" enum:"works,fails,unknown"`
	Deaf      bool      `json:"deaf" doc:"Nothing beyond handed is ever heard over it."`
	Seen      FolkSign  `json:"seen"`
	Testable  bool      `json:"testable"`
	Test      *FolkTest `json:"test" doc:"The latest; null where none is remembered."`
}

// FolkSign is when a way last worked, and when it last did not.
type FolkSign struct {
	WorkedAt *string `json:"worked_at"`
	Reached  string  `json:"reached" enum:",handed,received,read"`
	WorkedBy string  `json:"worked_by" enum:",test,check,delivery"`
	FailedAt *string `json:"failed_at"`
	Why      string  `json:"why"`
}

// FolkGateway is a gateway or a robot.
type FolkGateway struct {
	Name    string   `json:"name"`
	Channel string   `json:"channel"`
	Via     string   `json:"via"`
	Deaf    bool     `json:"deaf"`
	State   string   `json:"state" enum:"works,fails,unknown"`
	Ways    int      `json:"ways"`
	Seen    FolkSign `json:"seen"`
}

// FolkTest is a test of one way.
type FolkTest struct {
	ID         string  `json:"id"`
	School     string  `json:"school"`
	Audience   string  `json:"audience"`
	Recipient  string  `json:"recipient"`
	Channel    string  `json:"channel"`
	By         string  `json:"by"`
	Reason     string  `json:"reason"`
	At         string  `json:"at" format:"date-time"`
	State      string  `json:"state" enum:"planned,handed,received,read,failed"`
	Why        string  `json:"why"`
	TookMS     float64 `json:"took_ms" doc:"Until the state; 0 while it is planned."`
	HandedAt   *string `json:"handed_at"`
	ReceivedAt *string `json:"received_at"`
	ReadAt     *string `json:"read_at"`
}

type folkInput struct {
	School string `query:"school" maxLength:"63" doc:"One's first where none is named."`
}

type folkOutput struct{ Body FolkBody }

type tryInput struct {
	Body struct {
		ID        string `json:"id" format:"uuid" doc:"The same id again is the same test."`
		School    string `json:"school,omitempty" maxLength:"63" doc:"One's first where none is named."`
		Audience  string `json:"audience" enum:"police,school,guards,staff,district"`
		Recipient string `json:"recipient" minLength:"1" maxLength:"128"`
		Channel   string `json:"channel" minLength:"1" maxLength:"16"`
		Reason    string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

type tryOutput struct{ Body FolkTest }

func (s *Server) mountFolk(h huma.API) {
	if !s.service.HasTrials() {
		return
	}
	huma.Register(h, huma.Operation{
		OperationID: "read-people", Method: http.MethodGet, Path: "/api/v1/people",
		Summary:     "Whom the alarms of a school reach, and which ways to them work",
		Description: "For officers and liaisons, each of their own schools and side. Addresses are masked.",
		Security:    signedIn(), Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 422},
	}, s.readFolk)
	huma.Register(h, huma.Operation{
		OperationID: "test-way", Method: http.MethodPost, Path: "/api/v1/people/tests", DefaultStatus: http.StatusAccepted, MaxBodyBytes: jsonBody,
		Summary: "Test the way to one recipient: one message in mode test",
		Description: "It goes the way of an alarm, is marked as a test in both languages, and is written down with who asked and why before anybody is told. " +
			"One way is tested every 2 minutes at most, and a school ten times in 10 minutes (429, Retry-After). Refused on an examination day (409, type urn:campushub:refusal:examination-test) " +
			"and while a live alarm is open (urn:campushub:refusal:alarm-test). Pages and what the public sees have no test.",
		Security: signedIn(), Middlewares: huma.Middlewares{s.authenticated(h), withExchange}, Errors: []int{401, 403, 404, 409, 422, 429, 503},
	}, s.tryWay)
	huma.Register(h, huma.Operation{
		OperationID: "read-way-test", Method: http.MethodGet, Path: "/api/v1/people/tests/{id}",
		Summary: "What has come of a test", Security: signedIn(),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 422},
	}, s.readTrial)
}

func (s *Server) readFolk(ctx context.Context, in *folkInput) (*folkOutput, error) {
	now := time.Now()
	f, err := s.service.Folk(accountOf(ctx), in.School, now)
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &folkOutput{FolkBody{
		School: f.School, Now: stamp(now), Examination: f.Examination, Alarm: f.Alarm,
		Audiences: mapped(f.Sides, folkSideOf), People: mapped(f.People, folkPersonOf), Gateways: mapped(f.Gateways, folkGatewayOf), Tests: mapped(f.Trials, folkTestOf),
	}}, nil
}

func (s *Server) tryWay(ctx context.Context, in *tryInput) (*tryOutput, error) {
	b := in.Body
	t, err := s.service.Try(ctx, accountOf(ctx), trial.Trial{
		ID: b.ID, School: b.School, Reason: b.Reason,
		Leg: alerting.LegKey{Audience: alerting.Audience(b.Audience), Recipient: b.Recipient, Channel: alerting.Channel(b.Channel)},
	}, time.Now())
	if err != nil {
		if x, ok := ctx.Value(requestKey{}).(exchange); ok && errors.As(err, new(*trial.WaitError)) {
			because(x.w, "tests_often")
		}
		return nil, s.problemOf(err)
	}
	return &tryOutput{folkTestOf(t)}, nil
}

func (s *Server) readTrial(ctx context.Context, in *idInput) (*tryOutput, error) {
	t, err := s.service.Trial(accountOf(ctx), in.ID)
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &tryOutput{folkTestOf(t)}, nil
}

func folkSideOf(s Side) FolkSide {
	return FolkSide{
		Audience: string(s.Audience), People: s.People, Ready: s.Ready, Verdict: string(s.Verdict),
		Paths: mapped(s.Vias, func(v alerting.Via) string { return string(v) }),
	}
}

func folkPersonOf(p Person) FolkPerson {
	return FolkPerson{
		Name: p.Name, Title: p.Title, Audience: string(p.Audience), OffShift: p.OffShift, OnLeave: p.OnLeave,
		Duties: mapped(p.Duties, func(d people.Duty) string { return string(d) }), Ways: mapped(p.Ways, folkWayOf),
	}
}

func folkWayOf(w Way) FolkWay {
	out := FolkWay{
		Recipient: w.Leg.Recipient, Channel: string(w.Leg.Channel), Via: string(w.Via), Gateway: w.Gateway, Address: w.Address,
		State: string(w.State), Deaf: w.Deaf, Seen: folkSignOf(w.Sign), Testable: w.Untestable == trial.Testable,
	}
	if w.Trial != nil {
		t := folkTestOf(*w.Trial)
		out.Test = &t
	}
	return out
}

func folkGatewayOf(c Carrier) FolkGateway {
	return FolkGateway{Name: c.Name, Channel: string(c.Channel), Via: string(c.Via), Deaf: c.Deaf, State: string(c.State), Ways: c.Ways, Seen: folkSignOf(c.Sign)}
}

func folkSignOf(s trial.Sign) FolkSign {
	return FolkSign{
		WorkedAt: stampOrNil(s.WorkedAt), Reached: string(s.Reached), WorkedBy: string(s.WorkedBy), FailedAt: stampOrNil(s.FailedAt), Why: s.Why,
	}
}

func folkTestOf(t trial.Trial) FolkTest {
	return FolkTest{
		ID: t.ID, School: t.School, Audience: string(t.Leg.Audience), Recipient: t.Leg.Recipient, Channel: string(t.Leg.Channel), By: t.By, Reason: t.Reason,
		At: stamp(t.At), State: string(t.State), Why: t.Why, TookMS: milliseconds(t.Took()),
		HandedAt: stampOrNil(t.HandedAt), ReceivedAt: stampOrNil(t.ReceivedAt), ReadAt: stampOrNil(t.ReadAt),
	}
}
