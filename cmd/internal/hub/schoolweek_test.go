package hub

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// aWeek lives through a week of the school with what is planted in it, and gives
// what was raised.
func aWeek(t *testing.T, plant func(w *schoolWeek)) (raised []string) {
	// One thing happens after another: a second processor would only wake and sleep.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	cfg := weekConfig(t)
	synctest.Test(t, func(t *testing.T) {
		zone, err := time.LoadLocation("Asia/Shanghai")
		require.NoError(t, err)
		w := &schoolWeek{
			t: t, zone: zone, first: map[string]map[alerting.Audience]telling{},
			silent: func(string, time.Time) bool { return false }, mute: func(string, time.Time) bool { return false },
		}
		time.Sleep(time.Until(w.clock("tue 00:00")))
		stop := w.begin(cfg)
		defer stop()
		w.roster()
		plant(w)
		w.live(w.clock("end 00:00"))
		raised = w.raised()
	})
	return raised
}

// A week with a holiday, a day of examinations, a Friday that ends early, a
// make-up Saturday and nights with one guard: everything that is planted is
// raised once, at its time, at its place, as grave as it is and to those whom it
// concerns, and nothing else is.
func TestASchoolWeekRaisesWhatIsWrongOnce(t *testing.T) {
	if raced || testing.Short() {
		t.Skip("a day of one school is watched instead")
	}
	assert.Equal(t, weekExpected, aWeek(t, func(w *schoolWeek) {
		w.troubles()
		w.gates()
		w.breakdowns()
		w.presses()
	}))
}

// troubles: people are late, do not come, do not walk, and do not answer.
func (w *schoolWeek) troubles() {
	w.comeAndGo(deviation{
		"李强 wed south/morning":        {},                   // whose substitute comes
		"陈老师 wed south/afternoon":     w.clock("wed 15:36"), // the post is below its minimum by then
		"家长乙 sat south/after-service": {},                   // a volunteer counts for no minimum
		"赵磊 sun gatehouse/night":      w.clock("sun 19:20"), // nobody else is at the gatehouse
		"何校长 fri leader/day":          w.clock("fri 07:02"), // late, and within the grace
		"张警官 mon south/morning":       {},                   // may rove, and is missed nowhere
		"张警官 mon south/midday-home":   {},
	})
	w.do(w.clock("wed 07:33"), func() { w.comes("吴刚", "south") })
	w.walk("tue 12:30", "tue 15:00", "sun 09:50")
	w.mute = func(person string, now time.Time) bool {
		night := person == "赵磊" && now.After(w.clock("wed 22:30")) && now.Before(w.clock("wed 23:04"))
		call := person == "李强" && now.After(w.clock("mon 15:00")) && now.Before(w.clock("mon 16:00"))
		return night || call
	}
	w.do(w.clock("wed 23:04"), func() { w.card("赵磊", "gatehouse") })
	w.do(w.clock("mon 15:50"), func() { require.NoError(w.t, w.duty.Call(context.Background(), weekSchool, "call-1", "officer")) })
	w.do(w.clock("mon 15:58"), func() { w.card("李强", "south") })
}

