package broker

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/mochi-mqtt/server/v2/packets"
)

// The errors of Send.
var (
	// ErrNotConnected: the topic has no live subscription.
	ErrNotConnected = errors.New("not connected")
	// ErrBusy: as many alerts as allowed are under way to this terminal
	// without its PUBACK.
	ErrBusy = errors.New("too many unacknowledged messages")
	// ErrOverflow: the client reads too slowly; its connection was closed.
	ErrOverflow = errors.New("out-buffer overflow")
	// ErrTooLarge: the client said that it takes no message of this size.
	ErrTooLarge = errors.New("message too large for the client")
)

// ErrDeclined is what an Acked hears: it says that the client answered that it did not take
// the message.
var ErrDeclined = errors.New("declined by the client")

// session is one authenticated connection.
type session struct {
	hub       *Broker
	principal Principal
	// A device's own topics that the shortcut knows; "" for a terminal.
	alarmTopic, readingTopic string
	clientID                 string
	keepAlive                time.Duration
	conn                     *framed
	limits                   Limits
	m                        *metrics
	replaces                 *session // the connection whose client id this one has taken over

	// What CONNECT said.
	version   byte
	window    int // MQTT 5 Receive Maximum: messages on the wire without PUBACK
	maxPacket int // MQTT 5 Maximum Packet Size; 0: none

	mu           sync.Mutex // guards what is below, and the order of what Send writes
	ended        bool       // takes no message any more
	qos          byte       // granted to its own topic
	subscription int        // MQTT 5 Subscription Identifier; 0: none
	lastID       uint16
	unacked      map[uint16]Acked // by packet id; nil: nobody asked
	waiting      []outgoing       // given an id, not yet on the wire: beyond the window
	scratch      []byte           // the packet being encoded
}

// outgoing is an encoded message that waits for the client's window.
type outgoing struct {
	id    uint16
	frame []byte
}

// subscribe notes what the client was granted for its own topic.
func (s *session) subscribe(qos byte, subscription int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.qos, s.subscription = qos, subscription
}

// send writes one message, or lets it wait for the client's window. confirms
// is false where the client subscribed at QoS 0 and no PUBACK will come.
func (s *session) send(topic string, payload []byte, acked Acked) (confirms bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.qos > 0, s.sendLocked(topic, payload, acked)
}

func (s *session) sendLocked(topic string, payload []byte, acked Acked) error {
	if s.ended {
		return ErrNotConnected
	}
	var id uint16
	if s.qos > 0 {
		if len(s.unacked) >= s.limits.Unacknowledged {
			return s.full()
		}
		id = s.nextID()
	}
	s.scratch = appendPublish(s.scratch[:0], topic, payload, id, s.version, s.subscription)
	if s.maxPacket > 0 && len(s.scratch) > s.maxPacket {
		return ErrTooLarge
	}
	if id == 0 {
		return s.write(s.scratch)
	}
	if len(s.unacked) >= s.window {
		s.waiting = append(s.waiting, outgoing{id, append([]byte(nil), s.scratch...)})
	} else if err := s.write(s.scratch); err != nil {
		return err
	}
	s.unacked[id] = acked
	return nil
}

// full is the overflow decision of the unacknowledged table. An alert is
// refused: the hub goes to the next path. A device has no other path and
// acknowledges in its MQTT library; one that owes so many PUBACKs is broken
// and must come back.
func (s *session) full() error {
	if s.principal.Terminal != "" {
		return ErrBusy
	}
	s.m.refused(ReasonUnacknowledged)
	s.ended = true
	_ = s.conn.Close()
	return ErrOverflow
}

// nextID draws a packet id that is not in use. There is always one, for the
// table is far smaller than the ids.
func (s *session) nextID() uint16 {
	for {
		s.lastID++
		if _, used := s.unacked[s.lastID]; s.lastID != 0 && !used {
			return s.lastID
		}
	}
}

// write hands a packet to the connection, which never blocks. s.mu is held.
func (s *session) write(frame []byte) error {
	_, err := s.conn.Write(frame)
	if err == nil {
		s.m.sent.Inc()
		return nil
	}
	s.ended = true
	_ = s.conn.Close()
	if errors.Is(err, errOverflow) {
		return ErrOverflow
	}
	return ErrNotConnected
}

// acknowledge takes a PUBACK, gives the window's place to what waits, and
// tells whoever sent the message. An id that is not under way is ignored. An
// MQTT 5 client may answer that it did not take the message (a code of 0x80
// or more): whoever sent it is told so.
func (s *session) acknowledge(id uint16, code byte, at time.Time) {
	acked, known := s.settle(id)
	if !known {
		return
	}
	var err error
	if code >= packets.ErrUnspecifiedError.Code {
		s.m.declined.Inc()
		err = fmt.Errorf("%w: code 0x%02x", ErrDeclined, code)
	} else {
		s.m.acknowledged.Inc()
	}
	if acked != nil {
		acked(at, err)
	}
}

func (s *session) settle(id uint16) (acked Acked, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	acked, known = s.unacked[id]
	if !known || s.isWaiting(id) {
		return nil, false
	}
	delete(s.unacked, id)
	if len(s.waiting) > 0 && !s.ended {
		next := s.waiting[0].frame
		s.waiting = s.waiting[1:]
		_ = s.write(next) // a failure ends the session, which loses what was under way: acked is not called
	}
	return acked, true
}

// isWaiting reports whether the message has not been sent yet: a PUBACK for
// it is made up.
func (s *session) isWaiting(id uint16) bool {
	for _, w := range s.waiting {
		if w.id == id {
			return true
		}
	}
	return false
}

// end makes the session refuse messages and forget what was under way.
func (s *session) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended, s.unacked, s.waiting = true, nil, nil
}

func (s *session) isEnded() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// remote is the client's address without its port.
func remote(c net.Conn) string {
	host, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		return c.RemoteAddr().String()
	}
	return host
}
