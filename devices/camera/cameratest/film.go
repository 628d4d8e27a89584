// Package cameratest shows tests what is in a film, by Debian's ffmpeg, and
// gives them a camera by somebody else, GStreamer's. It owns the processes of
// both, starts no goroutine and is for tests alone. A missing tool is a failure.
package cameratest

import (
	"bytes"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Picture is one picture of a film.
type Picture struct {
	Number int           // burnt in
	At     time.Duration // from the beginning of the film
	Shown  time.Duration
	Key    bool
}

// The number of a picture stands along its upper edge: 16 squares of 16 pixels,
// the lowest bit on the left, white for 1.
const (
	bits = 16
	side = 16
)

// Film decodes every picture of a film. A warning of ffmpeg's is a failure.
func Film(t *testing.T, path string) []Picture {
	t.Helper()
	raw := run(t, "ffmpeg", "-v", "warning", "-nostdin", "-threads", "1", "-i", path,
		"-vf", "crop=256:16:0:0", "-fps_mode", "passthrough", "-enc_time_base", "1:90000", "-f", "rawvideo", "-pix_fmt", "gray", "-")
	const size = bits * side * side
	require.Zero(t, len(raw)%size, "whole pictures")
	pictures := make([]Picture, len(raw)/size)
	for i := range pictures {
		pictures[i].Number = number(raw[i*size:])
	}
	times(t, path, pictures)
	return pictures
}

func number(picture []byte) (n int) {
	const middle = side / 2 * bits * side
	for bit := range bits {
		if picture[middle+bit*side+side/2] > 127 {
			n |= 1 << bit
		}
	}
	return n
}

// times reads what the file says of when each picture is shown.
func times(t *testing.T, path string, pictures []Picture) {
	t.Helper()
	lines := strings.Fields(string(run(t, "ffprobe", "-v", "warning", "-select_streams", "v",
		"-show_entries", "packet=pts_time,duration_time,flags", "-of", "csv=print_section=0", path)))
	require.Len(t, lines, len(pictures), "as many packets as pictures")
	for i, line := range lines {
		fields := strings.Split(line, ",")
		pictures[i].At, pictures[i].Shown = seconds(t, fields[0]), seconds(t, fields[1])
		pictures[i].Key = strings.HasPrefix(fields[2], "K")
	}
}

func seconds(t *testing.T, s string) time.Duration {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return time.Duration(v * float64(time.Second))
}

// run fails where the program is missing, fails, or has anything to say.
func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	var out, said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdout, cmd.Stderr = &out, &said
	require.NoError(t, cmd.Run(), "%s: %s", name, said.String())
	require.Empty(t, said.String(), name)
	return out.Bytes()
}
