package telemetry

import "time"

// How filling in gives way to alarms.
const (
	// restFor is how long filling in rests after an alarm: until those who are
	// told first have read it and the first of them have answered.
	restFor = 5 * time.Second
	// longestRest is how long alarms that follow each other can keep filling in
	// from doing anything at all. After that it goes on slowly.
	longestRest = 30 * time.Second
	// slowBatch points go every slowEvery then: as much as 500 devices say that
	// measure once a second, so that a gap grows no further.
	slowBatch = 500
	slowEvery = time.Second
)

// rest says when what waits may be filled in beside alarms.
type rest struct {
	since  time.Time // when filling in came to rest; zero while it works
	looked time.Time // when somebody last asked
}

// look says at now how many points the next batch may have, full at most, and
// how long it is until the one after it; with no points, when to look again.
// latest is when the latest alarm came; zero where there was none.
func (r *rest) look(now, latest time.Time, full int) (points int, wait time.Duration) {
	if latest.IsZero() || now.Sub(latest) >= restFor {
		*r = rest{}
		return full, 0
	}
	if r.since.IsZero() || now.Sub(r.looked) >= longestRest { // InfluxDB was away meanwhile: what was then is over
		r.since = now
	}
	r.looked = now
	if rested := now.Sub(r.since); rested < longestRest {
		return 0, min(restFor-now.Sub(latest), longestRest-rested)
	}
	return min(slowBatch, full), slowEvery
}
