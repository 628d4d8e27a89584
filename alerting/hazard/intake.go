package hazard

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/hazard/photo"
)

// How photos come in. At most mostUploads are in memory at once, one of an
// account, and one of them is decoded: 4 × 10 MB as they came, 120 MB decoded, 25
// MB of what is made of it. Overflow: refused, and to be sent again.
const (
	mostUploads = 4
	// UploadWithin is how long a photo may be on its way: 10 MB at 0.7 Mbit/s.
	UploadWithin = 2 * time.Minute
)

// Results of photos that are no photo.Reason.
const (
	stored      = "stored"
	busy        = "busy"    // others are on their way
	slow        = "slow"    // not whole after UploadWithin, or cut off
	full        = "full"    // as many as are kept
	disk        = "disk"    // less than LeastFree is left on the disk
	second      = "second"  // the report has another one
	settled     = "settled" // the report is done
	unavailable = "unavailable"
)

func newPhotos() *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "campushub_hazard_photos_total", Help: "Photos of hazards that were sent, by what became of them: stored, or why they were refused.",
	}, []string{"result"})
	for _, r := range append([]string{stored, unavailable}, RefusedPhotos()...) {
		c.WithLabelValues(r)
	}
	return c
}

// RefusedPhotos are the reasons for which a photo is refused; behind "photo-" they
// are the codes of the refusals.
func RefusedPhotos() []string {
	out := []string{busy, slow, full, disk, second, settled}
	for _, r := range photo.Reasons() {
		out = append(out, string(r))
	}
	return out
}

// refusals are the reasons in words, and the sort of error that each is.
var refusals = map[string]alerting.Refusal{
	busy:                   {Kind: alerting.ErrUnavailable, Text: alerting.Text{ZH: "其他照片正在处理,请稍后再传", EN: "other photos are being taken in: send it again in a moment"}},
	slow:                   {Kind: alerting.ErrInvalid, Text: alerting.Text{ZH: "照片没有传完,请再传一次", EN: "the photo did not arrive whole: send it again"}},
	full:                   {Kind: alerting.ErrConflict, Text: alerting.Text{ZH: "照片已存满,请联系管理员", EN: "no more photos are kept: tell whoever runs the hub"}},
	disk:                   {Kind: alerting.ErrUnavailable, Text: alerting.Text{ZH: "磁盘空间不足,暂不收照片,请联系管理员", EN: "the disk is nearly full and takes no photos: tell whoever runs the hub"}},
	second:                 {Kind: alerting.ErrConflict, Text: alerting.Text{ZH: "这条隐患已有照片", EN: "the hazard has a photo"}},
	settled:                {Kind: alerting.ErrConflict, Text: alerting.Text{ZH: "这条隐患已办结,不再收照片", EN: "the hazard is done and takes no photo"}},
	string(photo.TooLong):  {Kind: alerting.ErrInvalid, Text: alerting.Text{ZH: "照片超过 10 MB", EN: "the photo has more than 10 MB"}},
	string(photo.Foreign):  {Kind: alerting.ErrInvalid, Text: alerting.Text{ZH: "不是 JPEG、PNG 或 WebP 照片", EN: "no JPEG, PNG or WebP"}},
	string(photo.TooLarge): {Kind: alerting.ErrInvalid, Text: alerting.Text{ZH: "照片像素太多,最多 4000 万", EN: "the photo has too many pixels: at most 40 million"}},
	string(photo.Animated): {Kind: alerting.ErrInvalid, Text: alerting.Text{ZH: "不收动图", EN: "the picture moves: send a still one"}},
	string(photo.Broken):   {Kind: alerting.ErrInvalid, Text: alerting.Text{ZH: "照片已损坏,读不出来", EN: "the photo is broken and cannot be read"}},
}

func refused(reason string) error {
	r := refusals[reason]
	r.Code = "photo-" + reason
	return &r
}

// intake bounds how many photos are taken in at once.
type intake struct {
	mu   *sync.Mutex     // guards from
	from map[string]bool // the accounts whose photos are on their way
	turn chan struct{}   // who has it decodes
}

func newIntake() intake {
	return intake{mu: &sync.Mutex{}, from: map[string]bool{}, turn: make(chan struct{}, 1)}
}

// enter lets an account's photo in, if there is room. leave is to be called once.
func (i intake) enter(account string) (leave func(), ok bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.from[account] || len(i.from) >= mostUploads {
		return nil, false
	}
	i.from[account] = true
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.from, account)
	}, true
}

// Attach reads a photo and keeps what is made of it with its report. The same file
// again is the one that is there. What is refused is an alerting.Refusal whose code
// begins with "photo-"; the report stays as it is.
func (d *Desk) Attach(ctx context.Context, r Report, by string, in io.Reader) error {
	result, err := d.attach(ctx, r, by, in)
	if err == nil && result != stored {
		err = refused(result)
	}
	d.photos.WithLabelValues(result).Inc()
	return err
}

func (d *Desk) attach(ctx context.Context, r Report, by string, in io.Reader) (result string, err error) {
	leave, ok := d.intake.enter(by)
	if !ok {
		return busy, nil
	}
	defer leave()
	raw, reason := read(in)
	if reason != "" {
		return reason, nil
	}
	sent := sha256.Sum256(raw)
	switch {
	case bytes.Equal(r.Photo.Sent, sent[:]):
		return stored, nil
	case r.Photo.Size > 0:
		return second, nil
	case r.State == Done:
		return settled, nil
	}
	select {
	case d.intake.turn <- struct{}{}:
	case <-ctx.Done():
		return slow, nil
	}
	defer func() { <-d.intake.turn }()
	return d.keep(ctx, r, raw, sent[:])
}

// read reads a whole photo; a reason says why that is none.
func read(in io.Reader) (raw []byte, reason string) {
	raw = make([]byte, photo.MaxBytes+1) // at once: what grows is in memory twice
	n, err := io.ReadFull(in, raw)
	switch {
	case err == nil:
		return nil, string(photo.TooLong)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return raw[:n], ""
	}
	return nil, slow
}

// keep decodes a photo and stores it.
func (d *Desk) keep(ctx context.Context, r Report, raw, sent []byte) (result string, err error) {
	if free, known := d.free(); known && free < LeastFree {
		return disk, nil
	}
	number, size, err := d.store.HazardPhotos(ctx)
	if err != nil {
		return unavailable, d.failed("photos could not be counted", r.School, err)
	}
	if number >= MostPhotos || size+photo.MaxKept > MostBytes {
		return full, nil
	}
	jpeg, reason, err := cleaned(raw)
	if err != nil {
		return unavailable, d.failed("a photo could not be encoded", r.School, err)
	}
	if reason != "" {
		return reason, nil
	}
	if err := d.store.SaveHazardPhoto(ctx, r.ID, jpeg, sent); err != nil {
		if errors.Is(err, alerting.ErrConflict) {
			return second, nil
		}
		return unavailable, d.failed("a photo could not be stored", r.School, err)
	}
	d.log.Info("photo of a hazard stored", "school", r.School, "hazard", r.ID, "bytes", len(jpeg), "by", r.By)
	return stored, nil
}

// cleaned makes a picture of a photo; a reason says why that is none. What the
// decoder took is given back before the next one begins: two pictures never lie in
// memory beside each other.
func cleaned(raw []byte) (jpeg []byte, reason string, err error) {
	jpeg, err = photo.Clean(raw)
	var why photo.Reason
	if errors.As(err, &why) {
		reason, err = string(why), nil
	}
	if reason == "" || why == photo.Broken {
		runtime.GC()
	}
	return jpeg, reason, err
}
