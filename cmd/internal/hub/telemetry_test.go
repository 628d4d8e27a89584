package hub_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/influxtest"
	"example.org/campushub/devices"
)

// influxDB starts a real one that is set up.
func influxDB(t *testing.T) *influxtest.Server {
	t.Helper()
	s, err := influxtest.New(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, s.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	require.NoError(t, telemetry.Init(t.Context(), telemetry.Target{URL: s.URL, Database: "campushub"}, telemetry.DefaultRetention(), func(string) {}))
	return s
}

func into(s *influxtest.Server) func(yaml string) string {
	return func(yaml string) string {
		return yaml + "telemetry: {url: \"" + s.URL + "\", database: campushub}\n"
	}
}

// rows are the points of a measurement, each with its tags.
func rows(t *testing.T, s *influxtest.Server, measurement string) (out []map[string]string) {
	t.Helper()
	series, err := s.Query(t.Context(), "campushub", `SELECT * FROM "`+measurement+`"`)
	require.NoError(t, err)
	for _, one := range series {
		for _, v := range one.Values {
			row := map[string]string{}
			for i, column := range one.Columns {
				row[column] = fmt.Sprint(v[i])
			}
			out = append(out, row)
		}
	}
	return out
}

// wayHanded is a delivery as the API shows it, as far as this test looks.
type wayHanded struct {
	ID       string  `json:"id"`
	HandedAt *string `json:"handed_at"`
}

// watch has the person's page open until the test ends.
func (c caller) watch() {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.base+"/api/v1/stream", nil)
	require.NoError(c.t, err)
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	require.Equal(c.t, http.StatusOK, res.StatusCode)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.Discard, res.Body)
	}()
	c.t.Cleanup(func() { res.Body.Close(); <-done })
}

// What the gates measure, how devices are and how far deliveries got is in
// InfluxDB; of what is confidential nothing is.
func TestTelemetryReachesInfluxDB(t *testing.T) {
	s := influxDB(t)
	r := start(t, into(s))
	var hidden struct {
		ID         string      `json:"id"`
		Deliveries []wayHanded `json:"deliveries"`
	}
	place := r.cfg.Schools[0].Places[0].ID
	school := r.school(t)
	officer := r.callAs(t, "officer")
	officer.watch()
	status := officer.call(http.MethodPost, "/api/v1/incidents", map[string]any{
		"id": uuid.NewString(), "school": r.cfg.Schools[0].ID, "place": place, "kind": "bullying",
	}, &hidden)
	require.Less(t, status, 300)
	require.Eventually(t, func() bool {
		require.Equal(t, http.StatusOK, officer.call(http.MethodGet, "/api/v1/incidents/"+hidden.ID, nil, &hidden))
		return slices.ContainsFunc(hidden.Deliveries, func(d wayHanded) bool { return d.HandedAt != nil })
	}, patience, 10*time.Millisecond, "the officer's page is handed what is confidential")
	require.NoError(t, school.Press("b-1"))

	var stages []map[string]string
	require.Eventually(t, func() bool {
		stages = rows(t, s, telemetry.MeasureDelivery)
		received := 0
		for _, row := range stages {
			if row["stage"] == "received" {
				received++
			}
		}
		return received >= 3
	}, patience, 50*time.Millisecond, "the three terminals")
	var shown struct {
		Incidents []struct {
			ID string `json:"id"`
		} `json:"incidents"`
	}
	require.Equal(t, http.StatusOK, r.callAs(t, "liaison").call(http.MethodGet, "/api/v1/incidents", nil, &shown))
	told := map[string]string{} // the incident of each delivery
	for _, one := range shown.Incidents {
		if one.ID == hidden.ID {
			continue
		}
		var full struct {
			Deliveries []wayHanded `json:"deliveries"`
		}
		require.Equal(t, http.StatusOK, r.callAs(t, "liaison").call(http.MethodGet, "/api/v1/incidents/"+one.ID, nil, &full))
		for _, d := range full.Deliveries {
			told[d.ID] = one.ID
		}
	}
	for _, row := range stages {
		assert.NotEmpty(t, row["incident"], row)
		assert.Equal(t, told[row["delivery"]], row["incident"], "of the press, and of nothing else: %v", row)
		assert.Equal(t, "live", row["mode"])
		assert.Equal(t, r.cfg.Schools[0].ID, row["school"])
	}

	require.Eventually(t, func() bool { return len(rows(t, s, telemetry.MeasureReading)) > 0 }, patience, 50*time.Millisecond)
	for _, row := range rows(t, s, telemetry.MeasureReading) {
		assert.Equal(t, string(devices.KindGate), row["kind"])
		assert.NotEmpty(t, row["place"])
		assert.NotEqual(t, "<nil>", row["open"])
	}
	online := map[string]bool{}
	for _, row := range rows(t, s, telemetry.MeasureDevice) {
		online[row["device"]] = online[row["device"]] || row["online"] == "true"
	}
	assert.True(t, online["b-1"])
}

// A spool that cannot be opened, or an InfluxDB that is not there, keeps no
// press from anybody.
func TestWithoutASpoolAPressIsToldAllTheSame(t *testing.T) {
	r := start(t, func(yaml string) string {
		return yaml + "telemetry: {url: \"http://127.0.0.1:1\", database: campushub}\n"
	})
	require.NoError(t, r.stop())
	dir := filepath.Join(r.cfg.Hub.Dir, "telemetry")
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.WriteFile(dir, []byte("no folder"), 0o600))

	again := serve(t, r.campus)
	school := again.school(t)
	require.NoError(t, school.Press("b-1"))
	desk, err := school.Terminal("police/desk-1")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(desk.Told()) == 1 }, patience, 5*time.Millisecond)
	require.NoError(t, again.stop())
}
