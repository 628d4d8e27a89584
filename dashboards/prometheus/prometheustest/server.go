package prometheustest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"example.org/campushub/dashboards/prometheus"
)

const (
	// Scrape is how often the hub is looked at: a played day is short.
	Scrape = 500 * time.Millisecond
	// patience is how long a start or an end may take.
	patience = time.Minute
)

const config = `global: {scrape_interval: 500ms, evaluation_interval: 500ms}
rule_files: [rules/*.yml]
scrape_configs:
  - job_name: campushub
    static_configs: [{targets: [%q]}]
`

// Server is a Prometheus that looks at one hub.
type Server struct {
	url string
	cmd *exec.Cmd
}

// Start starts a Prometheus below dir that scrapes the hub at target, host:port,
// and waits until it is ready. The rules are evaluated every second.
func Start(ctx context.Context, dir, target string) (*Server, error) {
	if err := prepare(dir, target); err != nil {
		return nil, fmt.Errorf("start Prometheus: %w", err)
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	said, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, fmt.Errorf("start Prometheus: %w", err)
	}
	defer func() { _ = said.Close() }() // the server has its own
	s := &Server{url: "http://" + address}
	s.cmd = exec.Command("prometheus", "--config.file="+filepath.Join(dir, "prometheus.yml"),
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	s.cmd.Stdout, s.cmd.Stderr = said, said
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start Prometheus, which .ci/packages installs: %w", err)
	}
	if err := s.answers(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start Prometheus; see %s: %w", said.Name(), err), s.Stop())
	}
	return s, nil
}

func prepare(dir, target string) error {
	rules, err := prometheus.Rules()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "rules"), 0o755); err != nil {
		return err
	}
	for name, text := range rules {
		quick := strings.ReplaceAll(text, "interval: 30s", "interval: 1s")
		if err := os.WriteFile(filepath.Join(dir, "rules", name), []byte(quick), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "prometheus.yml"), fmt.Appendf(nil, config, target), 0o644)
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// answers waits until the server is ready.
func (s *Server) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for !s.ready(ctx) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

func (s *Server) ready(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/-/ready", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	return err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK
}

// Stop asks the server to end, and kills it where it does not.
func (s *Server) Stop() error {
	late := time.AfterFunc(patience, func() { _ = s.cmd.Process.Kill() })
	defer late.Stop()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end Prometheus: %w", err)
	}
	_ = s.cmd.Wait() // ended by a signal, which is no error here
	return nil
}
