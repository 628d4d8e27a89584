package hub

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

func TestButtonsWhoseTestsAreOverdueAreCounted(t *testing.T) {
	late := api.TestDue{Overdue: true}
	var broken error
	tests := func(_ context.Context, a people.Account, _ time.Time) ([]api.ButtonTests, error) {
		assert.Equal(t, alerting.RoleAdmin, a.Role)
		return []api.ButtonTests{
			{School: "ziwei", Buttons: []api.ButtonTest{{Device: "b-1", Police: late, Joint: late}, {Device: "b-2", Hub: late, Police: late}}},
		}, broken
	}
	dir := people.New(people.Lists{Schools: []people.School{{ID: "ziwei"}}})
	registry := prometheus.NewRegistry()
	u := newUntested(tests, func() *people.Directory { return dir }, slog.New(slog.DiscardHandler), registry)
	figures := func() map[string]float64 {
		all, err := registry.Gather()
		require.NoError(t, err)
		out := map[string]float64{}
		for _, m := range all[0].GetMetric() {
			out[m.GetLabel()[0].GetValue()+" "+m.GetLabel()[1].GetValue()] = m.GetGauge().GetValue()
		}
		return out
	}
	want := map[string]float64{"ziwei hub": 1, "ziwei police": 2, "ziwei joint": 1}
	u.count(t.Context(), time.Now())
	assert.Equal(t, want, figures())
	broken = errors.New("the disk is gone")
	u.count(t.Context(), time.Now())
	assert.Equal(t, want, figures(), "what was counted last")
}
