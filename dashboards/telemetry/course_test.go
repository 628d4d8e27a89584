package telemetry

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/devices"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

func everything(Key) bool { return true }

// keep opens a spool and puts points into it as of some time.
func keep(t *testing.T, c spool.Config) (*spool.Spool, func(at time.Time, points ...[]byte)) {
	t.Helper()
	c.Dir = t.TempDir()
	s, err := spool.Open(c, noon)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s, func(at time.Time, points ...[]byte) { require.NoError(t, s.Append(spool.Reading, points, at)) }
}

func gateSays(school, device string, at time.Time, open, in float64) []byte {
	r := devices.Reading{From: devices.Address{School: school, Device: device}, Seq: 7, Boot: "b", Values: map[string]float64{"open": open, "passages_in": in}}
	return readingLine(nil, r, Where{Kind: devices.KindGate, Place: "north"}, at, func(string) bool { return true })
}

func TestAShortCourseIsWhatWasSaid(t *testing.T) {
	s, put := keep(t, spool.Config{})
	charge := 0.93
	put(noon.Add(time.Minute),
		gateSays("a", "g-1", noon.Add(30*time.Second), 1, 3),
		gateSays("a", "g-1", noon.Add(10*time.Second), 0, 2), // measured earlier, sent later
		gateSays("b", "g-1", noon.Add(20*time.Second), 1, 99),
		stateLine(devices.State{From: devices.Address{School: "a", Device: "g-1"}, Status: devices.Online, Battery: &charge, Firmware: "1.0"}, Where{Kind: devices.KindGate}, noon.Add(40*time.Second)),
		hubLine("h", Internals{}, noon.Add(time.Second)),
		gateSays("a", "g-1", noon.Add(time.Hour), 1, 50), // behind the end
	)
	c, err := NewPast(s).Course(t.Context(), Ask{School: "a", From: noon, To: noon.Add(time.Hour), Points: 100, Admit: everything})
	require.NoError(t, err)
	assert.Zero(t, c.Step)
	assert.Equal(t, noon, c.Since)
	var names []string
	for _, one := range c.Series {
		names = append(names, one.Of+" "+one.Name)
	}
	assert.Equal(t, []string{"device battery", "device online", "device tamper", "reading open", "reading passages_in"}, names)
	in := c.Series[4].Points
	require.Len(t, in, 2, "of the school, the device and the time that were asked for")
	assert.Equal(t, []float64{2, 3}, []float64{in[0].Last, in[1].Last}, "in the order of their measuring")
	assert.Equal(t, noon.Add(10*time.Second), in[0].At)
}

func TestALongCourseIsBySteps(t *testing.T) {
	s, put := keep(t, spool.Config{})
	for i := range 600 { // ten hours
		at := noon.Add(time.Duration(i) * time.Minute)
		put(at, gateSays("a", "g-1", at, float64(i%2), float64(i%10)))
	}
	c, err := NewPast(s).Course(t.Context(), Ask{School: "a", From: noon, To: noon.Add(10 * time.Hour), Points: 25, Admit: func(k Key) bool { return k.Name == "passages_in" }})
	require.NoError(t, err)
	assert.Equal(t, 30*time.Minute, c.Step)
	require.Len(t, c.Series, 1, "what is not admitted is not there")
	points := c.Series[0].Points
	require.Len(t, points, 20)
	total := 0.0
	for i, p := range points {
		assert.Equal(t, noon.Add(time.Duration(i)*30*time.Minute), p.At)
		assert.Equal(t, 30, p.Count)
		assert.InDelta(t, 0, p.Min, 0)
		assert.InDelta(t, 9, p.Max, 0)
		assert.InDelta(t, 4.5, p.Mean(), 1e-9)
		assert.InDelta(t, 9, p.Last, 0)
		total += p.Sum
	}
	assert.InDelta(t, 2700, total, 1e-9, "nobody is lost between steps")
}

