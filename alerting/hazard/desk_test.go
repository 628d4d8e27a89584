package hazard_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/hazard"
	"example.org/campushub/alerting/office"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

// rig is a desk on a database of its own.
type rig struct {
	*hazard.Desk
	t        *testing.T
	store    *office.Store
	registry *prometheus.Registry
}

func open(t *testing.T, path string, change ...func(*hazard.Deps)) *rig {
	t.Helper()
	store, err := office.Open(t.Context(), path, quiet)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	r := &rig{t: t, store: store, registry: prometheus.NewRegistry()}
	deps := hazard.Deps{Store: store, Log: quiet, Registry: r.registry}
	for _, c := range change {
		c(&deps)
	}
	r.Desk, err = hazard.New(deps)
	require.NoError(t, err)
	return r
}

func start(t *testing.T, change ...func(*hazard.Deps)) *rig {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "office.db"), change...)
}

func aReport() hazard.Report {
	return hazard.Report{
		ID: uuid.NewString(), School: "ziwei", At: time.UnixMilli(1_772_400_000_123).UTC(), By: "guard-1", Grade: hazard.General, Text: "护栏松动",
		Where: hazard.Where{Place: "north-gate", Post: "north", Name: alerting.Text{ZH: "北门护学岗", EN: "North gate"}},
	}
}

func (r *rig) report() hazard.Report {
	r.t.Helper()
	out, err := r.Report(r.t.Context(), aReport())
	require.NoError(r.t, err)
	return out
}

// attach sends a photo of the report as it is now.
func (r *rig) attach(id string, file []byte) error {
	r.t.Helper()
	now, err := r.One(r.t.Context(), id)
	require.NoError(r.t, err)
	return r.Attach(r.t.Context(), now, now.By, bytes.NewReader(file))
}

// counted is how many photos came to a result.
func (r *rig) counted(result string) int {
	families, err := r.registry.Gather()
	require.NoError(r.t, err)
	require.Len(r.t, families, 1)
	require.Equal(r.t, "campushub_hazard_photos_total", families[0].GetName())
	for _, m := range families[0].GetMetric() {
		if m.GetLabel()[0].GetValue() == result {
			return int(m.GetCounter().GetValue())
		}
	}
	r.t.Fatalf("nothing is counted as %q", result)
	return 0
}

// refusedAs asserts that a photo was refused by a reason, with words in both
// languages, and counted by it.
func (r *rig) refusedAs(reason string, before int, err error, why ...any) {
	r.t.Helper()
	var own *alerting.Refusal
	require.ErrorAs(r.t, err, &own, why...)
	assert.Equal(r.t, "photo-"+reason, own.Code, why...)
	assert.NotEmpty(r.t, own.Text.ZH)
	assert.NotEmpty(r.t, own.Text.EN)
	assert.Equal(r.t, before+1, r.counted(reason), why...)
}

func aJPEG(side int) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, side, side)), nil)
	return b.Bytes()
}

func aPNG() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9)))
	return b.Bytes()
}

func TestAReportItsStepsAndItsPhotoOutliveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	r := open(t, path)
	one := r.report()
	require.NoError(t, r.attach(one.ID, aJPEG(30)))
	one, err := r.One(t.Context(), one.ID)
	require.NoError(t, err)
	at := one.At.Add(time.Hour)
	one, err = r.Move(t.Context(), one, hazard.Step{At: at, By: "officer-1", To: hazard.InHand, Reason: "已报修"}, 0)
	require.NoError(t, err)
	kept, err := r.Photo(t.Context(), one.ID)
	require.NoError(t, err)
	require.NoError(t, r.store.Close())

	r = open(t, path)
	got, err := r.One(t.Context(), one.ID)
	require.NoError(t, err)
	assert.Equal(t, one, got)
	assert.Equal(t, "护栏松动", got.Text)
	assert.Equal(t, aReport().Where, got.Where)
	assert.Equal(t, []hazard.Step{{At: at, By: "officer-1", To: hazard.InHand, Reason: "已报修"}}, got.Steps)
	assert.Len(t, kept, int(got.Photo.Size))
	again, err := r.Photo(t.Context(), one.ID)
	require.NoError(t, err)
	assert.Equal(t, kept, again)
	all, err := r.List(t.Context(), "ziwei", "")
	require.NoError(t, err)
	assert.Equal(t, []hazard.Report{got}, all)
	for _, none := range [][2]string{{"yucai", ""}, {"ziwei", "guard-2"}} {
		all, err := r.List(t.Context(), none[0], none[1])
		require.NoError(t, err)
		assert.Empty(t, all, none)
	}
}

