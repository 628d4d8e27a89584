package rtsp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/pion/rtp"
)

// The most that a camera may send: 64 Mbit/s over 5 s. Cameras send 1 to 16,
// and some begin with a whole group of pictures at once.
const (
	floodSpan  = 5 * time.Second
	floodBytes = 40 << 20
)

// maxBad is how many packets in a row may be none.
const maxBad = 100

// The errors of playing.
var (
	errFlood   = errors.New("rtsp: the camera sends more than 64 Mbit/s")
	errGarbage = errors.New("rtsp: the camera sends packets that nobody can read")
	errEnded   = errors.New("rtsp: the camera has ended the session")
)

// player is what reading packets keeps in mind.
type player struct {
	alive time.Time // when the session is to be kept alive
	armed time.Time // when the read deadline was set
	since time.Time // since when bytes are counted
	bytes int
	bad   int // packets in a row
}

// play gives the sink what comes.
func (s *session) play(ctx context.Context, t Track, sink Sink) error {
	now := time.Now()
	p := player{alive: now.Add(s.timeout / 2), since: now}
	var packet rtp.Packet
	for {
		if err := s.arm(ctx, &p, now); err != nil {
			return err
		}
		f, m, err := s.in.next()
		if err != nil {
			return fmt.Errorf("play: %w", err)
		}
		now = time.Now()
		if m != nil {
			if err := s.heard(ctx, m); err != nil {
				return err
			}
		} else if f.channel == s.channel {
			if err := p.take(f.data, &packet, t, now, sink); err != nil {
				return err
			}
		}
		if err := p.count(len(f.data), now); err != nil {
			return err
		}
		if !now.Before(p.alive) {
			p.alive, p.armed = now.Add(s.timeout/2), time.Time{}
			s.asked = &request{method: s.ask, url: s.url}
			if err := s.send(ctx, s.asked); err != nil {
				return fmt.Errorf("keep alive: %w", err)
			}
		}
	}
}

// arm sets the read deadline, once a second at most.
func (s *session) arm(ctx context.Context, p *player, now time.Time) error {
	if now.Sub(p.armed) < time.Second {
		return nil
	}
	p.armed = now
	if err := s.conn.SetDeadline(now.Add(silence)); err != nil {
		return err
	}
	return ctx.Err() // it may have ended before the deadline was set
}

// take reads one packet. Padding alone and other payloads are passed over.
func (p *player) take(data []byte, packet *rtp.Packet, t Track, now time.Time, sink Sink) error {
	*packet = rtp.Packet{}
	if err := packet.Unmarshal(data); err != nil || packet.Version != 2 {
		if p.bad++; p.bad > maxBad {
			return errGarbage
		}
		return nil
	}
	p.bad = 0
	if packet.PayloadType != t.PayloadType {
		return nil
	}
	return sink.Packet(packet, now)
}

func (p *player) count(bytes int, now time.Time) error {
	if now.Sub(p.since) >= floodSpan {
		p.since, p.bytes = now, 0
	}
	if p.bytes += bytes + 4; p.bytes > floodBytes {
		return errFlood
	}
	return nil
}

// heard takes a message that comes between packets: the answer to a keep-alive,
// or something that the camera asks, which is refused.
func (s *session) heard(ctx context.Context, m *message) error {
	if m.method != "" {
		if m.method == "TEARDOWN" {
			return errEnded
		}
		seq, err := strconv.ParseUint(m.header.Get("Cseq"), 10, 31)
		if err != nil {
			return fmt.Errorf("%w: %.20q without a number", errMessage, m.method)
		}
		return s.write(ctx, fmt.Sprintf("RTSP/1.0 501 Not Implemented\r\nCSeq: %d\r\n\r\n", seq))
	}
	r := s.asked
	if r == nil || !answers(m, r) {
		return nil
	}
	if m.status/100 != 2 && m.status != 401 && m.status != 454 {
		s.ask, s.asked = "OPTIONS", nil // it says that it can, and can't: 454 alone means that the session is gone
		return nil
	}
	again, err := s.judge(r, m)
	switch {
	case err != nil:
		return fmt.Errorf("keep alive: %w", err)
	case again:
		return s.send(ctx, r)
	}
	s.asked = nil
	return nil
}
