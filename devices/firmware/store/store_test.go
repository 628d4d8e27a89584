package store_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/firmware/store"
	"example.org/campushub/firmware-sim/board"
)

func TestCheckInsYieldToPressesAndPressesToNobody(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		for n := range store.MaxEntries {
			require.NoError(t, r.card(name("card", n)))
		}
		require.NoError(t, r.card("one-more"))
		assert.Equal(t, []string{"card-000"}, r.drops, "the oldest yields to the newest")
		for n := range store.MaxEntries {
			require.NoError(t, r.press(name("press", n)))
		}
		presses, _ := r.file.Waiting(button)
		_, cards := r.file.Waiting(reader)
		assert.Equal(t, store.MaxEntries, presses)
		assert.Zero(t, cards)
		require.ErrorIs(t, r.press("late"), store.ErrFull)
		require.ErrorIs(t, r.card("late"), store.ErrFull)
		require.NoError(t, r.file.Flush())

		r = r.again(board.Loss{}, time.Second)
		assert.Len(t, r.kept[0].Presses, store.MaxEntries)
		assert.Equal(t, firmware.Dropped{CheckIns: store.MaxEntries + 2}, r.kept[1].Dropped, "what is lost is counted")
		raw, err := r.disk.Read("campus")
		require.NoError(t, err)
		assert.Less(t, len(raw), store.MaxBytes)
		r.stop()
	})
}

func TestTheFileStaysBounded(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		for n := range 5000 {
			require.NoError(t, r.press(name("press", n)))
			require.NoError(t, r.file.Flush())
			require.NoError(t, r.b.Remove(name("press", n)))
			require.NoError(t, r.file.Flush())
		}
		raw, err := r.disk.Read("campus")
		require.NoError(t, err)
		assert.Less(t, len(raw), 80<<10)
		r.stop()
	})
}

// A day of 200 check-ins in the morning's and the evening's rush and 3 presses,
// each confirmed a moment later.
func TestADayWearsTheCardLittle(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		before := r.disk.Syncs()
		for n := range 200 {
			require.NoError(t, r.card(name("card", n)))
			time.Sleep(16 * time.Second)
			require.NoError(t, r.r.Remove(name("card", n)))
			time.Sleep(14 * time.Second)
		}
		for n := range 3 {
			require.NoError(t, r.press(name("press", n)))
			time.Sleep(50 * time.Millisecond)
			require.NoError(t, r.b.Remove(name("press", n)))
			time.Sleep(time.Hour)
		}
		assert.LessOrEqual(t, r.disk.Syncs()-before, 2*203+2)
		before = r.disk.Syncs()
		time.Sleep(24 * time.Hour)
		assert.Equal(t, before, r.disk.Syncs(), "where nothing waits nothing is written")
		r.stop()
	})
}

func TestAPressIsTakenInWhileTheDiskIsDead(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.disk.Wear(true)
		require.NoError(t, r.press("press-1"))
		require.ErrorIs(t, r.file.Flush(), board.ErrWorn)
		require.ErrorIs(t, r.file.Fault(), board.ErrWorn)
		r.disk.Wear(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		require.NoError(t, r.file.Fault(), "it is tried again")
		r = r.again(board.Loss{}, time.Second)
		assert.Equal(t, []string{"press-1"}, ids(r.kept[0]))
		r.stop()
	})
}

// unreadable is a disk with a bad block.
type unreadable struct{ *board.Disk }

func (unreadable) Read(string) ([]byte, error) { return nil, errors.New("bad block") }

func TestAFileThatCannotBeReadIsNotWrittenOver(t *testing.T) {
	d := board.NewDisk()
	_, err := store.Open(unreadable{d}, "campus", board.NewClock(), slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "bad block")
	assert.Zero(t, d.Steps())
}

