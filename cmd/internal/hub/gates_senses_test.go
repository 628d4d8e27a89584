package hub_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/firmware/debounce"
	"example.org/campushub/devices/firmware/link"
	"example.org/campushub/firmware-sim/board"
)

// pinned is a gate of the demonstration on simulated pins: the firmware over
// MQTT, as on a board.
func (r *running) pinned(t *testing.T, id string, pins firmware.GatePins) {
	t.Helper()
	d := r.named(id)[0]
	at := devices.Address{School: d.School, Device: d.ID}
	l, err := link.New(link.ForDevice(r.MQTT(), at, d.Power, d.Password), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	gate, err := firmware.NewGate(firmware.Identity{Address: at, Power: d.Power, Version: "1.0.0"}, pins, l, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- gate.Run(ctx) }()
	t.Cleanup(func() { stop(); assert.NoError(t, <-done) })
}

// lessons sets the school's clock so that it is the middle of a lesson, on a day
// of lessons, whenever the test runs, and shortens what the rules wait for.
func lessons(yaml string) string {
	shift := 12 - time.Now().UTC().Hour()
	zone := fmt.Sprintf("Etc/GMT%+d", -shift) // whose sign is the other way round
	var days []string
	for _, d := range []int{-1, 0, 1} {
		days = append(days, fmt.Sprintf("{date: %s, type: lesson}", time.Now().AddDate(0, 0, d).Format(time.DateOnly)))
	}
	yaml = strings.Replace(yaml, "zone: Asia/Shanghai", "zone: "+zone, 1)
	yaml = withRules(yaml, `windows: [{hours: 00:00-00:10}, {hours: 23:50-23:59}]
    rules: [{id: G2, for: 1s}, {id: G5, for: 1s}, {id: G7, for: 1s}, {id: G8, for: 1s}, {id: G8-full, off: true}, {id: G10, for: 1s}, {id: G16, for: 1s}]`)
	yaml = regexp.MustCompile(`\{device: g-1, .*\}`).ReplaceAllString(yaml, "{device: g-1, width: 0.5, area: 50}")
	yaml = strings.Replace(yaml, "{device: v-1, type: vehicle}", "{device: v-1, type: vehicle, windows: [{hours: 06:00-22:00}]}", 1)
	return yaml + "\ncalendar: {schools: [{schools: [ziwei-primary], days: [" + strings.Join(days, ", ") + "]}]}\n"
}

// shut is a contact that is closed at first.
func shut(name string) *board.Contact {
	c := board.NewContact(name)
	c.Close()
	c.Bounce(2, 2*time.Millisecond)
	return c
}

// found lists the facts of what the rules raised at gates, and how often.
func (c caller) found() map[string]int {
	var shown struct {
		Incidents []struct {
			Device string   `json:"device"`
			Facts  []string `json:"facts"`
		} `json:"incidents"`
	}
	require.Equal(c.t, http.StatusOK, c.call(http.MethodGet, "/api/v1/incidents", nil, &shown))
	out := map[string]int{}
	for _, i := range shown.Incidents {
		for _, f := range i.Facts {
			if slices.Contains([]string{"held-open", "vehicle", "bollards-down", "crowd-rate", "crowd-full", "unreleased-exit", "exit-blocked"}, f) {
				out[i.Device+" "+f]++
			}
		}
	}
	return out
}

// Pins that move make the rules of a running hub fire, each once: held open,
// a barrier up and bollards down while pupils come and go, crowding by rate and in
// the waiting area, an exit without a release, a locked evacuation door. Nothing
// that bounces or is held makes one of them fire again.
func TestWhatAGateSensesFiresEachRuleOnce(t *testing.T) {
	r := start(t, lessons)
	door, out, let, area := shut("door"), board.NewContact("out"), board.NewContact("release"), board.NewArea()
	arm, posts, bolt := shut("arm"), shut("bollards"), shut("bolt")
	r.pinned(t, "g-1", firmware.GatePins{Contact: door, In: board.NewContact("in"), Out: out, Release: let, Area: area})
	r.pinned(t, "v-1", firmware.GatePins{Barrier: arm, Bollards: posts})
	r.pinned(t, "e-1", firmware.GatePins{Lock: bolt})
	taken := func(n int) { eventually(t, func() bool { return r.taken(t) >= n }, "readings") }
	taken(3)

	officer := r.callAs(t, "officer")
	want := map[string]int{}
	fire := func(does func(), what ...string) {
		does()
		for _, one := range what {
			want[one] = 1
		}
		eventually(t, func() bool { return maps.Equal(want, officer.found()) }, strings.Join(what, ", "))
	}
	fire(arm.Open, "v-1 vehicle")                                              // G5
	fire(posts.Open, "v-1 bollards-down")                                      // G6, G6-now
	fire(bolt.Open, "e-1 exit-blocked")                                        // G16
	fire(func() { area.Wait(45) }, "g-1 crowd-full")                           // G8
	fire(func() { passing(out, 50) }, "g-1 crowd-rate", "g-1 unreleased-exit") // G7, G10
	fire(func() {
		r.untaken(t)
		before := r.taken(t)
		let.CloseFor(200 * time.Millisecond)
		taken(before + 1) // the release's own: nothing else was on its way
		door.Open()
	}, "g-1 held-open") // G2
	bolt.Glitch(5 * time.Millisecond)
	arm.Glitch(5 * time.Millisecond)
	posts.Glitch(5 * time.Millisecond)
	r.ruled(t, `campushub_rules_changes_total{what="raised"} 8`)
	assert.Equal(t, want, officer.found())
}

// taken is how many readings the rules have taken in.
func (r *running) taken(t *testing.T) (n int) {
	t.Helper()
	for line := range strings.Lines(r.metrics(t)) {
		_, _ = fmt.Sscanf(line, "campushub_rules_readings_total %d", &n)
	}
	return n
}

// untaken waits until no reading was taken in for a second: what came before has
// all been read.
func (r *running) untaken(t *testing.T) {
	t.Helper()
	last, since := r.taken(t), time.Now()
	eventually(t, func() bool {
		if n := r.taken(t); n != last {
			last, since = n, time.Now()
		}
		return time.Since(since) >= time.Second
	}, "the readings come to rest")
}

// passing has so many people walk through a beam, one after the other: by the
// real clock, by which the firmware debounces, as there is a real hub behind it.
func passing(beam *board.Contact, people int) {
	for range people {
		beam.Close()
		<-time.After(3 * debounce.Rest)
		beam.Open()
		<-time.After(3 * debounce.Rest)
	}
}
