package recorder_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/camera"
	"example.org/campushub/devices/camera/cameratest"
	"example.org/campushub/devices/camera/clip"
	"example.org/campushub/devices/camera/recorder"
	"example.org/campushub/firmware-sim/board/ipcam"
)

// recorded plays a fault 5 s after a press, and returns the clip's only part
// with its pictures.
func recorded(t *testing.T, c ipcam.Config, fault func(*ipcam.Camera)) (clip.Part, []cameratest.Picture) {
	t.Helper()
	dir := t.TempDir()
	var film clip.Film
	synctest.Test(t, func(t *testing.T) {
		r := start(t, c, clip.Dir(dir), camera.Limits{})
		defer r.stop()
		time.Sleep(25 * time.Second)
		r.press(t, "i-1")
		time.Sleep(5 * time.Second)
		fault(r.camera)
		film = <-r.films
	})
	require.NoError(t, film.Err)
	require.Len(t, film.Parts, 1)
	path := filepath.Join(dir, film.Parts[0].Name)
	requireWhole(t, path, film.Parts[0])
	return film.Parts[0], cameratest.Film(t, path)
}

// gap finds the one place where pictures are missing, and how long it is.
func gap(t *testing.T, pictures []cameratest.Picture) (after int, long time.Duration) {
	t.Helper()
	after = -1
	for i, p := range pictures[1:] {
		step := p.At - pictures[i].At
		if step > interval+2*time.Millisecond || (pictures[i].Number+1)%ipcam.Pictures != p.Number {
			require.Equal(t, -1, after, "a second gap after picture %d", i)
			require.True(t, p.Key, "it goes on with a keyframe")
			after, long = i, step
			continue
		}
		require.InDelta(t, interval, step, float64(2*time.Millisecond), "picture %d", i)
	}
	return after, long
}

func TestAClipGoesOnBehindACutOfTheNetwork(t *testing.T) {
	t.Parallel()
	part, pictures := recorded(t, account, func(c *ipcam.Camera) {
		c.Off()
		time.AfterFunc(5*time.Second, c.On)
	})
	require.Equal(t, 1, part.Gaps)
	after, long := gap(t, pictures)
	require.Positive(t, after)
	require.Greater(t, long, 5*time.Second)
	require.Less(t, long, 12*time.Second, "5 s, the pause that had grown by then, and a group of pictures")
	require.InDelta(t, 40, part.To.Sub(part.From).Seconds(), 2.2, "time goes on over the gap")
}

func TestAClipGoesOnBehindARestartOfTheCamera(t *testing.T) {
	t.Parallel()
	part, pictures := recorded(t, account, func(c *ipcam.Camera) {
		c.Off()
		c.On() // with other timestamps, numbers, nonces
	})
	require.Equal(t, 1, part.Gaps)
	_, long := gap(t, pictures)
	require.Less(t, long, 4*time.Second)
	require.InDelta(t, 40, part.To.Sub(part.From).Seconds(), 2.2)
}

func TestALostPacketCostsThePictureToTheNextKeyframe(t *testing.T) {
	t.Parallel()
	part, pictures := recorded(t, account, func(c *ipcam.Camera) {
		time.Sleep(10 * interval) // behind a keyframe
		c.Lose(1)
	})
	require.Equal(t, 1, part.Gaps)
	_, long := gap(t, pictures)
	require.Positive(t, long)
	require.LessOrEqual(t, long, 2*time.Second+2*time.Millisecond)
}

func TestTimestampsThatBeginAnewCostNothing(t *testing.T) {
	t.Parallel()
	part, pictures := recorded(t, account, func(c *ipcam.Camera) {
		c.Cut() // the new connection has them from close before their end
		c.WrapsIn(10 * time.Second)
	})
	_, long := gap(t, pictures)
	require.Less(t, long, 4*time.Second)
	require.Equal(t, 1, part.Gaps, "the cut alone")
}

func TestAFastClockOfACameraIsCorrected(t *testing.T) {
	t.Parallel()
	const drift = 0.005 // 50 times as much as a bad quartz
	fast := account
	fast.Drift = drift
	dir := t.TempDir()
	var film clip.Film
	var last time.Time
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fast, clip.Dir(dir), camera.Limits{})
		defer r.stop()
		time.Sleep(20 * time.Minute) // uncorrected it is 6 s ahead by now
		pressed := r.press(t, "i-1")
		film = <-r.films
		last = pressed.Add(30 * time.Second)
	})
	require.Len(t, film.Parts, 1)
	require.WithinDuration(t, last, film.Parts[0].To, 200*time.Millisecond)
	require.Zero(t, film.Parts[0].Gaps)
	pictures := cameratest.Film(t, filepath.Join(dir, film.Parts[0].Name))
	for i, p := range pictures {
		require.Equal(t, (pictures[0].Number+i)%ipcam.Pictures, p.Number)
	}
}

func TestWhatIsWrongWithAPictureIsFoundAndTakenBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault      func(*ipcam.Camera, bool)
		what, over camera.What
		within     time.Duration
	}{
		"it hangs":              {(*ipcam.Camera).Hang, camera.Stalled, camera.StalledOver, camera.StalledAfter + 3*time.Second},
		"it has no keyframes":   {(*ipcam.Camera).Keyless, camera.Keyless, camera.KeylessOver, camera.KeylessAfter + 3*time.Second},
		"what it sends is none": {(*ipcam.Camera).Garbage, camera.Stalled, camera.StalledOver, camera.StalledAfter + 3*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, account, nil, camera.Limits{})
				defer r.stop()
				time.Sleep(30 * time.Second)
				require.Empty(t, r.found)
				broken := time.Now()
				c.fault(r.camera, true)
				f := <-r.found
				require.Equal(t, c.what, f.What)
				require.LessOrEqual(t, f.At.Sub(broken), c.within)
				require.WithinDuration(t, broken, f.Since, 2*time.Second+interval)
				c.fault(r.camera, false)
				require.Equal(t, c.over, (<-r.found).What)
				time.Sleep(time.Minute)
				require.Empty(t, r.found)
			})
		})
	}
}

