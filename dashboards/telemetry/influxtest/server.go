package influxtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	program = "influxd-v1.8.10"
	// patience is how long a start or a stop may take.
	patience = time.Minute
)

// Server is an InfluxDB in a folder of its own, on an address that it keeps.
type Server struct {
	URL  string
	Free func() // makes room again on a disk that a test has filled

	dir, address string
	cmd          *exec.Cmd
}

// Program is where .ci/influxdb leaves the program.
func Program() (string, error) {
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find InfluxDB: %w", err)
		}
		cache = filepath.Join(home, ".cache")
	}
	path := filepath.Join(cache, "campushub", "bin", program)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("find InfluxDB, which .ci/influxdb builds: %w", err)
	}
	return path, nil
}

// New prepares a server below dir; nothing runs before Start.
func New(dir string) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("find a port: %w", err)
	}
	s := &Server{dir: dir, address: l.Addr().String()}
	s.URL = "http://" + s.address
	if err := l.Close(); err != nil {
		return nil, fmt.Errorf("find a port: %w", err)
	}
	return s, os.WriteFile(s.config(), fmt.Appendf(nil, settings, dir, s.address), 0o600)
}

// settings leave out what a test has no use for, and bind nothing else.
const settings = `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "%[1]s/meta"
[data]
  dir = "%[1]s/data"
  wal-dir = "%[1]s/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "%[2]s"
  log-enabled = false
[continuous_queries]
  log-enabled = false
`

func (s *Server) config() string { return filepath.Join(s.dir, "influxdb.conf") }

// Start starts the server and waits until it answers.
func (s *Server) Start(ctx context.Context) error {
	path, err := Program()
	if err != nil {
		return err
	}
	said, err := os.OpenFile(filepath.Join(s.dir, "influxd.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("start InfluxDB: %w", err)
	}
	defer func() { _ = said.Close() }() // the server has its own
	s.cmd = exec.Command(path, "run", "-config", s.config())
	s.cmd.Stdout, s.cmd.Stderr = said, said
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start InfluxDB: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for s.ping(ctx) != nil {
		select {
		case <-ctx.Done():
			return fmt.Errorf("start InfluxDB: it does not answer; see %s: %w", said.Name(), errors.Join(ctx.Err(), s.Kill()))
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

func (s *Server) ping(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/ping", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Stop asks the server to end, and kills it where it does not.
func (s *Server) Stop() error {
	if s.cmd == nil {
		return nil
	}
	late := time.AfterFunc(patience, func() { _ = s.cmd.Process.Kill() })
	defer late.Stop()
	return s.end(syscall.SIGTERM)
}

// Kill ends the server as a power cut would.
func (s *Server) Kill() error { return s.end(syscall.SIGKILL) }

// Hang has the server answer nothing until Continue.
func (s *Server) Hang() error { return s.cmd.Process.Signal(syscall.SIGSTOP) }

// Continue ends a Hang.
func (s *Server) Continue() error { return s.cmd.Process.Signal(syscall.SIGCONT) }

func (s *Server) end(how syscall.Signal) error {
	if s.cmd == nil {
		return nil
	}
	err := s.cmd.Process.Signal(how)
	_ = s.cmd.Wait() // ended by a signal, which is no error here
	s.cmd = nil
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end InfluxDB: %w", err)
	}
	return nil
}
