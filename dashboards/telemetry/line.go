package telemetry

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// line is one point in InfluxDB's line protocol, in the making. What the hub
// records is all tags of checked words; the escapes are there nevertheless.
type line struct {
	b      []byte
	fields int
}

// lineSize is what most points need, in bytes.
const lineSize = 192

// newLine begins a point. The tags are sorted in place: they stand in the order of their names, which is the
// order that InfluxDB keeps them in; an empty one is left out.
func newLine(measurement string, tags ...[2]string) line {
	return lineIn(make([]byte, 0, lineSize), measurement, tags...)
}

// lineIn begins a point in b, which it may outgrow.
func lineIn(b []byte, measurement string, tags ...[2]string) line {
	l := line{b: append(b[:0], measurement...)}
	slices.SortFunc(tags, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	for _, t := range tags {
		if t[1] != "" {
			l.b = append(append(append(l.b, ','), t[0]...), '=')
			l.b = appendKey(l.b, t[1])
		}
	}
	l.b = append(l.b, ' ')
	return l
}

func (l *line) name(field string) {
	if l.fields++; l.fields > 1 {
		l.b = append(l.b, ',')
	}
	l.b = append(append(l.b, field...), '=')
}

func (l *line) float(field string, v float64) {
	l.name(field)
	l.b = strconv.AppendFloat(l.b, v, 'g', -1, 64)
}

func (l *line) integer(field string, v int64) {
	l.name(field)
	l.b = append(strconv.AppendInt(l.b, v, 10), 'i')
}

func (l *line) boolean(field string, v bool) {
	l.name(field)
	l.b = strconv.AppendBool(l.b, v)
}

// text leaves an empty string out.
func (l *line) text(field, v string) {
	if v == "" {
		return
	}
	l.name(field)
	l.b = append(l.b, '"')
	for i := range len(v) {
		switch v[i] {
		case '\\', '"':
			l.b = append(l.b, '\\', v[i])
		case '\n':
			l.b = append(l.b, ' ')
		default:
			l.b = append(l.b, v[i])
		}
	}
	l.b = append(l.b, '"')
}

// at ends the point. Its time is in nanoseconds.
func (l *line) at(t time.Time) []byte {
	l.b = append(l.b, ' ')
	return strconv.AppendInt(l.b, t.UnixNano(), 10)
}

func appendKey(dst []byte, s string) []byte {
	for i := range len(s) {
		switch s[i] {
		case ',', '=', ' ':
			dst = append(dst, '\\', s[i])
		case '\n':
			dst = append(dst, '_')
		default:
			dst = append(dst, s[i])
		}
	}
	return dst
}

// Where says what the configuration knows of a device.
type Where struct {
	Kind  devices.Kind
	Place string
}

func (w Where) tags(from devices.Address) [][2]string {
	return [][2]string{{"school", from.School}, {"device", from.Device}, {"kind", string(w.Kind)}, {"place", w.Place}}
}

// readingLine is a reading as it is written, in b where that is large enough; nil
// where nothing of it is. admit says which names of values are recorded.
func readingLine(b []byte, r devices.Reading, w Where, at time.Time, admit func(name string) bool) []byte {
	l := lineIn(b, MeasureReading, w.tags(r.From)...)
	var room [8]string // most devices measure no more: none of it is left to the heap
	names := room[:0]
	for name := range r.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if admit(name) {
			l.float(fieldOf(name), r.Values[name])
		}
	}
	if l.fields == 0 {
		return nil
	}
	if r.Seq != 0 {
		l.integer("seq", int64(r.Seq))
	}
	l.text("boot", r.Boot)
	return l.at(at)
}

// fieldOf is the field that a device's value goes into: its name, but for the
// names that mean something else. No two values share a field.
func fieldOf(name string) string {
	if reserved(name) || strings.HasPrefix(name, "value_") {
		return "value_" + name
	}
	return name
}

// stateLine is a device's health. Of one that is away nothing else is known.
func stateLine(s devices.State, w Where, at time.Time) []byte {
	l := newLine(MeasureDevice, w.tags(s.From)...)
	l.boolean("online", s.Status == devices.Online)
	if s.Status == devices.Offline {
		return l.at(at)
	}
	l.boolean("tamper", s.Tamper)
	if s.Battery != nil {
		l.float("battery", *s.Battery)
	}
	if s.RSSI != nil {
		l.float("rssi", *s.RSSI)
	}
	l.text("firmware", s.Firmware)
	return l.at(at)
}

// Stage is a delivery that got further.
type Stage struct {
	School   string
	Incident string // its id; never a confidential one's
	Mode     devices.Mode
	Delivery alerting.Delivery
	State    alerting.DeliveryState
	Why      alerting.Why // of what came to nothing
	At       time.Time
}

func stageLine(s Stage, at time.Time) []byte {
	d := s.Delivery
	l := newLine(MeasureDelivery, [][2]string{
		{"school", s.School}, {"audience", string(d.Audience)}, {"channel", string(d.Channel)}, {"stage", string(s.State)}, {"mode", string(s.Mode)},
		{"reason", string(s.Why)},
	}...)
	l.float("after", s.At.Sub(d.PlannedAt).Seconds())
	l.text("delivery", d.ID)
	l.text("incident", s.Incident)
	return l.at(at)
}

// Internals is how the hub is.
type Internals struct {
	Uptime         time.Duration
	Goroutines     int
	Heap           uint64        // bytes
	GCPause        time.Duration // the longest since the point before
	JournalHealthy bool
	Commit         *time.Duration // on average since the point before; nil where there was none
	Vitals
	Spool   int64 // bytes
	Waiting uint64
	Dropped uint64
}

func hubLine(hub string, i Internals, at time.Time) []byte {
	l := newLine(MeasureHub, [2]string{"hub", hub})
	l.float("uptime", i.Uptime.Seconds())
	l.integer("goroutines", int64(i.Goroutines))
	l.integer("heap", int64(i.Heap))
	l.float("gc_pause", i.GCPause.Seconds())
	l.boolean("journal_healthy", i.JournalHealthy)
	l.integer("journal_pending", int64(i.JournalPending))
	if i.Commit != nil {
		l.float("commit", i.Commit.Seconds())
	}
	l.integer("lanes_waiting", int64(i.LanesWaiting))
	l.integer("connections", int64(i.Connections))
	l.integer("spool", i.Spool)
	l.integer("spool_waiting", int64(i.Waiting))
	l.integer("dropped", int64(i.Dropped))
	return l.at(at)
}
