package load

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheScheduleWaitsForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var due, done []time.Duration
		p := pacer{workers: 1, fine: time.Sleep}
		p.drive(t.Context(), start.Add(time.Second), 6, every(10), func(i int, at time.Time) {
			if i == 1 {
				time.Sleep(250 * time.Millisecond) // a system that holds the presser up
			}
			due = append(due, at.Sub(start).Round(time.Millisecond))
			done = append(done, time.Since(start).Round(time.Millisecond))
		})
		ms := time.Millisecond
		assert.Equal(t, []time.Duration{1000 * ms, 1100 * ms, 1200 * ms, 1300 * ms, 1400 * ms, 1500 * ms}, due)
		assert.Equal(t, []time.Duration{1000 * ms, 1350 * ms, 1350 * ms, 1350 * ms, 1400 * ms, 1500 * ms}, done,
			"what was held up follows at once, and the rest keeps its moments")
	})
}

func TestOneInstantIsOneInstant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().Add(time.Minute)
		n := make(chan time.Time, 100)
		pacer{workers: 4, fine: time.Sleep}.drive(t.Context(), start, 100, every(0), func(_ int, at time.Time) { n <- at })
		close(n)
		assert.Len(t, n, 100)
		for at := range n {
			assert.Equal(t, start, at)
		}
		assert.Equal(t, time.Duration(0), time.Since(start))
	})
}

func TestAnEndedContextEndsTheSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		n := 0
		start := time.Now()
		pacer{workers: 1, fine: time.Sleep}.drive(ctx, start, 1000, every(1), func(int, time.Time) { n++ })
		assert.Equal(t, 4, n)
		assert.Equal(t, 3500*time.Millisecond, time.Since(start))
	})
}

func TestPercentilesAreOfTheNearestRank(t *testing.T) {
	up := func(n int) []time.Duration {
		all := make([]time.Duration, n)
		for i := range all {
			all[i] = time.Duration(n - i) // falling: Measure sorts
		}
		return all
	}
	assert.Equal(t, Spread{}, Measure(nil))
	assert.Equal(t, Spread{Count: 1, P50: 1, P99: 1, P999: 1, Max: 1}, Measure(up(1)))
	assert.Equal(t, Spread{Count: 2, P50: 1, P99: 2, P999: 2, Max: 2}, Measure(up(2)))
	assert.Equal(t, Spread{Count: 100, P50: 50, P99: 99, P999: 100, Max: 100}, Measure(up(100)))
	assert.Equal(t, Spread{Count: 2000, P50: 1000, P99: 1980, P999: 1998, Max: 2000}, Measure(up(2000)))
}

func TestPressIDsAreUUIDsThatCount(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_123)
	n := newNumbering(at)
	for _, want := range []int{0, 1, 255, 1 << 20, 1<<32 - 1} {
		id := n.append(nil, want)
		parsed, err := uuid.ParseBytes(id)
		require.NoError(t, err)
		assert.Equal(t, uuid.Version(7), parsed.Version())
		assert.Equal(t, uuid.RFC4122, parsed.Variant())
		sec, nsec := parsed.Time().UnixTime()
		assert.Equal(t, at.UnixMilli(), time.Unix(sec, nsec).UnixMilli())
		got, ok := n.press(id)
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
	for _, id := range []string{"", n.prefix, n.prefix + "0000000", n.prefix + "000000000", n.prefix + "0000000g"} {
		_, ok := n.press([]byte(id))
		assert.False(t, ok, id)
	}
	_, ok := n.press(newNumbering(at).append(nil, 1))
	assert.False(t, ok, "another run's press")
}

func TestFieldFindsAStringValue(t *testing.T) {
	for in, want := range map[string]string{
		`{"press":"p1"}`:                       "p1",
		`{"a":"press","press" : "p2"}`:         "p2",
		"{\"press\":\n\t\"p3\",\"x\":1}":       "p3",
		`{"press":""}`:                         "",
		`{"kind":"press"}`:                     "none",
		`{"press":7}`:                          "none",
		`{"press":"cut`:                        "none",
		`{"presses":"x"}`:                      "none",
		`{"press"`:                             "none",
		`{"text":"the \"press\" key","n":"1"}`: "none",
		``:                                     "none",
	} {
		got := field([]byte(in), "press")
		if want == "none" {
			assert.Nil(t, got, in)
		} else {
			assert.NotNil(t, got, in)
			assert.Equal(t, want, string(got), in)
		}
	}
}

func FuzzField(f *testing.F) {
	f.Add([]byte(`{"press":"p1"}`))
	f.Add([]byte(`{"press" : "`))
	f.Add([]byte(`"press""press":"x"`))
	f.Fuzz(func(t *testing.T, in []byte) {
		if v := field(in, "press"); v != nil && !strings.Contains(string(in), `"`+string(v)+`"`) {
			t.Fatalf("%q is no value of %q", v, in)
		}
	})
}

