package hub_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
)

// readBack is what the API gives of readings, as far as tests look.
type readBack struct {
	StepMS int64 `json:"step_ms"`
	Series []struct {
		Device, Of, Name string
		Points           []struct {
			Count          int
			Min, Max, Last float64
			Sum            float64
			At             string
		}
	}
}

// last is the latest value of a series; false where there is none.
func (b readBack) last(device, name string) (float64, bool) {
	for _, s := range b.Series {
		if s.Device == device && s.Name == name {
			return s.Points[len(s.Points)-1].Last, true
		}
	}
	return 0, false
}

// gate connects the school's first gate; nothing else speaks for it then.
func (r *running) gate(t *testing.T) (id string, says func(kind, payload string)) {
	t.Helper()
	i := slices.IndexFunc(r.campus.Devices, func(d provision.Device) bool { return d.Kind == devices.KindGate })
	require.GreaterOrEqual(t, i, 0)
	c := r.device(t, r.campus.Devices[i])
	return r.campus.Devices[i].ID, func(kind, payload string) { say(t, c, kind, payload) }
}

// What a gate said over MQTT is read back from the hub's own spool: there is no
// InfluxDB. It is there after a new start, too.
func TestReadingsAreReadBackWithoutInfluxDB(t *testing.T) {
	r := start(t, unchanged)
	id, says := r.gate(t)
	says("state", `{"status":"online","firmware":"1.0.0","battery":0.87,"rssi_dbm":-61}`)
	says("reading", `{"values":{"open":1,"passages_in":5,"passages_out":1,"cries":1},"seq":1,"boot":"a"}`)
	says("reading", `{"values":{"open":1,"passages_in":5,"passages_out":1,"cries":1},"seq":1,"boot":"a"}`)
	says("reading", `{"values":{"open":0,"passages_in":7,"passages_out":2},"seq":2,"boot":"a"}`)
	read := func(guard caller) (b readBack) {
		status := guard.call(http.MethodGet, "/api/v1/readings?school="+r.cfg.Schools[0].ID+"&device="+id, nil, &b)
		require.Equal(t, http.StatusOK, status)
		return b
	}
	check := func(r *running) {
		guard := r.callAs(t, "guard")
		require.Eventually(t, func() bool {
			open, ok := read(guard).last(id, "open")
			return ok && open == 0
		}, patience, time.Second/2, "an account asks once a second")
		b := read(guard)
		assert.Zero(t, b.StepMS)
		for name, want := range map[string]float64{"passages_in": 7, "passages_out": 2, "battery": 0.87, "rssi_dbm": -61} {
			got, ok := b.last(id, name)
			assert.True(t, ok, name)
			assert.InDelta(t, want, got, 1e-9, name)
		}
		_, shown := b.last(id, "cries")
		assert.False(t, shown, "not for a guard")
		for _, s := range b.Series {
			if s.Name == "passages_in" {
				assert.Len(t, s.Points, 2, "a repeat is no passage")
			}
		}
	}
	check(r)
	require.NoError(t, r.stop())
	check(serve(t, r.campus))
}

// say publishes what a device has to say, at QoS 1.
func say(t *testing.T, c mqtt.Client, kind, payload string) {
	t.Helper()
	o := c.OptionsReader()
	token := c.Publish("campus/"+o.Username()+"/"+kind, 1, false, payload)
	require.True(t, token.WaitTimeout(patience))
	require.NoError(t, token.Error())
}
