package rules

import "time"

const (
	changesWithin = 10 * time.Second // in which changes of a contact are counted
	mostChanges   = 32               // counted exactly; more are as good as that many
	bucket        = 5 * time.Second
	buckets       = 120              // ten minutes
	rateWithin    = 60 * time.Second // over which a rate is taken
	passing       = 20 * time.Second // how long a vehicle that passed counts
	releasedFor   = 10 * time.Second // how long before the opening a release may be
	exitAfter     = 30 * time.Second // how long after a release people may leave
	exitsWithin   = 60 * time.Second
	mostValues    = 64
)

// track is what is known of one gate's sensors. All of it is bounded.
type track struct {
	seen               time.Time            // when the latest reading was taken
	taken              map[string]time.Time // when the latest of every value was; it has the names of values
	boot               string
	seq                uint64
	known              map[string]bool
	values             map[string]float64
	moved              time.Time // when the barrier was, or when it was first heard of
	open               bool
	changed            time.Time
	changes            []time.Time // the latest, at most mostChanges
	released, inWindow bool        // of the latest opening
	forced             time.Time   // when it was last forced
	release            time.Time
	tamper             bool
	tampered           time.Time // when the tamper began
	entered, left      counts
	unreleased         counts
	watched            time.Time // since when passages are counted
	counted            time.Time // when the waiting area was counted last
	vehicles           counts
	today              tally
	drift              int // days in a row
}

func newTrack() track {
	return track{known: map[string]bool{}, values: map[string]float64{}, taken: map[string]time.Time{}}
}

// counts are numbers in buckets of 5 s, over ten minutes.
type counts struct {
	at [buckets]int64 // the bucket's number
	n  [buckets]int
}

func (c *counts) add(t time.Time, n int) {
	number := t.UnixNano() / int64(bucket)
	i := int(number % buckets)
	switch {
	case c.at[i] < number:
		c.at[i], c.n[i] = number, n
	case c.at[i] == number:
		c.n[i] = min(c.n[i]+n, mostPassages)
	}
}

// within counts what was added in the last d.
func (c *counts) within(d time.Duration, now time.Time) int {
	last := now.UnixNano() / int64(bucket)
	first, sum := last-int64(d/bucket), 0
	for i, number := range c.at {
		if number > first && number <= last {
			sum += c.n[i]
		}
	}
	return sum
}

// mostPassages bounds what one reading is believed.
const mostPassages = 100_000

func whole(x float64) int { return int(min(max(x, 0), mostPassages)) }

// tally counts a day's passages in and out.
type tally struct {
	day     string
	school  bool
	in, out int
	broken  bool // the hub was away for a while: the tally is not whole
}

// repeated reports whether a reading was there already, and remembers it.
func (t *track) repeated(boot string, seq uint64) bool {
	if boot == "" || seq == 0 {
		return false
	}
	if boot == t.boot && seq <= t.seq {
		return true
	}
	t.boot, t.seq = boot, seq
	return false
}

// take takes values in that were measured at a time, in a window or, for window,
// so soon before one that the gate opens for it. A value that is older than the
// latest of its name changes no state, and counts as what it counts.
func (t *track) take(values map[string]float64, at time.Time, window, within bool) {
	tamper, tampers := t.newer("tamper", values, at)
	open, opens := t.newer("open", values, at)
	if up, ok := t.newer("barrier_up", values, at); ok && (t.moved.IsZero() || (up > 0) != (t.values["barrier_up"] > 0)) {
		t.moved = at
	}
	t.keep(values, at)
	if n, ok := values["released"]; ok && n > 0 && at.After(t.release) {
		t.release = at
	}
	if n, ok := values["vehicles"]; ok && n > 0 {
		t.vehicles.add(at, whole(n))
	}
	t.count(values, at, within)
	if _, ok := values["waiting"]; ok && at.After(t.counted) {
		t.counted = at
	}
	t.seen = latest(t.seen, at)
	if tampers {
		t.tell(tamper > 0, at)
	}
	if opens {
		t.contact(open > 0, at, window)
	}
}

// newer is a value where it is among values and none of its name was measured
// later.
func (t *track) newer(name string, values map[string]float64, at time.Time) (x float64, ok bool) {
	x, ok = values[name]
	return x, ok && !at.Before(t.taken[name])
}

