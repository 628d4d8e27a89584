package load

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/firmware-sim/campus/load/packet"
)

// StormConfig says what telemetry blows.
type StormConfig struct {
	Address string
	Devices []Device
	Rate    float64 // readings per second over all devices
	QoS     byte    // 0 or 1
	Count   int     // readings after which it ends by itself
}

// StormResult is what was published.
type StormResult struct {
	Sent         int64   `json:"sent"`
	Acknowledged int64   `json:"acknowledged"` // QoS 1 only
	Unsent       int64   `json:"unsent"`
	TookMS       float64 `json:"took_ms"`
	Rate         float64 `json:"rate_per_s"` // as it really was
	Disconnected int64   `json:"disconnected"`
}

// storm is the running state.
type storm struct {
	config StormConfig
	boot   string
	gauges []*gauge
	acked  atomic.Int64
	broken atomic.Int64
	ending atomic.Bool
}

// gauge is one telemetry device. One goroutine publishes for all of them.
type gauge struct {
	*conn
	topic string
	seq   int64
	gone  bool
}

// Storm connects the devices, calls ready, and publishes readings at the rate
// until the count is reached or ctx ends. An ended ctx is no error. One
// goroutine publishes for all, and one a device reads.
func Storm(ctx context.Context, c StormConfig, ready func()) (StormResult, error) {
	if err := c.validate(); err != nil {
		return StormResult{}, fmt.Errorf("run storm: %w", err)
	}
	s := &storm{config: c, boot: strconv.FormatInt(time.Now().UnixMilli(), 36), gauges: make([]*gauge, len(c.Devices))}
	var readers sync.WaitGroup
	err := s.connect(ctx, &readers)
	if err == nil {
		ready()
	}
	var r StormResult
	if err == nil {
		r = s.blow(ctx)
	}
	s.ending.Store(true)
	s.leave()
	readers.Wait()
	r.Acknowledged, r.Disconnected = s.acked.Load(), s.broken.Load()
	return r, err
}

func (c StormConfig) validate() error {
	switch {
	case len(c.Devices) == 0:
		return errors.New("no devices")
	case c.Rate <= 0 || c.Rate > 1_000_000:
		return fmt.Errorf("rate %g/s: want more than 0 and at most 1000000", c.Rate)
	case c.QoS > 1:
		return fmt.Errorf("QoS %d: want 0 or 1", c.QoS)
	case c.Count < 1:
		return fmt.Errorf("count %d: want at least 1", c.Count)
	}
	return nil
}

func (s *storm) connect(ctx context.Context, readers *sync.WaitGroup) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(dialers)
	for i, d := range s.config.Devices {
		g.Go(func() error {
			c, err := dial(ctx, s.config.Address, packet.Login{ClientID: d.Username, Username: d.Username, Password: d.Password}, readBuffer)
			if err != nil {
				return fmt.Errorf("run storm: %w", err)
			}
			s.gauges[i] = &gauge{conn: c, topic: d.topic("reading")}
			readers.Go(func() { s.read(c) })
			return nil
		})
	}
	return g.Wait()
}

func (s *storm) leave() {
	for _, g := range s.gauges {
		if g != nil {
			g.conn.leave()
		}
	}
}

// read counts PUBACKs until the connection ends. A storm publishes all the
// time, so no ping is needed.
func (s *storm) read(c *conn) {
	defer func() { _ = c.net.Close() }()
	for {
		p, err := c.in.Next()
		if err != nil {
			if !s.ending.Load() {
				s.broken.Add(1)
			}
			return
		}
		if p.Type == packet.Puback {
			s.acked.Add(1)
		}
	}
}

// blow publishes in turn over the devices. The runtime's timers are precise
// enough for it: what is due within a millisecond goes out together.
func (s *storm) blow(ctx context.Context) StormResult {
	var r StormResult
	start := time.Now()
	payload := make([]byte, 0, 256)
	p := pacer{workers: 1, fine: time.Sleep}
	p.drive(ctx, start, s.config.Count, every(s.config.Rate), func(i int, _ time.Time) {
		g := s.gauges[i%len(s.gauges)]
		payload = s.reading(payload[:0], g, i)
		if g.gone || g.send(payload, s.config.QoS) != nil {
			g.gone = true
			r.Unsent++
			return
		}
		r.Sent++
	})
	took := time.Since(start)
	r.TookMS, r.Rate = milliseconds(took), float64(r.Sent)/took.Seconds()
	return r
}

func (s *storm) reading(dst []byte, g *gauge, i int) []byte {
	g.seq++
	dst = append(dst, `{"age_ms":0,"seq":`...)
	dst = strconv.AppendInt(dst, g.seq, 10)
	dst = append(dst, `,"boot":"`...)
	dst = append(dst, s.boot...)
	dst = append(dst, `","values":{"open":`...)
	dst = strconv.AppendInt(dst, int64(i&1), 10)
	dst = append(dst, `,"passages_in":`...)
	dst = strconv.AppendInt(dst, g.seq, 10)
	return append(dst, `,"passages_out":0}}`...)
}

func (g *gauge) send(payload []byte, qos byte) error {
	m := packet.Message{Topic: g.topic, Payload: payload, QoS: qos}
	if qos > 0 {
		m.ID = uint16(g.seq%65535) + 1
	}
	return g.publish(m, nil)
}
