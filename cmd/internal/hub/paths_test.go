package hub_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/journal/journaltest"
	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/campus"
)

// often has the path check come every quarter of a second.
func often(s string) string {
	return strings.Replace(s, "  dir: .\n", "  dir: .\n  path_check: {every: 250ms}\n", 1)
}

// ways is what GET /api/v1/path-checks answers, as far as these tests look.
type ways struct {
	Schools []struct {
		School   string
		State    string
		ProvenAt *time.Time `json:"proven_at"`
		TookMS   float64    `json:"took_ms"`
		Missing  []struct{ Stage, Audience, Recipient, Why string }
		Coverage struct {
			Responders int
			Paths      []string
			Enough     bool
		}
	}
}

// reader is a signed-in account.
type reader struct {
	t     *testing.T
	base  string
	token string
}

func (r *running) reader(t *testing.T, role string) reader {
	t.Helper()
	for _, a := range r.campus.Accounts {
		if string(a.Role) != role {
			continue
		}
		body, err := json.Marshal(map[string]string{"name": a.Name, "password": a.Password})
		require.NoError(t, err)
		res, err := http.Post(r.Console()+"/api/v1/session", "application/json", bytes.NewReader(body))
		require.NoError(t, err)
		defer res.Body.Close()
		var out struct{ Token string }
		require.NoError(t, json.NewDecoder(res.Body).Decode(&out))
		return reader{t, r.Console(), out.Token}
	}
	require.FailNow(t, "no account of role "+role)
	return reader{}
}

func (r reader) get(path string, into any) int {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.base+path, http.NoBody)
	require.NoError(r.t, err)
	req.Header.Set("Authorization", "Bearer "+r.token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(r.t, err)
	defer res.Body.Close()
	if res.StatusCode == http.StatusOK {
		require.NoError(r.t, json.NewDecoder(res.Body).Decode(into))
	}
	return res.StatusCode
}

func (r reader) ways() (w ways) {
	r.t.Helper()
	require.Equal(r.t, http.StatusOK, r.get("/api/v1/path-checks", &w))
	require.Len(r.t, w.Schools, 1)
	return w
}

// incidents counts what is listed.
func (r reader) incidents() int {
	r.t.Helper()
	var page struct{ Incidents []struct{ ID string } }
	require.Equal(r.t, http.StatusOK, r.get("/api/v1/incidents", &page))
	return len(page.Incidents)
}

// soon ends with a test's patience.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// The check goes the whole way to a real terminal over MQTT, is proven by its
// receipt, and leaves nothing behind that anybody could take for an incident.
func TestPathIsProvenToARealTerminal(t *testing.T) {
	r := start(t, often)
	school := r.school(t)
	desk, err := school.Terminal("police/desk-1")
	require.NoError(t, err)
	liaison := r.reader(t, "liaison")

	told, err := desk.Await(soon(t), func(a wire.Alert) bool { return a.Kind == "path-check" })
	require.NoError(t, err)
	assert.Equal(t, devices.Test, told.Alert.Mode)
	assert.Equal(t, "resolved", told.Alert.State, "nothing to list")
	assert.Equal(t, "low", told.Alert.Severity)
	assert.Equal(t, "【测试】紫薇小学 报警通路测试,无需处理【测试】", told.Alert.Text.ZH)
	require.Eventually(t, func() bool {
		w := liaison.ways()
		return w.Schools[0].State == "proven" && len(w.Schools[0].Missing) == 0
	}, patience, 10*time.Millisecond)
	w := liaison.ways().Schools[0]
	assert.WithinDuration(t, time.Now(), *w.ProvenAt, 10*time.Second)
	assert.Positive(t, w.TookMS)
	assert.Less(t, w.TookMS, 2000.0)

	_, err = desk.Await(soon(t), func(a wire.Alert) bool { return a.Kind == "path-check" && a.Number > told.Alert.Number })
	require.NoError(t, err, "the next one is an update of the same")
	for _, d := range desk.Told() {
		assert.Equal(t, told.Alert.Incident, d.Alert.Incident)
	}
	assert.Zero(t, liaison.incidents())
	var none struct{}
	assert.Equal(t, http.StatusNotFound, liaison.get("/api/v1/incidents/"+told.Alert.Incident, &none))
	for _, button := range []string{"b-1", "b-2", "b-3", "b-4"} {
		light, err := school.Indicator(button)
		require.NoError(t, err)
		assert.NotContains(t, []devices.Indicator{devices.IndicatorStored, devices.IndicatorAcknowledged, devices.IndicatorFailed}, light, button)
	}
}

