package day

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/campus/load/packet"
)

const (
	greetLimit = 20 * time.Second // TCP, CONNECT and SUBSCRIBE together
	writeLimit = 10 * time.Second // a socket that takes nothing for so long is dead
	pingEvery  = 5 * time.Second  // below the keep-alive of the mains
	burst      = 32               // reports without an answer; further ones wait
	repeat     = 2 * time.Second  // a press without its receipt is sent again
	inBuffer   = 512              // bytes
)

// session is one connection of a device.
type session struct {
	*device
	net  net.Conn
	in   *packet.Reader
	last uint16
	cuts int           // of the uplink, before this connection
	gone chan struct{} // closed when nothing is read any more

	writing sync.Mutex // packets are written whole
}

// connect opens a connection that is let in, and hears its commands.
func (d *device) connect(ctx context.Context) (*session, error) {
	cuts := d.cutsSoFar()
	ctx, cancel := context.WithTimeout(ctx, greetLimit)
	defer cancel()
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp", d.config.Hub)
	if err != nil {
		return nil, err
	}
	s := &session{device: d, net: c, in: packet.NewReader(c, inBuffer), last: 1, cuts: cuts, gone: make(chan struct{})}
	until, _ := ctx.Deadline()
	_ = c.SetReadDeadline(until)
	if err := s.greet(); err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("connect %s: %w", d, err)
	}
	_ = c.SetReadDeadline(time.Time{})
	return s, nil
}

func (s *session) greet() error {
	user := s.who.Address.String()
	login := packet.Login{ClientID: user, Username: user, Password: s.who.Password, KeepAlive: uint16(s.is.Power.KeepAlive() / time.Second)}
	out := packet.AppendConnect(nil, login)
	if err := s.write(packet.AppendSubscribe(out, 1, wire.CommandTopic(s.who.Address), 1)); err != nil {
		return err
	}
	p, err := s.in.Next()
	if err != nil {
		return err
	}
	return p.Accepted()
}

// session reports until the connection ends: first how the device is, then
// what the hub may not have.
func (d *device) session(ctx context.Context, s *session) {
	d.begin()
	go s.read()
	tick := time.NewTicker(repeat)
	defer tick.Stop()
	pinged := time.Now()
	ended := End{From: d.who.Address, Why: Dropped, Began: pinged}
	for {
		err := s.report()
		if err == nil && time.Since(pinged) > pingEvery {
			pinged = time.Now()
			err = s.write(packet.AppendEmpty(nil, packet.Pingreq))
		}
		ended.At = time.Now()
		if err == nil && d.cutSince(s.cuts) {
			ended.Why = Uplink
			break
		}
		if err != nil {
			break
		}
		select {
		case <-d.wake:
			continue
		case <-tick.C:
			d.unanswered()
			continue
		case <-ctx.Done():
			ended.Why, ended.At = Left, time.Now()
			_ = s.write(packet.AppendEmpty(nil, packet.Disconnect))
		case <-s.gone:
			ended.At = time.Now()
		}
		break
	}
	_ = s.net.Close()
	<-s.gone
	d.end(ended)
}

// begin is a new connection, which knows nothing of the old one's.
func (d *device) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.up, d.known = true, false
	for _, w := range d.trail {
		w.id, w.acked = 0, time.Time{}
	}
	d.say(d.state())
}

// end closes what was being attempted. A state is not said again.
func (d *device) end(e End) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.book.mu.Lock()
	defer d.book.mu.Unlock()
	d.up = false
	at := time.Now()
	e.Known = d.known
	d.book.ends = append(d.book.ends, e)
	kept := d.trail[:0]
	for _, w := range d.trail {
		if n := len(w.Attempts); n > 0 && w.Attempts[n-1].End.IsZero() {
			w.Attempts[n-1].End = at
		}
		switch {
		case w.Kind == State, w.QoS == 0 && w.id != 0:
		default:
			kept = append(kept, w)
		}
	}
	d.trail = kept
}

// report forgets what is surely in and sends what was not sent.
func (s *session) report() error {
	s.settle(time.Now())
	for _, m := range s.due() {
		if err := s.write(packet.AppendPublish(nil, m)); err != nil {
			return err
		}
	}
	return nil
}

