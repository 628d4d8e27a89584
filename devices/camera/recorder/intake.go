package recorder

import (
	"context"
	"errors"
	"time"

	"github.com/pion/rtp"

	"example.org/campushub/devices/camera"
	"example.org/campushub/devices/camera/h264"
	"example.org/campushub/devices/camera/rtsp"
)

// event is what the camera's goroutine tells the owner.
type event struct {
	at   time.Time
	unit camera.Unit // zero: something came, and no unit is whole
}

// beat is how often the owner is told that something comes, whatever it is.
const beat = time.Second

// intake makes units of packets, on the goroutine of the camera's connection.
// It implements rtsp.Sink.
type intake struct {
	done      <-chan struct{}
	out       chan<- event
	assembler *h264.Assembler
	told      time.Time
}

func newIntake(ctx context.Context, out chan<- event) *intake {
	return &intake{done: ctx.Done(), out: out, assembler: h264.NewAssembler(nil, nil)}
}

// Opened implements rtsp.Sink.
func (i *intake) Opened(t rtsp.Track) {
	i.assembler.Reset()
	i.assembler.Parameters(t.SPS, t.PPS)
}

// Packet implements rtsp.Sink.
func (i *intake) Packet(p *rtp.Packet, now time.Time) error {
	units, err := i.assembler.Push(p, now)
	for _, u := range units {
		i.tell(event{at: now, unit: u})
	}
	if now.Sub(i.told) >= beat {
		i.tell(event{at: now})
	}
	if errors.Is(err, h264.ErrReordered) {
		return err
	}
	return nil // what was lost stands in the units
}

// Closed implements rtsp.Sink.
func (i *intake) Closed(error) {}

func (i *intake) tell(e event) {
	i.told = e.at
	select {
	case i.out <- e:
	case <-i.done:
	}
}
