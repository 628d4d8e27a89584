package hub_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "example.org/campushub/"

// rule forbids the packages of one folder to import those of another, and
// says why.
type rule struct {
	from, to string
	except   []string // folders of from that may
	reason   string
}

// rules are the directions of imports: everything may be imported by cmd,
// dashboards stand on alerting, alerting and broker stand on devices, and the
// simulator sees a hub as a stranger does.
var rules = []rule{
	{from: "devices", to: "alerting", reason: "a device knows nothing of incidents: the firmware must stay small and the vocabulary at the bottom"},
	{from: "devices", to: "broker", reason: "the firmware speaks to any MQTT broker, not to ours"},
	{from: "devices", to: "dashboards", reason: "the vocabulary depends on nothing"},
	{from: "devices", to: "firmware-sim", reason: "the real firmware must not need the simulator"},
	{from: "broker", to: "alerting", reason: "the broker hands signals over and knows no incidents"},
	{from: "broker", to: "dashboards", reason: "the broker hands signals over and knows no pages"},
	{from: "broker", to: "firmware-sim", reason: "the broker must not know who is simulated"},
	{from: "alerting", to: "broker", reason: "the alert router names what it needs of a broker itself, so that it can be tested without one"},
	{from: "alerting", to: "dashboards", reason: "nothing that is looked at may stand in the way of an alarm"},
	{from: "alerting", to: "firmware-sim", reason: "the alert router must not know who is simulated"},
	{from: "dashboards", to: "broker", reason: "pages change things through the alert router's commands only"},
	{from: "dashboards", to: "firmware-sim", reason: "a page must not know who is simulated"},
	{from: "firmware-sim", to: "alerting", reason: "the simulator sees a hub as a stranger does, by MQTT and HTTP"},
	{from: "firmware-sim", to: "broker", reason: "the simulator sees a hub as a stranger does, by MQTT and HTTP"},
	{from: "firmware-sim", to: "dashboards", reason: "the simulator sees a hub as a stranger does, by MQTT and HTTP"},
	{from: "", to: "cmd", except: []string{"cmd"}, reason: "cmd puts everything together and is used by nothing"},
	{from: "alerting/deliver/terminal", to: "alerting/deliver/webhook", reason: "adapters never depend on each other"},
	{from: "alerting/deliver/webhook", to: "alerting/deliver/terminal", reason: "adapters never depend on each other"},
	{from: "alerting/journal", to: "alerting/office", reason: "nothing in the office may hold up an alarm"},
	{from: "alerting/office", to: "alerting/journal", reason: "the journal is the alarm path's alone"},
	{from: "alerting/journal", to: "alerting/engine", reason: "the engine writes the journal, not the other way round"},
}

// foreign forbids a folder a part of the world outside the module.
var foreign = []rule{
	{from: "alerting", to: "net/http", except: []string{"alerting/deliver", "alerting/office"}, reason: "the alert router knows no HTTP outside its channels"},
	{from: "alerting", to: "database/sql", except: []string{"alerting/journal", "alerting/office"}, reason: "the alert router knows no SQL outside journal and office"},
	{from: "alerting", to: "github.com/mochi-mqtt", reason: "the alert router knows no MQTT library"},
	{from: "alerting", to: "github.com/eclipse/paho", reason: "the alert router knows no MQTT library"},
	{from: "devices", to: "net", except: []string{"devices/firmware"}, reason: "devices are values: only the firmware does I/O"},
	{from: "devices", to: "os", except: []string{"devices/firmware"}, reason: "devices are values: only the firmware does I/O"},
	{from: "dashboards", to: "database/sql", reason: "pages read what the alert router gives"},
}

// pkg is one package and what it imports, tests left out.
type pkg struct {
	path    string
	imports []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", module+"...").Output()
	require.NoError(t, err)
	var all []pkg
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		all = append(all, pkg{strings.TrimPrefix(words[0], module), words[1:]})
	}
	require.Greater(t, len(all), 10, "the module has more packages than that")
	return all
}

func TestImportsPointOneWay(t *testing.T) {
	for _, broken := range violations(packages(t)) {
		t.Error(broken)
	}
}

// A test that cannot fail proves nothing: every rule must catch its breach.
func TestEveryRuleCatchesItsBreach(t *testing.T) {
	for _, r := range rules {
		require.NotEmpty(t, violations([]pkg{{path: orDocs(r.from) + "/x", imports: []string{module + r.to + "/y"}}}), r.reason)
	}
	for _, r := range foreign {
		require.NotEmpty(t, violations([]pkg{{path: r.from + "/x", imports: []string{r.to}}}), r.reason)
	}
}

func orDocs(from string) string {
	if from == "" {
		return "devices"
	}
	return from
}

func violations(all []pkg) []string {
	var out []string
	for _, p := range all {
		for _, imported := range p.imports {
			for _, r := range rules {
				if r.forbids(p.path, strings.TrimPrefix(imported, module)) && strings.HasPrefix(imported, module) {
					out = append(out, p.path+" imports "+imported+": "+r.reason)
				}
			}
			for _, r := range foreign {
				if r.forbids(p.path, imported) {
					out = append(out, p.path+" imports "+imported+": "+r.reason)
				}
			}
		}
	}
	return out
}

func (r rule) forbids(from, to string) bool {
	if !within(from, r.from) || !within(to, r.to) {
		return false
	}
	for _, e := range r.except {
		if within(from, e) {
			return false
		}
	}
	return true
}

// within reports whether a path is a folder or lies below it.
func within(path, folder string) bool {
	return folder == "" || path == folder || strings.HasPrefix(path, folder+"/") ||
		(strings.Contains(folder, ".") && strings.HasPrefix(path, folder))
}
