package backup

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/devices"
)

// hub is the records of one school in a folder, and who writes them.
type hub struct {
	t   *testing.T
	dir string
	j   *journal.Journal
	// close ends the journal.
	close func()

	mu  sync.Mutex // guards what follows
	seq int64
	n   int
}

// newHub has a folder with an empty journal and office, and keys.
func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t, dir: t.TempDir()}
	o, err := office.Open(t.Context(), filepath.Join(h.dir, "office.db"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, o.CommitCtx(t.Context(), "token", []byte("session"), time.Now().Add(time.Hour)))
	require.NoError(t, o.Close())
	h.write("duty.key", "the key of the posts' codes")
	h.write("telemetry/alarm/00000000000000000000.seg", "what alarms left")
	h.write("telemetry/reading/00000000000000000000.seg", "readings")
	h.open()
	return h
}

func (h *hub) write(name, text string) {
	path := filepath.Join(h.dir, filepath.FromSlash(name))
	require.NoError(h.t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(h.t, os.WriteFile(path, []byte(text), 0o600))
}

// open opens the journal and runs its writer until close, or the test's end.
func (h *hub) open() {
	h.t.Helper()
	j, err := journal.Open(context.Background(), journal.Config{Path: filepath.Join(h.dir, "journal.db")}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	require.NoError(h.t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- j.Run(ctx) }()
	var once sync.Once
	h.j, h.seq = j, j.LastSeq()
	h.t.Cleanup(func() { once.Do(func() { stop(); <-ended }) })
	h.close = func() { once.Do(func() { stop(); require.NoError(h.t, <-ended) }) }
}

// press has the press of a new incident stored, and returns when it is durable.
func (h *hub) press() (id string) {
	h.mu.Lock()
	h.seq++
	h.n++
	id = fmt.Sprintf("0198f000-0000-7000-8000-%012d", h.seq)
	p := devices.Press{ID: id, From: devices.Address{School: "ziwei", Device: fmt.Sprintf("b-%d", h.n%50)}, Mode: devices.Live, ReceivedAt: time.Now()}
	o := alerting.Opening{Place: alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}}, Kind: "emergency", Severity: alerting.Critical, Lead: alerting.LeadPolice}
	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: o}, time.Now())
	require.NoError(h.t, err)
	events[0].Seq = h.seq
	i := alerting.Fold(events)
	done := make(chan journal.Outcome, 1)
	err = h.j.Append(journal.Entry{Event: &events[0], Incident: &i, Done: func(o journal.Outcome) { done <- o }})
	h.mu.Unlock()
	require.NoError(h.t, err)
	require.Equal(h.t, journal.Stored, <-done)
	return id
}

// take takes a backup of the folder in haste.
func (h *hub) take(change func(*Options)) (Made, error) {
	h.t.Helper()
	o := Options{Dir: h.dir, Out: filepath.Join(h.t.TempDir(), "b.tar"), Version: "test", Hurried: true}
	change(&o)
	return Take(h.t.Context(), o)
}

// taken is a backup of a hub with some presses, its secrets in clear.
func taken(t *testing.T, presses int) (*hub, Made) {
	t.Helper()
	h := newHub(t)
	for range presses {
		h.press()
	}
	made, err := h.take(func(o *Options) { o.Secrets = SecretsInClear })
	require.NoError(t, err)
	return h, made
}

// found reads bytes as a backup.
func found(t *testing.T, b []byte) Found {
	t.Helper()
	f, err := read(t.Context(), bytes.NewReader(b), int64(len(b)), nothing, &pace{hurried: true})
	require.NoError(t, err)
	return f
}

// rewritten is a backup with another manifest, and other names, that holds.
func rewritten(t *testing.T, path string, change func(*Manifest), rename func(name string) string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	kept := map[string]*memory{}
	f, err := read(t.Context(), bytes.NewReader(b), int64(len(b)), func(name string) (io.WriteCloser, error) {
		kept[name] = &memory{}
		return kept[name], nil
	}, &pace{hurried: true})
	require.NoError(t, err)
	require.True(t, f.OK())
	to, err := os.Create(filepath.Join(t.TempDir(), "rewritten.tar"))
	require.NoError(t, err)
	defer to.Close()
	w := newWriter(to, f.Manifest.Moment, &pace{hurried: true})
	for _, file := range f.Manifest.Files {
		data := kept[file.Name].Bytes()
		require.NoError(t, w.add(t.Context(), rename(file.Name), bytes.NewReader(data), int64(len(data))))
	}
	m := f.Manifest
	m.Files = w.files
	change(&m)
	raw, err := m.encode()
	require.NoError(t, err)
	require.NoError(t, w.add(t.Context(), manifestName, bytes.NewReader(raw), int64(len(raw))))
	sum := sumOf(raw)
	require.NoError(t, w.add(t.Context(), sumName, bytes.NewReader(sum), int64(len(sum))))
	require.NoError(t, w.tar.Close())
	return to.Name()
}

func same(name string) string { return name }

type memory struct{ bytes.Buffer }

func (*memory) Close() error { return nil }
