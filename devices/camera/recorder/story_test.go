package recorder_test

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/camera"
	"example.org/campushub/devices/camera/cameratest"
	"example.org/campushub/devices/camera/clip"
	"example.org/campushub/devices/camera/recorder"
	"example.org/campushub/devices/camera/rtsp"
	"example.org/campushub/firmware-sim/board/ipcam"
)

// The burnt-in interval of the virtual camera's film.
const interval = time.Second / ipcam.Rate

// rig is a recorder with a virtual camera, in the time of a bubble.
type rig struct {
	*recorder.Recorder
	camera *ipcam.Camera
	films  chan clip.Film
	found  chan camera.Finding
	stop   func()
}

func start(t *testing.T, c ipcam.Config, store clip.Store, limits camera.Limits) rig {
	t.Helper()
	cam := ipcam.New(c)
	r := rig{camera: cam, films: make(chan clip.Film, 8), found: make(chan camera.Finding, 64)}
	var err error
	r.Recorder, err = recorder.New(recorder.Config{
		Address: devices.Address{School: "ziwei-primary", Device: "cam-1"},
		RTSP: rtsp.Config{
			URL: "rtsp://camera/main", Dial: cam.Dial,
			Account: func() (rtsp.Credentials, error) { return rtsp.Credentials{User: c.User, Password: c.Password}, nil },
		},
		Ring: limits, Clips: store,
		Found: func(f camera.Finding) { r.found <- f },
		Kept:  func(f clip.Film) { r.films <- f },
	}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.stop = func() {
		cancel()
		require.NoError(t, <-done)
		cam.Off()
	}
	return r
}

// press records as an incident has it: 10 s before and 30 s after.
func (r rig) press(t *testing.T, name string) time.Time {
	t.Helper()
	now := time.Now()
	require.NoError(t, r.Record(t.Context(), name, now.Add(-10*time.Second), now.Add(30*time.Second)))
	return now
}

var account = ipcam.Config{User: "viewer", Password: "4 walls: have ears"}

func TestAClipBeginsBeforeThePressAndHasEveryPicture(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var pressed time.Time
	var film clip.Film
	synctest.Test(t, func(t *testing.T) {
		r := start(t, account, clip.Dir(dir), camera.Limits{})
		defer r.stop()
		time.Sleep(25 * time.Second)
		listed, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, listed, "nothing reaches the disk without an incident")
		pressed = r.press(t, "i-1")
		film = <-r.films
	})
	require.NoError(t, film.Err)
	require.Len(t, film.Parts, 1)
	part := film.Parts[0]
	require.LessOrEqual(t, part.From, pressed.Add(-10*time.Second), "the keyframe before")
	require.Greater(t, part.From, pressed.Add(-12*time.Second-interval), "and not the one before that")
	require.WithinDuration(t, pressed.Add(30*time.Second), part.To, 2*interval)
	requireWhole(t, filepath.Join(dir, part.Name), part)
	require.Zero(t, part.Gaps)
	requireEveryPicture(t, cameratest.Film(t, filepath.Join(dir, part.Name)), part)
}

// requireWhole holds a part to what is in its file.
func requireWhole(t *testing.T, path string, part clip.Part) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Len(t, data, int(part.Bytes))
	require.Equal(t, part.SHA256, sha256.Sum256(data))
}

// requireEveryPicture holds a film to the camera's: each picture once, each at
// its time.
func requireEveryPicture(t *testing.T, pictures []cameratest.Picture, part clip.Part) {
	t.Helper()
	require.Len(t, pictures, part.Pictures)
	require.InDelta(t, part.To.Sub(part.From).Seconds(), float64(len(pictures))/ipcam.Rate, 0.001)
	require.True(t, pictures[0].Key)
	for i, p := range pictures {
		require.Equal(t, (pictures[0].Number+i)%ipcam.Pictures, p.Number, "picture %d", i)
		require.Equal(t, p.Number%ipcam.Group == 0, p.Key, "picture %d", i)
		require.InDelta(t, time.Duration(i)*interval, p.At, float64(2*time.Millisecond), "picture %d", i)
	}
}