func TestADamagedLineTakesNoOtherWithIt(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "campus")
	write := func(do func(r *rig)) {
		synctest.Test(t, func(t *testing.T) {
			f, err := store.Open(store.Folder(folder), "campus", board.NewClock(), slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			r := &rig{t: t, file: f, b: f.For(button)}
			r.kept[0], err = r.b.Load(func(string) {})
			require.NoError(t, err)
			do(r)
			require.NoError(t, f.Close())
		})
	}
	write(func(r *rig) {})
	// Three lines, the second of which loses a bit, and the beginning of a fourth.
	write(func(r *rig) {
		ctx, stop := runFile(r)
		for _, id := range []string{"press-1", "press-2", "press-3"} {
			require.NoError(t, r.press(id))
			require.NoError(t, r.file.Flush())
		}
		stop()
		<-ctx
	})
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	at := indexOf(t, raw, "press-2")
	raw[at] ^= 0x01
	require.NoError(t, os.WriteFile(path, append(raw, "0123456"...), 0o600))
	write(func(r *rig) { assert.Equal(t, []string{"press-1", "press-3"}, ids(r.kept[0])) })
	write(func(r *rig) { assert.Equal(t, []string{"press-1", "press-3"}, ids(r.kept[0])) })
}

// What is told of a press's age after a power cut, by what the board can know.
func TestAgeOverAPowerCut(t *testing.T) {
	const marked, dark, since = 40 * time.Minute, 3 * time.Hour, 20 * time.Second
	const alive = marked + 5*time.Second // its life is written down every ten minutes
	for name, c := range map[string]struct {
		datedThen, datedNow bool
		age                 time.Duration
		undated             bool
	}{
		"both ends have a date":     {true, true, alive + dark + since, false},
		"the date is not set yet":   {true, false, marked + since, true},
		"there was no date then":    {false, true, marked + since, true},
		"nobody ever knew the date": {false, false, marked + since, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				if c.datedThen {
					r.clock.Set()
				}
				pressed := time.Now()
				require.NoError(t, r.press("press-1"))
				time.Sleep(alive)
				synctest.Wait()
				r.disk.Cut()
				r.stop()
				time.Sleep(dark)
				r.clock.PowerCycle()
				if c.datedNow {
					r.clock.Set()
				}
				time.Sleep(since)
				r = open(t, r.disk.After(board.Loss{}), r.clock)
				p := r.kept[0].Presses[0]
				assert.Equal(t, c.undated, p.Undated)
				assert.InDelta(t, c.age.Seconds(), time.Since(p.PressedAt).Seconds(), 1)
				assert.Equal(t, c.datedThen, !p.Wall.IsZero())
				if c.datedThen {
					assert.WithinDuration(t, pressed, p.Wall, time.Millisecond)
				}
				r.stop()
			})
		})
	}
}

func TestAgeOverARestartOfTheProgramIsKnown(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		require.NoError(t, r.press("press-1"))
		require.NoError(t, r.file.Flush())
		for range 3 { // the watchdog ends it, the board runs on
			time.Sleep(time.Hour)
			r.stop()
			r = open(t, r.disk, r.clock)
		}
		p := r.kept[0].Presses[0]
		assert.False(t, p.Undated)
		assert.Equal(t, 3*time.Hour, time.Since(p.PressedAt).Round(time.Second))
		r.stop()
	})
}

func TestACheckInThatCanNeverBeDatedIsDroppedAndCounted(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		require.NoError(t, r.card("undated"))
		r.clock.Set()
		require.NoError(t, r.card("dated"))
		require.NoError(t, r.file.Flush())
		r = r.again(board.Loss{}, time.Hour)
		assert.Equal(t, []string{"dated"}, ids(r.kept[1]))
		assert.Equal(t, firmware.Dropped{CheckIns: 1}, r.kept[1].Dropped)
		require.NoError(t, r.file.Flush())
		r = r.again(board.Loss{}, time.Hour)
		assert.Equal(t, firmware.Dropped{CheckIns: 1}, r.kept[1].Dropped, "once")
		r.stop()
	})
}
