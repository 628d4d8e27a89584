package schoolday

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/firmware-sim/campus/day"
)

// Full is what a day came to on which the hub was killed with a full spool.
type Full struct {
	Took time.Duration
	// Readings, each known by device, boot and seq.
	Sent, Written int
	Dropped       int // not stored: the oldest of their device, for want of room
	Lost          int // not stored, and newer than one that is
	// Open: not stored, and acknowledged in the moment of the kill by a hub whose
	// disk was behind, or never.
	Open   int
	Twice  int
	Unsent int // points of readings that no device sent

	// Points of every kind that are no alarm's: let go before the kill, by their
	// numbers, which agreed with the hub's count; let go since, as the hub counts;
	// and missing in InfluxDB.
	Before, After, Missing uint64

	Told, Unstaged int // deliveries that terminals were told; without handed or received
	Faults         []string
}

// Exact reports whether as many points are missing as the hub says it let go.
func (f *Full) Exact() bool { return f.Before+f.After == f.Missing }

func (f *Full) named(format string, args ...any) {
	if len(f.Faults) < maxNamed {
		f.Faults = append(f.Faults, fmt.Sprintf(format, args...))
	}
}

// compare judges every reading: a spool lets the oldest go, so that of each
// device those at its beginning may be missing and no other.
func (f *flood) compare(sent *day.Ledger, s store) *Full {
	out := &Full{Took: sent.Took}
	by, known := map[string][]*day.Report{}, map[string]bool{}
	for _, r := range sent.Reports {
		if r.Kind == day.Reading && len(r.Attempts) > 0 {
			by[r.From.Device] = append(by[r.From.Device], r)
			known[keyOf(r)] = true
		}
	}
	for _, device := range slices.Sorted(maps.Keys(by)) {
		f.judge(out, device, by[device], s)
	}
	for key := range s.readings {
		if !known[key] {
			out.Unsent++
			out.named("stored, and nobody sent it: %s", key)
		}
	}
	return out
}

func keyOf(r *day.Report) string {
	return readingKey(r.From.Device, r.Boot, strconv.FormatUint(r.Seq, 10))
}

// judge counts the readings of one device, in their order.
func (f *flood) judge(out *Full, device string, all []*day.Report, s store) {
	slices.SortFunc(all, func(a, b *day.Report) int { return int(int64(a.Seq) - int64(b.Seq)) })
	older := true // none of them is stored yet
	for _, r := range all {
		n := len(s.readings[keyOf(r)])
		out.Sent++
		switch {
		case n > 0:
			out.Written++
			out.Twice += n - 1
			older = false
		case !f.owed(device, r):
			out.Open++
		case older:
			out.Dropped++
		default:
			out.Lost++
			out.named("reading of %s lost: seq %d, attempts %+v", r.From, r.Seq, r.Attempts)
		}
	}
}

// owed reports whether a reading was promised to be kept: it was acknowledged,
// and is not one of the last before the kill, which were not in the spool then.
func (f *flood) owed(device string, r *day.Report) bool {
	acked := r.Attempts[0].Acked
	for _, a := range r.Attempts {
		if a.Acked.After(acked) {
			acked = a.Acked
		}
	}
	return !acked.IsZero() && (acked.After(f.killedAt) || int(r.Seq) <= f.inSpool[device])
}
