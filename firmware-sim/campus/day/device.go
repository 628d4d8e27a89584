package day

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus/scenario"
)

const (
	// trailLimit is how many reports wait for the hub: as far back as that knows
	// a repetition. Firmware has room for fewer, but its day is not faster than
	// the clock. Full, the oldest goes and is noted as given up.
	trailLimit = 1024
	// again is how long a device waits before it connects anew, at most.
	again = 500 * time.Millisecond
)

// device is one device: what it measures, and what of it the hub has not for
// sure.
type device struct {
	config Config
	who    Credential
	is     scenario.Device
	index  int
	boot   string
	book   *book
	wake   chan struct{} // has a value since there was something to do

	mu     sync.Mutex // guards what follows
	seq    uint64
	states int
	open   bool
	senses map[string]float64 // of a gate, beside its contact and its counter
	in     int
	out    int
	trail  []*waiting
	up     bool
	known  bool      // something was acknowledged on this connection
	away   bool      // the uplink is cut
	drill  time.Time // until when the next press is one of a drill
	cuts   int       // how often it was, so that a connection ends however short it is
}

// waiting is a report that the hub may not have.
type waiting struct {
	*Report
	id    uint16    // of its packet on this connection; 0 where it was not sent
	acked time.Time // on this connection
}

func newDevice(c Config, who Credential, is scenario.Device, index int, b *book) *device {
	return &device{
		config: c, who: who, is: is, index: index, book: b, wake: make(chan struct{}, 1), senses: map[string]float64{},
		boot: strconv.FormatUint(rand.Uint64()>>16, 36),
	}
}

func (d *device) nudge() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// health has the device report how it is, where it is connected: a state is
// never kept for later.
func (d *device) health() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.up {
		d.say(d.state())
	}
}

// state is called with mu held.
func (d *device) state() *Report {
	d.states++
	return &Report{From: d.who.Address, Kind: State, QoS: 1, Battery: 1 - float64(d.states)/1e6, RSSI: -50 - float64(d.index%30)}
}

// measure reports what is measured now.
func (d *device) measure() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.read()
}

// read is called with mu held.
func (d *device) read() {
	d.seq++
	values := map[string]float64{"temperature": 15 + float64((d.index*7+int(d.seq)*13)%200)/10}
	if d.is.Kind == devices.KindGate {
		open := 0.0
		if d.open {
			open = 1
		}
		values = map[string]float64{"open": open, "passages_in": float64(d.in), "passages_out": float64(d.out)}
		maps.Copy(values, d.senses)
		d.in, d.out = 0, 0
	}
	qos := byte(1)
	if d.is.Unacknowledged {
		qos = 0
	}
	d.say(&Report{From: d.who.Address, Kind: Reading, QoS: qos, Seq: d.seq, Boot: d.boot, Values: values})
}

func (d *device) move(open bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open = open
	d.read()
}

// sense has a part of the gate stand so from now on, and says it.
func (d *device) sense(value string, is float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.senses[value] = is
	d.read()
}

func (d *device) passage(in bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if in {
		d.in++
	} else {
		d.out++
	}
}

// gathered reports the passages that no reading has told yet.
func (d *device) gathered() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.in+d.out > 0 {
		d.read()
	}
}

func (d *device) card(number string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.say(&Report{From: d.who.Address, Kind: CheckIn, QoS: 1, ID: uuid.Must(uuid.NewV7()).String(), Card: number})
}

func (d *device) press(times int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for range times {
		d.say(&Report{From: d.who.Address, Kind: Press, QoS: 1, ID: uuid.Must(uuid.NewV7()).String(), Mode: d.mode()})
	}
}

// mode is that of a press made now: of a drill once in each. It is called with
// mu held.
func (d *device) mode() devices.Mode {
	open := time.Now().Before(d.drill)
	d.drill = time.Time{}
	if open {
		return devices.Drill
	}
	return devices.Live
}

// announced takes note of a drill, or of its end.
func (d *device) announced(w devices.DrillWindow) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.drill = time.Now().Add(w.For)
}

func (d *device) inDrill() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Now().Before(d.drill)
}

// say keeps a report until the hub has it. It is called with mu held.
func (d *device) say(r *Report) {
	r.Made = time.Now()
	d.trail = append(d.trail, &waiting{Report: d.book.add(r)})
	if len(d.trail) > trailLimit {
		d.giveUp()
	}
	d.nudge()
}

// giveUp drops the oldest report. It is called with mu held.
func (d *device) giveUp() {
	oldest := d.trail[0]
	d.trail = d.trail[1:]
	d.book.mu.Lock()
	defer d.book.mu.Unlock()
	oldest.Done = !oldest.acked.IsZero()
	oldest.GivenUp = !oldest.Done
}

func (d *device) cut(away bool) {
	d.mu.Lock()
	d.away = away
	if away {
		d.cuts++
	}
	d.mu.Unlock()
	d.nudge()
}

func (d *device) isUp() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.up
}

// isEmpty reports whether everything was acknowledged; whether the connection
// outlives it for long enough is not waited for.
func (d *device) isEmpty() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.trail {
		if w.acked.IsZero() {
			return false
		}
	}
	return d.up
}

// run keeps the device connected until ctx ends.
func (d *device) run(ctx context.Context) {
	for ctx.Err() == nil {
		if d.isAway() {
			select {
			case <-d.wake:
			case <-ctx.Done():
			}
			continue
		}
		if c, err := d.connect(ctx); err == nil {
			d.session(ctx, c)
			continue
		}
		_ = sleep(ctx, again/5+rand.N(again*4/5))
	}
}

// cutSince reports whether the uplink was cut since there had been so many cuts.
func (d *device) cutSince(cuts int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cuts != cuts
}

func (d *device) cutsSoFar() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cuts
}

func (d *device) isAway() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.away
}

// String names the device in errors.
func (d *device) String() string { return fmt.Sprintf("%s (%s)", d.who.Address, d.is.Kind) }
