package ipcam

import (
	"time"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
)

const (
	payloadType = 96
	packetSize  = 1400 // bytes, as over a network of 1,500
)

// send plays from the next picture until it is stopped. Every connection of a
// camera sees the same picture at the same time.
func (s *session) send(stop <-chan struct{}) {
	c := s.camera
	c.mu.Lock()
	begun, boot := c.begun, c.boot
	c.mu.Unlock()
	interval := c.interval()
	var packets codecs.H264Payloader
	seq := boot.seq
	for n := int64(time.Since(begun)/interval) + 1; ; n++ {
		select {
		case <-stop:
			return
		case <-time.After(time.Until(begun.Add(time.Duration(n) * interval))):
		}
		c.mu.Lock()
		now := c.faults
		boot.stamp = c.boot.stamp
		c.mu.Unlock()
		if now.hang || (now.keyless && n%Group == 0) {
			continue
		}
		stamp := boot.stamp + uint32(n*90000/Rate) //nolint:gosec // modulo 2³² is the point
		payloads := packets.Payload(packetSize, c.pictures[n%Pictures])
		for i, payload := range payloads {
			p := rtp.Packet{
				Header:  rtp.Header{Version: 2, Marker: i == len(payloads)-1, PayloadType: payloadType, SequenceNumber: seq, Timestamp: stamp, SSRC: boot.ssrc},
				Payload: payload,
			}
			seq++
			if c.lost() {
				continue
			}
			if s.packet(p, now.garbage) != nil {
				return
			}
		}
	}
}

// lost reports whether a packet gets lost.
func (c *Camera) lost() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.faults.lose == 0 {
		return false
	}
	c.faults.lose--
	return true
}

func (s *session) packet(p rtp.Packet, garbage bool) error {
	data, err := p.Marshal()
	if err != nil {
		return err
	}
	if garbage {
		for i := range data {
			data[i] ^= byte(i*7) | 1
		}
	}
	return s.write(append([]byte{'$', 0, byte(len(data) >> 8), byte(len(data))}, data...)) //nolint:gosec // at most 1,412
}
