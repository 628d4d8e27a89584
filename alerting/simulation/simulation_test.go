package simulation

import (
	"flag"
	"fmt"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// A failure names its seed; -sim.seed tells that one again, step by step.
var (
	oneSeed   = flag.Uint64("sim.seed", 0, "run and tell this one seed")
	seeds     = flag.Uint64("sim.seeds", days, "how many seeds to run")
	firstSeed = flag.Uint64("sim.first", 1, "the first of the seeds")
	shrinks   = flag.Bool("sim.shrink", true, "shrink what fails")
	keepOn    = flag.Bool("sim.keepon", false, "go on after a seed has failed")
	until     = flag.String("sim.until", "", "go on until this law is broken, whatever else is")
	deeds     = flag.Int("sim.deeds", 100, "deeds of a day")
)

// many days have seen everything that the laws are about.
const many = 200

// TestDistrict lives a day of the district for every seed.
func TestDistrict(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // days are short-lived
	dirs := &directories{}
	if *oneSeed > 0 {
		judge(t, dirs, *oneSeed, true)
		return
	}
	t.Run("lanes", func(t *testing.T) { lanes(t, dirs) })
	t.Logf("happened: %v", dirs.happened)
	for _, what := range rare() {
		if *seeds >= many && !t.Failed() && dirs.happened[what] == 0 {
			t.Errorf("no day has seen: %s", what)
		}
	}
}

// lanes share the seeds out.
func lanes(t *testing.T, dirs *directories) {
	for lane := range uint64(4) {
		t.Run(fmt.Sprintf("lane %d", lane), func(t *testing.T) {
			t.Parallel()
			for seed := *firstSeed + lane; seed < *firstSeed+*seeds && !dirs.over.Load(); seed += 4 {
				judge(t, dirs, seed, false)
			}
		})
	}
}

// judge runs one seed, and shrinks its story where it fails.
func judge(t *testing.T, dirs *directories, seed uint64, tell bool) {
	t.Helper()
	story := day(seed, *deeds)
	w := newWorld(t, dirs, seed, story)
	w.tell = tell
	broken := w.run()
	if broken == "" {
		return
	}
	if !*keepOn && (*until == "" || *until == lawIn(broken)) {
		dirs.over.Store(true)
	}
	if !*shrinks {
		t.Errorf("seed %d: %s", seed, broken)
		return
	}
	short, why := shrink(story, broken, func(s []deed) string { return newWorld(t, dirs, seed, s).run() })
	if tell {
		again := newWorld(t, dirs, seed, short)
		again.tell = true
		again.run()
		t.Log("the shrunk story:")
		for _, line := range again.lines {
			t.Log(line)
		}
	}
	t.Errorf("seed %d: %s\nshrunk to %d of %d deeds, which end in: %s\n%sto see it again: go test ./alerting/simulation -run TestDistrict -v -sim.seed=%d",
		seed, broken, len(short), len(story), why, listed(short), seed)
}

// shrinkFor is how long a story may be shrunk.
const shrinkFor = 30 * time.Second

// shrink leaves out deeds, by halves and then smaller parts, while the story
// still breaks the same law.
func shrink(story []deed, broken string, run func([]deed) string) (short []deed, why string) {
	short, why = story, broken
	began := time.Now()
	for size := len(story) / 2; size > 0; size /= 2 {
		for from := 0; from+size <= len(short) && time.Since(began) < shrinkFor; {
			rest := slices.Concat(short[:from], short[from+size:])
			if got := run(rest); sameLaw(got, broken) {
				short, why = rest, got
				continue
			}
			from += size
		}
	}
	return short, why
}

// sameLaw compares what comes first in a failure: the law in its quotes.
func sameLaw(a, b string) bool { return a != "" && lawIn(a) == lawIn(b) }

func lawIn(broken string) string {
	var l string
	_, _ = fmt.Sscanf(broken, "law %q", &l)
	return l
}
