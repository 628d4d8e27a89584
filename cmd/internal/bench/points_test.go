package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry/spool"
)

// Every way brings every point in: what a rate is made of was not lost.
func TestEveryWayOfTheBenchBringsAllPointsIn(t *testing.T) {
	s, err := startInflux(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	const points = 7500
	c := pointsCourse{influx: s, dir: t.TempDir(), points: points}
	for _, way := range []string{wayClient, wayLive, wayFill, wayShipped} {
		rate, missing, err := c.turn(t.Context(), way, 0)
		require.NoError(t, err, way)
		assert.Zero(t, missing, way)
		assert.Positive(t, rate, way)
	}
	left, err := s.Query(t.Context(), "", "SHOW DATABASES")
	require.NoError(t, err)
	assert.NotContains(t, left[0].Values, []any{"live0"}, "the next turn begins with nothing")
}

func TestTheBenchSpoolsThePointsThatTheClientWrites(t *testing.T) {
	sp, err := spool.Open(spool.Config{Dir: t.TempDir()}, time.Now())
	require.NoError(t, err)
	defer func() { require.NoError(t, sp.Close()) }()
	begin := time.Unix(1_800_000_000, 0)
	require.NoError(t, appendPoints(sp, pointsSpooled+1, begin))
	reader := sp.NewReader(spool.Reading)
	defer reader.Close()
	b, err := reader.Read(0, pointsSpooled+1, pointsSpooled+1)
	require.NoError(t, err)
	require.Len(t, b.Records, pointsSpooled+1)
	assert.Equal(t, `reading,device=gate-3,kind=gate,place=north-gate,school=no-1 boot="a1b2",open=1,passages_in=3,passages_out=3,seq=1i 1800000000000003000`,
		string(b.Records[3]))
}

func TestTheReportHasTheRatioToTheClient(t *testing.T) {
	assert.NotContains(t, report(figures{}), "InfluxDB")
	got := report(figures{Points: &pointRates{Points: 300_000, Rates: map[string][]float64{
		wayClient: {100_000, 200_000, 100_000}, wayLive: {90_000, 160_000, 100_000}, wayFill: {50_000, 50_000, 50_000}, wayShipped: {20_000, 20_000, 20_000},
	}}})
	assert.Contains(t, got, "| spool → writer, live, as shipped | 100000 (90000–160000) | 0.90 (0.80–1.00) | 0 |", "block by block")
	assert.NotContains(t, got, "%!")
}
