package scenario_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus/scenario"
)

const small = `A small day.

Free words.

-- day --
from 06:30 to 18:30
-- devices --
g-1 is a gate on mains: state every 30m, reading every 5m
r-1 is a reader on mains: state every 1h
b-1 to b-3 are buttons on battery: state every 1h, reading every 20m unacknowledged
-- happenings --
# the morning
at 08:00 g-1 closes
at 07:00 g-1 opens
at 07:10 400 come in at g-1 within 50m
at 07:05 card 04a1b2c3 is held to r-1
at 10:00 the guard at the north gate presses b-3 twice
at 10:00 somebody presses b-2
at 10:01 a child presses b-1 7 times
at 10:02 the liaison signs for b-1
at 10:03 the officer calls the roll
at 10:04 the barrier of g-1 goes up
at 10:05 the bollards of g-1 go down
at 10:06 g-1 is blocked
at 10:07 g-1 is unlocked
at 10:08 40 wait at g-1
at 11:00 the uplink is cut for 10m
at 12:00 influxdb is killed during a batch for 20m
`

func TestADayIsReadInTheOrderOfItsClock(t *testing.T) {
	s, err := scenario.Parse("small.txtar", small)
	require.NoError(t, err)
	assert.Equal(t, "A small day.", s.Title)
	assert.Equal(t, []time.Duration{6*time.Hour + 30*time.Minute, 18*time.Hour + 30*time.Minute}, []time.Duration{s.From, s.To})
	require.Len(t, s.Devices, 5)
	assert.Equal(t, scenario.Device{ID: "g-1", Kind: devices.KindGate, Power: devices.PowerMains, State: 30 * time.Minute, Reading: 5 * time.Minute}, s.Devices[0])
	assert.Equal(t, scenario.Device{
		ID: "b-3", Kind: devices.KindButton, Power: devices.PowerBattery, State: time.Hour, Reading: 20 * time.Minute, Unacknowledged: true,
	}, s.Devices[4])
	var did []scenario.Action
	for _, h := range s.Happenings {
		did = append(did, h.Do)
	}
	assert.Equal(t, []scenario.Action{
		scenario.Move{Gate: "g-1", Open: true}, scenario.Card{Number: "04a1b2c3", Reader: "r-1"},
		scenario.Passages{Gate: "g-1", In: true, Count: 400, Within: 50 * time.Minute},
		scenario.Move{Gate: "g-1"}, scenario.Press{Button: "b-3", Times: 2}, scenario.Press{Button: "b-2", Times: 1},
		scenario.Press{Button: "b-1", Times: 7},
		scenario.Deed{What: scenario.SignsFor, Device: "b-1"}, scenario.Deed{What: scenario.CallsRoll},
		scenario.Sense{Gate: "g-1", Value: "barrier_up", Is: 1}, scenario.Sense{Gate: "g-1", Value: "bollards_up"},
		scenario.Sense{Gate: "g-1", Value: "blocked", Is: 1}, scenario.Sense{Gate: "g-1", Value: "locked"},
		scenario.Sense{Gate: "g-1", Value: "waiting", Is: 40}, scenario.Cut{For: 10 * time.Minute},
		scenario.Outage{What: scenario.InfluxKilled, For: 20 * time.Minute},
	}, did)
	assert.Equal(t, 14, s.Happenings[0].Line)
}

func TestEveryFaultIsToldWithItsPlace(t *testing.T) {
	for old, c := range map[string]struct{ text, want string }{
		"-- day --":                    {"-- night --", `x:5: section "night"`},
		"-- devices --":                {"-- day --", `x:7: section "day"`},
		"from 06:30 to 18:30":          {"from 18:30 to 06:30", "x:6: the day ends"},
		"from 06:30 to":                {"from 6 to", `x:6: "6": want a time`},
		"at 08:00 g-1 closes":          {"at 08:00 g-1 shuts", `x:13: nobody knows what "g-1 shuts" means`},
		"at 07:00 g-1 opens":           {"at 07:00 b-1 opens", "x:14: b-1 is a button"},
		"at 07:10 400":                 {"at 07:10 0", `x:15: "0": want a number`},
		"held to r-1":                  {"held to r-9", "x:16: there is no device r-9"},
		"presses b-3 twice":            {"presses b-3 1000 times", `x:17: "1000": want a number`},
		"at 10:00 somebody":            {"at 19:00 somebody", "x:18: 19:00 is not within the day"},
		"at 10:01 a child":             {"later a child", "x:19: want at HH:MM"},
		"bollards of g-1":              {"bollards of b-1", "x:23: b-1 is a button"},
		"g-1 is blocked":               {"g-1 is stuck", "x:24: nobody knows"},
		"40 wait":                      {"some wait", `x:26: "some": want a number`},
		"uplink is cut for 10m":        {"uplink is cut for 2h", "x:28: begins before"},
		"during a batch for 20m":       {"during a batch for 20h", "x:28: does not end within the day"},
		"liaison signs for b-1":        {"liaison signs for g-1", "x:20: g-1 is a gate"},
		"officer calls the roll":       {"officer calls a taxi", "x:21: nobody knows"},
		"during a batch for":           {"at noon for", "x:28: nobody knows"},
		"r-1 is a reader":              {"g-1 is a reader", "x:9: device g-1 is there twice"},
		"b-1 to b-3 are buttons":       {"b-3 to b-1 are buttons", "x:10: b-3 to b-1: want"},
		"b-1 to b-3 are buttons on":    {"b-1 to c-3 are buttons on", "x:10: b-1 to c-3: want"},
		"g-1 is a gate on":             {"g-1 is a camera on", `x:8: kind "camera"`},
		"g-1 is a gate on mains":       {"g-1 is a gate on sunlight", "x:8: want ID"},
		"state every 30m, reading":     {"state every 0s, reading", `x:8: "0s": want a length`},
		"b-3 are buttons on battery: ": {"b-99999 are buttons on battery: ", "20000 in all"},
	} {
		t.Run(c.text, func(t *testing.T) {
			require.Contains(t, small, old)
			_, err := scenario.Parse("x", strings.Replace(small, old, c.text, 1))
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := scenario.Parse("x", strings.NewReplacer("g-1 opens", "g-7 opens", "presses b-3", "presses b-8").Replace(small))
	require.ErrorContains(t, err, "g-7")
	require.ErrorContains(t, err, "b-8", "all of them, and not only the first")
	_, err = scenario.Parse("x", strings.Repeat("#", 1<<20+1))
	require.ErrorContains(t, err, "more than")
	_, err = scenario.Load("testdata/none.txtar")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// FuzzParse: whatever is read ends, and what is taken can be played.
func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := scenario.Parse("x", text)
		if err != nil {
			return
		}
		known := map[string]bool{}
		for _, d := range s.Devices {
			require.Positive(t, d.State)
			require.False(t, known[d.ID])
			known[d.ID] = true
		}
		for _, h := range s.Happenings {
			require.GreaterOrEqual(t, h.At, s.From)
			require.Less(t, h.At, s.To)
		}
	})
}
