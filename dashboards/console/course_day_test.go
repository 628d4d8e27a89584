package console

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/dashboards/telemetry"
)

var (
	beijing = time.FixedZone("", 8*3600)
	evening = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) // 20:00
)

func said(ago time.Duration, v float64) telemetry.Point {
	return telemetry.Point{At: evening.Add(-ago), Count: 1, Min: v, Max: v, Sum: v, Last: v}
}

func TestADoorIsUnknownWhereNothingWasSaid(t *testing.T) {
	d := day{door: spans([]telemetry.Point{said(60*time.Minute, 1), said(58*time.Minute, 1), said(56*time.Minute, 0), said(time.Minute, 1)}, evening)}
	assert.Equal(t, []span{
		{evening.Add(-60 * time.Minute), evening.Add(-56 * time.Minute), true},
		{evening.Add(-56 * time.Minute), evening.Add(-50 * time.Minute), false},
		{evening.Add(-time.Minute), evening, true},
	}, d.door)
	open, known := d.openFor(evening.Add(-58*time.Minute), evening)
	assert.Equal(t, 3*time.Minute, open)
	assert.Equal(t, 9*time.Minute, known)
}

func TestAStepInWhichAGateWasOpenIsOpen(t *testing.T) {
	p := telemetry.Point{At: evening.Add(-time.Minute), Count: 2, Min: 0, Max: 1, Last: 0}
	assert.True(t, spans([]telemetry.Point{p}, evening)[0].open)
}

func TestWhoIsInsideIsCountedFromMidnight(t *testing.T) {
	in := []telemetry.Point{said(21*time.Hour, 100), said(13*time.Hour, 40), said(12*time.Hour, 2)}
	out := []telemetry.Point{said(12*time.Hour, 1), said(2*time.Hour, 41)}
	got := inside(in, out, midnight(evening, beijing), time.Time{})
	assert.Equal(t, []value{
		{evening.Add(-13 * time.Hour), 40}, {evening.Add(-12 * time.Hour), 41}, {evening.Add(-2 * time.Hour), 0},
	}, got.values, "yesterday's are not inside")
	assert.True(t, got.known())
}

// Nobody is inside less than nobody: whoever leaves and was not counted coming in
// was there before, and how many more were nobody knows.
func TestNobodyIsInsideLessThanNobody(t *testing.T) {
	in := []telemetry.Point{said(13*time.Hour, 40), said(time.Hour, 2)}
	out := []telemetry.Point{said(12*time.Hour, 1), said(2*time.Hour, 43)}
	got := inside(in, out, midnight(evening, beijing), evening.Add(-23*time.Hour))
	assert.Equal(t, []value{
		{evening.Add(-13 * time.Hour), 44}, {evening.Add(-12 * time.Hour), 43}, {evening.Add(-2 * time.Hour), 0}, {evening.Add(-time.Hour), 2},
	}, got.values)
	assert.InDelta(t, 4, got.before, 0)
	assert.False(t, got.known())
	assert.Equal(t, "≥ 2", got.text(2))
}

func TestACountThatBeganAfterMidnightIsNotWhole(t *testing.T) {
	noon := evening.Add(-8 * time.Hour)
	got := inside([]telemetry.Point{said(7*time.Hour, 1)}, nil, midnight(evening, beijing), noon)
	assert.Equal(t, noon, got.since)
	assert.False(t, got.known())
	assert.True(t, inside(nil, nil, midnight(evening, beijing), midnight(evening, beijing)).known())
}

func TestACountThatAGateWasLostInIsNotWhole(t *testing.T) {
	since := midnight(evening, beijing)
	on, off := func(ago time.Duration) value { return value{evening.Add(-ago), 1} }, func(ago time.Duration) value { return value{evening.Add(-ago), 0} }
	for name, c := range map[string]struct {
		online []value
		want   bool
	}{
		"never lost":         {[]value{on(19 * time.Hour)}, false},
		"lost for a moment":  {[]value{off(2 * time.Hour), on(2*time.Hour - 2*time.Minute)}, false},
		"lost for a while":   {[]value{off(2 * time.Hour), on(2*time.Hour - 4*time.Minute)}, true},
		"lost yesterday":     {[]value{off(23 * time.Hour), on(21 * time.Hour)}, false},
		"lost over midnight": {[]value{off(23 * time.Hour), on(19 * time.Hour)}, true},
		"lost now":           {[]value{on(19 * time.Hour), off(time.Minute)}, true},
		"says nothing of it": {nil, false},
	} {
		assert.Equal(t, c.want, lost(c.online, since), name)
	}
}

func TestADeviceIsSaidToHaveBeenLostOnce(t *testing.T) {
	on, off := func(ago time.Duration) value { return value{evening.Add(-ago), 1} }, func(ago time.Duration) value { return value{evening.Add(-ago), 0} }
	d := &deviceCourse{page: &page{words: catalogues(t)["en"]}}
	says := func(online ...value) string {
		return d.connection(day{from: evening.Add(-24 * time.Hour), to: evening, online: online}, "c", beijing).Says
	}
	const drawn = ". Filled is there, a frame is lost"
	assert.Equal(t, "lost 0 times"+drawn, says(on(9*time.Hour)))
	assert.Equal(t, "lost once"+drawn, says(on(9*time.Hour), off(8*time.Hour), on(7*time.Hour)))
	assert.Equal(t, "lost 2 times"+drawn, says(off(8*time.Hour), on(7*time.Hour), off(time.Hour)))
	d.words = catalogues(t)["zh"]
	assert.Contains(t, says(off(time.Hour)), "中断 1 次")
}

// Nobody is lost between bars, and none stands over an edge.
func TestBarsAddUp(t *testing.T) {
	from := evening.Add(-courseLong - 7*time.Minute)
	var in []telemetry.Point
	for i := range 700 {
		in = append(in, said(time.Duration(i)*2*time.Minute, 3))
	}
	parts := partsOf(in, nil, from, evening.Add(time.Second))
	total := 0.0
	for _, p := range parts {
		total += p.in
	}
	assert.InDelta(t, 2100, total, 0)
	a := axes{from, evening, -100, 100, barsPlot}
	for _, p := range parts {
		assert.GreaterOrEqual(t, a.x(p.from), chartLeft)
		assert.LessOrEqual(t, a.x(p.to), chartWidth-chartRight)
	}
}

func TestScalesAreRound(t *testing.T) {
	for v, want := range map[float64]float64{0: 1, 1: 1, 1.5: 2, 3: 5, 7: 10, 11: 20, 420: 500, 501: 1000} {
		assert.InDelta(t, want, round(v), 0, "%v", v)
	}
}

func TestWhatHoldsIsALineWithGaps(t *testing.T) {
	a := axes{evening.Add(-10 * time.Hour), evening, 0, 1, 100}
	var c chart
	c.held(a, []value{{evening.Add(-10 * time.Hour), 0}, {evening.Add(-5 * time.Hour), 1}}, time.Hour)
	assert.Equal(t, "M40 110H71.2M196 10H227.2", c.Paths[0].D)
	assert.Len(t, c.Dots, 2)
}
