package telemetry

import (
	"strings"
	"testing"
	"time"

	"github.com/influxdata/influxdb-client-go/v2/api/write"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

var (
	monday = time.Date(2026, 9, 7, 7, 30, 0, 123_456_789, time.UTC)
	gate   = devices.Address{School: "no-1", Device: "gate-1"}
	atGate = Where{Kind: devices.KindGate, Place: "north-gate"}
)

func all(string) bool { return true }

func reading(seq uint64, values map[string]float64) devices.Reading {
	return devices.Reading{From: gate, Seq: seq, Boot: "a1b2", Values: values, ReceivedAt: monday}
}

func TestPointsAsTheClientItselfWouldWriteThem(t *testing.T) {
	battery, rssi, commit := 0.93, -61.5, 1500*time.Microsecond
	d := alerting.Delivery{ID: "d-1", Audience: alerting.Police, Channel: alerting.ChannelMQTT, PlannedAt: monday}
	tags := map[string]string{"school": "no-1", "device": "gate-1", "kind": "gate", "place": "north-gate"}
	cases := map[string]struct {
		got  []byte
		want *write.Point
	}{
		"reading": {
			readingLine(nil, reading(12, map[string]float64{"open": 1, "passages_in": 3e9, "level": -0.25}), atGate, monday, all),
			write.NewPoint("reading", tags, map[string]any{"open": 1.0, "passages_in": 3e9, "level": -0.25, "seq": 12, "boot": "a1b2"}, monday),
		},
		"state": {
			stateLine(devices.State{From: gate, Status: devices.Online, Firmware: "1.2.0", Battery: &battery, RSSI: &rssi, Tamper: true}, atGate, monday),
			write.NewPoint("device", tags, map[string]any{"online": true, "tamper": true, "battery": .93, "rssi": -61.5, "firmware": "1.2.0"}, monday),
		},
		"stage": {
			stageLine(Stage{School: "no-1", Incident: "i-1", Mode: devices.Drill, Delivery: d, State: alerting.Received, At: monday.Add(1500 * time.Microsecond)}, monday),
			write.NewPoint("delivery", map[string]string{"school": "no-1", "mode": "drill", "audience": "police", "channel": "mqtt", "stage": "received"},
				map[string]any{"after": .0015, "delivery": "d-1", "incident": "i-1"}, monday),
		},
		"hub": {
			hubLine("hub, north=1", Internals{Uptime: 90 * time.Second, Goroutines: 80, Heap: 1 << 20, JournalHealthy: true, Spool: 64}, monday),
			write.NewPoint("hub", map[string]string{"hub": "hub, north=1"}, map[string]any{"uptime": 90.0, "goroutines": 80, "heap": 1 << 20, "gc_pause": 0.0,
				"journal_healthy": true, "journal_pending": 0, "lanes_waiting": 0, "connections": 0, "spool": 64, "spool_waiting": 0, "dropped": 0}, monday),
		},
		"hub at work": {
			hubLine("hub", Internals{GCPause: 250 * time.Microsecond, Commit: &commit, Vitals: Vitals{JournalPending: 3, LanesWaiting: 4, Connections: 5}}, monday),
			write.NewPoint("hub", map[string]string{"hub": "hub"}, map[string]any{"uptime": 0.0, "goroutines": 0, "heap": 0, "gc_pause": .00025,
				"journal_healthy": false, "journal_pending": 3, "commit": .0015, "lanes_waiting": 4, "connections": 5, "spool": 0, "spool_waiting": 0, "dropped": 0}, monday),
		},
	}
	for name, c := range cases {
		want := strings.TrimSpace(write.PointToLineProtocol(c.want, time.Nanosecond))
		assert.ElementsMatch(t, strings.Split(string(c.got), ","), strings.Split(reordered(t, want, string(c.got)), ","), name)
	}
}

// reordered gives the fields of want in got's order: their order means nothing.
func reordered(t *testing.T, want, got string) string {
	t.Helper()
	ws, wf, wt := parts(t, want)
	_, gf, _ := parts(t, got)
	have := strings.Split(wf, ",")
	assert.ElementsMatch(t, have, strings.Split(gf, ","))
	return ws + " " + gf + " " + wt
}

func parts(t *testing.T, s string) (series, fields, at string) {
	t.Helper()
	end := strings.LastIndex(s, " ")
	begin := strings.LastIndex(s[:end], " ")
	require.Positive(t, begin)
	return s[:begin], s[begin+1 : end], s[end+1:]
}

func TestAValueThatIsCalledLikeSomethingElse(t *testing.T) {
	used := map[string]string{}
	for _, name := range []string{"open", "time", "seq", "boot", "school", "device", "kind", "place", "value_time", "value_value_time", "value_open"} {
		f := fieldOf(name)
		assert.Empty(t, used[f], "%s and %s share a field", name, used[f])
		assert.False(t, reserved(f), name)
		used[f] = name
	}
	assert.Equal(t, "open", fieldOf("open"))
}

func TestPointWithoutFieldsIsNone(t *testing.T) {
	none := func(string) bool { return false }
	assert.Nil(t, readingLine(nil, reading(1, map[string]float64{"open": 1}), atGate, monday, none))
}

func TestARecordedReadingIsReadBack(t *testing.T) {
	b := readingLine(nil, reading(12, map[string]float64{"open": 1, "bootlace": 3}), atGate, monday, all)
	r, at, ok := readingOf(b)
	require.True(t, ok)
	assert.Equal(t, devices.Reading{From: gate, Seq: 12, Boot: "a1b2"}, r)
	assert.Equal(t, monday, at)
	for _, other := range []string{"", "reading", "hub,hub=a uptime=1 12", "reading,school=a x=1 y"} {
		_, _, ok := readingOf([]byte(other))
		assert.False(t, ok, other)
	}
}
