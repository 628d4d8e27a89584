package doctor_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/doctor"
	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/influxtest"
)

func TestInfluxDBIsLookedAt(t *testing.T) {
	s, err := influxtest.New(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, s.Start(t.Context()))
	stopped := false
	t.Cleanup(func() {
		if !stopped {
			require.NoError(t, s.Stop())
		}
	})
	at := func(database string) doctor.Finding {
		return one(t, look(t, provisioned(t, func(yaml string) string {
			return yaml + "telemetry: {url: \"" + s.URL + "\", database: " + database + "}\n"
		})), "InfluxDB")
	}
	f := at("campushub")
	assert.Equal(t, doctor.Warn, f.Level)
	assert.Contains(t, f.Says, "there is no database campushub")

	require.NoError(t, telemetry.Init(t.Context(), telemetry.Target{URL: s.URL, Database: "campushub"}, telemetry.DefaultRetention(), func(string) {}))
	for _, name := range []string{"campushub", "campushub/raw"} {
		assert.Equal(t, doctor.OK, at(name).Level, name)
	}
	f = at("campushub/autogen")
	assert.Equal(t, doctor.Warn, f.Level)
	assert.Contains(t, f.Says, "no retention policy autogen")

	_, err = s.Query(t.Context(), "campushub", "CREATE DATABASE plain")
	require.NoError(t, err)
	f = at("plain")
	assert.Equal(t, doctor.Warn, f.Level)
	assert.Contains(t, f.Do, "telemetry init")

	stopped = true
	require.NoError(t, s.Stop())
	f = at("campushub")
	assert.Equal(t, doctor.Warn, f.Level)
	assert.Contains(t, f.Says, "cannot be asked")
	assert.Empty(t, about(look(t, provisioned(t, unchanged)), "InfluxDB"), "none is configured")
}

func TestCalendarRosterAndSpoolAreLookedAt(t *testing.T) {
	c := provisioned(t, unchanged)
	f := look(t, c)
	require.NotEmpty(t, about(f, "calendar"))
	assert.Equal(t, doctor.Warn, about(f, "calendar")[0].Level)
	assert.Contains(t, about(f, "calendar")[0].Says, "No terms are set")
	assert.Empty(t, about(f, "roster"), "only a hub knows")
	assert.Empty(t, about(f, "spool"))

	serve(t, c)
	f = look(t, c)
	assert.Equal(t, doctor.OK, one(t, f, "spool").Level)
	f2 := one(t, f, "roster")
	assert.Equal(t, doctor.Warn, f2.Level)
	assert.Contains(t, f2.Says, "there is none for today")
}