// keep remembers the latest of every value. Overflow: a name that is new is not
// kept.
func (t *track) keep(values map[string]float64, at time.Time) {
	for name := range values {
		x, ok := t.newer(name, values, at)
		if _, kept := t.values[name]; ok && (kept || len(t.values) < mostValues) {
			t.values[name], t.known[name], t.taken[name] = x, true, at
		}
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (t *track) count(values map[string]float64, at time.Time, within bool) {
	in, counted := values["passages_in"]
	out, both := values["passages_out"]
	if !counted && !both {
		return
	}
	if t.watched.IsZero() {
		t.watched = at
	}
	t.entered.add(at, whole(in))
	t.left.add(at, whole(out))
	t.today.in, t.today.out = t.today.in+whole(in), t.today.out+whole(out)
	if whole(out) > 0 && !within && (t.release.IsZero() || at.Sub(t.release) > exitAfter) {
		t.unreleased.add(at, whole(out))
	}
}

// contact takes the contact's state in.
func (t *track) contact(open bool, at time.Time, window bool) {
	if !t.changed.IsZero() && open == t.open {
		return
	}
	first := t.changed.IsZero()
	t.open, t.changed = open, at
	if first && !open { // that it is shut is no change
		return
	}
	if !first {
		t.changes = append(t.changes, at)
		t.changes = t.changes[max(0, len(t.changes)-mostChanges):]
	}
	if !open {
		return
	}
	t.inWindow = window
	t.released = !t.release.IsZero() && at.Sub(t.release) <= releasedFor
	unasked := t.known["released"] && !t.released && !window && !first
	if unasked || t.tamper && at.Sub(t.tampered) <= releasedFor {
		t.forced = at
	}
}

// tell takes a tamper contact in.
func (t *track) tell(on bool, at time.Time) {
	t.known["tamper"] = true
	if on && !t.tamper {
		t.tampered = at
		if t.open && at.Sub(t.changed) <= releasedFor {
			t.forced = at
		}
	}
	t.tamper = on
}

// midnight ends the day's tally where another day has begun. Days without
// lessons, with nobody counted, or not counted whole, say nothing of a counter.
func (t *track) midnight(day string, school bool, roll int) {
	if t.today.day != day {
		if most := max(t.today.in, t.today.out); t.today.school && !t.today.broken && roll > 0 && most > 0 {
			gap := max(t.today.in-t.today.out, t.today.out-t.today.in)
			if gap*100 > roll*driftPercent {
				t.drift = min(t.drift+1, 1000)
			} else {
				t.drift = 0
			}
		}
		t.today = tally{day: day}
	}
	t.today.school = school
}

// driftPercent of the roll is what in and out may differ by in a day.
const driftPercent = 5

// quiet reports whether nothing of the last ten minutes is still counted.
func (t *track) quiet(now time.Time) bool {
	return now.Sub(t.seen) > buckets*bucket
}

// say writes what the sensors say into the inputs.
func (t *track) say(in map[string]any, now time.Time) {
	n := 0
	for _, c := range t.changes {
		if now.Sub(c) <= changesWithin {
			n++
		}
	}
	in["contact.known"], in["contact.open"], in["contact.held"] = t.known["open"], t.open, since(t.changed, now)
	in["contact.changes"] = int64(n)
	in["contact.released"], in["contact.in_window"] = t.open && t.released, t.open && t.inWindow
	in["contact.forced"] = !t.forced.IsZero() && now.Sub(t.forced) <= releasedFor
	in["release.known"], in["release.ago"], in["tamper.on"] = t.known["released"], since(t.release, now), t.tamper
	in["barrier.known"], in["barrier.up"] = t.known["barrier_up"], t.values["barrier_up"] > 0
	in["vehicles.passing"] = int64(t.vehicles.within(passing, now))
	in["bollards.known"], in["bollards.up"] = t.known["bollards_up"], t.values["bollards_up"] > 0
	in["counter.known"], in["counter.watched"] = !t.watched.IsZero(), max(since(t.watched, now), 0)
	in["counter.entered"] = int64(t.entered.within(buckets*bucket, now))
	in["counter.left"] = int64(t.left.within(buckets*bucket, now))
	in["counter.rate"] = float64(t.entered.within(rateWithin, now) + t.left.within(rateWithin, now))
	in["counter.unreleased"] = int64(t.unreleased.within(exitsWithin, now))
	in["counter.drift_days"] = int64(t.drift)
	in["waiting.known"], in["waiting.people"] = t.known["waiting"], int64(whole(t.values["waiting"]))
	in["area.silent"] = since(t.counted, now)
	in["exit.known"] = t.known["locked"] || t.known["blocked"]
	in["exit.blocked"] = t.values["locked"] > 0 || t.values["blocked"] > 0
	in["values"] = t.values
}

// since is how many seconds ago something was; -1 where it never was.
func since(t, now time.Time) int64 {
	if t.IsZero() {
		return -1
	}
	return max(seconds(now.Sub(t)), 0)
}
