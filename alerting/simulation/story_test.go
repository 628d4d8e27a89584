package simulation

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// deed is one thing that happens in a story. All that it may choose stands in
// it, so that a story is the same with any of the others left out.
type deed struct {
	after time.Duration // since the one before
	what  what
	pick  [4]uint64 // what it chooses; each reads as many as it needs
	id    int       // its place in the whole story: what it makes is named after it
}

type what int

const (
	press what = iota
	again      // a press that was acknowledged is sent once more
	burst      // a button that repeats itself
	command
	raise    // by telephone
	parents  // what they are told
	children // are counted
	drills
	change
	wire // a button's line goes or comes
	plug // a terminal goes or comes
	mood // a channel works otherwise
	reload
	crash
	restart
	tidy    // everything is closed
	confide // one is made confidential, called something else and revealed, in turns
	find    // the hub finds something by itself, or that it is over
	whats
)

var names = [whats]string{
	"press", "again", "burst", "command", "raise", "notice", "count", "drill", "disk", "line", "terminal", "channel", "reload", "crash", "restart", "tidy", "confide", "find",
}

// weights say how often each happens, of their sum.
var weights = [whats]int{20, 4, 2, 28, 3, 14, 8, 10, 7, 4, 6, 7, 3, 5, 2, 2, 5, 5}

func (d deed) String() string {
	return fmt.Sprintf("%s %s %d.%d.%d.%d", d.after.Round(time.Millisecond), names[d.what], d.pick[0]%1000, d.pick[1]%1000, d.pick[2]%1000, d.pick[3]%1000)
}

// day is a story: scenes of a few minutes, and long quiet between them.
func day(seed uint64, deeds int) []deed {
	r := rand.New(rand.NewPCG(seed, 0x5e1f))
	var out []deed
	for len(out) < deeds {
		out = append(out, scene(r, min(8+r.IntN(25), deeds-len(out)))...)
		quiet := time.Duration(r.Int64N(int64(100 * time.Minute)))
		out = append(out, deed{what: tidy, after: time.Duration(r.Int64N(int64(3 * time.Minute)))}, deed{what: press, after: quiet, pick: picks(r)})
	}
	for i := range out {
		out[i].id = i
	}
	return out
}

func scene(r *rand.Rand, n int) []deed {
	out := []deed{{what: press, after: pause(r), pick: picks(r)}}
	for range n {
		out = append(out, deed{what: choose(r), after: pause(r), pick: picks(r)})
	}
	return out
}

func picks(r *rand.Rand) (p [4]uint64) {
	for i := range p {
		p[i] = r.Uint64()
	}
	return p
}

// pause is nothing, a moment, or long enough for a level or two.
func pause(r *rand.Rand) time.Duration {
	longest := []time.Duration{time.Millisecond, 500 * time.Millisecond, 4 * time.Second, 20 * time.Second, 70 * time.Second, 6 * time.Minute}
	n := []int{0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5}[r.IntN(16)]
	return time.Duration(1 + r.Int64N(int64(longest[n])))
}

func choose(r *rand.Rand) what {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := r.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return what(i)
		}
	}
	return press
}

// listed is a story to read.
func listed(story []deed) string {
	var b strings.Builder
	for _, d := range story {
		fmt.Fprintf(&b, "  %3d  %s\n", d.id, d)
	}
	return b.String()
}
