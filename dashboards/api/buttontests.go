package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// ButtonTests says of the buttons of one school when each was last tested.
type ButtonTests struct {
	School string `json:"school"`
	// Examination says that there is one at the school today.
	Examination bool         `json:"examination" doc:"There is an examination at the school today: nothing is tested, and nothing is overdue."`
	Whole       bool         `json:"whole" doc:"False where there are so many incidents that the earliest are left out."`
	Buttons     []ButtonTest `json:"buttons" nullable:"false"`
}

// ButtonTest says when a button was last tested, and what is due.
type ButtonTest struct {
	Device string         `json:"device"`
	Place  alerting.Place `json:"place"`
	Hub    TestDue        `json:"hub" doc:"A press in mode test or drill: hub and school."`
	Police TestDue        `json:"police" doc:"One that the police signed."`
	Joint  TestDue        `json:"joint" doc:"One that the police signed and the school took on."`
}

// TestDue is the latest test of one sort.
type TestDue struct {
	Last    *string `json:"last" doc:"null where there was none within twice the days."`
	Due     *string `json:"due" doc:"When the next one is due, on no examination day; null where there was none: it is due now."`
	Overdue bool    `json:"overdue"`
	PutOff  bool    `json:"put_off" doc:"An examination day puts it off until due: nothing is tested that day, and nothing is overdue."`
}

// Examined reports whether there is an examination at a school on a day, by its
// calendar.
type Examined func(school string, at time.Time) bool

// tested is when a button was last tested, by what the test proved; zero is
// never.
type tested struct{ hub, police, joint time.Time }

// ButtonTests says it of the account's schools. Who acts on incidents may know,
// and who runs the hub: a test says nothing of anybody.
func (s *Service) ButtonTests(ctx context.Context, a people.Account, now time.Time) ([]ButtonTests, error) {
	if !ReadsDevices(a.Role) {
		return nil, fmt.Errorf("%w: %s looks after no buttons", alerting.ErrForbidden, a.Role)
	}
	out := make([]ButtonTests, 0, len(a.Schools))
	for _, school := range slices.Sorted(slices.Values(a.Schools)) {
		rule := policy.Of(s.people()).ButtonTests(school)
		// Twice the days: so long is an overdue one still known by its day.
		since := now.AddDate(0, 0, -2*max(rule.Days, rule.PoliceDays, rule.JointDays))
		past, whole, err := s.practised(ctx, school, since)
		if err != nil {
			return nil, err
		}
		out = append(out, ButtonTests{School: school, Examination: s.examinedAt(school, now), Whole: whole, Buttons: s.buttonsOf(school, lastTests(past), rule, now)})
	}
	return out, nil
}

// practised lists the tests and drills of a school since. Confidential ones are
// left out, so that nobody learns of one by the day of a test.
func (s *Service) practised(ctx context.Context, school string, since time.Time) (out []alerting.Incident, whole bool, err error) {
	q := alerting.Query{Schools: []string{school}, Since: since, Limit: MaxListed}
	for seen := 0; seen < mostPast; seen += MaxListed {
		page, err := s.engine.List(ctx, q)
		if err != nil {
			return nil, false, err
		}
		for _, i := range page {
			if i.Mode == devices.Test || i.Mode == devices.Drill {
				out = append(out, i)
			}
		}
		if len(page) < q.Limit {
			return out, true, nil
		}
		last := page[len(page)-1]
		q.Before = alerting.Cursor{OpenedAt: last.OpenedAt, ID: last.ID}
	}
	return out, false, nil
}

// lastTests finds the latest test of each button. What nobody pressed is none,
// nor is what is not on the disk.
func lastTests(past []alerting.Incident) map[string]tested {
	out := map[string]tested{}
	for _, i := range past {
		if i.Device == "" || len(i.Presses) == 0 || !i.Stored {
			continue
		}
		last := out[i.Device]
		last.hub = later(last.hub, i.Presses[len(i.Presses)-1].ReceivedAt)
		police, school := signed(i, alerting.Police), signed(i, alerting.School)
		last.police = later(last.police, police)
		if !police.IsZero() && !school.IsZero() {
			last.joint = later(last.joint, later(police, school))
		}
		out[i.Device] = last
	}
	return out
}

// signed is when an audience first took an incident on; zero is never.
func signed(i alerting.Incident, a alerting.Audience) time.Time {
	for _, ack := range i.Acknowledgements {
		if ack.Audience == a {
			return ack.At
		}
	}
	return time.Time{}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (s *Service) buttonsOf(school string, last map[string]tested, rule policy.ButtonTests, now time.Time) []ButtonTest {
	out, due := []ButtonTest{}, s.agenda(school, now)
	for _, d := range s.people().Devices() {
		if d.Address.School != school || d.Kind != devices.KindButton {
			continue
		}
		t := last[d.Address.Device]
		out = append(out, ButtonTest{
			Device: d.Address.Device, Place: d.Place,
			Hub: due.after(t.hub, rule.Days), Police: due.after(t.police, rule.PoliceDays), Joint: due.after(t.joint, rule.JointDays),
		})
	}
	slices.SortFunc(out, func(x, y ButtonTest) int { return cmp.Compare(x.Device, y.Device) })
	return out
}

type buttonTestsOutput struct {
	Body struct {
		Schools []ButtonTests `json:"schools" nullable:"false"`
	}
}

func (s *Server) mountButtonTests(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "button-tests", Method: http.MethodGet, Path: "/api/v1/button-tests",
		Summary:     "When each button was last tested, and what is due",
		Description: "By the school's policy (button_tests). A press in mode test or drill counts; the police's once they signed it.",
		Security:    open(ScopeReadDevices), Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 503},
	}, func(ctx context.Context, _ *struct{}) (*buttonTestsOutput, error) {
		all, err := s.service.ButtonTests(ctx, accountOf(ctx), time.Now())
		if err != nil {
			return nil, s.problemOf(err)
		}
		out := &buttonTestsOutput{}
		out.Body.Schools = all
		return out, nil
	})
}
