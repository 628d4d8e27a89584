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
	floodRate  = 50
	floodSlice = 50 * time.Millisecond
)

// pace knows whether a connection floods. It belongs to the reading goroutine.
type pace struct {
	since    time.Time // when the present second began
	readings int       // in it
	flooding bool      // in the second before there were more than floodRate
}

// reading counts one.
func (p *pace) reading(at time.Time) {
	if at.Sub(p.since) >= time.Second {
		p.flooding = p.readings > floodRate && at.Sub(p.since) < 2*time.Second
		p.since, p.readings = at, 0
	}
	p.readings++
}

// alarm lets the connection be read at once again.
func (p *pace) alarm(at time.Time) { *p = pace{since: at} }

// wait lets a slice pass where the connection floods.
func (p *pace) wait() {
	if p.flooding {
		time.Sleep(floodSlice)
	}
}
