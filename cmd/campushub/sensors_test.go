package main

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry/influxtest"
	"example.org/campushub/devices"
)

// sensor is a device that counts its readings, and sends each until it is
// acknowledged.
type sensor struct {
	user, password string
	sent           int // readings, numbered from 1; all of them are acknowledged in the end
	dials          int
	before         int // the last one that was acknowledged before the kill
	kept           int // the last one that was in the spool then
}

// gauges is all of them. Whoever holds pause for writing has all of them wait,
// each with its last reading acknowledged.
type gauges struct {
	all   []*sensor
	pause sync.RWMutex
}

// keepMeasuring has a sensor send until ctx ends, and then ends with its last
// reading acknowledged.
func (g *gauges) keepMeasuring(ctx, life context.Context, address string, s *sensor) {
	var c *rawClient
	defer func() {
		if c != nil {
			_ = c.Close()
		}
	}()
	for ctx.Err() == nil {
		g.pause.RLock()
		s.sent++
		for life.Err() == nil {
			if c == nil {
				if c, _ = dialRaw(life, address, s.user, s.password); c == nil {
					pause(life)
					continue
				}
				s.dials++
			}
			_ = c.SetDeadline(time.Now().Add(patience))
			if c.publish("campus/"+s.user+"/reading", wide(s.sent)) == nil {
				if s.dials == 1 {
					s.before = s.sent
				}
				break
			}
			_ = c.Close()
			c = nil
		}
		g.pause.RUnlock()
	}
}

// wide is a reading of some kibibytes, so that few of them fill a spool.
func wide(seq int) []byte {
	b := []byte(`{"age_ms":0,"seq":` + strconv.Itoa(seq) + `,"boot":"only","values":{`)
	for n := range 48 {
		if n > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "%q:%d", fmt.Sprintf("v%0*d", devices.MaxNameLength-1, n), seq)
	}
	return append(b, `}}`...)
}

var counted = regexp.MustCompile(`^reading,device=x-(\d+),.*,seq=(\d+)i`)

// note keeps the last reading of each that is in the spool.
func (g *gauges) note(line string) {
	if m := counted.FindStringSubmatch(line); m != nil {
		n, _ := strconv.Atoi(m[1])
		seq, _ := strconv.Atoi(m[2])
		g.all[n-1].kept = max(g.all[n-1].kept, seq)
	}
}

// owed is what a sensor has been promised to be kept: each reading but those
// that were acknowledged by a hub whose disk was behind, and that died before it
// caught up (see Recorder.Reading).
func (s *sensor) owed() (all []int) {
	for seq := range s.sent + 1 {
		if seq > 0 && (seq <= s.kept || seq > s.before) {
			all = append(all, seq)
		}
	}
	return all
}

// missing is how many readings that the sensors were promised InfluxDB lacks.
// Those are the oldest of each, and none of the others is there twice.
func (g *gauges) missing(t *testing.T, s *influxtest.Server) (n, unkept uint64) {
	t.Helper()
	arrived := map[string][]int{}
	for _, row := range rows(t, s, `SELECT "seq" FROM "reading" GROUP BY "device"`) {
		seq, err := strconv.Atoi(row["seq"])
		require.NoError(t, err)
		arrived[row["device"]] = append(arrived[row["device"]], seq)
	}
	for _, one := range g.all {
		_, device, _ := strings.Cut(one.user, "/")
		got, owed := arrived[device], one.owed()
		slices.Sort(got)
		require.LessOrEqual(t, len(got), len(owed), "%s: nothing is there twice", device)
		lost := len(owed) - len(got)
		require.Equal(t, owed[lost:], got, "%s: the oldest are missing, no other, and none is there twice", device)
		n += uint64(lost)
		unkept += uint64(one.sent - len(owed))
	}
	return n, unkept
}

// rows are what InfluxDB answers, each with its tags.
func rows(t *testing.T, s *influxtest.Server, question string) (out []map[string]string) {
	t.Helper()
	series, err := s.Query(t.Context(), "campushub", question)
	require.NoError(t, err)
	for _, one := range series {
		for _, v := range one.Values {
			row := maps.Clone(one.Tags)
			if row == nil {
				row = map[string]string{}
			}
			for i, column := range one.Columns {
				row[column] = fmt.Sprint(v[i])
			}
			out = append(out, row)
		}
	}
	return out
}
