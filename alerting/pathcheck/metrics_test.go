package pathcheck

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// A figure that nobody has measured is not there: 0 would be an outage.
func TestAnOutsideThatNobodyLooksAtIsNoOutage(t *testing.T) {
	for name, want := range map[string]int{"none is configured": 0, "one that does not answer": 1} {
		t.Run(name, func(t *testing.T) {
			reg := prometheus.NewRegistry()
			d := Deps{Log: slog.New(slog.DiscardHandler), Metrics: reg}
			if want > 0 {
				d.Outside = func(context.Context) error { return errors.New("no route") }
			}
			c := New(Config{}, d)
			var g errgroup.Group
			c.lookOutside(t.Context(), &g, time.Now())
			require.NoError(t, g.Wait())
			if want > 0 {
				(<-c.in)(time.Now())
			}
			families, err := reg.Gather()
			require.NoError(t, err)
			found := 0
			for _, f := range families {
				if f.GetName() == "campushub_path_outside_reachable" {
					found++
				}
			}
			assert.Equal(t, want, found)
		})
	}
}