// However the ends lie, there are never more steps than points asked for.
func TestStepsAreBounded(t *testing.T) {
	for _, points := range []int{LeastPoints, 25, 300, MostPoints} {
		for _, long := range []time.Duration{time.Second, time.Minute, 7 * time.Hour, 24 * time.Hour, LongestCourse} {
			from := noon.Add(17*time.Minute + 13*time.Second)
			a := Ask{From: from, To: from.Add(long), Points: points}
			step := stepFor(a)
			n := 0
			for at := from.Truncate(step); at.Before(a.To); at = at.Add(step) {
				n++
			}
			assert.LessOrEqual(t, n, points, "%d points over %v", points, long)
		}
	}
}

func TestSeriesAreBoundedAndTheRestIsCounted(t *testing.T) {
	f := newFold(Ask{From: noon, To: noon.Add(time.Hour), Points: 10, Admit: everything})
	for i := range mostSeries + 3 {
		f.add(Key{"g-1", MeasureReading, fmt.Sprint("v", i)}, 1, noon)
	}
	c := f.course()
	assert.Len(t, c.Series, mostSeries)
	assert.Equal(t, 3, c.LeftOut)
}

// Old segments are not read; what has gone is said to be gone.
func TestACourseSaysSinceWhenItIsWhole(t *testing.T) {
	s, put := keep(t, spool.Config{MaxAge: 72 * time.Hour, KeepOnly: true})
	last := noon.Add(100 * time.Hour)
	for at := noon; !at.After(last); at = at.Add(time.Hour) {
		put(at, gateSays("a", "g-1", at, 1, 1))
		s.Expire(at)
	}
	course := func(back time.Duration) Course {
		c, err := NewPast(s).Course(t.Context(), Ask{School: "a", From: last.Add(-back), To: last, Points: MostPoints, Admit: everything})
		require.NoError(t, err)
		return c
	}
	day := course(24 * time.Hour)
	assert.Equal(t, last.Add(-24*time.Hour), day.Since)
	assert.Len(t, day.Series[0].Points, 24)
	whole := course(100 * time.Hour)
	assert.InDelta(t, 72, last.Sub(whole.Since).Hours(), 3, "the rest has expired")
	first, since := s.From(spool.Reading, noon, 1)
	assert.True(t, since.After(last.Add(-2*time.Hour)), "no more than may be read")
	_, next := s.Bounds(spool.Reading)
	assert.Less(t, next-first, uint64(3))
}

func TestOneQuestionIsReadAtATime(t *testing.T) {
	s, _ := keep(t, spool.Config{})
	p := NewPast(s)
	p.turn <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Course(ctx, Ask{From: noon, To: noon.Add(time.Hour), Points: 10, Admit: everything})
	require.ErrorIs(t, err, ErrBusy)
	<-p.turn
	_, err = p.Course(t.Context(), Ask{From: noon, To: noon.Add(time.Hour), Points: 10, Admit: everything})
	require.NoError(t, err)
}

// How posts stood is read back by kind of post: whole numbers, of one school.
func TestACourseOfPosts(t *testing.T) {
	s, put := keep(t, spool.Config{})
	at := noon.Add(time.Minute)
	put(at,
		coverageLine(PostCoverage{School: "a", Class: "gatehouse", Required: 3, Uncovered: 2}, at),
		coverageLine(PostCoverage{School: "b", Class: "gatehouse", Required: 9}, at),
		dutyLine(DutyDay{School: "a", RoundsDone: 5}, at),
	)
	only := func(k Key) bool {
		return k.Of == MeasurePostCoverage && (k.Name == "required" || k.Name == "uncovered")
	}
	c, err := NewPast(s).Course(t.Context(), Ask{School: "a", From: noon, To: noon.Add(time.Hour), Points: 100, Admit: only})
	require.NoError(t, err)
	require.Len(t, c.Series, 2)
	assert.Equal(t, Key{"gatehouse", MeasurePostCoverage, "required"}, c.Series[0].Key)
	assert.Equal(t, []float64{3, 2}, []float64{c.Series[0].Points[0].Last, c.Series[1].Points[0].Last})
}
