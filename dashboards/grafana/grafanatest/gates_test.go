package grafanatest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/grafana"
	"example.org/campushub/dashboards/telemetry/influxtest"
)

// yard is an InfluxDB with an hour of what gates said, each some minutes after
// its beginning.
type yard struct {
	*influxtest.Server
	from  time.Time
	lines []string
}

func newYard(t *testing.T) *yard {
	t.Helper()
	s, err := influxtest.New(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, s.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	_, err = s.Query(t.Context(), "", `CREATE DATABASE "campushub"`)
	require.NoError(t, err)
	return &yard{Server: s, from: time.Date(2026, time.September, 1, 8, 0, 0, 0, time.UTC)}
}

func (y *yard) says(gate string, minute float64, fields string) {
	at := y.from.Add(time.Duration(minute * float64(time.Minute)))
	y.lines = append(y.lines, fmt.Sprintf("reading,school=s,device=%s,kind=gate,place=yard %s %d", gate, fields, at.UnixNano()))
}

// keep brings what was said to InfluxDB.
func (y *yard) keep(t *testing.T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, y.URL+"/write?db=campushub", strings.NewReader(strings.Join(y.lines, "\n")))
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusNoContent, resp.StatusCode)
}

// drawn is what a panel of the officer's page draws of the hour in steps of a
// length, each gate's changes as minute:value in the order of the panel's questions.
func (y *yard) drawn(t *testing.T, title string, step time.Duration) map[string]string {
	t.Helper()
	pages, err := grafana.All()
	require.NoError(t, err)
	out := map[string]string{}
	for _, d := range pages {
		for _, q := range d.Questions() {
			if d.File != "officer.json" || !strings.Contains(q.From, title) {
				continue
			}
			text := filled(q, Chosen{"school": {"s"}}, map[string]string{
				"__interval": step.String(),
				"timeFilter": fmt.Sprintf("time >= %dms and time <= %dms", y.from.UnixMilli(), y.from.Add(time.Hour).UnixMilli()),
			})
			series, err := y.Query(t.Context(), "campushub", text)
			require.NoError(t, err, text)
			for _, s := range series {
				out[s.Tags["device"]] = strings.TrimSpace(out[s.Tags["device"]] + " " + y.changes(t, s))
			}
		}
	}
	require.NotEmpty(t, out, title)
	return out
}

func (y *yard) changes(t *testing.T, s influxtest.Series) string {
	t.Helper()
	var out []string
	last := ""
	for _, row := range s.Values {
		is, known := row[1].(json.Number)
		if !known || is.String() == last {
			continue
		}
		last = is.String()
		ns, err := row[0].(json.Number).Int64()
		require.NoError(t, err)
		out = append(out, fmt.Sprintf("%.0f:%s", time.Unix(0, ns).Sub(y.from).Minutes(), last))
	}
	return strings.Join(out, " ")
}

// What a gate said last is how it stands for six minutes, and then nobody knows:
// -1. A gate that repeats itself every minute, give or take some seconds, or every
// five, is known without a hole, at whatever zoom. Of the first five minutes of a span
// nothing is drawn.
func TestAGateThatIsNotHeardIsDrawnAsUnknown(t *testing.T) {
	y := newYard(t)
	for n := range 60 {
		m := float64(n)
		late := []float64{0, .1, .3, .05}[n%4]
		if m >= 20 && m < 25 {
			y.says("well", m+late, "open=1")
		} else {
			y.says("well", m+late, "open=0")
		}
		if n < 30 {
			y.says("lost", m, "open=0")
		}
		if n < 20 || n >= 40 {
			y.says("back", m, "open=1")
		}
		if n%5 == 0 {
			y.says("seldom", m, "open=0")
		}
	}
	y.keep(t)
	for _, step := range []time.Duration{10 * time.Second, time.Minute} {
		assert.Equal(t, map[string]string{
			"well": "5:0 20:1 25:0", "lost": "5:0 35:-1", "back": "5:1 25:-1 40:1", "seldom": "5:0",
		}, y.drawn(t, "校门开闭", step), step)
	}
	far := y.drawn(t, "校门开闭", 10*time.Minute)
	assert.Equal(t, "0:0", far["seldom"])
	assert.Equal(t, "0:0 30:-1", far["lost"])
}

// A barrier is up or down, bollards are two more than that, and so are the lock of
// an evacuation door and the way through it; of each nobody knows how it stands
// once it is not heard.
func TestOtherPartsOfAGateAreDrawnToo(t *testing.T) {
	y := newYard(t)
	for n := range 60 {
		m, up := float64(n), n%20/10
		if n < 40 {
			y.says("lane", m, fmt.Sprintf("barrier_up=%d,bollards_up=%d", up, 1-up))
			y.says("exit", m, fmt.Sprintf("locked=%d,blocked=%d", 1-up, up))
		}
		y.says("square", m, fmt.Sprintf("waiting=%d", 40+n))
	}
	y.keep(t)
	assert.Equal(t, map[string]string{"lane": "5:0 10:1 20:0 30:1 45:-1 5:3 10:2 20:3 30:2 45:-1"}, y.drawn(t, "车辆门", time.Minute))
	assert.Equal(t, map[string]string{"exit": "5:1 10:0 20:1 30:0 45:-1 5:2 10:3 20:2 30:3 45:-1"}, y.drawn(t, "疏散门", time.Minute))
	waiting := y.drawn(t, "等候区人数", 10*time.Minute)
	assert.Equal(t, map[string]string{"square": "0:49 10:59 20:69 30:79 40:89 50:99"}, waiting)
}
