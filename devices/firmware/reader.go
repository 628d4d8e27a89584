package firmware

import (
	"encoding/hex"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware/debounce"
	"example.org/campushub/devices/wire"
)

// SameCard is how long a card that stays on the reader is one check-in.
const SameCard = 3 * time.Second

// LeaveFor is how long after its key was pressed the next card is that of somebody
// who leaves: as long as it takes to find a card in a pocket.
const LeaveFor = 10 * time.Second

// maxCheckIns is how many unconfirmed check-ins a reader holds: a day's of a
// busy post.
const maxCheckIns = 256

// Cards is a card reader; periph.io's mfrc522 is one.
type Cards interface {
	// ReadUID waits for a card and returns its number, or an error where none
	// came in time.
	ReadUID(timeout time.Duration) ([]byte, error)
}

// ReaderPins are what a reader reads.
type ReaderPins struct {
	Cards Cards
	// Leave is the key that somebody presses who leaves, and then holds their card;
	// nil where there is none: the hub tells by when a card was held.
	Leave gpio.PinIn
}

// readerCore is a card reader at a guard post.
type readerCore struct {
	identity  Identity
	post      string
	newID     func() string
	trail     trail
	connected bool
	lastCard  string
	lastSeen  time.Time
	key       debounce.Contact
	dropped   Dropped   // told with the state
	leaving   time.Time // until when the next card leaves
	effects   []effect
}

func newReaderCore(i Identity, post string, newID func() string, kept Kept) *readerCore {
	r := &readerCore{
		identity: i, post: post, newID: newID,
		trail: trail{limit: maxCheckIns, hold: settled(i.Power)},
		key:   debounce.New(0, false), dropped: kept.Dropped,
	}
	for _, k := range kept.CheckIns {
		r.trail.add(r.report(k.CheckIn, k.Moment))
	}
	return r
}

func (r *readerCore) step(now time.Time, in input) []effect {
	r.effects = nil
	switch in := in.(type) {
	case pinInput:
		r.leave(r.key.Step(in.closed, now))
	case cardInput:
		r.card(now, hex.EncodeToString(in.uid))
	case linkInput:
		r.connected = in.up
		r.trail.lost() // a new connection knows nothing of the old one's
		if in.up {
			r.tell()
		}
	case dateInput:
		r.trail.date(now, in.wall)
	case droppedInput:
		if r.trail.drop(in.checkIn) {
			r.dropped.CheckIns++ // the store has counted it
			r.tell()
		}
	}
	r.leave(r.key.Tick(now))
	if r.connected {
		for _, m := range r.trail.due(now) {
			r.effects = append(r.effects, sendEffect{m})
		}
	}
	for _, id := range r.trail.ended {
		r.effects = append(r.effects, forgetEffect{id})
	}
	r.trail.ended = nil
	return r.effects
}

// tell says what the reader says of itself.
func (r *readerCore) tell() {
	if r.connected {
		r.effects = append(r.effects, sendEffect{online(r.identity, devices.State{CheckInsDropped: r.dropped.CheckIns})})
	}
}

func (r *readerCore) next(now time.Time) time.Time {
	if !r.connected {
		return r.key.Due()
	}
	return earliest(r.key.Due(), r.trail.next(now))
}

// leave: the key is down.
func (r *readerCore) leave(c debounce.Change, changed bool) {
	if changed && c.Closed {
		r.leaving = c.At.Add(LeaveFor)
	}
}

func (r *readerCore) card(now time.Time, card string) {
	out := now.Before(r.leaving)
	stays := card == r.lastCard && now.Before(r.lastSeen.Add(SameCard)) && !out
	r.lastCard, r.lastSeen = card, now
	if stays || len(card) < wire.MinCardLength || len(card) > wire.MaxCardLength {
		return
	}
	r.leaving = time.Time{} // one card's
	c := devices.CheckIn{ID: r.newID(), Post: r.post, Card: card, Out: out}
	before := r.trail.dropped
	r.trail.add(r.report(c, Moment{At: now}))
	r.effects = append(r.effects, holdEffect{checkIn: c, at: now})
	if n := r.trail.dropped - before; n > 0 {
		r.dropped.CheckIns += n
		r.effects = append(r.effects, dropEffect{Dropped{CheckIns: n}})
		r.tell()
	}
}

func (r *readerCore) report(c devices.CheckIn, m Moment) report {
	return report{id: c.ID, at: m.At, undated: m.Undated, wall: m.Wall, encode: func(age time.Duration) Message {
		c := c
		c.Age = age
		return Message{Topic: wire.CheckInTopic(r.identity.Address), Payload: wire.EncodeCheckIn(c)}
	}}
}
