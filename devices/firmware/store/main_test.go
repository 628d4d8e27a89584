package store_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/firmware/store"
	"example.org/campushub/firmware-sim/board"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var button, reader = devices.Address{School: "riverside-primary", Device: "b-1"}, devices.Address{School: "riverside-primary", Device: "r-1"}

// rig is a board's store on a simulated disk, in virtual time.
type rig struct {
	t     *testing.T
	disk  *board.Disk
	clock *board.Clock
	file  *store.File
	drops []string
	b, r  *store.Shelf
	kept  [2]firmware.Kept // of button and reader, as the file was opened
	stop  func()
}

func open(t *testing.T, disk *board.Disk, clock *board.Clock) *rig {
	t.Helper()
	f, err := store.Open(disk, "campus", clock, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	r := &rig{t: t, disk: disk, clock: clock, file: f, b: f.For(button), r: f.For(reader)}
	r.kept[0], err = r.b.Load(func(string) {})
	require.NoError(t, err)
	r.kept[1], err = r.r.Load(func(id string) { r.drops = append(r.drops, id) })
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	r.stop = func() {
		cancel()
		require.NoError(t, <-done)
		_ = f.Close()
	}
	return r
}

// again cuts the power for a while and starts the board anew.
func (r *rig) again(l board.Loss, dark time.Duration) *rig {
	r.disk.Cut()
	r.stop()
	time.Sleep(dark)
	r.clock.PowerCycle()
	return open(r.t, r.disk.After(l), r.clock)
}

func (r *rig) press(id string) error {
	return r.b.SavePress(firmware.Press{ID: id, Alarm: devices.Attack, Mode: devices.Live, PressedAt: time.Now()})
}

func (r *rig) card(id string) error {
	return r.r.SaveCheckIn(devices.CheckIn{ID: id, Post: "north-gate", Card: "04a1b2c3"}, time.Now())
}

func bubble(t *testing.T, story func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { story(t, open(t, board.NewDisk(), board.NewClock())) })
}

func ids(k firmware.Kept) (out []string) {
	for _, p := range k.Presses {
		out = append(out, p.ID)
	}
	for _, c := range k.CheckIns {
		out = append(out, c.ID)
	}
	return out
}

func name(kind string, n int) string { return fmt.Sprintf("%s-%03d", kind, n) }

// runFile runs a file until it is stopped, and tells when it has ended.
func runFile(r *rig) (ended <-chan error, stop func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	done := make(chan error, 1)
	go func() { done <- r.file.Run(ctx) }()
	return done, cancel
}

func indexOf(t *testing.T, raw []byte, s string) int {
	t.Helper()
	i := bytes.Index(raw, []byte(s))
	require.Positive(t, i)
	return i
}