// gates plants one of each rule, G1 to G16.
func (w *schoolWeek) gates() {
	w.gate(map[string]int{"wed": 40, "thu": 40, "fri": 40}, map[string]func(flow){
		"thu 07:30": func(f flow) { w.pass("thu", f, -6*time.Minute, -2*time.Minute) }, // the guard is there, and nobody opens: G13
		"fri 07:40": func(f flow) { // nobody enters for half an hour: G9
			f.from = "08:08"
			w.says("g-1", "fri 07:37", map[string]float64{"open": 1, "passages_in": 0})
			w.pass("fri", f, 0, -2*time.Minute)
		},
		"fri 14:30": func(f flow) { // more than a gate of two metres takes, and not shut in time: G7, G4
			f.out -= 150
			for n := range 50 {
				w.reads("g-1", w.clock("fri 14:45").Add(time.Duration(n)*2*time.Second), map[string]float64{"open": 1, "passages_out": 5})
			}
			f.out -= 100
			w.pass("fri", f, 3*time.Minute, 20*time.Minute)
		},
	})
	w.opens("g-1", "wed 10:20", 40*time.Second) // G1
	w.opens("g-1", "wed 19:30", 5*time.Minute)  // and for so long that it is urgent
	w.says("g-1", "thu 14:00", map[string]float64{"released": 1})
	w.opens("g-1", "thu 14:00:04", 90*time.Second) // G2
	w.says("g-1", "thu 21:40", map[string]float64{"released": 1})
	w.opens("g-1", "thu 21:40:04", 30*time.Minute) // G2, and at night no small matter any more: G1-night
	w.says("d-1", "mon 00:30", map[string]float64{"open": 0, "tamper": 0})
	w.opens("d-1", "mon 03:10", 2*time.Minute) // G15
	w.says("v-1", "sun 10:30", map[string]float64{"open": 0, "tamper": 0})
	w.says("v-1", "sun 11:00", map[string]float64{"tamper": 1})
	w.says("v-1", "sun 11:00:01", map[string]float64{"open": 1}) // G3
	w.says("v-1", "sun 11:10", map[string]float64{"open": 0, "tamper": 0})
	w.says("v-1", "sat 13:40", map[string]float64{"barrier_up": 1}) // G5
	w.says("v-1", "sat 13:41", map[string]float64{"barrier_up": 0})
	w.says("v-1", "sat 07:00", map[string]float64{"bollards_up": 0}) // G6
	w.says("v-1", "sat 07:45", map[string]float64{"bollards_up": 1})
	w.says("g-1", "sat 09:58", map[string]float64{"released": 0})
	w.says("g-1", "sat 10:00", map[string]float64{"passages_out": 1}) // G10
	for n := range 60 {
		w.reads("e-1", w.clock("sat 20:00").Add(time.Duration(n)*time.Second), map[string]float64{"open": float64((n + 1) % 2)}) // G12
	}
	w.says("o-1", "sun 01:00", map[string]float64{"open": 0})
	w.opens("o-1", "sun 02:00", time.Minute)                                  // G15, the roof
	w.says("e-1", "sun 08:00", map[string]float64{"locked": 1, "blocked": 0}) // nobody is there
	w.says("e-1", "sun 20:00", map[string]float64{"locked": 0})
	w.says("e-1", "mon 10:00", map[string]float64{"locked": 1}) // G16
	w.says("e-1", "mon 10:05", map[string]float64{"locked": 0})
	w.counts("g-1", "mon 15:12", 8, map[string]float64{"waiting": 85}) // G8
	w.counts("g-1", "mon 15:20", 8, map[string]float64{"waiting": 104})
	w.counts("g-1", "mon 15:28", 9*60, map[string]float64{"waiting": 20}) // until the week ends
}

// opens has a gate stand open for a time.
func (w *schoolWeek) opens(gate, when string, lasts time.Duration) {
	w.says(gate, when, map[string]float64{"open": 1})
	w.reads(gate, w.clock(when).Add(lasts), map[string]float64{"open": 0})
}

// breakdowns are what devices do not say, and what they say of themselves.
func (w *schoolWeek) breakdowns() {
	quiet := []struct{ device, from, to string }{
		{"r-1", "wed 09:00", "wed 09:20"}, {"b-2", "thu 15:00", "thu 15:04"}, {"b-1", "mon 09:00", "mon 09:12"}, {"", "fri 20:00", "fri 20:08"},
	}
	w.silent = func(device string, now time.Time) bool {
		return slices.ContainsFunc(quiet, func(q struct{ device, from, to string }) bool {
			return (q.device == "" || q.device == device) && !now.Before(w.clock(q.from)) && now.Before(w.clock(q.to))
		})
	}
	w.state("wed 14:20", devices.State{From: devices.Address{Device: "b-3"}, Battery: charge(0.1)})
	w.state("wed 16:40", devices.State{From: devices.Address{Device: "b-3"}, Battery: charge(0.9)})
	w.state("thu 10:00", devices.State{From: devices.Address{Device: "b-2"}, Tamper: true})
	w.state("thu 10:10", devices.State{From: devices.Address{Device: "b-2"}})
}

func charge(c float64) *float64 { return &c }

func (w *schoolWeek) state(when string, s devices.State) {
	s.From.School, s.Status = weekSchool, devices.Online
	w.do(w.clock(when), func() {
		s.ReceivedAt = time.Now()
		w.supervisor.State(s)
	})
}

// presses are two of one button: the second while the first is being dealt with.
func (w *schoolWeek) presses() {
	for id, when := range map[string]string{"0190f0c4-0000-7000-8000-000000000001": "thu 11:45", "0190f0c4-0000-7000-8000-000000000002": "thu 11:49"} {
		w.do(w.clock(when), func() {
			go func() { // it waits for the disk
				_ = w.engine.Press(devices.Press{
					ID: id, From: devices.Address{School: weekSchool, Device: "b-1"}, Alarm: devices.Intrusion, Mode: devices.Live, ReceivedAt: time.Now(),
				})
			}()
		})
	}
}
