package recorder_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
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

// patience is how long a test waits for what takes a second on an idle machine.
const patience = time.Minute

// networked runs a recorder over the network.
func networked(t *testing.T, address, dir string, span time.Duration) (*recorder.Recorder, <-chan clip.Film) {
	t.Helper()
	films := make(chan clip.Film, 8)
	r, err := recorder.New(recorder.Config{
		Address: devices.Address{School: "ziwei-primary", Device: "cam-1"},
		RTSP: rtsp.Config{
			URL:     "rtsp://" + address + "/main",
			Account: func() (rtsp.Credentials, error) { return rtsp.Credentials{User: "viewer", Password: "secret"}, nil },
		},
		Ring: camera.Limits{Span: span}, Clips: clip.Dir(dir),
		Kept: func(f clip.Film) { films <- f },
	}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return r, films
}

// keyframe waits for a keyframe that was taken after an instant.
func keyframe(t *testing.T, r *recorder.Recorder, after time.Time) time.Time {
	t.Helper()
	var at time.Time
	require.Eventually(t, func() bool {
		var err error
		_, at, err = r.Picture(t.Context())
		return err == nil && at.After(after)
	}, patience, 20*time.Millisecond)
	return at
}

func TestAClipOfAStrangersCameraHasEveryPicture(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := cameratest.Serve(t, "viewer", "secret", "")
	r, films := networked(t, server.Address, dir, 2*time.Second)
	first := keyframe(t, r, time.Time{})
	keyframe(t, r, first.Add(2500*time.Millisecond)) // 2 s are in the ring
	pressed := time.Now()
	require.NoError(t, r.Record(t.Context(), "i-1", pressed.Add(-2*time.Second), pressed.Add(2*time.Second)))
	film := <-films
	require.NoError(t, film.Err)
	require.Len(t, film.Parts, 1)
	part := film.Parts[0]
	path := filepath.Join(dir, part.Name)
	requireWhole(t, path, part)
	require.False(t, part.From.After(pressed.Add(-2*time.Second)))
	require.WithinDuration(t, pressed.Add(2*time.Second), part.To, 500*time.Millisecond)
	pictures := cameratest.Film(t, path)
	require.Len(t, pictures, part.Pictures)
	require.Greater(t, len(pictures), 50)
	require.Equal(t, -1, torn(t, pictures))
	require.Zero(t, part.Gaps)

	// Its power is cut, and comes back.
	require.NoError(t, r.Record(t.Context(), "i-2", time.Now().Add(-time.Second), time.Now().Add(patience)))
	server.Kill()
	back := time.Now()
	cameratest.Serve(t, "viewer", "secret", server.Address)
	again := keyframe(t, r, back)
	keyframe(t, r, again.Add(time.Second))
	// It is watched while it grows, fragments and all.
	data, err := os.ReadFile(filepath.Join(dir, "i-2-1.mp4"))
	require.NoError(t, err)
	growing := filepath.Join(dir, "growing.mp4")
	require.NoError(t, os.WriteFile(growing, data, 0o600))
	_, _, err = clip.Salvage(growing) // a write may have been under way
	require.NoError(t, err)
	pictures = cameratest.Film(t, growing)
	tear := torn(t, pictures)
	require.Positive(t, tear)
	require.True(t, pictures[tear+1].Key)
	require.Less(t, pictures[tear+1].Number, pictures[tear].Number, "it counts anew")
	require.Greater(t, pictures[tear+1].At-pictures[tear].At, 100*time.Millisecond)
}

// torn finds the one place where numbers do not follow each other, or -1.
func torn(t *testing.T, pictures []cameratest.Picture) int {
	t.Helper()
	tear := -1
	for i, p := range pictures[1:] {
		require.Greater(t, p.At, pictures[i].At)
		if p.Number != pictures[i].Number+1 {
			require.Equal(t, -1, tear, "a second one after picture %d: %d, %d", i, pictures[i].Number, p.Number)
			tear = i
		}
	}
	return tear
}

// killed is where a recorder that is going to be killed finds its camera and
// its folder.
const killedCamera, killedDir = "CAMPUSHUB_TEST_CAMERA", "CAMPUSHUB_TEST_CLIPS"

// TestARecorderThatIsKilled is the process of the test below.
func TestARecorderThatIsKilled(t *testing.T) {
	address := os.Getenv(killedCamera)
	if address == "" {
		return
	}
	r, films := networked(t, address, os.Getenv(killedDir), time.Second)
	require.NoError(t, r.Record(t.Context(), "i-1", time.Now(), time.Now().Add(time.Hour)))
	<-films // never
}

func TestAClipIsWholeBehindAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	cam := ipcam.New(ipcam.Config{User: "viewer", Password: "secret"})
	served := make(chan error, 1)
	go func() { served <- cam.Serve(t.Context(), l) }()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestARecorderThatIsKilled$")
	cmd.Env = append(os.Environ(), killedCamera+"="+l.Addr().String(), killedDir+"="+dir)
	require.NoError(t, cmd.Start())
	path := filepath.Join(dir, "i-1-1.mp4")
	require.Eventually(t, func() bool {
		info, err := os.Stat(path)
		return err == nil && info.Size() > 25_000
	}, patience, 5*time.Millisecond)
	require.NoError(t, cmd.Process.Kill())
	require.ErrorContains(t, cmd.Wait(), "killed")
	before, err := os.Stat(path)
	require.NoError(t, err)
	size, sum, err := clip.Salvage(path)
	require.NoError(t, err)
	require.Greater(t, size, before.Size()-40_000, "at most a fragment is lost")
	require.NotZero(t, sum)
	pictures := cameratest.Film(t, path)
	require.Greater(t, len(pictures), 25)
	for i, p := range pictures {
		require.Equal(t, (pictures[0].Number+i)%ipcam.Pictures, p.Number)
	}
	l.Close()
	require.ErrorIs(t, <-served, net.ErrClosed)
	cam.Off()
}
