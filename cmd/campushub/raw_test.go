package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/firmware-sim/campus/load/packet"
)

// rawClient speaks MQTT 3.1.1 by hand, so that "acknowledged" means the
// PUBACK's own bytes and nothing that a library makes of them.
type rawClient struct {
	net.Conn
	in  *packet.Reader
	out []byte
}

func dialRaw(ctx context.Context, address, user, password string) (*rawClient, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	c := &rawClient{Conn: conn, in: packet.NewReader(conn, 64<<10)}
	_ = conn.SetDeadline(time.Now().Add(patience))
	p, err := c.ask(packet.AppendConnect(nil, packet.Login{ClientID: "raw-" + uuid.NewString(), Username: user, Password: password, KeepAlive: 600}))
	if err == nil {
		err = p.Accepted()
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return c, nil
}

// ask writes and reads one packet.
func (c *rawClient) ask(b []byte) (packet.Packet, error) {
	if _, err := c.Write(b); err != nil {
		return packet.Packet{}, err
	}
	return c.in.Next()
}

// publish sends a message at QoS 1 and returns when its PUBACK is there.
func (c *rawClient) publish(topic string, payload []byte) error {
	p, err := c.ask(packet.AppendPublish(c.out[:0], packet.Message{Topic: topic, Payload: payload, QoS: 1, ID: 1}))
	if err != nil {
		return err
	}
	if id, err := p.Acknowledged(); err != nil || id != 1 {
		return errors.Join(err, errors.New("no PUBACK"))
	}
	return nil
}

// told collects what a police terminal has been told, over all connections.
type told struct {
	mu         sync.Mutex // guards the fields below
	incidents  map[string]int
	deliveries map[[2]string]string // (incident, press) → delivery
	twice      []string             // the same press of an incident under two delivery ids
	arrived    chan struct{}        // one token an alert; overflow: dropped
}

func newTold() *told {
	return &told{incidents: map[string]int{}, deliveries: map[[2]string]string{}, arrived: make(chan struct{}, 1)}
}

func (d *told) add(payload []byte) {
	var a alert
	if json.Unmarshal(payload, &a) != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.incidents[a.Incident]++
	key := [2]string{a.Incident, a.Press}
	if old, ok := d.deliveries[key]; ok && old != a.Delivery && a.Press != "" {
		d.twice = append(d.twice, a.Incident+": "+old+", "+a.Delivery)
	}
	d.deliveries[key] = a.Delivery
	select {
	case d.arrived <- struct{}{}:
	default:
	}
}

func (d *told) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.incidents)
}

// heardOf reports whether each of the incidents was told.
func (d *told) heardOf(all []incident) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !slices.ContainsFunc(all, func(i incident) bool { return d.incidents[i.ID] == 0 })
}

// ghosts are the presses that were told of incidents that are none of all.
func (d *told) ghosts(all []incident) (out [][2]string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key := range d.deliveries {
		if key[1] != "" && !slices.ContainsFunc(all, func(i incident) bool { return i.ID == key[0] }) {
			out = append(out, key)
		}
	}
	return out
}

// listen is the police terminal; it comes back until ctx ends.
func listen(ctx context.Context, h func() handout, into *told) { listenAs(ctx, h, 0, into) }

// listenAs is the n-th terminal.
func listenAs(ctx context.Context, h func() handout, n int, into *told) {
	for ctx.Err() == nil {
		now := h()
		c, err := dialRaw(ctx, now.address(), now.Terminals[n].Username, now.Terminals[n].Password)
		if err != nil {
			pause(ctx)
			continue
		}
		stop := context.AfterFunc(ctx, func() { _ = c.Close() })
		c.messages(now.Terminals[n].Topic, into.add)
		stop()
		_ = c.Close()
	}
}

// messages subscribes and hands over every payload until the connection ends.
func (c *rawClient) messages(topic string, handle func(payload []byte)) {
	_ = c.SetDeadline(time.Time{})
	if _, err := c.Write(packet.AppendSubscribe(nil, 1, topic, 1)); err != nil {
		return
	}
	for {
		p, err := c.in.Next()
		if err != nil {
			return
		}
		m, err := p.Message()
		if err != nil {
			continue // the SUBACK
		}
		handle(m.Payload)
		if _, err := c.Write(packet.AppendPuback(nil, m.ID)); err != nil {
			return
		}
	}
}

// pause waits before another attempt at a hub that is down.
func pause(ctx context.Context) {
	t := time.NewTimer(10 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// signUp makes a test's context end before its hub is cleaned up.
func signUp(t *testing.T) (context.Context, *sync.WaitGroup) {
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	t.Cleanup(func() { cancel(); wg.Wait() })
	return ctx, &wg
}

// of is the incident that a press was told as, "" where it was not.
func (d *told) of(press string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key := range d.deliveries {
		if key[1] == press {
			return key[0]
		}
	}
	return ""
}
