package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/devices"
)

// The bounds of asking for readings, beside those of package telemetry.
const (
	// readWithin is how long a reader waits for the disk and for their turn.
	readWithin = 5 * time.Second
	// askedAtOnce and askedEvery are how often one account may ask.
	askedAtOnce = 30
	askedEvery  = time.Second
)

// Past says what devices measured, how they were and how far deliveries got.
type Past interface {
	Course(ctx context.Context, a telemetry.Ask) (telemetry.Course, error)
	Stages(ctx context.Context, a telemetry.AskStages) (telemetry.Stages, error)
}

// OftenError refuses what was asked for too often.
type OftenError struct{ For time.Duration }

// Error says how long to wait.
func (e *OftenError) Error() string {
	return fmt.Sprintf("too many questions of what is stored: wait %d s", e.Seconds())
}

// Seconds is the wait, rounded up.
func (e *OftenError) Seconds() int64 { return int64((e.For + time.Second - 1) / time.Second) }

// ErrReadingsBusy says that others were reading for as long as anybody waits.
var ErrReadingsBusy = fmt.Errorf("%w: others are reading what was measured; ask again", alerting.ErrUnavailable)

// AskReadings is what a reader wants to know of one school: of one device, or
// of all of them.
type AskReadings struct {
	School   string
	Device   string // "": every device of the school
	From, To time.Time
	Points   int
}

func (q AskReadings) check() error {
	switch {
	case !q.From.Before(q.To):
		return fmt.Errorf("%w: from: want a time before to", alerting.ErrInvalid)
	case q.To.Sub(q.From) > telemetry.LongestCourse:
		return fmt.Errorf("%w: from: want %d h before to at most", alerting.ErrInvalid, int(telemetry.LongestCourse.Hours()))
	case q.Points < telemetry.LeastPoints || q.Points > telemetry.MostPoints:
		return fmt.Errorf("%w: points: want %d to %d", alerting.ErrInvalid, telemetry.LeastPoints, telemetry.MostPoints)
	}
	return nil
}

// Readings are what devices of the account's schools measured and how they
// were, for whoever sees the list of devices.
func (s *Service) Readings(ctx context.Context, a people.Account, q AskReadings, now time.Time) (telemetry.Course, error) {
	if !ReadsDevices(a.Role) {
		return telemetry.Course{}, fmt.Errorf("%w: %s looks after no devices", alerting.ErrForbidden, a.Role)
	}
	dir := s.people()
	if _, known := dir.Device(devices.Address{School: q.School, Device: q.Device}); !slices.Contains(a.Schools, q.School) || q.Device != "" && !known {
		return telemetry.Course{}, fmt.Errorf("%w: device %s of %s", alerting.ErrNotFound, q.Device, q.School)
	}
	if err := q.check(); err != nil {
		return telemetry.Course{}, err
	}
	return s.read(ctx, a, q, now, func(k telemetry.Key) bool {
		return (q.Device == "" || q.Device == k.Device) && mayKnow(a, dir, q.School, k)
	})
}

// Coverage is how the posts of one of the account's schools stood, by kind of
// post and in numbers alone, for whoever sees how they stand now.
func (s *Service) Coverage(ctx context.Context, a people.Account, q AskReadings, now time.Time) (telemetry.Course, error) {
	if s.duty == nil || !ReadsPosts(a.Role) {
		return telemetry.Course{}, fmt.Errorf("%w: %s reads no posts", alerting.ErrForbidden, a.Role)
	}
	if !slices.Contains(s.manned(a), q.School) {
		return telemetry.Course{}, fmt.Errorf("%w: school %s has no posts", alerting.ErrNotFound, q.School)
	}
	if err := q.check(); err != nil {
		return telemetry.Course{}, err
	}
	return s.read(ctx, a, q, now, func(k telemetry.Key) bool {
		return k.Of == telemetry.MeasurePostCoverage && slices.Contains([]string{"required", "uncovered", "unrostered", "unseen", "missed"}, k.Name)
	})
}

// read asks the past, if the account has not asked too often.
func (s *Service) read(ctx context.Context, a people.Account, q AskReadings, now time.Time, admit func(telemetry.Key) bool) (telemetry.Course, error) {
	if s.past == nil {
		return telemetry.Course{}, fmt.Errorf("%w: nothing is recorded: the spool was not opened", alerting.ErrUnavailable)
	}
	if wait := s.asked.take(a.Name, now); wait > 0 {
		return telemetry.Course{}, &OftenError{wait}
	}
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	c, err := s.past.Course(ctx, telemetry.Ask{School: q.School, From: q.From, To: q.To, Points: q.Points, Admit: admit})
	if errors.Is(err, telemetry.ErrBusy) {
		return telemetry.Course{}, ErrReadingsBusy
	}
	return c, err
}

// mayKnow is what an account may know of a device, deny by default. How it is
// stands in the list of devices, and a gate's own values are those that
// everybody sees who stands there. A further value can be what a confidential
// incident was found by, or a press in other words: it is for whoever may see
// such incidents. A device that is configured no more is nobody's.
func mayKnow(a people.Account, dir *people.Directory, school string, k telemetry.Key) bool {
	d, ok := dir.Device(devices.Address{School: school, Device: k.Device})
	switch {
	case !ok || k.Of == telemetry.MeasurePostCoverage: // a kind of post may be called like a device
		return false
	case k.Of == telemetry.MeasureDevice:
		return slices.Contains([]string{"online", "tamper", "battery", "rssi"}, k.Name)
	case d.Kind == devices.KindGate && slices.Contains([]string{"open", "passages_in", "passages_out"}, k.Name):
		return true
	}
	return a.Named && a.Role.SeesIncidents()
}

// HasReadings reports whether anything is recorded here.
func (s *Service) HasReadings() bool { return s.past != nil }