func TestAStreamWithoutKeyframesDoesNotFillTheMemory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := start(t, account, nil, camera.Limits{Bytes: 600_000})
		defer r.stop()
		time.Sleep(10 * time.Second)
		r.camera.Keyless(true)
		for range 120 {
			time.Sleep(time.Second)
			n, err := r.Bytes(t.Context())
			require.NoError(t, err)
			require.LessOrEqual(t, n, 600_000)
		}
		_, _, err := r.Picture(t.Context())
		require.ErrorIs(t, err, recorder.ErrPicture, "nothing that is left can be shown")
	})
}

func TestASecondPressMovesTheEndOfItsClip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var film clip.Film
	var second time.Time
	synctest.Test(t, func(t *testing.T) {
		r := start(t, account, clip.Dir(dir), camera.Limits{})
		defer r.stop()
		time.Sleep(25 * time.Second)
		r.press(t, "i-1")
		time.Sleep(20 * time.Second)
		second = r.press(t, "i-1")
		require.NoError(t, r.Record(t.Context(), "i-1", second, second.Add(time.Second)), "and nothing moves it back")
		film = <-r.films
		require.ErrorIs(t, r.Record(t.Context(), "../i-1", second, second), recorder.ErrName)
	})
	require.Len(t, film.Parts, 1)
	require.WithinDuration(t, second.Add(30*time.Second), film.Parts[0].To, 2*interval)
	requireEveryPicture(t, cameratest.Film(t, filepath.Join(dir, film.Parts[0].Name)), film.Parts[0])
}

func TestTheNewestKeyframeIsAFilmOfOnePicture(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "picture.mp4")
	synctest.Test(t, func(t *testing.T) {
		r := start(t, account, nil, camera.Limits{})
		defer r.stop()
		time.Sleep(25 * time.Second)
		picture, at, err := r.Picture(t.Context())
		require.NoError(t, err)
		require.Less(t, time.Since(at), 2*time.Second+interval)
		require.NoError(t, os.WriteFile(path, picture, 0o600))
	})
	pictures := cameratest.Film(t, path)
	require.Len(t, pictures, 1)
	require.Zero(t, pictures[0].Number%ipcam.Group)
}

// fullDisk is a disk with so much room: what does not fit is written in part.
type fullDisk struct {
	clip.Store
	left int
}

type fullFile struct {
	clip.File
	disk *fullDisk
}

func (d *fullDisk) Create(name string) (clip.File, error) {
	f, err := d.Store.Create(name)
	return &fullFile{f, d}, err
}

func (f *fullFile) Write(b []byte) (int, error) {
	if len(b) <= f.disk.left {
		f.disk.left -= len(b)
		return f.File.Write(b)
	}
	n, err := f.File.Write(b[:f.disk.left])
	f.disk.left = 0
	return n, errors.Join(syscall.ENOSPC, err)
}

func TestAFullDiskLeavesAClipThatIsWholeAsFarAsItGoes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var film clip.Film
	synctest.Test(t, func(t *testing.T) {
		r := start(t, account, &fullDisk{clip.Dir(dir), 400_000}, camera.Limits{})
		defer r.stop()
		time.Sleep(25 * time.Second)
		r.press(t, "i-1")
		film = <-r.films
		require.ErrorIs(t, film.Err, syscall.ENOSPC)
		_, _, err := r.Picture(t.Context())
		require.NoError(t, err, "the camera goes on")
		r.press(t, "i-2")
		require.ErrorIs(t, (<-r.films).Err, syscall.ENOSPC)
	})
	require.Len(t, film.Parts, 1)
	part := film.Parts[0]
	require.Greater(t, part.Pictures, 500)
	path := filepath.Join(dir, part.Name)
	requireWhole(t, path, part)
	requireEveryPicture(t, cameratest.Film(t, path), part)
}

// hungDisk hangs with its first write until it is let go.
type hungDisk struct {
	clip.Store
	let  chan struct{}
	once sync.Once
	hung chan struct{}
}

func (d *hungDisk) Create(name string) (clip.File, error) {
	d.once.Do(func() { close(d.hung) })
	<-d.let
	return d.Store.Create(name)
}

func TestADiskThatHangsHoldsUpItsClipAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var film clip.Film
	synctest.Test(t, func(t *testing.T) {
		disk := &hungDisk{Store: clip.Dir(dir), let: make(chan struct{}), hung: make(chan struct{})}
		r := start(t, account, disk, camera.Limits{})
		defer r.stop()
		time.Sleep(25 * time.Second)
		r.press(t, "i-1")
		<-disk.hung
		time.Sleep(20 * time.Second)
		_, at, err := r.Picture(t.Context())
		require.NoError(t, err)
		require.Less(t, time.Since(at), 2*time.Second+interval, "the picture goes on")
		close(disk.let)
		film = <-r.films
	})
	require.NoError(t, film.Err)
	require.Len(t, film.Parts, 1)
	require.Equal(t, 1, film.Parts[0].Gaps, "what did not fit into the queue is missing, and said so")
	pictures := cameratest.Film(t, filepath.Join(dir, film.Parts[0].Name))
	after, _ := gap(t, pictures)
	require.Positive(t, after)
}
