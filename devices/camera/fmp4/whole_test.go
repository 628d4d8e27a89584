package fmp4_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/camera"
	"example.org/campushub/devices/camera/fmp4"
)

var format = &camera.Format{SPS: []byte{0x67, 0x4d, 0x40, 0x0c, 1}, PPS: []byte{0x68, 1}, Width: 320, Height: 180, Chroma: 1}

// film is a header and two fragments, and where each ends.
func film() (data []byte, ends []int) {
	data = fmp4.Header(format, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	ends = append(ends, len(data))
	for n := range uint32(2) {
		data = fmp4.Fragment(data, n+1, uint64(n)*7200, []fmp4.Sample{
			{Data: []byte{0, 0, 0, 1, 0x65}, Duration: 3600, Key: n == 0}, {Data: []byte{0, 0, 0, 1, 0x41}, Duration: 3600},
		})
		ends = append(ends, len(data))
	}
	return data, ends
}

func TestAFilmIsWholeToItsLastFragmentWhereverItEnds(t *testing.T) {
	data, ends := film()
	for size := range len(data) + 1 {
		want := 0
		for _, end := range ends {
			if end <= size {
				want = end
			}
		}
		whole, err := fmp4.Whole(bytes.NewReader(data[:size]), int64(size))
		if want == 0 {
			require.ErrorIs(t, err, fmp4.ErrNoFilm)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, int64(want), whole, "%d bytes", size)
	}
	for _, behind := range []string{"\x00\x00\x00\x00", "\xff\xff\xff\xffmoof", "\x00\x00\x00\x08free", "\x00\x00\x00\x00moof\x00\x00\x00\x00"} {
		whole, err := fmp4.Whole(bytes.NewReader(append(data, behind...)), int64(len(data)+len(behind)))
		require.NoError(t, err)
		require.Equal(t, int64(len(data)), whole)
	}
}

func FuzzWhole(f *testing.F) {
	data, _ := film()
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		whole, err := fmp4.Whole(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			require.ErrorIs(t, err, fmp4.ErrNoFilm)
			return
		}
		require.LessOrEqual(t, whole, int64(len(data)))
		again, err := fmp4.Whole(bytes.NewReader(data[:whole]), whole)
		require.NoError(t, err)
		require.Equal(t, whole, again)
	})
}
