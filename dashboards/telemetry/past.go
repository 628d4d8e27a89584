package telemetry

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"time"

	"example.org/campushub/dashboards/telemetry/spool"
)

// The bounds of reading the past.
const (
	// mostRead is how much of the spool one question reads, in bytes: days of a
	// school, minutes of a storm. Overflow: the answer begins later, and says so.
	mostRead = 64 << 20
	// atOnce is how many questions read at a time. Overflow: the next waits for
	// its turn for as long as its context lets it.
	atOnce = 1
	// readBatch is how many records are read between two looks at the context.
	readBatch = 4096
)

// ErrBusy says that others were asking for all the time that there was.
var ErrBusy = errors.New("others are reading what was measured")

// Past answers from the spool what devices measured, how they were and how far
// deliveries got. It can
// be used by several goroutines. It needs no InfluxDB.
type Past struct {
	spool *spool.Spool
	turn  chan struct{}
}

// NewPast returns the past of a spool.
func NewPast(s *spool.Spool) *Past { return &Past{s, make(chan struct{}, atOnce)} }

// Course reads what was said between both ends of what is asked. It rests for
// as long as it works, so that it never takes a whole processor from a press,
// and returns ErrBusy or an error of the disk.
func (p *Past) Course(ctx context.Context, a Ask) (Course, error) {
	f := newFold(a)
	since, damaged, err := p.read(ctx, spool.Reading, a.From, f.take)
	if err != nil {
		return Course{}, err
	}
	c := f.course()
	c.Since, c.Damaged = since, damaged
	return c, nil
}

// read has take look at every record of a class that can be of after from, when
// its turn has come, and says from when on that is whole.
func (p *Past) read(ctx context.Context, of spool.Class, from time.Time, take func(record []byte)) (since time.Time, damaged uint64, err error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return since, 0, ErrBusy
	}
	at, since := p.spool.From(of, from, mostRead)
	_, next := p.spool.Bounds(of)
	reader := p.spool.NewReader(of)
	defer reader.Close()
	for at < next {
		began := time.Now()
		b, err := reader.Read(at, next, readBatch)
		if err != nil {
			return since, damaged, err
		}
		for _, one := range b.Records {
			take(one)
		}
		if damaged += b.Damaged; b.Next <= at {
			break
		}
		at = b.Next
		if sleep(ctx, time.Since(began)); ctx.Err() != nil {
			return since, damaged, ErrBusy
		}
	}
	return since, damaged, nil
}

// take takes one record of the spool in, if it is of what is asked.
func (f *fold) take(record []byte) {
	of, by := headOf(record)
	if of == "" {
		return
	}
	series, fields, at, ok := cutLine(record)
	if !ok || at.Before(f.ask.From) || !at.Before(f.ask.To) {
		return
	}
	if school, _ := valueOf(series, "school"); school != f.ask.School {
		return
	}
	whose, _ := valueOf(series, by)
	for field := range bytes.SplitSeq(fields, []byte{','}) {
		name, text, _ := bytes.Cut(field, []byte{'='})
		if of == MeasurePostCoverage {
			text = bytes.TrimSuffix(text, []byte{'i'}) // it has whole numbers alone
		}
		if v, ok := number(text); ok {
			if k := (Key{whose, of, string(name)}); f.ask.Admit(k) {
				f.add(k, v, at)
			}
		}
	}
}

// headOf is of which measurement a record is, and by which tag its series are
// told apart within a school; "" for what is not read back.
func headOf(record []byte) (of, by string) {
	for _, h := range [][2]string{{MeasureReading, "device"}, {MeasureDevice, "device"}, {MeasurePostCoverage, "class"}} {
		if bytes.HasPrefix(record, []byte(h[0]+","+h[1]+"=")) {
			return h[0], h[1]
		}
	}
	return "", ""
}

// number reads a float or a truth; what counts a device's own readings and
// what is text is none.
func number(text []byte) (float64, bool) {
	switch string(text) {
	case "true":
		return 1, true
	case "false":
		return 0, true
	}
	v, err := strconv.ParseFloat(string(text), 64)
	return v, err == nil
}