func TestTheSameReportAgainIsThatOne(t *testing.T) {
	r := start(t)
	one := aReport()
	first, err := r.Report(t.Context(), one)
	require.NoError(t, err)
	first, err = r.Move(t.Context(), first, hazard.Step{At: one.At, By: "officer-1", To: hazard.Done, Reason: "x"}, 0)
	require.NoError(t, err)
	one.At = one.At.Add(time.Minute)
	again, err := r.Report(t.Context(), one)
	require.NoError(t, err)
	assert.Equal(t, first, again, "as it is by now")
	for name, change := range map[string]func(*hazard.Report){
		"somebody else's": func(r *hazard.Report) { r.By = "guard-2" },
		"another school":  func(r *hazard.Report) { r.School = "yucai" },
		"other words":     func(r *hazard.Report) { r.Text = "另一处" },
		"another place":   func(r *hazard.Report) { r.Where.Post = "" },
		"another grade":   func(r *hazard.Report) { r.Grade = hazard.Major },
	} {
		other := one
		change(&other)
		_, err := r.Report(t.Context(), other)
		require.ErrorIs(t, err, alerting.ErrConflict, name)
	}
}

// Two officers decide on what they both have read: the second is told so.
func TestTwoDecisionsOnOneStateAreOne(t *testing.T) {
	r := start(t)
	one := r.report()
	_, err := r.Move(t.Context(), one, hazard.Step{At: one.At, By: "officer-1", To: hazard.InHand, Reason: "x"}, 0)
	require.NoError(t, err)
	_, err = r.Move(t.Context(), one, hazard.Step{At: one.At, By: "officer-2", To: hazard.Done, Reason: "y"}, 0)
	require.ErrorIs(t, err, alerting.ErrConflict)
	got, err := r.One(t.Context(), one.ID)
	require.NoError(t, err)
	assert.Equal(t, hazard.InHand, got.State)
	assert.Len(t, got.Steps, 1)
}

func TestAReportHasOnePhoto(t *testing.T) {
	r := start(t)
	one := r.report()
	require.NoError(t, r.attach(one.ID, aJPEG(30)))
	require.NoError(t, r.attach(one.ID, aJPEG(30)), "the same file again: its answer was lost")
	r.refusedAs("second", 0, r.attach(one.ID, aPNG()))
	other := r.report()
	_, err := r.Move(t.Context(), other, hazard.Step{At: other.At, By: "officer-1", To: hazard.Done, Reason: "x"}, 0)
	require.NoError(t, err)
	r.refusedAs("settled", 0, r.attach(other.ID, aPNG()))
	assert.Equal(t, 2, r.counted("stored"))
}

// What is refused is said with its reason, and leaves the report as it is.
func TestWhatIsNoPhotoIsRefusedAndCountedByItsReason(t *testing.T) {
	r := start(t)
	one := r.report()
	good := aJPEG(300)
	for reason, file := range map[string][]byte{
		"bytes": append(bytes.Clone(good), make([]byte, 11<<20)...), "format": []byte("<html><script>"), "broken": good[:len(good)/2],
		"pixels":   []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x4e\x20\x00\x00\x4e\x20\x08\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10IDAT"),
		"animated": []byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x09\x00\x00\x09\x00\x00"),
	} {
		r.refusedAs(reason, 0, r.attach(one.ID, file), reason)
	}
	now, err := r.One(t.Context(), one.ID)
	require.NoError(t, err)
	assert.Zero(t, now.Photo.Size)
	_, err = r.Photo(t.Context(), one.ID)
	require.ErrorIs(t, err, alerting.ErrNotFound)
	require.NoError(t, r.attach(one.ID, good), "and it takes a better one")
	r.refusedAs("slow", 0, r.Attach(t.Context(), r.report(), "guard-1", io.MultiReader(bytes.NewReader(good[:100]), cut{})))
}

