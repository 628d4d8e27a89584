package hub_test

import (
	"os/exec"
	"slices"
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
	spared   []string // folders of to that may be imported
	reason   string
}

// rules are the directions of imports: everything may be imported by cmd,
// dashboards stand on alerting, alerting and broker stand on devices, and the
// simulator sees a hub as a stranger does.
var rules = append([]rule{
	{from: "devices", to: "alerting", reason: "a device knows nothing of incidents: the firmware must stay small and the vocabulary at the bottom"},
	{from: "devices", to: "broker", reason: "the firmware speaks to any MQTT broker, not to ours"},
	{from: "devices", to: "dashboards", reason: "the vocabulary depends on nothing"},
	{from: "alerting", to: "devices/camera", reason: "nothing that tells an alarm waits for a picture: the hub puts camera and alert router beside each other"},
	{from: "broker", to: "devices/camera", reason: "no picture goes through the broker"},
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
	{from: "alerting/journal", to: "alerting/office", reason: "nothing in the office may hold up an alarm"},
	{from: "alerting/office", to: "alerting/journal", reason: "the journal is the alarm path's alone"},
	{from: "alerting/journal", to: "alerting/engine", reason: "the engine writes the journal, not the other way round"},
	{from: "dashboards", to: "alerting/engine", reason: "a page names what it needs of the engine itself: it can reach none of its inboxes, and is tested without one"},
	{from: "dashboards", to: "alerting/journal", reason: "the journal is the alarm path's alone: pages read what the engine gives"},
	{
		from: "dashboards", to: "alerting/office", spared: []string{"alerting/office/password"},
		reason: "a page names what it needs of the office itself: whoever signs in must not need its database",
	},
}, amongAdapters()...)

// adapters are the channels of alerting/deliver; shared is what they stand on.
var (
	adapters = []string{"board", "mail", "push", "robot", "sms", "terminal", "voice", "webhook"}
	shared   = []string{"callback", "carrier", "delivertest", "post", "reach"}
)

// amongAdapters forbids each channel every other one.
func amongAdapters() (out []rule) {
	for _, from := range adapters {
		for _, to := range adapters {
			if from != to {
				out = append(out, rule{
					from: "alerting/deliver/" + from, to: "alerting/deliver/" + to,
					reason: "adapters never depend on each other: what is wrong with one channel must not reach another",
				})
			}
		}
	}
	return out
}

// foreign forbids a folder a part of the world outside the module.
var foreign = []rule{
	{from: "alerting", to: "net/http", except: []string{"alerting/deliver", "alerting/office"}, reason: "the alert router knows no HTTP outside its channels"},
	{from: "alerting", to: "database/sql", except: []string{"alerting/journal", "alerting/office"}, reason: "the alert router knows no SQL outside journal and office"},
	{
		from: "alerting", to: "modernc.org/sqlite", except: []string{"alerting/journal", "alerting/office"},
		reason: "the alert router knows no database outside journal and office: nothing else may wait for a disk",
	},
	{from: "alerting", to: "github.com/influxdata", reason: "measurements leave by the dashboards' telemetry: a dead InfluxDB must not be felt by an alarm"},
	{from: "alerting", to: "github.com/mochi-mqtt", reason: "the alert router knows no MQTT library"},
	{from: "alerting", to: "github.com/coreos/go-oidc", reason: "an identity provider that is gone must not be felt by an alarm"},
	{from: "broker", to: "github.com/coreos/go-oidc", reason: "devices have secrets of their own: no provider is asked about them"},
	{
		from: "dashboards", to: "github.com/coreos/go-oidc", except: []string{"dashboards/identity"},
		reason: "one package speaks to the identity provider: what it says of somebody is checked in one place",
	},
	{from: "alerting", to: "github.com/eclipse/paho", reason: "the alert router knows no MQTT library"},
	{
		from: "devices", to: "net", except: []string{"devices/firmware", "devices/camera/rtsp"},
		reason: "devices are values: only the firmware does I/O, and what fetches a camera's picture",
	},
	{
		from: "devices", to: "os", except: []string{"devices/firmware", "devices/camera/rtsp", "devices/camera/clip", "devices/camera/cameratest"},
		reason: "devices are values: only the firmware does I/O, and what fetches and keeps a camera's picture",
	},
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

// A test that cannot fail proves nothing: every rule must catch its breach and
// say why, and nothing that it spares.
func TestEveryRuleCatchesItsBreach(t *testing.T) {
	for _, r := range rules {
		r.caught(t, orDocs(r.from)+"/x", module+r.to+"/y")
		for _, s := range r.spared {
			require.Empty(t, violations([]pkg{{path: r.from + "/x", imports: []string{module + s}}}), r.reason)
		}
	}
	for _, r := range foreign {
		r.caught(t, r.from+"/x", r.to)
		for _, e := range r.except {
			require.Empty(t, violations([]pkg{{path: e, imports: []string{r.to}}}), r.reason)
		}
	}
}

func (r rule) caught(t *testing.T, path, imported string) {
	t.Helper()
	require.NotEmpty(t, r.reason, "%s → %s", r.from, r.to)
	require.Contains(t, violations([]pkg{{path: path, imports: []string{imported}}}), path+" imports "+imported+": "+r.reason)
}

// A folder that was moved would leave its rule without anything to forbid, and
// a new channel without a rule.
func TestRulesNameWhatIsThere(t *testing.T) {
	all := packages(t)
	there := func(folder string) bool {
		return slices.ContainsFunc(all, func(p pkg) bool { return within(p.path, folder) })
	}
	for _, r := range slices.Concat(rules, foreign) {
		for _, folder := range append([]string{r.from}, r.except...) {
			require.True(t, there(folder), "%s: %s", folder, r.reason)
		}
	}
	for _, r := range rules {
		for _, folder := range append([]string{r.to}, r.spared...) {
			require.True(t, there(folder), "%s: %s", folder, r.reason)
		}
	}
	for _, p := range all {
		if name, ok := strings.CutPrefix(p.path, "alerting/deliver/"); ok {
			name, _, _ = strings.Cut(name, "/")
			require.Contains(t, slices.Concat(adapters, shared), name, "say whether this is a channel")
		}
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
	return !slices.ContainsFunc(r.except, func(e string) bool { return within(from, e) }) &&
		!slices.ContainsFunc(r.spared, func(s string) bool { return within(to, s) })
}

// within reports whether a path is a folder or lies below it.
func within(path, folder string) bool {
	return folder == "" || path == folder || strings.HasPrefix(path, folder+"/") ||
		(strings.Contains(folder, ".") && strings.HasPrefix(path, folder))
}
