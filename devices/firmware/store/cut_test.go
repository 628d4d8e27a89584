package store_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/firmware/store"
	"example.org/campushub/firmware-sim/board"
)

// ledger is what a story did, and what of it the store has promised.
type ledger struct {
	saved   map[string]bool // whatever was ever saved
	asked   map[string]bool // removals, promised or not
	safe    map[string]bool // saved and flushed
	gone    map[string]bool // removed and flushed
	dropped int             // counted and flushed
}

// play does a working day of a board, as far as its power lasts.
func play(r *rig) (l ledger) {
	l = ledger{saved: map[string]bool{}, asked: map[string]bool{}, safe: map[string]bool{}, gone: map[string]bool{}}
	count := 0
	press := func(n int) { l.saved[name("press", n)] = true; _ = r.press(name("press", n)) }
	card := func(n int) { l.saved[name("card", n)] = true; _ = r.card(name("card", n)) }
	remove := func(id string) { l.asked[id] = true; _ = r.b.Remove(id); _ = r.r.Remove(id) }
	flush := func() {
		saved, asked := maps.Clone(l.saved), maps.Clone(l.asked)
		if r.file.Flush() == nil {
			l.safe, l.gone, l.dropped = saved, asked, count
		}
	}
	press(1)
	flush()
	press(2)
	card(1)
	flush()
	remove(name("press", 1))
	flush()
	card(2)
	press(3)
	time.Sleep(2 * store.Gather)
	remove(name("card", 1))
	r.b.Drop(firmware.Dropped{Presses: 1})
	count++
	flush()
	long := strings.Repeat("x", 1000)
	for n := range 60 { // until the file is worth making anew
		id := name("card", 10+n) + long
		l.saved[id] = true
		_ = r.card(id)
	}
	flush()
	for n := range 57 {
		remove(name("card", 10+n) + long)
	}
	flush()
	press(4)
	flush()
	time.Sleep(11 * time.Minute) // the board's life is marked
	remove(name("press", 2))
	press(5)
	remove(name("press", 5))
	press(6)
	flush()
	return l
}

// holds checks a store that was opened after a power cut against the promises.
func (l ledger) holds(t *testing.T, r *rig) {
	t.Helper()
	there := map[string]bool{}
	for _, id := range append(ids(r.kept[0]), ids(r.kept[1])...) {
		require.False(t, there[id], "%s is there twice", id)
		require.True(t, l.saved[id], "%s was never saved", id)
		require.False(t, l.gone[id], "%s was removed", id)
		there[id] = true
	}
	for id := range l.safe {
		require.True(t, there[id] || l.asked[id], "%s was safe", id)
	}
	for _, p := range r.kept[0].Presses {
		require.Equal(t, firmware.Press{
			ID: p.ID, Alarm: "attack", Mode: "live", PressedAt: p.PressedAt, Undated: true, Wall: p.Wall,
		}, p)
	}
	require.GreaterOrEqual(t, r.kept[0].Dropped.Presses, l.dropped)
}

// losses are what a power cut may leave of what was not synced.
func losses(d *board.Disk) (out []board.Loss) {
	moves, bytes := d.Unsynced()
	for m := range moves + 1 {
		for _, b := range []int{0, 1, bytes / 2, bytes - 1, bytes} {
			out = append(out, board.Loss{Moves: m, Bytes: max(b, 0)}, board.Loss{Moves: m, Bytes: max(b, 0), Torn: true, Filler: make([]byte, 512)})
		}
	}
	return out
}

// A power cut at every step, with whatever may remain, loses nothing that was
// promised and makes nothing up; one at every step of the start after it
// neither.
func TestNoPowerCutLosesAPromise(t *testing.T) {
	whole := 0
	synctest.Test(t, func(t *testing.T) {
		r := open(t, board.NewDisk(), datedClock())
		play(r)
		r.stop()
		whole = r.disk.Steps()
	})
	require.Greater(t, whole, 25, "a day has more steps than that")
	cuts := 0
	for step := range whole + 1 {
		synctest.Test(t, func(t *testing.T) {
			disk := board.NewDisk()
			disk.CutAfter(step)
			r := open(t, disk, datedClock())
			l := play(r)
			disk.Cut()
			r.stop()
			r.clock.PowerCycle()
			for i, loss := range losses(disk) {
				cuts++
				after := open(t, disk.After(loss), r.clock)
				l.holds(t, after)
				l.goesOn(t, after)
				if i%5 == 0 { // to be quick
					l.cutAgain(t, disk.After(loss), r.clock)
				}
			}
		})
	}
	t.Logf("%d steps, %d power cuts", whole, cuts)
}

// datedClock knows the date until its power is cut: check-ins wait for it then,
// and none is given up.
func datedClock() *board.Clock {
	c := board.NewClock()
	c.Set()
	return c
}

// goesOn: what is saved after the cut is as safe as what was before.
func (l ledger) goesOn(t *testing.T, r *rig) {
	t.Helper()
	before := len(ids(r.kept[0]))
	require.NoError(t, r.press("after"))
	require.NoError(t, r.file.Flush())
	next := r.again(board.Loss{}, time.Second)
	require.Len(t, next.kept[0].Presses, before+1)
	require.True(t, slices.Contains(ids(next.kept[0]), "after"))
	next.stop()
}

// cutAgain cuts the power once more while the board starts.
func (l ledger) cutAgain(t *testing.T, disk *board.Disk, clock *board.Clock) {
	t.Helper()
	for step := range 5 {
		again := disk.After(board.Loss{})
		again.CutAfter(step)
		half := open(t, again, clock)
		half.stop()
		moves, _ := again.Unsynced()
		r := open(t, again.After(board.Loss{Moves: moves}), clock)
		l.holds(t, r)
		r.stop()
	}
}
