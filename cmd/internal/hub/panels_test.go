package hub_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/dashboards/grafana"
	"example.org/campushub/dashboards/telemetry/influxtest"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus"
)

// say publishes what a device has to say, at QoS 1.
func say(t *testing.T, c mqtt.Client, kind, payload string) {
	t.Helper()
	o := c.OptionsReader()
	token := c.Publish("campus/"+o.Username()+"/"+kind, 1, false, payload)
	require.True(t, token.WaitTimeout(patience))
	require.NoError(t, token.Error())
}

// busy has a school's devices say and do one of everything that is drawn.
func (r *running) busy(t *testing.T) {
	t.Helper()
	i := slices.IndexFunc(r.campus.Devices, func(d provision.Device) bool { return d.Kind == devices.KindGate })
	require.GreaterOrEqual(t, i, 0)
	gate := r.device(t, r.campus.Devices[i])
	r.campus.Devices = slices.Delete(r.campus.Devices, i, i+1)
	say(t, gate, "state", `{"status":"online","firmware":"1.0.0","battery":0.9,"rssi_dbm":-60}`)
	say(t, gate, "reading", `{"values":{"open":1,"passages_in":3,"passages_out":1}}`)
	school := r.school(t)
	r.pressedInADrill(t, school) // before anything is live: that would end it
	r.callAs(t, "officer").watch()
	require.NoError(t, school.Card("r-1", []byte{0x04, 0xa1, 0xb2, 0xc3}))
	desk, err := school.Terminal("police/desk-1")
	require.NoError(t, err)
	require.Eventually(t, func() bool { // a finger lets go before it presses again
		if slices.ContainsFunc(desk.Told(), func(d campus.Told) bool { return pressOf("b-1", devices.Live)(d.Alert) }) {
			return true
		}
		return school.Press("b-1") != nil
	}, patience, 3*campus.Finger)
}

// pressedInADrill holds a drill of which everybody is told by its button.
func (r *running) pressedInADrill(t *testing.T, s *campus.Campus) {
	t.Helper()
	officer := r.callAs(t, "officer")
	id := officer.planned()
	officer.do(id, "start", nil)
	heard(t, s, "guards/gatehouse-1", saying("演练开始"))
	require.NoError(t, s.Press("b-1"))
	heard(t, s, "guards/gatehouse-1", pressOf("b-1", devices.Drill))
	officer.do(id, "arrive", map[string]any{"part": "unit"})
	officer.do(id, "count", map[string]any{"expected": 400, "missing": 0})
	officer.do(id, "stop", map[string]any{"reason": "all out"})
	officer.do(id, "return", nil)
}

// answered fails where a question has no answer, or is not understood.
func answered(ctx context.Context, q grafana.Question, s *influxtest.Server, p prometheusServer) error {
	if q.Of == grafana.Prometheus {
		text := q.Filled(map[string]string{"school": "ziwei-primary", "instance": ".+", "__range": "1h", "__rate_interval": "5s"})
		n, err := p.answers(text)
		return orEmpty(err, n > 0, q.From, text)
	}
	text := q.Filled(map[string]string{"school": "(ziwei-primary)", "timeFilter": "time > now() - 1h", "__interval": "10s"})
	series, err := s.Query(ctx, "campushub", text)
	return orEmpty(err, slices.ContainsFunc(series, hasValue), q.From, text)
}

func orEmpty(err error, there bool, from, text string) error {
	if err == nil && !there {
		err = errors.New("nothing is there")
	}
	if err != nil {
		return fmt.Errorf("answer %s: %s: %w", from, text, err)
	}
	return nil
}

// hasValue reports whether a series has something beside times and tags that
// nobody measured.
func hasValue(s influxtest.Series) bool {
	return slices.ContainsFunc(s.Values, func(row []any) bool {
		return slices.ContainsFunc(row[1:], func(v any) bool { return v != nil })
	}) || s.Columns[0] == "key" && len(s.Values) > 0 // a list of tags
}

// Every panel of every dashboard has an answer from a real InfluxDB and a real
// Prometheus that a real hub feeds, and every rule is evaluated.
func TestEveryPanelHasAnAnswer(t *testing.T) {
	s := influxDB(t)
	r := start(t, func(yaml string) string {
		often := strings.Replace(yaml, "  dir: .\n", "  dir: .\n  path_check: {every: 5s}\n", 1)
		return into(s)(often)
	})
	p := r.watchedBy(t)
	r.busy(t)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	pages, err := grafana.All()
	require.NoError(t, err)
	var open []grafana.Question
	for _, d := range pages {
		open = append(open, d.Questions()...)
	}
	require.Greater(t, len(open), 60)

	require.EventuallyWithT(t, func(c *assert.CollectT) {
		open = slices.DeleteFunc(open, func(q grafana.Question) bool {
			return assert.NoError(c, answered(t.Context(), q, s, p))
		})
	}, 3*patience, 500*time.Millisecond)
	p.rulesWork(t)
}
