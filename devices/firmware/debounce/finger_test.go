package debounce_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/devices/firmware/debounce"
)

// push is one stay of a finger, in milliseconds since noon as decided.
type push struct{ down, up int }

func at(n int) time.Time { return noon.Add(time.Duration(n) * ms) }

// feel runs pushes through a finger that is asked when it says so, and every so
// many milliseconds besides where every is not 0.
func feel(pattern bool, pushes []push, end, every int) (out []debounce.Said) {
	f := debounce.Finger{Pattern: pattern}
	now := 0
	until := func(to int) {
		for now < to {
			step := to
			if due := f.Due(); !due.IsZero() {
				step = min(step, max(now+1, int((due.Sub(noon)+ms-1)/ms)))
			}
			if every > 0 {
				step = min(step, now+every)
			}
			now = step
			if now < to {
				out = append(out, f.Tick(at(now))...)
			}
		}
	}
	for _, p := range pushes {
		until(p.down)
		out = append(out, f.Change(debounce.Change{Closed: true, Since: at(p.down - 20), At: at(p.down)})...)
		if p.up > end {
			break
		}
		until(p.up)
		out = append(out, f.Change(debounce.Change{At: at(p.up)})...)
	}
	until(end)
	return append(out, f.Tick(at(end))...)
}

// mean is the slow reference: it has all pushes before it.
func mean(pattern bool, pushes []push, end int) (out []debounce.Said) {
	type told struct {
		at int
		debounce.Said
	}
	var all []told
	tell := func(when int, m debounce.Meaning, since int) {
		if when <= end {
			all = append(all, told{when, debounce.Said{Meaning: m, At: at(since)}})
		}
	}
	pair, long, stuck := int(debounce.Pair/ms), int(debounce.Long/ms), int(debounce.Stuck/ms)
	for i := 0; i < len(pushes); i++ {
		p := pushes[i]
		switch {
		case !pattern:
			tell(p.down, debounce.Pressed, p.down-20)
		case i+1 < len(pushes) && pushes[i+1].down <= p.down+pair && pushes[i+1].down <= end:
			tell(pushes[i+1].down, debounce.Silent, p.down-20)
			i++
		default:
			tell(p.down+pair+1, debounce.Pressed, p.down-20)
		}
	}
	for _, p := range pushes {
		if p.up >= p.down+long {
			tell(p.down+long, debounce.Held, p.down+long)
		}
		if p.up >= p.down+stuck {
			tell(p.down+stuck, debounce.Jammed, p.down+stuck)
			tell(p.up, debounce.Freed, p.up)
		}
	}
	slices.SortStableFunc(all, func(a, b told) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.Meaning, b.Meaning)) })
	for _, a := range all {
		out = append(out, a.Said)
	}
	return out
}

func TestFinger(t *testing.T) {
	said := func(m debounce.Meaning, n int) debounce.Said { return debounce.Said{Meaning: m, At: at(n)} }
	for name, c := range map[string]struct {
		pattern bool
		pushes  []push
		end     int
		want    []debounce.Said
	}{
		"a push is said at once": {false, []push{{100, 300}}, 100, []debounce.Said{said(debounce.Pressed, 80)}},
		"each push is one": {
			false, []push{{100, 200}, {300, 400}}, 5000, []debounce.Said{said(debounce.Pressed, 80), said(debounce.Pressed, 280)},
		},
		"a long push is a push, and held": {
			false, []push{{100, 3200}}, 9000, []debounce.Said{said(debounce.Pressed, 80), said(debounce.Held, 3100)},
		},
		"nobody stays for a minute": {
			false, []push{{100, 70_000}}, 80_000,
			[]debounce.Said{said(debounce.Pressed, 80), said(debounce.Held, 3100), said(debounce.Jammed, 60_100), said(debounce.Freed, 70_000)},
		},
		"two pushes are the silent pattern where it is known": {
			true, []push{{100, 200}, {600, 700}}, 5000, []debounce.Said{said(debounce.Silent, 80)},
		},
		"too late for a pattern": {
			true, []push{{100, 200}, {601, 700}}, 5000, []debounce.Said{said(debounce.Pressed, 80), said(debounce.Pressed, 581)},
		},
		"a third push is a new one": {
			true, []push{{100, 200}, {300, 400}, {500, 600}}, 5000, []debounce.Said{said(debounce.Silent, 80), said(debounce.Pressed, 480)},
		},
		"a push that is held is loud, and held": {
			true, []push{{100, 9000}}, 5000, []debounce.Said{said(debounce.Pressed, 80), said(debounce.Held, 3100)},
		},
		"before the pair is over nothing is said": {true, []push{{100, 200}}, 600, nil},
	} {
		assert.Equal(t, c.want, feel(c.pattern, c.pushes, c.end, 0), name)
		assert.Equal(t, c.want, mean(c.pattern, c.pushes, c.end), "the reference: %s", name)
	}
}

func FuzzFingerMeansWhatTheReferenceSays(f *testing.F) {
	f.Add([]byte{10, 10, 10, 10}, false, byte(0))
	f.Add([]byte{10, 2, 10, 2, 200, 255}, true, byte(7))
	f.Add([]byte{1, 255, 1, 255, 3, 254}, true, byte(0))
	f.Fuzz(func(t *testing.T, data []byte, pattern bool, every byte) {
		var pushes []push
		now := 20
		for i := 0; i+1 < len(data) && i < 40; i += 2 {
			down := now + 20 + int(data[i])*7
			up := down + 20 + int(data[i+1])*int(data[i+1])
			pushes = append(pushes, push{down, up})
			now = up
		}
		end := now + 70_000
		ticks := 0
		if every > 0 {
			ticks = 50 + int(every)
		}
		assert.Equal(t, mean(pattern, pushes, end), feel(pattern, pushes, end, ticks))
	})
}
