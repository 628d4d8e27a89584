package clip_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/camera"
	"example.org/campushub/devices/camera/clip"
	"example.org/campushub/devices/camera/fmp4"
)

var (
	noon   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	format = &camera.Format{SPS: []byte{0x67, 0x4d, 0x40, 0x0c, 1}, PPS: []byte{0x68, 1}, Width: 320, Height: 180, Chroma: 1}
	larger = &camera.Format{SPS: []byte{0x67, 0x4d, 0x40, 0x0c, 2}, PPS: []byte{0x68, 1}, Width: 640, Height: 360, Chroma: 1}
)

// unit is the i-th of 25 a second.
func unit(i int, f *camera.Format) camera.Unit {
	return camera.Unit{At: noon.Add(time.Duration(i) * 40 * time.Millisecond), Key: i%50 == 0, Format: f, Data: []byte{0, 0, 0, 1, 0x41}}
}

func TestAClipWithoutAKeyframeMakesNoFile(t *testing.T) {
	dir := t.TempDir()
	c := clip.New(clip.Dir(dir), "i-1")
	for i := 1; i < 50; i++ {
		require.NoError(t, c.Add(unit(i, format)))
	}
	film := c.End()
	require.NoError(t, film.Err)
	require.Empty(t, film.Parts)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files)
}

func TestAClipIsSavedFromAKillAnywhere(t *testing.T) {
	dir := t.TempDir()
	c := clip.New(clip.Dir(dir), "i-1")
	path := filepath.Join(dir, "i-1-1.mp4")
	sizes := map[int64]bool{}
	for i := range 60 {
		require.NoError(t, c.Add(unit(i, format)))
		info, err := os.Stat(path)
		require.NoError(t, err)
		sizes[info.Size()] = true
	}
	require.Len(t, sizes, 5, "the header, and a fragment each half second: nothing waits for the end")
	part := c.End().Parts[0]
	require.Equal(t, 60, part.Pictures)
	require.Equal(t, noon.Add(60*40*time.Millisecond), part.To)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, sha256.Sum256(whole), part.SHA256)
	cut := filepath.Join(dir, "cut.mp4")
	for size := 0; size <= len(whole); size += 41 {
		require.NoError(t, os.WriteFile(cut, whole[:size], 0o600))
		left, sum, err := clip.Salvage(cut)
		if err != nil {
			require.ErrorIs(t, err, fmp4.ErrNoFilm)
			require.Less(t, size, 700, "before the end of the header")
			continue
		}
		data, err := os.ReadFile(cut)
		require.NoError(t, err)
		require.Len(t, data, int(left))
		require.Equal(t, sha256.Sum256(data), sum)
		require.True(t, sizes[left] || left == part.Bytes, "%d bytes", left)
	}
}

func TestANewFormatBeginsANewPart(t *testing.T) {
	c := clip.New(clip.Dir(t.TempDir()), "i-1")
	for i := range 150 {
		f := format
		if i >= 50 && i < 100 {
			f = larger
		}
		require.NoError(t, c.Add(unit(i, f)))
	}
	film := c.End()
	require.NoError(t, film.Err)
	require.Len(t, film.Parts, 3)
	for i, p := range film.Parts {
		require.Equal(t, fmt.Sprintf("i-1-%d.mp4", i+1), p.Name)
		require.Equal(t, 50, p.Pictures)
		require.Equal(t, noon.Add(time.Duration(i)*2*time.Second), p.From)
	}
	require.Equal(t, 640, film.Parts[1].Width)
	restless := clip.New(clip.Dir(t.TempDir()), "i-1")
	var err error
	for i := 0; err == nil; i += 50 {
		f := *format
		f.PPS = []byte{0x68, byte(i)}
		err = restless.Add(unit(i, &f))
		require.Less(t, i, 50*17)
	}
	require.Len(t, restless.End().Parts, 16)
}

func TestAClipNeverOverwritesAnother(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "i-1-1.mp4"), []byte("evidence"), 0o600))
	c := clip.New(clip.Dir(dir), "i-1")
	require.ErrorIs(t, c.Add(unit(0, format)), os.ErrExist)
	require.ErrorIs(t, c.Add(unit(50, format)), os.ErrExist)
	require.ErrorIs(t, c.End().Err, os.ErrExist)
	kept, err := os.ReadFile(filepath.Join(dir, "i-1-1.mp4"))
	require.NoError(t, err)
	require.Equal(t, "evidence", string(kept))
}

// broken is a file whose n-th write, its truncation, or its end fails.
type broken struct {
	clip.File
	writes             int
	undo, sync, closed error
}

var errBroken = errors.New("broken")

func (b *broken) Write(p []byte) (int, error) {
	if b.writes--; b.writes < 0 {
		n, _ := b.File.Write(p[:len(p)/2])
		return n, errBroken
	}
	return b.File.Write(p)
}

func (b *broken) Truncate(n int64) error { return errors.Join(b.undo, b.File.Truncate(n)) }
func (b *broken) Sync() error            { return errors.Join(b.sync, b.File.Sync()) }
func (b *broken) Close() error           { return errors.Join(b.closed, b.File.Close()) }

type brokenDisk struct {
	clip.Store
	broken
}

func (d *brokenDisk) Create(name string) (clip.File, error) {
	f, err := d.Store.Create(name)
	b := d.broken
	b.File = f
	return &b, err
}

func TestEveryFaultOfADiskIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		file  broken
		parts int
	}{
		"the header":         {broken{writes: 0}, 0},
		"the first fragment": {broken{writes: 1}, 0},
		"the third":          {broken{writes: 3}, 1},
		"the last":           {broken{writes: 5}, 1},
		"and no way back":    {broken{writes: 3, undo: errBroken}, 1},
		"synchronising":      {broken{writes: 99, sync: errBroken}, 1},
		"closing":            {broken{writes: 99, closed: errBroken}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			k := clip.New(&brokenDisk{clip.Dir(dir), c.file}, "i-1")
			for i := range 60 {
				_ = k.Add(unit(i, format))
			}
			film := k.End()
			require.ErrorIs(t, film.Err, errBroken)
			require.Len(t, film.Parts, c.parts)
			if c.parts > 0 && c.file.undo == nil {
				data, err := os.ReadFile(filepath.Join(dir, film.Parts[0].Name))
				require.NoError(t, err)
				require.Equal(t, film.Parts[0].SHA256, sha256.Sum256(data), "what stays is whole")
			}
		})
	}
}
