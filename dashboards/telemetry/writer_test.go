package telemetry

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry/spool"
)

// refusing is an InfluxDB without the retention policy that is written to.
type refusing struct{}

func (refusing) WriteRecord(context.Context, ...string) error {
	return errors.New("retention policy not found")
}

func TestWhatWaitsForHoursIsSaidAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		sp, err := spool.Open(spool.Config{Dir: dir}, time.Now())
		require.NoError(t, err)
		appendPoints(t, sp, "live", 1)
		var said strings.Builder
		w, err := NewWriter(WriterConfig{Aside: filepath.Join(dir, "rejected.txt")}, sp, slog.New(slog.NewTextHandler(&said, nil)), prometheus.NewRegistry())
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Hour)
		defer cancel()
		require.NoError(t, w.run(ctx, refusing{}))
		require.NoError(t, sp.Close())
		n := strings.Count(said.String(), "retention policy not found")
		assert.GreaterOrEqual(t, n, 5, "once an hour at the least")
		assert.LessOrEqual(t, n, 11, "and not all the time")
	})
}
