package hub_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// prometheusServer is a real Prometheus, with the rules of this repository, that
// looks at one hub.
type prometheusServer struct{ url string }

const scrapes = `global: {scrape_interval: 500ms, evaluation_interval: 500ms}
rule_files: [rules/*.yml]
scrape_configs:
  - job_name: campushub
    static_configs: [{targets: [%q]}]
`

// watchedBy starts a Prometheus that scrapes the hub twice a second.
func (r *running) watchedBy(t *testing.T) prometheusServer {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "rules"), 0o755))
	for _, name := range []string{"recording.yml", "alerting.yml"} {
		text, err := os.ReadFile(filepath.Join(dashboards, "prometheus", name))
		require.NoError(t, err)
		quick := strings.ReplaceAll(string(text), "interval: 30s", "interval: 1s")
		require.NoError(t, os.WriteFile(filepath.Join(dir, "rules", name), []byte(quick), 0o644))
	}
	config := filepath.Join(dir, "prometheus.yml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, scrapes, strings.TrimPrefix(r.Console(), "http://")), 0o644))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	said, err := os.Create(filepath.Join(dir, "log"))
	require.NoError(t, err)
	cmd := exec.Command("prometheus", "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	cmd.Stdout, cmd.Stderr = said, said
	require.NoError(t, cmd.Start(), ".ci/packages installs it")
	t.Cleanup(func() {
		late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		defer late.Stop()
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = said.Close()
	})
	p := prometheusServer{"http://" + address}
	require.Eventually(t, p.ready, patience, 50*time.Millisecond, "Prometheus answers")
	return p
}

func (p prometheusServer) ready() bool {
	res, err := http.Get(p.url + "/-/ready")
	return err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK
}

// get asks the API; what is no success is an error.
func (p prometheusServer) get(path string, into any) error {
	res, err := http.Get(p.url + path)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var said struct {
		Status, Error string
		Data          json.RawMessage
	}
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil {
		return err
	}
	if said.Status != "success" {
		return fmt.Errorf("ask Prometheus: %s", said.Error)
	}
	return json.Unmarshal(said.Data, into)
}

// measured is what Prometheus answers of one series, without its values.
type measured struct{ Metric map[string]string }

// answers are the series that an expression has now; with a span those that it
// has within it, in a thousand steps as a graph asks for them.
func (p prometheusServer) answers(expr string, span time.Duration) ([]measured, error) {
	var data struct{ Result []measured }
	ask := url.Values{"query": {expr}}
	if span == 0 {
		err := p.get("/api/v1/query?"+ask.Encode(), &data)
		return data.Result, err
	}
	now, step := time.Now(), max(span/steps, time.Second).Seconds()
	ask.Set("end", fmt.Sprintf("%.3f", float64(now.UnixMilli())/1000))
	ask.Set("start", fmt.Sprintf("%.3f", float64(now.UnixMilli())/1000-step*steps))
	ask.Set("step", fmt.Sprintf("%.3f", step))
	err := p.get("/api/v1/query_range?"+ask.Encode(), &data)
	return data.Result, err
}

// steps are those of a graph as wide as a screen.
const steps = 1000

// rulesWork holds that every rule was evaluated without an error.
func (p prometheusServer) rulesWork(t *testing.T) {
	t.Helper()
	var data struct {
		Groups []struct {
			Rules []struct{ Name, Health, LastError string }
		}
	}
	evaluated := func() bool {
		if p.get("/api/v1/rules", &data) != nil {
			return false
		}
		for _, g := range data.Groups {
			for _, r := range g.Rules {
				if r.Health == "unknown" {
					return false
				}
			}
		}
		return len(data.Groups) > 0
	}
	require.Eventually(t, evaluated, 3*patience, 200*time.Millisecond, "every rule is evaluated")
	for _, g := range data.Groups {
		for _, r := range g.Rules {
			assert.Equal(t, "ok", r.Health, "%s: %s", r.Name, r.LastError)
		}
	}
}
