package grafana_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/dashboards/grafana"
)

const deploy = "../../deploy"

// service is one of compose.yaml, as far as this test looks.
type service struct {
	Image          string
	Volumes, Ports []string
}

func read(t *testing.T, path string, into any) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(data, into), path)
	return string(data)
}

// No container engine is asked: what is mounted is there, versions are pinned,
// nothing is published beyond this machine, and every page is mounted where the
// provisioning looks.
func TestComposeAgreesWithWhatItMounts(t *testing.T) {
	var compose struct {
		Services map[string]service
		Volumes  map[string]any
	}
	read(t, filepath.Join(deploy, "compose.yaml"), &compose)
	require.Len(t, compose.Services, 4)
	var mounted []string
	for name, s := range compose.Services {
		if name != "hub" { // which is built
			_, tag, _ := strings.Cut(s.Image, ":")
			assert.Regexp(t, `^v?\d+\.\d+\.\d+$`, tag, name)
		}
		for _, p := range s.Ports {
			assert.True(t, strings.HasPrefix(p, "127.0.0.1:"), "%s publishes %s", name, p)
		}
		for _, v := range s.Volumes {
			from, to, _ := strings.Cut(v, ":")
			mounted = append(mounted, to)
			switch {
			case from == "./campus": // which the reader makes
			case strings.HasPrefix(from, "."):
				assert.FileExists(t, existing(filepath.Join(deploy, from)), "%s mounts it", name)
			default:
				assert.Contains(t, compose.Volumes, from, name)
			}
		}
	}
	for _, d := range all(t) {
		assert.Contains(t, mounted, "/var/lib/grafana/dashboards/campushub/"+d.File+":ro")
	}
	where := read(t, "provisioning/dashboards/campushub.yaml", &struct{}{})
	assert.Contains(t, where, "path: /var/lib/grafana/dashboards/campushub\n")
}

// existing is a file that is there if the path is: itself, or the one of ours in
// a folder.
func existing(path string) string {
	if s, err := os.Stat(path); err == nil && s.IsDir() {
		return filepath.Join(path, "campushub.yaml")
	}
	return path
}

// The data sources and the scrape go to services of compose.yaml, and the hub's
// figures to the port that the way to set it up names.
func TestComposeNamesItsNeighbours(t *testing.T) {
	var sources struct {
		Datasources []struct{ UID, URL string }
	}
	read(t, "provisioning/datasources/campushub.yaml", &sources)
	for _, s := range sources.Datasources {
		want := map[string]string{grafana.InfluxDB: "http://influxdb:8086", grafana.Prometheus: "http://prometheus:9090"}
		assert.Equal(t, want[s.UID], s.URL)
	}
	scrape := read(t, filepath.Join(deploy, "prometheus.yml"), &struct{}{})
	assert.Contains(t, scrape, `targets: ["hub:9464"]`)
	assert.Contains(t, scrape, "job_name: campushub")
	manual, err := os.ReadFile(filepath.Join(deploy, "README.md"))
	require.NoError(t, err)
	assert.Contains(t, string(manual), `metrics: {listen: ":9464"}`)
	assert.Contains(t, string(manual), `telemetry: {url: "http://influxdb:8086", database: campushub}`)

	// The rules lie elsewhere here than in the container.
	here, err := filepath.Abs("../prometheus")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "prometheus.yml")
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(scrape, "/etc/prometheus/campushub", here)), 0o600))
	said, err := exec.CommandContext(t.Context(), "promtool", "check", "config", file).CombinedOutput()
	require.NoError(t, err, "%s", said)
	assert.Contains(t, string(said), "alerting.yml", "the rules were found")
}