// settle takes off the trail what the connection has outlived.
func (s *session) settle(now time.Time) {
	d := s.device
	d.mu.Lock()
	defer d.mu.Unlock()
	d.book.mu.Lock()
	defer d.book.mu.Unlock()
	for len(d.trail) > 0 {
		w := d.trail[0]
		if w.acked.IsZero() || w.Kind != Press && w.Kind != State && now.Sub(w.acked) < d.config.Settle {
			return
		}
		w.Done = true
		d.trail = d.trail[1:]
	}
}

// due takes what is to be sent now, the oldest first. The moment is taken when
// nothing more can be said: a report is never sent before it was made.
func (s *session) due() (out []packet.Message) {
	d := s.device
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	d.book.mu.Lock()
	defer d.book.mu.Unlock()
	open := 0
	for _, w := range d.trail {
		if w.id != 0 {
			if w.acked.IsZero() {
				open++
			}
			continue
		}
		if open++; open > burst {
			return out
		}
		s.last = max(s.last+1, 2)
		w.id = s.last
		out = append(out, s.message(w, now))
	}
	return out
}

// message encodes a report with its age, and notes the attempt. It is called
// with both locks held.
func (s *session) message(w *waiting, now time.Time) packet.Message {
	r := w.Report
	age := now.Sub(r.Made).Truncate(time.Millisecond)
	r.Attempts = append(r.Attempts, Attempt{At: now, Age: age})
	m := packet.Message{QoS: r.QoS, ID: w.id}
	switch r.Kind {
	case Reading:
		m.Topic = wire.ReadingTopic(r.From)
		m.Payload = wire.EncodeReading(devices.Reading{Age: age, Seq: r.Seq, Boot: r.Boot, Values: r.Values})
	case State:
		r.Attempts[len(r.Attempts)-1].Age = 0
		m.Topic, m.Retain = wire.StateTopic(r.From), true
		m.Payload = wire.EncodeState(devices.State{Status: devices.Online, Firmware: Firmware, Battery: &r.Battery, RSSI: &r.RSSI})
	case CheckIn:
		m.Topic = wire.CheckInTopic(r.From)
		m.Payload = wire.EncodeCheckIn(devices.CheckIn{ID: r.ID, Post: s.who.Post, Card: r.Card, Age: age})
	case Press:
		m.Topic = wire.AlarmTopic(r.From)
		m.Payload = wire.EncodeAlarm(devices.Press{ID: r.ID, Alarm: devices.Emergency, Mode: r.Mode, Age: age})
	}
	if r.QoS == 0 {
		w.acked = now // as much as there will ever be
	}
	return m
}

// Firmware is the version that the devices say.
const Firmware = "1.0.0"

// unanswered has a press sent again that has no receipt.
func (d *device) unanswered() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.trail {
		if w.Kind == Press && w.acked.IsZero() {
			w.id = 0
		}
	}
}

// read takes what the hub says until the connection ends.
func (s *session) read() {
	defer close(s.gone)
	for {
		p, err := s.in.Next()
		if err != nil {
			return
		}
		now := time.Now()
		switch p.Type {
		case packet.Puback:
			if id, err := p.Acknowledged(); err == nil {
				s.acknowledged(now, func(w *waiting) bool { return w.Kind != Press && w.id == id })
			}
		case packet.Publish:
			s.command(p, now)
		}
		s.nudge()
	}
}

// command takes the hub's own receipt for a press, and word of a drill.
func (s *session) command(p packet.Packet, now time.Time) {
	m, err := p.Message()
	if err != nil {
		return
	}
	if m.QoS > 0 {
		_ = s.write(packet.AppendPuback(nil, m.ID)) // a connection that is gone ends by itself
	}
	c, err := wire.DecodeCommand(m.Payload)
	if err == nil && c.Drill != nil {
		s.announced(*c.Drill)
	}
	if err == nil && c.Receipt != "" {
		s.acknowledged(now, func(w *waiting) bool { return w.Kind == Press && w.ID == c.Receipt })
	}
}

func (s *session) acknowledged(now time.Time, is func(*waiting) bool) {
	d := s.device
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.trail {
		if is(w) && w.acked.IsZero() && len(w.Attempts) > 0 {
			w.acked, d.known = now, true
			d.book.mu.Lock()
			w.Attempts[len(w.Attempts)-1].Acked = now
			d.book.mu.Unlock()
			return
		}
	}
}

func (s *session) write(b []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	_ = s.net.SetWriteDeadline(time.Now().Add(writeLimit))
	_, err := s.net.Write(b)
	return err
}
