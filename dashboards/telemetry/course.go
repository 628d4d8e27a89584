package telemetry

import (
	"cmp"
	"slices"
	"time"
)

// The bounds of what is asked of the past.
const (
	// MostPoints is how many points a series has at most.
	MostPoints = 1000
	// LeastPoints is how few may be asked for.
	LeastPoints = 10
	// LongestCourse is how far apart its ends are at most: what a spool is
	// configured to keep at the longest.
	LongestCourse = 168 * time.Hour
	// mostSeries bounds the series of one answer. Overflow: further ones are
	// left out and counted.
	mostSeries = 256
)

// Key names a series: which device, of which measurement, which field. How posts
// stand has the kind of post in the device's place.
type Key struct{ Device, Of, Name string }

// Ask is what is asked of a school's past.
type Ask struct {
	School   string
	From, To time.Time // from at the earliest, before to
	Points   int       // of each series at most; LeastPoints to MostPoints
	// Admit says what may be looked at. What it refuses is not even counted.
	Admit func(Key) bool
}

// Point is what was said at one time, or within one step of time.
type Point struct {
	At                  time.Time // of what was said, or the step's beginning
	Count               int
	Min, Max, Sum, Last float64
	lastAt              time.Time
}

// Mean is the arithmetic mean.
func (p Point) Mean() float64 { return p.Sum / float64(p.Count) }

func (p *Point) add(v float64, at time.Time) {
	if p.Count++; p.Count == 1 {
		p.Min, p.Max, p.Sum, p.Last, p.lastAt = v, v, v, v, at
		return
	}
	p.Min, p.Max, p.Sum = min(p.Min, v), max(p.Max, v), p.Sum+v
	if !at.Before(p.lastAt) {
		p.Last, p.lastAt = v, at
	}
}

// Series is the course of one field, in the order of time. A step without a
// point is left out.
type Series struct {
	Key
	Points []Point
}

// Course is the answer to an Ask.
type Course struct {
	Since   time.Time     // from when on everything that was said is in it
	Step    time.Duration // of the points; 0 where each is one that was said
	Series  []Series      // in the order of their keys
	LeftOut int           // series beyond the bound
	Damaged uint64        // records that could not be read, of anybody
}

// courseSteps are those that a clock has a name for.
func courseSteps() []time.Duration {
	const s, m, h = time.Second, time.Minute, time.Hour
	return []time.Duration{s, 5 * s, 10 * s, 15 * s, 30 * s, m, 2 * m, 5 * m, 10 * m, 15 * m, 30 * m, h, 2 * h, 3 * h, 6 * h, 12 * h, 24 * h}
}

// stepFor is the shortest step of which no more than points lie between both
// ends.
func stepFor(a Ask) time.Duration {
	all := courseSteps()
	for _, step := range all {
		if int(a.To.Sub(a.From.Truncate(step))/step) < a.Points {
			return step
		}
	}
	return all[len(all)-1]
}

// fold gathers a course as it is read. Memory: mostSeries times twice the
// points that were asked for.
type fold struct {
	ask     Ask
	step    time.Duration
	series  map[Key]*folded
	without map[Key]bool // left out for want of room
}

// folded is one series under way: as it was said, for as long as it is short,
// and by steps.
type folded struct {
	said  []Point
	long  bool
	steps map[int64]*Point // by Unix time, ns
}

func newFold(a Ask) *fold {
	return &fold{ask: a, step: stepFor(a), series: map[Key]*folded{}, without: map[Key]bool{}}
}

func (f *fold) of(k Key) *folded {
	if s, ok := f.series[k]; ok {
		return s
	}
	if len(f.series) >= mostSeries {
		if len(f.without) < mostSeries { // beyond that it says enough
			f.without[k] = true
		}
		return nil
	}
	s := &folded{steps: map[int64]*Point{}}
	f.series[k] = s
	return s
}

// add takes one value in; it lies between both ends.
func (f *fold) add(k Key, v float64, at time.Time) {
	s := f.of(k)
	if s == nil {
		return
	}
	if s.long = s.long || len(s.said) >= f.ask.Points; s.long {
		s.said = nil
	} else {
		s.said = append(s.said, Point{At: at})
		s.said[len(s.said)-1].add(v, at)
	}
	began := at.Truncate(f.step)
	p, ok := s.steps[began.UnixNano()]
	if !ok {
		p = &Point{At: began}
		s.steps[began.UnixNano()] = p
	}
	p.add(v, at)
}

// course is what came together. All series are as they were said, or all are
// by steps, so that they can be laid over each other.
func (f *fold) course() Course {
	c := Course{LeftOut: len(f.without)}
	for _, s := range f.series {
		if s.long {
			c.Step = f.step
		}
	}
	for k, s := range f.series {
		points := s.said
		if c.Step != 0 {
			points = nil
			for _, p := range s.steps {
				points = append(points, *p)
			}
		}
		slices.SortStableFunc(points, func(a, b Point) int { return a.At.Compare(b.At) })
		c.Series = append(c.Series, Series{k, points})
	}
	slices.SortFunc(c.Series, func(a, b Series) int {
		return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Of, b.Of), cmp.Compare(a.Name, b.Name))
	})
	return c
}
