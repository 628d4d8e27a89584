package h264

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/pion/rtp"

	"example.org/campushub/devices/camera"
)

// maxUnit is the largest access unit, in bytes. At 4 Mbit/s a keyframe has
// 100 to 300 kB.
const maxUnit = 2 << 20

// lateness is how many packets a packet may be behind to count as repeated;
// further back the camera has begun to count anew.
const lateness = 64

// Rate is how many ticks a second RTP's timestamps of H.264 have (RFC 6184,
// 8.2.1).
const Rate = 90000

// ErrReordered is what a camera gets that sends B pictures: their order in time
// is not that in which they come.
var ErrReordered = errors.New("h264: the camera sends B pictures: set its profile to Baseline, or B frames to 0")

// What goes missing. Each costs the picture to the next keyframe.
var (
	errLost    = errors.New("h264: packets are missing")
	errPayload = errors.New("h264: payload that nobody can read")
	errLarge   = errors.New("h264: access unit is too large")
)

// Assembler makes access units of one camera's packets. It belongs to one
// goroutine; a new connection to the camera goes on with the same one.
type Assembler struct {
	clock    *camera.Clock
	format   *camera.Format
	sps, pps []byte // the newest

	source uint32 // who sends
	began  bool   // a packet came since the last Reset
	next   uint16 // the sequence number that is due
	stamp  uint32 // of the unit that is put together
	at     time.Time
	data   []byte // of that unit, each NAL unit behind its length
	open   int    // where a fragmented NAL unit's length stands in data; -1: none is open
	key    bool
	filled bool // there is picture in it
	ruined bool // something of it is missing
	spoilt bool // something is missing: nothing to the next keyframe
	broken bool // something was missing before this unit

	// Some cameras set the marker at the end of each slice instead of each
	// picture. Whoever does so once is believed by timestamps alone.
	markers bool
	ended   bool // the unit of this stamp was given away by its marker
}

// NewAssembler returns an assembler that has the parameter sets of a
// description, which may be missing, or be wrong: what comes between the
// pictures counts.
func NewAssembler(sps, pps []byte) *Assembler {
	a := &Assembler{clock: camera.NewClock(Rate), open: -1, spoilt: true, markers: true}
	a.Parameters(sps, pps)
	return a
}

// Parameters takes the parameter sets of a description.
func (a *Assembler) Parameters(sps, pps []byte) {
	if f, err := ParseFormat(sps, pps); err == nil {
		a.sps, a.pps = f.SPS, f.PPS
	}
}

// Reset takes it that the stream begins anew: nothing of what was begun is
// finished, and the next unit is a keyframe.
func (a *Assembler) Reset() {
	a.discard()
	a.began, a.spoilt, a.broken, a.ended = false, true, true, false
}

// Push takes one packet that came at now, and returns the units that it ends:
// one, or rarely two. An error says what was lost, and ends nothing but
// ErrReordered, after which nothing good comes.
func (a *Assembler) Push(p *rtp.Packet, now time.Time) (out []camera.Unit, err error) {
	if a.began && p.SSRC != a.source {
		a.Reset()
	}
	a.source = p.SSRC
	if a.began && p.SequenceNumber != a.next {
		if late := a.next - p.SequenceNumber; late <= lateness {
			return nil, nil // it came twice, or too late
		}
		a.lose()
		err = errLost
	}
	if !a.began || p.Timestamp != a.stamp {
		out = a.finish(out) // nothing, where packets were lost between
		a.begin(p.Timestamp, now)
	}
	a.began, a.next = true, p.SequenceNumber+1
	if len(p.Payload) == 0 {
		return out, err
	}
	if bad := a.payload(p.Payload); bad != nil {
		a.lose()
		return out, bad
	}
	if p.Marker && a.markers && a.filled && a.open < 0 {
		out = a.finish(out)
		a.ended = true
	}
	return out, err
}

func (a *Assembler) begin(stamp uint32, now time.Time) {
	a.stamp, a.ended, a.ruined = stamp, false, false
	at, jumped := a.clock.Time(stamp, now)
	a.at = at
	a.broken = a.broken || jumped
}

// lose drops what is being put together, and what follows to the next keyframe.
func (a *Assembler) lose() {
	a.discard()
	a.spoilt, a.broken, a.ruined = true, true, true
}

func (a *Assembler) discard() {
	a.data, a.open, a.key, a.filled = a.data[:0], -1, false, false
}

