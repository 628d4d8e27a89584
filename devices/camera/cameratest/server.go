package cameratest

import (
	"bufio"
	_ "embed" // the server
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:embed server.py
var server string

// Server is a camera by somebody else: GStreamer's RTSP server with x264, 25
// pictures a second, a keyframe each second, its stream /main. It is not the
// tests' own Python that runs it but the system's, which knows GStreamer.
type Server struct {
	Address string // host:port
	stop    func()
}

// Serve starts a server, on a port of its own or on that of one before. It ends
// with the test.
func Serve(t *testing.T, user, password, address string) Server {
	t.Helper()
	_, port, ok := strings.Cut(address, ":")
	if !ok {
		port = "0"
	}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", server, port, user, password)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	s := Server{Address: "127.0.0.1:" + strings.TrimSpace(line)}
	ended := false
	s.stop = func() {
		if !ended {
			ended = true
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
	t.Cleanup(s.stop)
	if err != nil {
		s.stop()
		require.NoError(t, err, said.String())
	}
	return s
}

// Kill ends the server as a power cut does.
func (s Server) Kill() { s.stop() }