// cut is a connection that ends.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, errors.New("connection reset by peer") }

// At most four photos are on their way at once, one of each account.
func TestManyAtOnceAreToComeAgain(t *testing.T) {
	r := start(t)
	one := r.report()
	var on sync.WaitGroup
	send := func(by string) *io.PipeWriter {
		in, out := io.Pipe()
		on.Go(func() { _ = r.Attach(t.Context(), one, by, in) })
		_, err := out.Write([]byte("x")) // it is being read
		require.NoError(t, err)
		return out
	}
	ways := []*io.PipeWriter{send("a"), send("b"), send("c")}
	r.refusedAs("busy", 0, r.Attach(t.Context(), one, "a", strings.NewReader("x")), "the same account's second")
	ways = append(ways, send("d"))
	r.refusedAs("busy", 1, r.Attach(t.Context(), one, "e", strings.NewReader("x")), "one too many")
	for _, w := range ways {
		require.NoError(t, w.Close())
	}
	on.Wait()
	require.NoError(t, r.attach(one.ID, aJPEG(30)), "there is room again")
}

// watched counts the photos between their beginning and their end.
type watched struct {
	*office.Store
	now, most atomic.Int32
	number    int
	bytes     int64
}

func (w *watched) HazardPhotos(ctx context.Context) (int, int64, error) {
	if n := w.now.Add(1); n > w.most.Load() {
		w.most.Store(n)
	}
	if w.number > 0 || w.bytes > 0 {
		return w.number, w.bytes, nil
	}
	return w.Store.HazardPhotos(ctx)
}

func (w *watched) SaveHazardPhoto(ctx context.Context, id string, picture, sent []byte) error {
	w.now.Add(-1)
	return w.Store.SaveHazardPhoto(ctx, id, picture, sent)
}

func TestPhotosAreDecodedOneAtATime(t *testing.T) {
	w := &watched{}
	r := start(t, func(d *hazard.Deps) { w.Store = d.Store.(*office.Store); d.Store = w })
	var on sync.WaitGroup
	file := aJPEG(1500)
	for _, by := range []string{"a", "b", "c", "d"} {
		one := aReport()
		one.By = by
		_, err := r.Report(t.Context(), one)
		require.NoError(t, err)
		on.Go(func() { assert.NoError(t, r.attach(one.ID, file)) })
	}
	on.Wait()
	assert.Equal(t, 4, r.counted("stored"))
	assert.Equal(t, int32(1), w.most.Load())
}

func TestPhotosAreBoundedInAll(t *testing.T) {
	w := &watched{}
	r := start(t, func(d *hazard.Deps) { w.Store = d.Store.(*office.Store); d.Store = w })
	one := r.report()
	w.number = hazard.MostPhotos
	r.refusedAs("full", 0, r.attach(one.ID, aPNG()), "so many")
	w.number, w.bytes = 1, hazard.MostBytes-1
	r.refusedAs("full", 1, r.attach(one.ID, aPNG()), "so large")
	w.number, w.bytes = 0, 0
	require.NoError(t, r.attach(one.ID, aPNG()))
	number, size, err := r.store.HazardPhotos(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, number)
	kept, err := r.Photo(t.Context(), one.ID)
	require.NoError(t, err)
	assert.Equal(t, int64(len(kept)), size)
}

func TestPhotosLeaveRoomForAlarms(t *testing.T) {
	left := int64(hazard.LeastFree - 1)
	r := start(t, func(d *hazard.Deps) { d.Free = func() (int64, bool) { return left, true } })
	one := r.report()
	r.refusedAs("disk", 0, r.attach(one.ID, aPNG()))
	left++
	require.NoError(t, r.attach(one.ID, aPNG()))
}
