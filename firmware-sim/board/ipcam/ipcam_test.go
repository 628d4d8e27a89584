package ipcam_test

import (
	"bytes"
	"net"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"example.org/campushub/firmware-sim/board/ipcam"
)

// A stranger sees what the recorder sees: ffmpeg signs in, and decodes what
// comes without a warning.
func TestAStrangerCanWatch(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	cam := ipcam.New(ipcam.Config{User: "viewer", Password: "secret"})
	served := make(chan error, 1)
	go func() { served <- cam.Serve(t.Context(), l) }()
	var said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-nostdin", "-rtsp_transport", "tcp", "-analyzeduration", "100000",
		"-i", "rtsp://viewer:secret@"+l.Addr().String()+"/main", "-frames:v", "10", "-f", "null", "-")
	cmd.Stderr = &said
	require.NoError(t, cmd.Run(), said.String())
	require.Empty(t, said.String())
	methods := map[string]bool{}
	for _, r := range cam.Seen() {
		methods[r.Method] = methods[r.Method] || r.Status == 200
	}
	require.True(t, methods["PLAY"])
	l.Close()
	require.ErrorIs(t, <-served, net.ErrClosed)
	cam.Off()
}