func TestADemoFileGivesItsSpareButtonsAndPoliceTerminals(t *testing.T) {
	write := func(s string) string {
		path := filepath.Join(t.TempDir(), "demo.json")
		require.NoError(t, os.WriteFile(path, []byte(s), 0o600))
		return path
	}
	target, err := FromDemo(write(`{"console":"http://x","mqtt":"tcp://127.0.0.1:1883","school":"s","accounts":[],
		"devices":[{"school":"s","id":"b-1","kind":"button","username":"s/b-1","password":"1"},
			{"school":"s","id":"g-1","kind":"gate","username":"s/g-1","password":"2"},
			{"school":"s","id":"x-1","kind":"button","username":"s/x-1","password":"3"}],
		"terminals":[{"audience":"school","id":"o","topic":"alert/school/o","username":"school/o","password":"4"},
			{"audience":"police","id":"desk-1","topic":"alert/police/desk-1","username":"police/desk-1","password":"5"}]}`))
	require.NoError(t, err)
	assert.Equal(t, Target{
		Address:   "127.0.0.1:1883",
		Devices:   []Device{{School: "s", ID: "x-1", Username: "s/x-1", Password: "3"}},
		Terminals: []Terminal{{Username: "police/desk-1", Password: "5", Filter: "alert/police/desk-1"}},
		Beside:    []Terminal{{Username: "school/o", Password: "4", Filter: "alert/school/o"}},
	}, target)

	target, err = FromDemo(write(`{"mqtt":"tcp://h:1","devices":[{"school":"s","id":"b-1","kind":"button"}]}`))
	require.NoError(t, err)
	assert.Len(t, target.Devices, 1, "without spare buttons the others are pressed")

	for _, bad := range []string{`{`, `{"mqtt":"nonsense"}`, `{}`} {
		_, err := FromDemo(write(bad))
		require.Error(t, err, bad)
	}
	_, err = FromDemo(filepath.Join(t.TempDir(), "none.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestTakeKeepsWithinTheDevices(t *testing.T) {
	target, err := Bare("127.0.0.1:1", "s", 10, 1, "#")
	require.NoError(t, err)
	part, err := target.Take(4, 3)
	require.NoError(t, err)
	assert.Equal(t, "x-5", part.Devices[0].ID)
	assert.Len(t, part.Devices, 3)
	assert.Len(t, target.Devices, 10)
	_, err = target.Take(8, 3)
	require.EqualError(t, err, "devices 8 to 11: the hub has 10")
}

func TestAResultReadsTheSameAsTextAndJSON(t *testing.T) {
	tl := newTally(100, 2, 1, 1)
	at := func(ms int) time.Duration { return time.Duration(ms) * time.Millisecond }
	for i := range tl.records {
		tl.records[i].due = at(10)
		tl.records[i].wrote.first(at(11 + i))
		tl.acknowledged(100+i, at(21+i))
	}
	tl.arrived(0, 100, at(31))
	tl.arrived(0, 100, at(99)) // a duplicate moves nothing
	tl.stored(101, at(41))
	assert.False(t, tl.arrived(0, 99, at(1)))
	assert.False(t, tl.arrived(0, 103, at(1)))
	r := tl.result(true)
	assert.Equal(t, Account{Planned: 2, Sent: 2, Acknowledged: 2, Arrived: 1, Lost: 1, Duplicates: 1}, r.Presses)
	assert.Equal(t, Account{Planned: 1, Sent: 1, Acknowledged: 1, Lost: 1}, r.Stuck)
	assert.Equal(t, Spread{Count: 1, P50: at(21), P99: at(21), P999: at(21), Max: at(21)}, r.Terminal.FromDue)
	assert.Equal(t, at(20), r.Terminal.FromWrite.Max)
	assert.Equal(t, at(10), r.Puback.FromWrite.P50)
	assert.Equal(t, at(12), r.Puback.FromDue.Max)
	assert.Equal(t, at(29), r.Light.FromWrite.P50)
	assert.Equal(t, Duration(at(21)), r.Instant)
	assert.Equal(t, Duration(at(2)), r.Written)
	assert.Equal(t, at(2), r.Generator.Max)

	assert.Equal(t, []time.Duration{at(20)}, r.Terminal.Writes)
	for _, h := range []*Hop{&r.Terminal, &r.Puback, &r.StuckPuback, r.Light} {
		h.Writes = nil // not written down
	}
	raw, err := json.Marshal(r)
	require.NoError(t, err)
	var back Result
	require.NoError(t, json.Unmarshal(raw, &back))
	assert.Equal(t, r, back)

	var text strings.Builder
	require.NoError(t, r.WriteText(&text))
	for _, want := range []string{"2 presses in the same instant", "20.000", "29.000", "lost 1, duplicates 1", "21.000 ms after the instant"} {
		assert.Contains(t, text.String(), want)
	}
}

func TestTheWaitEndsWithTheLastThingToCome(t *testing.T) {
	tl := newTally(0, 2, 1, 2)
	open := func() bool {
		select {
		case <-tl.done:
			return false
		default:
			return true
		}
	}
	for i := range 3 {
		tl.acknowledged(i, 1)
		tl.acknowledged(i, 2)
	}
	tl.arrived(0, 0, 1)
	tl.arrived(0, 0, 2)
	tl.arrived(0, 2, 1) // the stuck one's arrival is waited for by nobody
	tl.arrived(1, 0, 1)
	tl.arrived(0, 1, 1)
	assert.True(t, open())
	tl.arrived(1, 1, 1)
	assert.False(t, open())

	none := newTally(0, 0, 0, 1)
	_, still := <-none.done
	assert.False(t, still)
}
