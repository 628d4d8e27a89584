package telemetry

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/devices"
)

// AskStages is what is asked of a school's deliveries: live ones alone.
type AskStages struct {
	School   string
	From, To time.Time // from at the earliest, before to
	// Admit says of which incidents anything may be known. It is asked once of each.
	Admit func(incident string) bool
}

// Told is what became of an audience's deliveries within one hour.
type Told struct {
	Audience alerting.Audience
	Hour     time.Time // its beginning, UTC
	// Handed and Received are how long it took from the planning, in seconds, the
	// shortest first.
	Handed, Received []float64
	Undelivered      int // failed or expired
}

// Stages is the answer, in the order of audiences and hours.
type Stages struct {
	Since   time.Time // from when on everything is in it
	Told    []Told
	Damaged uint64 // records that could not be read, of anybody
}

// Median is the middle of sorted values; the longer one of two.
func Median(sorted []float64) float64 { return sorted[len(sorted)/2] }

// toldKey is one hour of one audience.
type toldKey struct {
	audience alerting.Audience
	hour     int64 // Unix time, s
}

// stageFold gathers stages as they are read. Memory: what is read at most, 8
// bytes a stage.
type stageFold struct {
	ask   AskStages
	told  map[toldKey]*Told
	admit map[string]bool
}

// Stages reads how far deliveries got between both ends of what is asked. Like
// Course it rests for as long as it works, and returns ErrBusy or an error of
// the disk.
func (p *Past) Stages(ctx context.Context, a AskStages) (Stages, error) {
	f := &stageFold{ask: a, told: map[toldKey]*Told{}, admit: map[string]bool{}}
	since, damaged, err := p.read(ctx, spool.Alarm, a.From, f.take)
	if err != nil {
		return Stages{}, err
	}
	return Stages{Since: since, Told: f.sorted(), Damaged: damaged}, nil
}

// take takes one record of the spool in, if it is of what is asked.
func (f *stageFold) take(record []byte) {
	if !bytes.HasPrefix(record, []byte(MeasureDelivery+",")) {
		return
	}
	series, fields, at, ok := cutLine(record)
	if !ok || at.Before(f.ask.From) || !at.Before(f.ask.To) {
		return
	}
	school, _ := valueOf(series, "school")
	mode, _ := valueOf(series, "mode")
	incident, _ := valueOf(fields, "incident")
	if school != f.ask.School || mode != string(devices.Live) || !f.admitted(incident) {
		return
	}
	audience, _ := valueOf(series, "audience")
	stage, _ := valueOf(series, "stage")
	after, _ := valueOf(fields, "after")
	took, err := strconv.ParseFloat(after, 64)
	if err != nil {
		return
	}
	f.of(alerting.Audience(audience), at).add(alerting.DeliveryState(stage), took)
}

func (f *stageFold) admitted(incident string) bool {
	may, known := f.admit[incident]
	if !known {
		may = f.ask.Admit(incident)
		f.admit[incident] = may
	}
	return may
}

func (f *stageFold) of(a alerting.Audience, at time.Time) *Told {
	hour := at.Truncate(time.Hour)
	k := toldKey{a, hour.Unix()}
	t, ok := f.told[k]
	if !ok {
		t = &Told{Audience: a, Hour: hour}
		f.told[k] = t
	}
	return t
}

func (t *Told) add(s alerting.DeliveryState, took float64) {
	switch s {
	case alerting.Handed:
		t.Handed = append(t.Handed, took)
	case alerting.Received:
		t.Received = append(t.Received, took)
	case alerting.Failed, alerting.Expired:
		t.Undelivered++
	}
}

func (f *stageFold) sorted() []Told {
	out := make([]Told, 0, len(f.told))
	for _, t := range f.told {
		slices.Sort(t.Handed)
		slices.Sort(t.Received)
		out = append(out, *t)
	}
	place := func(t Told) int { return slices.Index(alerting.Audiences(), t.Audience) }
	slices.SortFunc(out, func(a, b Told) int {
		if d := place(a) - place(b); d != 0 {
			return d
		}
		return a.Hour.Compare(b.Hour)
	})
	return out
}
