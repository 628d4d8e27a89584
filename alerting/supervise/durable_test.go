package supervise

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
	"example.org/campushub/devices/supervision"
)

// filed is a desk whose records are in a real file.
type filed struct {
	*desk
	*office.Store
	fails bool
}

func (f *filed) Supervised(ctx context.Context, first supervision.Date) ([]supervision.Record, error) {
	return f.Store.Supervised(ctx, first)
}

func (f *filed) KeepSupervised(ctx context.Context, records []supervision.Record, first supervision.Date) error {
	f.mu.Lock()
	f.writes++
	fails := f.fails
	f.mu.Unlock()
	if fails {
		return errors.New("the disk is full")
	}
	return f.Store.KeepSupervised(ctx, records, first)
}

func (f *filed) fail(fails bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails = fails
}

func open(t *testing.T, dir string) *filed {
	t.Helper()
	s, err := office.Open(t.Context(), filepath.Join(dir, "office.db"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return &filed{desk: &desk{}, Store: s}
}

// killed is a folder with what the disk has of another at this moment, as a kill
// -9 leaves it: the process that writes there knows nothing of it.
func killed(t *testing.T, dir string) string {
	t.Helper()
	out := t.TempDir()
	for _, name := range []string{"office.db", "office.db-wal"} {
		from, err := os.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		to, err := os.Create(filepath.Join(out, name))
		require.NoError(t, err)
		_, err = io.Copy(to, from)
		require.NoError(t, errors.Join(err, from.Close(), to.Close()))
	}
	return out
}

// A button that was heard for the first time seconds before the hub was killed
// is missed by the next one, when it stays silent.
func TestAButtonThatWasJustHeardIsMissedAfterAKill(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := open(t, dir)
		r := startOn(d.desk, d, buttons(10))
		defer r.stop()
		r.alive = func(n int) bool { return n != 7 }
		r.pass(time.Minute)
		r.Seen(r.all[7].Address, time.Now())
		r.pass(4 * time.Second)
		next := open(t, killed(t, dir))
		again := startOn(next.desk, next, buttons(10))
		defer again.stop()
		again.alive = r.alive
		again.pass(2 * time.Minute)
		assert.Equal(t, []string{"found button-lost a/b-0007"}, next.all())
	})
}

// A disk that takes nothing is asked again soon; and a thousand devices that come
// up together are a few writes, not a thousand.
func TestWhoIsNewIsWrittenDownTogetherAndAgainWhereTheDiskFails(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := open(t, dir)
		r := startOn(d.desk, d, buttons(1000))
		defer r.stop()
		began := time.Now()
		r.alive = func(n int) bool { return time.Since(began) > time.Duration(n)*30*time.Millisecond }
		d.fail(true)
		r.pass(40 * time.Second)
		d.mu.Lock()
		writes := d.writes
		d.mu.Unlock()
		assert.LessOrEqual(t, writes, 30, "in 40 s")
		d.fail(false)
		r.pass(15 * time.Second)
		records, err := d.Store.Supervised(t.Context(), firstDay(time.Now()))
		require.NoError(t, err)
		assert.Len(t, records, 1000)
	})
}
