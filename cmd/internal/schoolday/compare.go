package schoolday

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus/day"
	"example.org/campushub/firmware-sim/campus/scenario"
)

const (
	// moved is how far the hub moves a point at most, so that no two of a
	// device share a time.
	moved = time.Microsecond
	// unpromised is how long before the hub was killed a state may have been
	// acknowledged that is not stored: nobody waits until a state is on disk.
	unpromised = 2 * time.Second
	// maxNamed is how many faults are put in words.
	maxNamed = 20
)

// Row counts what was said from one moment of the day to another.
type Row struct {
	What string
	// Lasted is how long it lasted by the real clock; 0 in the row of all.
	Lasted time.Duration
	Count
}

// Count is what became of readings, states and ends of connections.
type Count struct {
	Sent    int // different ones, however often each was sent
	Written int // of these, stored
	Lost    int // not stored, and promised
	Open    int // not stored, and nothing was promised
	Twice   int // points too many
	Other   int // stored with another time, value or tag
}

// Result is what a day came to.
type Result struct {
	Took     time.Duration
	Readings Count
	States   Count
	Ends     Count // of connections: each is a point that the device is offline
	Rows     []Row
	Again    int    // times that a reading was sent again
	GivenUp  int    // by the devices themselves
	Unsent   int    // points of readings that no device sent
	Told     int    // deliveries that terminals were told
	Unstaged int    // of these, deliveries without the stages handed and received
	Coverage int    // points of post coverage
	Cut      int    // writes that their deadline ended while InfluxDB hung
	Pages    *Pages // nil where none was opened
	// Of the hub's own counts, since its last start.
	Dropped, Rejected, Repeated int
	Faults                      []string
}

// comparison is a result in the making.
type comparison struct {
	*Result
	sent   *day.Ledger
	store  store
	kinds  map[string]devices.Kind
	end    time.Time
	counts []Count // of each outage
}

func compare(sent *day.Ledger, s store, of scenario.Scenario, end time.Time) *Result {
	c := &comparison{
		Result: &Result{Took: sent.Took, Coverage: s.coverage}, sent: sent, store: s, end: end,
		kinds: map[string]devices.Kind{}, counts: make([]Count, len(sent.Outages)),
	}
	for _, d := range of.Devices {
		c.kinds[d.ID] = d.Kind
	}
	known := map[string]bool{}
	for _, r := range sent.Reports {
		switch {
		case r.GivenUp:
			c.GivenUp++
		case r.Kind == day.Reading:
			c.reading(r, known)
		case r.Kind == day.State && len(r.Attempts) > 0:
			c.state(r)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.readings)) {
		if !known[key] {
			c.Unsent++
			c.named("stored, and nobody sent it: %s", key)
		}
	}
	for i, o := range sent.Outages {
		c.Rows = append(c.Rows, Row{o.What, o.End.Sub(o.Begin), c.counts[i]})
	}
	c.gone()
	return c.Result
}

func (r *Result) named(format string, args ...any) {
	if len(r.Faults) < maxNamed {
		r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
	}
}

func (c *comparison) reading(r *day.Report, known map[string]bool) {
	key := readingKey(r.From.Device, r.Boot, strconv.FormatUint(r.Seq, 10))
	known[key] = true
	if n := len(r.Attempts); n > 1 {
		c.Again += n - 1
	}
	promised := r.QoS > 0 || r.Done
	c.count(&c.Readings, r, c.store.readings[key], promised, func(p point) string {
		for name, want := range r.Values {
			if got, ok := p.number(name); !ok || got != want {
				return fmt.Sprintf("%s is %v instead of %v", name, p.fields[name], want)
			}
		}
		if want := len(r.Values) + len([]string{"seq", "boot", "school", "device", "kind", "place"}); len(p.fields) != want {
			return fmt.Sprintf("%v: want %d fields and tags", p.fields, want)
		}
		return ""
	})
}

func (c *comparison) state(r *day.Report) {
	c.count(&c.States, r, c.store.states[stateKey(r.From.Device, r.Battery)], c.promised(r), func(p point) string {
		rssi, _ := p.number("rssi")
		if p.text("firmware") != day.Firmware || p.fields["tamper"] != false || rssi != r.RSSI {
			return fmt.Sprint("said otherwise: ", p.fields)
		}
		return ""
	})
}

// promised reports whether a state must be there: it was acknowledged, and the
// hub was not killed in the next moment.
func (c *comparison) promised(r *day.Report) bool {
	acked := r.Attempts[0].Acked
	return !acked.IsZero() && !killedAfter(c.sent, acked)
}

// count judges one report by the points that are stored of it.
func (c *comparison) count(all *Count, r *day.Report, points []point, promised bool, differs func(point) string) {
	into := []*Count{all}
	for i, o := range c.sent.Outages {
		if !r.Made.Before(o.Begin) && !r.Made.After(o.End) {
			into = append(into, &c.counts[i])
		}
	}
	other := ""
	if len(points) > 0 {
		other = c.otherwise(r, points[0], differs)
	}
	for _, n := range into {
		n.Sent++
		switch {
		case len(points) > 0:
			n.Written++
			n.Twice += len(points) - 1
		case promised:
			n.Lost++
		default:
			n.Open++
		}
		if other != "" {
			n.Other++
		}
	}
	switch {
	case len(points) == 0 && promised:
		c.named("%s of %s lost: seq %d, attempts %+v", r.Kind, r.From, r.Seq, r.Attempts)
	case len(points) > 1:
		c.named("%s of %s is there %d times: seq %d", r.Kind, r.From, len(points), r.Seq)
	case other != "":
		c.named("%s of %s, seq %d: %s", r.Kind, r.From, r.Seq, other)
	}
}

// otherwise says in which way a point is not what was sent: its tags, its time
// or what only its kind has.
func (c *comparison) otherwise(r *day.Report, p point, differs func(point) string) string {
	if p.text("school") != r.From.School || p.text("kind") != string(c.kinds[r.From.Device]) || p.text("place") == "" {
		return fmt.Sprint("other tags: ", p.fields)
	}
	if !c.inTime(r, p.time()) {
		return fmt.Sprintf("its time is %s, and it was sent %+v", p.time().Format(time.RFC3339Nano), r.Attempts)
	}
	return differs(p)
}

// inTime reports whether a point's time is that of its measuring, as the hub
// could know it: between the write of one of its attempts and the answer, less
// the age that was said. One without an answer may have been read at any time.
func (c *comparison) inTime(r *day.Report, at time.Time) bool {
	return slices.ContainsFunc(r.Attempts, func(a day.Attempt) bool {
		last := c.end
		if !a.Acked.IsZero() {
			last = a.Acked
		}
		return !at.Before(a.At.Add(-a.Age).Round(0)) && !at.After(last.Add(moved-a.Age).Round(0))
	})
}
