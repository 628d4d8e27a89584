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
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// mostPast bounds the closed incidents of a school that are looked through.
// Overflow: the earlier ones are left out, and the answer says so.
const mostPast = 10_000

// FalseAlarms are the counts of one school: of those of its devices that have
// any, in the order of their names. Nobody is ranked by them.
type FalseAlarms struct {
	School  string              `json:"school"`
	Count   int                 `json:"count" doc:"Tests and drills that nobody had filed, within school_days."`
	Review  bool                `json:"review" doc:"School and station review them together."`
	Whole   bool                `json:"whole" doc:"False where there are so many closed incidents that the earliest are left out."`
	Devices []DeviceFalseAlarms `json:"devices" nullable:"false"`

	DeviceDays int `json:"device_days" doc:"Within how many days devices are counted, by the school's policy."`
	SchoolDays int `json:"school_days" doc:"Within how many days the school is counted, by its policy."`
}

// DeviceFalseAlarms are the counts of one device.
type DeviceFalseAlarms struct {
	Device string         `json:"device"`
	Place  alerting.Place `json:"place"`
	Count  int            `json:"count" doc:"Accidental presses, pranks and device faults, within device_days. What was reported in good faith is never counted."`
	Warn   bool           `json:"warn" doc:"Look at its place and its cover."`
}

// FalseAlarms counts those of the account's schools. They are for whoever looks
// after the buttons, and for the station that reviews them: a guard who fears
// the count does not press.
func (s *Service) FalseAlarms(ctx context.Context, a people.Account, now time.Time) ([]FalseAlarms, error) {
	if !MayCount(a) {
		return nil, fmt.Errorf("%w: %s counts no false alarms", alerting.ErrForbidden, a.Role)
	}
	out := make([]FalseAlarms, 0, len(a.Schools))
	for _, school := range slices.Sorted(slices.Values(a.Schools)) {
		rule := policy.Of(s.people()).FalseAlarms(school)
		past, whole, err := s.closed(ctx, a, school, now.AddDate(0, 0, -max(rule.DeviceDays, rule.SchoolDays)))
		if err != nil {
			return nil, err
		}
		f := s.counted(school, past, now, rule)
		f.Whole = whole
		out = append(out, f)
	}
	return out, nil
}

// MayCount reports whether an account reads the counts of false alarms.
func MayCount(a people.Account) bool {
	return a.Role == alerting.RoleOfficer || a.Role == alerting.RoleLiaison
}

// closed lists what was closed at a school since.
func (s *Service) closed(ctx context.Context, a people.Account, school string, since time.Time) (past []alerting.Incident, whole bool, err error) {
	f := Filter{State: alerting.StateResolved, School: school, Since: since, Limit: MaxListed}
	for len(past) < mostPast {
		page, err := s.List(ctx, a, f)
		if err != nil {
			return nil, false, err
		}
		past = append(past, page.Incidents...)
		if page.Next.Zero() {
			return past, true, nil
		}
		f.Cursor = page.Next
	}
	return past, false, nil
}

func (s *Service) counted(school string, past []alerting.Incident, now time.Time, rule alerting.FalseAlarmRule) FalseAlarms {
	of := alerting.CountFalseAlarms(past, devices.Address{School: school}, now, rule)
	f := FalseAlarms{
		School: school, Count: of.School, Review: of.Review, Devices: []DeviceFalseAlarms{},
		DeviceDays: rule.DeviceDays, SchoolDays: rule.SchoolDays,
	}
	byDevice := map[string][]alerting.Incident{}
	for _, i := range past {
		if i.Device != "" {
			byDevice[i.Device] = append(byDevice[i.Device], i)
		}
	}
	for device, incidents := range byDevice {
		at := devices.Address{School: school, Device: device}
		if n := alerting.CountFalseAlarms(incidents, at, now, rule); n.Device > 0 {
			f.Devices = append(f.Devices, DeviceFalseAlarms{Device: device, Place: s.placeAt(at, incidents[0]), Count: n.Device, Warn: n.Warn})
		}
	}
	slices.SortFunc(f.Devices, func(x, y DeviceFalseAlarms) int { // by name: never by count
		if x.Device < y.Device {
			return -1
		}
		return 1
	})
	return f
}

// placeAt is where a device hangs; one that has gone hung where its latest
// incident was.
func (s *Service) placeAt(at devices.Address, latest alerting.Incident) alerting.Place {
	if d, ok := s.people().Device(at); ok {
		return d.Place
	}
	return latest.Place
}

type falseAlarmsOutput struct {
	Body struct {
		Schools []FalseAlarms `json:"schools" nullable:"false"`
	}
}

func (s *Server) mountFalseAlarms(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "count-false-alarms", Method: http.MethodGet, Path: "/api/v1/false-alarms",
		Summary:     "False alarms of each device and school, without any ranking",
		Description: "To officers and liaisons. What was reported in good faith is never counted, and nothing of what one may not see.",
		Security:    signedIn(), Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 503},
	}, func(ctx context.Context, _ *struct{}) (*falseAlarmsOutput, error) {
		all, err := s.service.FalseAlarms(ctx, accountOf(ctx), time.Now())
		if err != nil {
			return nil, s.problemOf(err)
		}
		out := &falseAlarmsOutput{}
		out.Body.Schools = all
		return out, nil
	})
}
