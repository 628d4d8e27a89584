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
	"example.org/campushub/devices/supervision"
)

// looksWithin bounds how long a reader waits for how devices stand.
const looksWithin = 2 * time.Second

// Supervision says how the devices stand.
type Supervision interface {
	View(ctx context.Context) (supervision.View, error)
}

// ReadsDevices reports whether a role sees how devices and the way to the police
// stand: who acts on incidents, and who runs the hub.
func ReadsDevices(r alerting.Role) bool { return r.SeesIncidents() || r == alerting.RoleAdmin }

// Devices is how the devices of the account's schools stand.
func (s *Service) Devices(ctx context.Context, a people.Account) (supervision.View, error) {
	if !ReadsDevices(a.Role) {
		return supervision.View{}, fmt.Errorf("%w: %s looks after no devices", alerting.ErrForbidden, a.Role)
	}
	ctx, cancel := context.WithTimeout(ctx, looksWithin)
	defer cancel()
	v, err := s.supervision.View(ctx)
	if err != nil {
		return supervision.View{}, fmt.Errorf("%w: supervision does not answer", alerting.ErrUnavailable)
	}
	v.Devices = slices.DeleteFunc(v.Devices, func(d supervision.Status) bool { return !slices.Contains(a.Schools, d.Address.School) })
	v.Schools = slices.DeleteFunc(v.Schools, func(d supervision.SchoolStatus) bool { return !slices.Contains(a.Schools, d.School) })
	return v, nil
}

// Supervises reports whether devices are supervised here.
func (s *Service) Supervises() bool { return s.supervision != nil }

// DeviceStatus is how a device stands, as the API gives it.
type DeviceStatus struct {
	School       string         `json:"school"`
	ID           string         `json:"id"`
	Kind         string         `json:"kind"`
	Power        string         `json:"power" enum:"mains,battery"`
	Place        alerting.Place `json:"place"`
	State        string         `json:"state" enum:"waiting,present,late,lost,found" doc:"waiting: never heard, nobody misses it; late: silent for too long; found: heard again, not for long enough yet."`
	Since        *string        `json:"since"`
	LastSeen     *string        `json:"last_seen"`
	KnownSince   *string        `json:"known_since" doc:"Since when it is configured at this hub; null where nobody wrote that down."`
	Battery      *float64       `json:"battery" doc:"0 to 1; null where it has not said, since the hub's start."`
	RSSI         *float64       `json:"rssi_dbm"`
	Firmware     string         `json:"firmware" doc:"The version that it last said it runs, also before the hub's start; empty where it never said."`
	FirmwareFrom *string        `json:"firmware_since" doc:"When it first said so to this hub; null where it never did."`
	FirmwareDays *int           `json:"firmware_days" doc:"For how many whole days since; null where it never said."`
	Tamper       bool           `json:"tamper"`
	Needs        []string       `json:"needs" nullable:"false" doc:"battery-low, firmware-old, firmware-unchanged, radio-weak."`
	Availability *float64       `json:"availability" doc:"Part of the time watched in the last 30 days in which it was there; null where it was not watched."`
	DownMinutes  float64        `json:"down_minutes" doc:"In the last 30 days."`
}

// SchoolStatus is how the devices of a school stand together.
type SchoolStatus struct {
	School       string         `json:"school"`
	CutSince     *string        `json:"cut_since" doc:"Since when the school's link is cut; null where it is not."`
	Counts       map[string]int `json:"counts" doc:"Devices by state."`
	Availability *float64       `json:"availability"`
	DownMinutes  float64        `json:"down_minutes" doc:"Of all devices together, in the last 30 days."`
}

type devicesBody struct {
	Now     string         `json:"now"`
	Devices []DeviceStatus `json:"devices" nullable:"false"`
	Schools []SchoolStatus `json:"schools" nullable:"false"`
}

type devicesOutput struct{ Body devicesBody }

func (s *Server) mountDevices(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "devices", Method: http.MethodGet, Path: "/api/v1/devices",
		Summary: "Which devices are there, which are silent or lost, and how available each was", Security: open(ScopeReadDevices),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 503},
	}, s.devices)
}

func (s *Server) devices(ctx context.Context, _ *struct{}) (*devicesOutput, error) {
	v, err := s.service.Devices(ctx, accountOf(ctx))
	if err != nil {
		return nil, s.problemOf(err)
	}
	dir := s.people()
	return &devicesOutput{devicesBody{
		Now:     stamp(v.At),
		Devices: mapped(v.Devices, func(d supervision.Status) DeviceStatus { return deviceOf(d, dir, v.At) }),
		Schools: mapped(v.Schools, schoolStatusOf),
	}}, nil
}

func deviceOf(d supervision.Status, dir *people.Directory, now time.Time) DeviceStatus {
	known, _ := dir.Device(d.Address)
	return DeviceStatus{
		School: d.Address.School, ID: d.Address.Device, Kind: string(d.Kind), Power: string(d.Power), Place: known.Place,
		State: string(d.State), Since: stampOrNil(d.Since), LastSeen: stampOrNil(d.Last), KnownSince: stampOrNil(d.Known),
		Battery: d.Health.Battery, RSSI: d.Health.RSSI, Firmware: d.Running.Version, Tamper: d.Health.Tamper,
		FirmwareFrom: stampOrNil(d.Running.Since), FirmwareDays: firmwareDays(d.Running, now),
		Needs:        mapped(d.Health.Needs, func(n supervision.Need) string { return string(n) }),
		Availability: availability(d.Observed, d.Down), DownMinutes: d.Down.Minutes(),
	}
}

func firmwareDays(r supervision.Running, now time.Time) *int {
	if r.Version == "" {
		return nil
	}
	days := int(r.Age(now) / (24 * time.Hour))
	return &days
}

func schoolStatusOf(d supervision.SchoolStatus) SchoolStatus {
	counts := map[string]int{}
	for _, s := range supervision.States() {
		counts[string(s)] = d.Counts[s]
	}
	return SchoolStatus{
		School: d.School, CutSince: stampOrNil(d.Cut), Counts: counts,
		Availability: availability(d.Observed, d.Down), DownMinutes: d.Down.Minutes(),
	}
}

func availability(observed, down time.Duration) *float64 {
	part, ok := supervision.Availability(observed, down)
	if !ok {
		return nil
	}
	return &part
}
