package broker

import "time"

// A device that sends more than floodRate readings a second is read in slices:
// once in floodSlice, all that has come meanwhile. No gate or sensor that
// works sends so many. Each time that a reader wakes up it takes the processor
// from somebody's alarm, so that a flood costs others less; what is not read
// yet waits in the socket, and TCP holds the sender back beyond that. An alarm
// of the flooding device itself waits for a slice at most, and ends the slices
// for a second.
const (
	floodRate   = 50
	floodWindow = 200 * time.Millisecond // in which they are counted: what a flood does before it is known, it does to alarms
	floodSlice  = 50 * time.Millisecond
	floodEnough = int(floodRate * floodWindow / time.Second)
)

// pace knows whether a connection floods. It belongs to the reading goroutine.
type pace struct {
	since    time.Time // when the present window began
	readings int       // in it
	flooding bool      // in the window before there were more than floodEnough
}

// reading counts one.
func (p *pace) reading(at time.Time) {
	if at.Sub(p.since) >= floodWindow {
		p.flooding = p.readings > floodEnough && at.Sub(p.since) < 2*floodWindow
		p.since, p.readings = at, 0
	}
	p.readings++
}

// alarm lets the connection be read at once again, for a second.
func (p *pace) alarm(at time.Time) { *p = pace{since: at.Add(time.Second - floodWindow)} }

// wait lets a slice pass where the connection floods.
func (p *pace) wait() {
	if p.flooding {
		time.Sleep(floodSlice)
	}
}