// payload takes one packet's payload (RFC 6184, 5.2): a NAL unit, some of them,
// or a part of one.
func (a *Assembler) payload(b []byte) error {
	switch t := typeOf(b); {
	case t >= typeSlice && t < typeStapA:
		return a.nal(b)
	case t == typeStapA:
		return a.several(b[1:])
	case t == typeFuA:
		return a.fragment(b)
	default: // STAP-B, MTAP and FU-B belong to the interleaved mode, which nobody asked for
		return fmt.Errorf("%w: type %d", errPayload, t)
	}
}

// several takes an aggregation packet (5.7.1).
func (a *Assembler) several(b []byte) error {
	for len(b) > 0 {
		if len(b) < 2 {
			return errPayload
		}
		n := int(binary.BigEndian.Uint16(b))
		if b = b[2:]; n == 0 || n > len(b) {
			return errPayload
		}
		if err := a.nal(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// The bits of a fragment's header (5.8).
const (
	fuStart = 0x80
	fuEnd   = 0x40
)

// fragment takes a part of a NAL unit.
func (a *Assembler) fragment(b []byte) error {
	if len(b) < 3 || b[1]&(fuStart|fuEnd) == fuStart|fuEnd {
		return errPayload
	}
	header := b[0]&headerMask | b[1]&typeMask
	switch {
	case b[1]&fuStart != 0:
		if a.open >= 0 {
			return errPayload
		}
		a.open = len(a.data)
		a.data = append(a.data, 0, 0, 0, 0, header)
	case a.open < 0:
		if a.spoilt { // the beginning of it was lost: that is known already
			return nil
		}
		return errPayload
	}
	if len(a.data)+len(b) > maxUnit {
		return errLarge
	}
	a.data = append(a.data, b[2:]...)
	if b[1]&fuEnd == 0 {
		return nil
	}
	whole := a.data[a.open+4:]
	a.data, a.open = a.data[:a.open], -1
	return a.nal(whole)
}

// nal takes one whole NAL unit, which may lie where it is going to.
func (a *Assembler) nal(nal []byte) error {
	if a.open >= 0 {
		return errPayload
	}
	t := typeOf(nal)
	switch t {
	case typeSPS:
		a.sps = keep(a.sps, nal)
	case typePPS:
		a.pps = keep(a.pps, nal)
	}
	if !kept(t) {
		return nil
	}
	if len(a.data)+4+len(nal) > maxUnit {
		return errLarge
	}
	if pictured(t) {
		if err := a.picture(nal); err != nil {
			return err
		}
	}
	at := len(a.data)
	a.data = append(append(a.data, 0, 0, 0, 0), nal...) // moves it by 4 bytes where it lies there
	binary.BigEndian.PutUint32(a.data[at:], uint32(len(nal)))
	return nil
}

// picture looks at what a NAL unit with picture says of the unit.
func (a *Assembler) picture(nal []byte) error {
	first, kind, ok := slice(nal)
	if ok && kind == sliceB {
		return ErrReordered
	}
	if a.ended && ok && first != 0 { // it belongs to the unit that was given away
		a.markers = false
		return errPayload
	}
	if ok && !a.filled && first != 0 { // its beginning went with the packets before
		a.ruined = true
	}
	a.filled = true
	a.key = a.key || typeOf(nal) == typeIDR
	return nil
}

// keep returns the newest parameter set, a copy; the old one where it is the same.
func keep(old, nal []byte) []byte {
	if len(nal) > maxParameterSet || string(old) == string(nal) {
		return old
	}
	return append([]byte(nil), nal...)
}

// finish gives away the unit that was put together, where it can be shown.
func (a *Assembler) finish(out []camera.Unit) []camera.Unit {
	if a.open >= 0 { // its end never came
		a.lose()
	}
	defer a.discard()
	if !a.filled {
		return out
	}
	if a.ruined {
		a.spoilt, a.broken = true, true
	} else if a.key {
		a.spoilt = !a.described()
	}
	if a.spoilt {
		return out
	}
	u := camera.Unit{At: a.at, Key: a.key, Broken: a.broken, Format: a.format, Data: append([]byte(nil), a.data...)}
	a.broken = false
	return append(out, u)
}

// described makes sure that the format is that of the newest parameter sets.
func (a *Assembler) described() bool {
	if f := a.format; f != nil && string(f.SPS) == string(a.sps) && string(f.PPS) == string(a.pps) {
		return true
	}
	f, err := ParseFormat(a.sps, a.pps)
	if err != nil {
		return false
	}
	a.format = f
	return true
}
