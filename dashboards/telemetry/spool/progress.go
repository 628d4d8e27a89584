package spool

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Progress says which records have been delivered: all before Fill, and those
// from FillEnd to before Live. What lies between Fill and FillEnd is being
// filled in behind what is live.
type Progress struct {
	Fill    uint64 `json:"fill"`
	FillEnd uint64 `json:"fill_end"`
	Live    uint64 `json:"live"`
}

// Filling reports whether anything is left to be filled in.
func (p Progress) Filling() bool { return p.Fill < p.FillEnd }

// Waiting counts the records from a to before b that have not been delivered.
func (p Progress) Waiting(a, b uint64) uint64 {
	return overlap(a, b, p.Fill, p.FillEnd) + overlap(a, b, p.Live, b)
}

// Jump makes everything that waits something to be filled in, and begins to
// be live at next. What was delivered live while an older gap was being filled
// is delivered again: the same points once more, which changes nothing.
func (p Progress) Jump(next uint64) Progress {
	if !p.Filling() {
		p.Fill = p.Live
	}
	p.FillEnd, p.Live = next, next
	return p
}

// within moves what points outside the records that there are to their edge.
func (p Progress) within(first, next uint64) Progress {
	clamp := func(i uint64) uint64 { return min(max(i, first), next) }
	return Progress{clamp(p.Fill), clamp(p.FillEnd), clamp(p.Live)}
}

func overlap(a, b, c, d uint64) uint64 {
	low, high := max(a, c), min(b, d)
	if low >= high {
		return 0
	}
	return high - low
}

// noteSize is how long the note of how far delivery got is, in bytes: six
// numbers and a checksum. It lies within one sector of any disk.
const noteSize = 6*8 + 4

// readProgress reads the note. Where there is none, or none that can be read,
// nothing counts as delivered.
func readProgress(f io.ReaderAt) (p [classes]Progress) {
	b := make([]byte, noteSize)
	if n, _ := f.ReadAt(b, 0); n < noteSize || binary.LittleEndian.Uint32(b[noteSize-4:]) != checksum(b[:noteSize-4]) {
		return p
	}
	for i := range p {
		at := b[i*24:]
		p[i] = Progress{binary.LittleEndian.Uint64(at), binary.LittleEndian.Uint64(at[8:]), binary.LittleEndian.Uint64(at[16:])}
	}
	return p
}

// writeProgress writes the note in its place, which costs no flush, as a
// rename would. It is not synced: an older note delivers the same points once
// more.
func writeProgress(f io.WriterAt, p [classes]Progress) error {
	b := make([]byte, 0, noteSize)
	for _, one := range p {
		for _, n := range []uint64{one.Fill, one.FillEnd, one.Live} {
			b = binary.LittleEndian.AppendUint64(b, n)
		}
	}
	b = binary.LittleEndian.AppendUint32(b, checksum(b))
	if _, err := f.WriteAt(b, 0); err != nil {
		return fmt.Errorf("write progress: %w", err)
	}
	return nil
}