// A terminal that is unplugged is said to be missing, and why; without any
// police terminal the way is not proven.
func TestUnpluggedTerminalIsSaid(t *testing.T) {
	r := start(t, often)
	r.only(t, "school/office-1", "guards/gatehouse-1")
	liaison := r.reader(t, "liaison")

	require.Eventually(t, func() bool {
		w := liaison.ways().Schools[0]
		return len(w.Missing) == 1 && w.Missing[0].Recipient == "desk-1"
	}, patience, 10*time.Millisecond)
	w := liaison.ways().Schools[0]
	assert.Nil(t, w.ProvenAt)
	assert.NotEqual(t, "proven", w.State)
	assert.Equal(t, "handed", w.Missing[0].Stage)
	assert.Equal(t, "police", w.Missing[0].Audience)
	assert.Contains(t, w.Missing[0].Why, "not connected")
	assert.Zero(t, liaison.incidents())
}

// only connects some of the terminals, and no device.
func (r *running) only(t *testing.T, users ...string) *campus.Campus {
	t.Helper()
	kept := *r.campus
	kept.Devices, kept.Terminals = nil, nil
	for _, d := range r.campus.Terminals {
		for _, u := range users {
			if d.Username == u {
				kept.Terminals = append(kept.Terminals, d)
			}
		}
	}
	return (&running{Hub: r.Hub, campus: &kept}).school(t)
}

// A full disk shows as the stage that is missing: the terminal is told all the
// same, and the way is not proven.
func TestFullDiskIsTheMissingStage(t *testing.T) {
	dir := journaltest.SmallDisk(t, 8)
	r := start(t, func(s string) string {
		return strings.Replace(often(s), "  dir: .\n", "  dir: "+filepath.Join(dir, "state")+"\n", 1)
	})
	r.school(t)
	liaison := r.reader(t, "liaison")
	require.Eventually(t, func() bool { return liaison.ways().Schools[0].State == "proven" }, patience, 10*time.Millisecond)
	free := journaltest.Fill(t, dir)

	require.Eventually(t, func() bool {
		m := liaison.ways().Schools[0].Missing
		return len(m) == 1 && m[0].Stage == "stored"
	}, patience, 10*time.Millisecond)
	assert.Contains(t, liaison.ways().Schools[0].Missing[0].Why, "disk")
	free()
	require.Eventually(t, func() bool { return len(liaison.ways().Schools[0].Missing) == 0 }, patience, 10*time.Millisecond, "it comes back by itself")
	assert.Zero(t, liaison.incidents())
}

// A sign that everybody can see never shows a path check; whoever takes the
// device's name is refused.
func TestNoPublicSignAndNoStrangerTakesPart(t *testing.T) {
	r := start(t, func(s string) string {
		return strings.Replace(often(s), "id: gatehouse-1, schools: [ziwei-primary], public: false", "id: gatehouse-1, schools: [ziwei-primary], public: true", 1)
	})
	school := r.school(t)
	desk, err := school.Terminal("police/desk-1")
	require.NoError(t, err)
	_, err = desk.Await(soon(t), func(a wire.Alert) bool { return a.Kind == "path-check" })
	require.NoError(t, err)
	liaison := r.reader(t, "liaison")
	require.Eventually(t, func() bool { return liaison.ways().Schools[0].State == "proven" }, patience, 10*time.Millisecond)
	sign, err := school.Terminal("guards/gatehouse-1")
	require.NoError(t, err)
	assert.Empty(t, sign.Told())
	assert.Empty(t, liaison.ways().Schools[0].Missing, "it is not waited for either")
}

// Too few people over one path are said beforehand.
func TestCoverageIsSaid(t *testing.T) {
	r := start(t, func(s string) string {
		return strings.Replace(often(s), "id: desk-1, schools: [ziwei-primary], public: false, via: lan", "id: desk-1, schools: [ziwei-primary], public: false, via: internet", 1)
	})
	liaison := r.reader(t, "liaison")
	require.Eventually(t, func() bool { return len(liaison.ways().Schools) == 1 }, patience, 10*time.Millisecond)
	assert.False(t, liaison.ways().Schools[0].Coverage.Enough)
	r.school(t)
	require.Eventually(t, func() bool {
		c := liaison.ways().Schools[0].Coverage
		return c.Enough && c.Responders == 3 && len(c.Paths) == 2
	}, patience, 10*time.Millisecond)
}
