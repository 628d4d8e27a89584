package hazard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
)

// Bounds of what is kept, of the whole hub unless something else is said.
// Overflow: refused, and said so; a report is taken without its photo.
const (
	MostOpen   = 200       // reports of one school that are not done
	MostPhotos = 2000      // photos
	MostBytes  = 512 << 20 // of all photos, in bytes
	// LeastFree is what photos leave of the disk, in bytes: alarms are written to
	// the same one.
	LeastFree = 1 << 30
	// Listed is how many reports that are done a list has at most, the latest of
	// them.
	Listed = 100
)

// How long what is done is kept, from when it was done: photos as long as clips of
// a listed site, reports as long as other inspection ledgers.
const (
	PhotosKept  = 90 * 24 * time.Hour
	ReportsKept = 3 * 365 * 24 * time.Hour
)

// Store keeps reports. What changes something fails with alerting.ErrConflict or
// alerting.ErrNotFound where the store says so, and with any other error where it
// cannot write.
type Store interface {
	// SaveHazard adds a report; ErrConflict where there is one of its id, ErrFull
	// where its school has so many that are not done.
	SaveHazard(ctx context.Context, r Report, most int) error
	// MoveHazard adds a step as the n-th, from 0; ErrConflict where it has that one.
	MoveHazard(ctx context.Context, id string, n int, s Step) error
	// Hazard reads one; ErrNotFound where there is none.
	Hazard(ctx context.Context, id string) (Report, error)
	// Hazards lists those of a school, of one account where it is named: all that
	// are not done, and the latest that are, the latest first.
	Hazards(ctx context.Context, school, by string, done int) ([]Report, error)
	// SaveHazardPhoto adds the photo of a report; ErrConflict where it has one.
	SaveHazardPhoto(ctx context.Context, id string, jpeg, sent []byte) error
	HazardPhoto(ctx context.Context, id string) ([]byte, error)
	// HazardPhotos counts all photos, and their bytes.
	HazardPhotos(ctx context.Context) (number int, bytes int64, err error)
}

// ErrFull says that a school has as many open reports as are kept.
var ErrFull = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "hazards-full", Text: alerting.Text{
	ZH: fmt.Sprintf("未办结的隐患已有 %d 件,请先办结几件", MostOpen), EN: fmt.Sprintf("%d hazards are not done: settle some first", MostOpen),
}}

// Deps is what a desk stands on.
type Deps struct {
	Store    Store
	Log      *slog.Logger
	Registry prometheus.Registerer
	// Free is how many bytes the disk has left, where that is known; nil: it never
	// is.
	Free func() (bytes int64, known bool)
}

// Desk takes reports in, and has their states changed.
type Desk struct {
	store  Store
	log    *slog.Logger
	free   func() (int64, bool)
	intake intake
	photos *prometheus.CounterVec // by result
}

// New builds a desk.
func New(d Deps) (*Desk, error) {
	desk := &Desk{store: d.Store, log: d.Log.With("component", "hazards"), free: d.Free, intake: newIntake(), photos: newPhotos()}
	if desk.free == nil {
		desk.free = func() (int64, bool) { return 0, false }
	}
	if err := d.Registry.Register(desk.photos); err != nil {
		return nil, fmt.Errorf("register hazard metrics: %w", err)
	}
	return desk, nil
}

// Report stores a report. The same one again, by the same account, is that one
// as it is now; one that says something else is an ErrConflict.
func (d *Desk) Report(ctx context.Context, r Report) (Report, error) {
	r, err := r.Checked()
	if err != nil {
		return r, err
	}
	err = d.store.SaveHazard(ctx, r, MostOpen)
	if errors.Is(err, alerting.ErrConflict) && !errors.Is(err, ErrFull) {
		return d.again(ctx, r)
	}
	if err != nil {
		return r, d.failed("a hazard could not be stored", r.School, err)
	}
	d.log.Info("hazard reported", "school", r.School, "hazard", r.ID, "grade", r.Grade, "by", r.By)
	return r, nil
}

func (d *Desk) again(ctx context.Context, r Report) (Report, error) {
	is, err := d.One(ctx, r.ID)
	if err != nil {
		return r, err
	}
	if is.By != r.By || is.School != r.School || is.Text != r.Text || is.Grade != r.Grade || is.Where.Place != r.Where.Place || is.Where.Post != r.Where.Post {
		return r, fmt.Errorf("%w: id: another hazard has it", alerting.ErrConflict)
	}
	return is, nil
}

// Move changes the state of a report. known is how many steps whoever does it has
// seen of it.
func (d *Desk) Move(ctx context.Context, r Report, s Step, known int) (Report, error) {
	r, s, err := r.Moved(s, known)
	if err != nil {
		return r, err
	}
	if err := d.store.MoveHazard(ctx, r.ID, known, s); err != nil {
		return r, d.failed("the state of a hazard could not be stored", r.School, err)
	}
	d.log.Info("hazard changed", "school", r.School, "hazard", r.ID, "to", s.To, "by", s.By)
	return r, nil
}

// One reads a report.
func (d *Desk) One(ctx context.Context, id string) (Report, error) {
	r, err := d.store.Hazard(ctx, id)
	if err != nil {
		return r, d.failed("a hazard could not be read", "", err)
	}
	return r, nil
}

// List lists a school's reports, those of one account where it is named: all that
// are not done, and the latest Listed that are, the latest first.
func (d *Desk) List(ctx context.Context, school, by string) ([]Report, error) {
	out, err := d.store.Hazards(ctx, school, by, Listed)
	if err != nil {
		return nil, d.failed("hazards could not be read", school, err)
	}
	return out, nil
}

// Photo is the picture of a report, a JPEG that this hub encoded.
func (d *Desk) Photo(ctx context.Context, id string) ([]byte, error) {
	out, err := d.store.HazardPhoto(ctx, id)
	if err != nil {
		return nil, d.failed("a photo could not be read", "", err)
	}
	return out, nil
}

// failed says of what the store refused why, and of what it could not do that it
// cannot be done now: that is logged, and told to nobody else.
func (d *Desk) failed(what, school string, err error) error {
	switch {
	case errors.Is(err, alerting.ErrConflict), errors.Is(err, alerting.ErrNotFound), errors.Is(err, context.Canceled):
		return err
	}
	d.log.Error(what, "school", school, "error", err) //nolint:sloglint // one of a few constants
	return fmt.Errorf("hazards: %w", alerting.ErrUnavailable)
}
