package hub_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
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

// nextDoor is a second school of the hub, where nothing happens.
const nextDoor = "hongfeng-primary"

func twoSchools(yaml string) string {
	yaml = strings.Replace(yaml, "id: desk-1, schools: ["+school+"]", "id: desk-1, schools: ["+school+", "+nextDoor+"]", 1)
	return strings.Replace(yaml, "\nterminals:\n", `
  - id: `+nextDoor+`
    name: {zh: 红枫小学, en: Hongfeng Primary School}
    zone: Asia/Shanghai
    callback: 010-55550200
    places: [{id: gate, name: {zh: 大门, en: Gate}}]
terminals:
`, 1)
}

// chosen are the schools that a reader has chosen.
type chosen []string

// span is how far back a dashboard looks when it is opened.
func span(t *testing.T, from string) time.Duration {
	t.Helper()
	back := strings.TrimPrefix(from, "now-")
	if years, ok := strings.CutSuffix(back, "y"); ok {
		n, err := strconv.Atoi(years)
		require.NoError(t, err, from)
		return time.Duration(n) * 365 * 24 * time.Hour
	}
	d, err := time.ParseDuration(back)
	require.NoError(t, err, from)
	return d
}

// answered fails where a question has no answer, or is not understood. It gives
// the schools that the answer names.
func answered(t *testing.T, q grafana.Question, of chosen, s *influxtest.Server, p prometheusServer) (named []string, err error) {
	t.Helper()
	over := span(t, q.Span)
	if q.Of == grafana.Prometheus {
		text := q.Filled(map[string]string{
			"school": strings.Join(of, "|"), "instance": ".+", "__range": fmt.Sprintf("%.0fs", over.Seconds()), "__rate_interval": "5s",
		})
		if q.Instant {
			over = 0
		}
		found, err := p.answers(text, over)
		for _, one := range found {
			named = append(named, one.Metric["school"])
		}
		return named, orEmpty(err, len(found) > 0, q.From, text)
	}
	now := time.Now().UnixMilli()
	text := q.Filled(map[string]string{
		"school": "(" + strings.Join(of, "|") + ")", "__interval": fmt.Sprintf("%.0fs", max(over/steps, 10*time.Second).Seconds()),
		"timeFilter": fmt.Sprintf("time >= %dms and time <= %dms", now-over.Milliseconds(), now),
	})
	series, err := s.Query(t.Context(), "campushub", text)
	for _, one := range series {
		named = append(named, one.Tags["school"])
	}
	return named, orEmpty(err, slices.ContainsFunc(series, hasValue), q.From, text)
}

var errNothing = errors.New("nothing is there")

func orEmpty(err error, there bool, from, text string) error {
	if err == nil && !there {
		err = errNothing
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
		return into(s)(twoSchools(often))
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
			_, err := answered(t, q, chosen{school, nextDoor}, s, p)
			return assert.NoError(c, err)
		})
	}, 3*patience, 500*time.Millisecond)
	for _, d := range pages {
		for _, q := range d.Questions() {
			if !strings.Contains(q.Text, "$school") {
				continue
			}
			named, err := answered(t, q, chosen{nextDoor}, s, p) // nothing is there, or nothing of the other school
			require.NotContains(t, named, school, q.From)
			require.True(t, err == nil || errors.Is(err, errNothing), "%v", err)
		}
	}
	p.rulesWork(t)
}
